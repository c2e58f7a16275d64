"""The target `databricks`, as far as it can be seen without a workspace.

The real dbt-databricks compiles and builds the project against a stub that answers like a workspace and carries out
nothing: what it sends is SQL of Databricks that sqlglot can read. What the statements do is not tested here.
"""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlglot
import yaml
from databricks_stand_ins.refusals import Refused, refuse_history
from databricks_stand_ins.stub import Stub, connected
from databricks_stand_ins.workspace.catalog import Catalog
from databricks_stand_ins.workspace.statements import run
from dbt.cli.main import dbtRunner, dbtRunnerResult
from shop import PROJECT, dbt_folders

CATALOG = "lakehouse_dev"


class Workspace:
    """The statements that dbt sends to a workspace, which is empty or has all tables."""

    def __init__(self, folder: Path) -> None:
        self.arguments = [*dbt_folders(folder), "--target", "databricks"]
        parsed = dbtRunner().invoke(["--quiet", "parse", *self.arguments])
        assert parsed.success, parsed.exception
        self.manifest = parsed.result

    def invoke(self, stub: Stub, *command: str) -> dbtRunnerResult:
        with connected(stub):
            return dbtRunner(manifest=self.manifest).invoke(["--quiet", *command, *self.arguments])

    def dbt(self, *command: str, built: bool) -> Stub:
        stub = Stub(self.manifest, built)
        result = self.invoke(stub, *command)
        bad = [
            f"{r.node.name}: {r.message}"
            for r in getattr(result.result, "results", [])
            if hasattr(r, "node") and str(r.status) in ("error", "fail")
        ]
        assert result.success, bad or result.exception
        return stub


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("databricks")
    (folder / "profiles.yml").write_text((PROJECT / "profiles.yml.example").read_text())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABRICKS_HOST", "workspace.example.com")
        patch.setenv("DATABRICKS_HTTP_PATH", "/sql/1.0/warehouses/1")
        patch.setenv("DATABRICKS_TOKEN", "none")
        patch.setenv("LAKEHOUSE_LANDING", f"/Volumes/{CATALOG}/landing/files")
        patch.delenv("LAKEHOUSE_SCHEMA", raising=False)
        patch.delenv("DATABRICKS_CATALOG", raising=False)
        yield Workspace(folder)


@pytest.fixture(scope="module")
def first(workspace: Workspace) -> Stub:
    return workspace.dbt("build", "--exclude", "resource_type:unit_test", built=False)


@pytest.fixture(scope="module")
def later(workspace: Workspace) -> Stub:
    return workspace.dbt("build", "--exclude", "resource_type:unit_test", built=True)


@pytest.fixture(scope="module")
def forgetting(workspace: Workspace) -> Stub:
    return workspace.dbt("run-operation", "forget", "--args", '{customer_id: "17"}', built=True)


@pytest.fixture(scope="module")
def quiet(workspace: Workspace, later: Stub) -> Stub:
    """A run with nothing new, after one that left the tables in the state in which it finds them."""
    stub = Stub(workspace.manifest, built=True)
    stub.inputs, stub.events, stub.publications, stub.delivered = later.inputs, later.events, later.publications, True
    result = workspace.invoke(stub, "build", "--exclude", "resource_type:unit_test")
    assert result.success, result.exception
    return stub


def plain(stub: Stub) -> list[str]:
    """The statements without comments, on one line each."""
    return [" ".join(re.sub(r"/\*.*?\*/|--\s[^\n]*\n", " ", sql, flags=re.DOTALL).split()) for sql in stub.statements]


# sqlglot keeps what it does not know as it is, and says so; these are what it does not know, or reads wrongly.
NOT_READ = (
    r"describe table extended .* as json$",
    r"alter table \S+ (set tags|alter column \S+ set tags) ",
    r"alter table \S+ unset tblproperties ",
    r"alter table \S+ change column \S+ set not null$",
    r"(grant|revoke|optimize|vacuum|restore|reorg|show|describe|msck|set) ",
    r"insert into \S+( by name)? replace where .* table \S+$",
)


@pytest.mark.slow
@pytest.mark.parametrize("build", ["first", "later", "forgetting"])
def test_all_statements_are_sql_of_databricks(build: str, request: pytest.FixtureRequest) -> None:
    statements = plain(request.getfixturevalue(build))
    assert len(statements) > 200
    unread = []
    for sql in statements:
        if any(re.match(pattern, sql, re.IGNORECASE) for pattern in NOT_READ):
            continue
        try:
            read = sqlglot.parse_one(sql.replace("%s", "null"), dialect="databricks")
        except sqlglot.ParseError as error:
            unread.append(f"{error}\n{sql[:500]}")
            continue
        if isinstance(read, sqlglot.exp.Command):
            unread.append(f"not read: {sql[:300]}")
    assert not unread, "\n\n".join(unread[:5])


@pytest.mark.slow
def test_a_person_is_forgotten(forgetting: Stub) -> None:
    sent = plain(forgetting)
    for part in (
        "merge into `lakehouse_dev`.`bronze`.`stg_orders` as person_rows using",
        "merge into `lakehouse_dev`.`silver`.`quarantine` as person_rows using",
        "merge into `lakehouse_dev`.`bronze`.`forgotten_people` as kept using",
        "reorg table `lakehouse_dev`.`silver`.`int_customers` apply (purge)",
        "vacuum `lakehouse_dev`.`silver`.`int_customers` retain 0 hours",
        "insert into `lakehouse_dev`.`bronze`.`forgotten_reports` select 1,",
        "drop table if exists `lakehouse_dev`.`bronze`.`forgotten_plan`",
    ):
        assert [sql for sql in sent if sql.startswith(part)], part
    assert json.loads(forgetting.events[-1]) == {"event": "forgotten", "number": 1}
    assert not [event for event in forgetting.events if '"17"' in event], "the log has hashes"


@pytest.mark.slow
def test_what_only_databricks_has(first: Stub) -> None:
    sent = "\n".join(plain(first)).lower()
    for part in (
        "read_files( '/volumes/lakehouse_dev/landing/files/events.csv', format => 'csv'",
        "cluster by (_month)",
        "comment '",
        "insert into `lakehouse_dev`.`bronze`.`run_log` (event_id, event) select coalesce(max(event_id), 0) + 1, "
        '\'{"event": "tests", "verdicts": {',
        'set tblproperties (\'dbt.inputs\' = \'{"bronze.ingested_files": "6f1c@7"',
        "primary key",
    ):
        assert part in sent, part
    assert not [sql for sql in sent.splitlines() if "using delta partitioned by" in sql and "`reporting`" not in sql]
    # What has masks has no history.
    assert not re.search(r"set mask|row filter", sent)


@pytest.mark.slow
def test_a_publication_is_switched_by_one_row(workspace: Workspace) -> None:
    published = workspace.dbt(
        "run-operation", "publish", "--args", "{by: Jo, reason: the statements are looked at}", built=True
    )
    sent = [sql.lower() for sql in plain(published)]
    rows = "`lakehouse_dev`.`reporting`.`published_rpt_customer_360`"
    steps = [
        f"create table {rows} using delta partitioned by (publication_id) as select cast(1 as bigint) as publication_id",
        f"delete from {rows} where publication_id >= 1",
        f"insert into {rows} (publication_id, ",
        "create or replace view `lakehouse_dev`.`reporting`.`rpt_customer_360` as select ",
        "grant select on `lakehouse_dev`.`reporting`.`rpt_customer_360` to `lakehouse_readers`",
        "insert into `lakehouse_dev`.`reporting`.`publications` ",
    ]
    places = [next((n for n, sql in enumerate(sent) if sql.startswith(step)), None) for step in steps]
    assert None not in places, steps[places.index(None)]
    assert places == sorted(places), "the row that switches comes last"
    assert sum(sql.startswith(steps[-1]) for sql in sent) == 1
    view = next(sql for sql in sent if sql.startswith(steps[3]))
    assert "case when is_account_group_member('personal_data_readers') then `name` else '***' end as `name`" in view
    for sql in sent:
        if not any(re.match(pattern, sql) for pattern in NOT_READ):
            assert not isinstance(sqlglot.parse_one(sql, dialect="databricks"), sqlglot.exp.Command), sql[:300]


@pytest.mark.slow
def test_a_run_with_nothing_new_asks_little_and_writes_no_table(quiet: Stub) -> None:
    sent = plain(quiet)
    writes = r"(create|insert|merge|delete|update|alter|comment|drop|restore|truncate|grant)\b"
    assert not [sql for sql in sent if re.match(writes, sql, re.IGNORECASE)]
    assert len(sent) < 150, "\n".join(sorted(sql[:160] for sql in sent))
    assert not quiet.python_models
    assert not [sql for sql in sent if "content" in sql], "no file is read"


@pytest.mark.slow
def test_a_run_is_refused_where_its_tables_would_be_wrong(workspace: Workspace) -> None:
    elsewhere, masked, no_volume = (Stub(workspace.manifest, built=True) for _ in range(3))
    elsewhere.time_zone = "America/New_York"
    masked.masked = {"silver.int_customers"}
    no_volume.volumes = set()
    for stub, message in (
        (elsewhere, "The time zone of the session is America/New_York"),
        (masked, "There are column masks or row filters on silver.int_customers"),
        (no_volume, "[UC_VOLUME_NOT_FOUND] Volume /Volumes/lakehouse_dev/landing/files does not exist"),
    ):
        result = workspace.invoke(stub, "run", "--select", "ingested_files int_customers")
        assert not result.success
        assert message in str(result.exception or [each.message for each in result.result])
        assert not [sql for sql in plain(stub) if re.match(r"(create|merge|insert|alter) .*`int_customers`", sql)]


@pytest.mark.slow
def test_every_format_is_read(workspace: Workspace) -> None:
    stub = Stub(workspace.manifest, built=False)
    stub.more_files = ["events/1.jsonl.gz", "orders/day.parquet"]
    result = workspace.invoke(stub, "run", "--select", "ingested_files stg_events stg_orders stg_reviews")
    assert result.success, result.exception
    reads = [sql for sql in plain(stub) if sql.startswith("select count_if(_corrupt_record is null)")]
    for path, name in (("events.csv", "csv"), ("events/1.jsonl.gz", "text"), ("orders/day.parquet", "parquet")):
        assert [sql for sql in reads if f"/{path}', format => '{name}'" in sql], path
    for sql in reads:
        sqlglot.parse_one(sql, dialect="databricks")


@pytest.mark.slow
def test_a_file_with_an_unclosed_quote_stops_its_entity_and_is_named(workspace: Workspace) -> None:
    stub = Stub(workspace.manifest, built=False)
    stub.unclosed = ["events"]
    result = workspace.invoke(stub, "run", "--select", "ingested_files stg_events stg_orders")
    said = {r.node.name: r.message for r in result.result if str(r.status) == "error"}
    assert said.keys() == {"stg_events"}
    assert "events.csv: a double quote is never closed" in said["stg_events"]


@pytest.mark.parametrize(
    "asks",
    [
        "describe history {}",
        "select max(version) from (describe history {})",
        "restore table {} to version as of 3",
        "select * from {} version as of 3",
        "select * from {} timestamp as of '2025-01-01'",
    ],
)
def test_a_masked_table_has_no_history_in_the_stand_ins(asks: str) -> None:
    catalog = Catalog(Path())
    for statement in (
        "create or replace function `spark_catalog`.`silver`.mask_text(value string) returns string return '***'",
        "alter table `spark_catalog`.`silver`.`int_customers` alter column `email` set mask "
        "`spark_catalog`.`silver`.mask_text",
    ):
        run(None, catalog, statement)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="ROW_LEVEL_SECURITY_COLUMN_MASK_FEATURE_NOT_SUPPORTED"):
        run(None, catalog, asks.format("`spark_catalog`.`silver`.`int_customers`"))  # type: ignore[arg-type]
    refuse_history(asks.format("`spark_catalog`.`silver`.`int_events`"), catalog.masked())


@pytest.mark.slow
def test_a_later_run_merges_and_replaces_months(later: Stub) -> None:
    sent = "\n".join(plain(later)).lower()
    merge = next(
        sql for sql in sent.splitlines() if sql.startswith("merge into `lakehouse_dev`.`silver`.`int_customers`")
    )
    assert re.search(r"when matched and \(.*dbt_internal_source\._ingested_at > dbt_internal_dest\._ingested_at", merge)
    assert re.search(
        r"insert into `lakehouse_dev`.`silver`.`int_events` by name replace where _month in \('2025-01'\)", sent
    )
    assert re.search(r"`int_visits` by name replace where _month in \('2025-01', '2025-02'\)", sent)
    assert "create or replace table `lakehouse_dev`.`silver`.`int_events`" not in sent
    assert re.search(r"from `lakehouse_dev`.`silver`.`int_events_checked`\s.*?_version > 5\b", sent)
    assert re.search(r"from `lakehouse_dev`.`silver`.`int_reviews_checked`\s[^;]{0,300}_version > -1\b", sent)


@pytest.mark.slow
def test_python_models_are_sent_as_whole_programs(first: Stub) -> None:
    assert first.python_models
    for code in first.python_models:
        ast.parse(code)


@pytest.mark.slow
def test_analyses_and_unit_tests_compile(workspace: Workspace) -> None:
    workspace.dbt("compile", built=False)


def test_every_partitioned_table_is_clustered_by_the_same_column() -> None:
    settings = (PROJECT / "dbt_project.yml").read_text()
    for path in (PROJECT / "models").rglob("*.sql"):
        for column in re.findall(r"partition_by='(\w+)'", path.read_text()):
            assert re.search(rf"{path.stem}:\s*(\{{|\n\s*)\+liquid_clustered_by: {column}", settings), path.stem


def test_no_secret_in_the_profile() -> None:
    output = yaml.safe_load((PROJECT / "profiles.yml.example").read_text())["lakehouse"]["outputs"]["databricks"]
    for name in ("token", "client_id", "client_secret", "host"):
        assert output[name].startswith("{{ env_var("), name
