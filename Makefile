# make build: set up, make data for a new project, build and test everything. make test: all tests. make help: the rest.
.DEFAULT_GOAL := help
SHELL := /bin/bash

PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
LANDING := $(or $(LAKEHOUSE_LANDING),data/landing)
WAREHOUSE := $(or $(LAKEHOUSE_WAREHOUSE),warehouse)
# An invented shop must not get among real tables: it is made only where no folder was named and there is nothing yet. What is
# in an object store, make cannot see.
NEW_SHOP := $(if $(LAKEHOUSE_LANDING)$(findstring ://,$(WAREHOUSE))$(wildcard $(LANDING)/* $(WAREHOUSE)/*bronze/*),,data)
export DO_NOT_TRACK := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help build setup data check-files kaggle dashboards serve screenshots browser spark agents docs bench test nightly check lint lock clean

help: ## Show the targets.
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-12s %s\n", $$1, $$2 }'

build: setup $(NEW_SHOP) ## Set up, make data if there are no files, no tables and no LAKEHOUSE_LANDING, build and test, render the boards.
	$(BIN)/python -m console build
	$(BIN)/python -m dashboards render

setup: .venv/.ready profiles.yml ## Python environment, dbt packages and profiles.yml.
	@$(BIN)/python offline_packages/install.py

.venv/.ready: requirements.txt adapter/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make build PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet uv==$(UV_VERSION)
# The lock is complete, and one package that dbt-core names can only be installed with access to GitHub: no dependencies.
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --compile-bytecode --require-hashes --requirements requirements.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable ./adapter
	@touch $@

.venv/.ready-dev: .venv/.ready requirements-dev.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --compile-bytecode --require-hashes --requirements requirements-dev.txt
	@touch $@

profiles.yml: | profiles.yml.example
	cp profiles.yml.example profiles.yml

data: setup ## Generate a shop of 20,000 customers into the landing folder.
	$(BIN)/python -m data_generator generate --output $(LANDING) --searches

check-files: setup ## Check the exports in FOLDER before they are loaded.
	@[ -n "$(FOLDER)" ] || { echo "Which folder? make check-files FOLDER=my_shop"; exit 1; }
	$(BIN)/python -m landing_check "$(FOLDER)"

kaggle: setup ## Download the Kaggle data set into the landing folder.
	$(BIN)/python -m data_generator download --output $(LANDING)

spark: .spark/.ready ## Apache Spark and Delta for the target spark, with Maven, into .spark (310 MB); needs Java 17 or 21.

.spark/.ready: adapter/spark/pom.xml
	@command -v mvn > /dev/null || { echo "Maven is needed: install the package maven, or set SPARK_HOME to a Spark 4 that has Delta."; exit 1; }
	rm -rf .spark
	mvn --quiet --batch-mode --file adapter/spark/pom.xml dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=$(CURDIR)/.spark/jars
	@touch $@

agents: .venv/.ready-dev ## Renew the list of bots, seeds/crawler_agents.csv, from the package that requirements-dev.in names.
	$(BIN)/python seeds/crawler_agents.py

dashboards: setup ## The cockpit, and the boards as static pages, for the days from START to END if given.
	$(BIN)/python -m dashboards render $(if $(START),--start-date $(START)) $(if $(END),--end-date $(END))

serve: setup ## The boards live: choose their dates in the browser. PORT is 8080 by default.
	$(BIN)/python -m dashboards serve $(if $(PORT),--port $(PORT))

screenshots: .venv/.ready-dev browser ## The pictures of the boards in the README, from the current tables.
	$(BIN)/python -m dashboards screenshots

# Debian has it as a package. Where it is missing and may not be installed, the tests that need a browser are skipped.
browser:
	@command -v chromium google-chrome > /dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get > /dev/null && \
	  apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium > /dev/null; } || \
	  echo "There is no Chromium on this machine: install one for the tests and pictures of the boards."

docs: setup ## The documentation of all tables, with their lineage, on one page: build/docs/index.html.
	$(BIN)/dbt --quiet docs generate --static
	@mkdir -p build/docs && cp target/static_index.html build/docs/index.html && echo "Open build/docs/index.html"

bench: setup ## Compare the project with plain DuckDB, and with Apache Spark after make spark: docs/benchmark.md. Takes an hour.
	$(BIN)/python -m benchmarks $(if $(wildcard .spark/.ready),--spark)

check: setup .venv/.ready-dev ## The fast checks, to run while you work.
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --quiet --check .
	$(BIN)/mypy
	$(BIN)/pytest --quiet -m "not slow and not nightly" --numprocesses 2

# dbt compiles the models for it, and some of them look into the warehouse: into a small one of its own.
TSC := npx --yes --package typescript@5.9.3 tsc
lint: export LAKEHOUSE_LANDING := .venv/lint/landing
lint: export LAKEHOUSE_WAREHOUSE := .venv/lint/warehouse
lint: setup .venv/.ready-dev ## SQL style, and the rules that every model must follow.
	$(BIN)/python -m data_generator generate --output $$LAKEHOUSE_LANDING --scale 0.002 --force > /dev/null
	$(BIN)/dbt --quiet build --exclude resource_type:test resource_type:unit_test
	$(BIN)/dbt-bouncer --config-file dbt-bouncer.yml
	$(BIN)/sqlfluff lint --processes 0 models tests/generic tests/reconciliation analyses
	@if $(TSC) --version > /dev/null 2>&1; then $(TSC) --project dashboards/cockpit; \
	  else echo "The types of the cockpit's JavaScript are not checked: npm is missing, or cannot be reached."; fi

# Where Java and Maven are, the tests of the target spark run, too; elsewhere they are skipped, and say why.
SPARK := $(if $(and $(shell command -v java),$(shell command -v mvn)),spark)

test: check lint browser $(SPARK) ## All tests except the nightly ones.
	$(BIN)/pytest --quiet -m "slow and not nightly" --numprocesses 2 --dist loadfile --no-loadscope-reorder

nightly: setup .venv/.ready-dev $(SPARK) ## What takes hours: each file in a run of its own, made-up folders, Databricks, 200 kills, an hour of odd files.
	$(BIN)/pytest --quiet -m nightly --ignore tests/python/batches/test_refresh_properties.py --numprocesses 2 --dist loadfile
	HYPOTHESIS_CASES=50 $(BIN)/pytest --quiet tests/python/batches/test_refresh_properties.py
	KILLS=200 $(BIN)/pytest --quiet tests/python/kills/test_kills.py
	FUZZ_SECONDS=3600 $(BIN)/pytest --quiet tests/python/landing/test_fuzzed_files.py

lock: setup ## Renew requirements.txt and requirements-dev.txt, with their hashes, from the .in files.
	echo dbt-core-experimental-parser > .venv/excludes.txt
	for name in requirements requirements-dev; do \
	  $(BIN)/uv pip compile --quiet --python-version 3.11 --no-header --no-annotate --generate-hashes --excludes .venv/excludes.txt \
	    $$name.in --output-file $$name.txt || exit 1; \
	done

clean: ## Remove what was built in this folder, and the tables in warehouse/. LAKEHOUSE_WAREHOUSE and the landing folder stay.
	rm -rf .venv .spark warehouse target logs build dbt_packages profiles.yml package-lock.yml
	@[ ! -e "$$LAKEHOUSE_WAREHOUSE" ] || echo "$$LAKEHOUSE_WAREHOUSE stays, with its tables."
