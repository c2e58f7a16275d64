"""dbt's suite: hooks of runs, models, seeds and snapshots."""

import pytest
from dbt.tests.adapter.hooks import test_model_hooks
from dbt.tests.adapter.hooks.test_model_hooks import (
    BaseDuplicateHooksInConfigs,
    BaseHookRefs,
    BaseHooksRefsOnSeeds,
    BasePrePostModelHooks,
    BasePrePostModelHooksInConfig,
    BasePrePostModelHooksInConfigKwargs,
    BasePrePostModelHooksInConfigWithCount,
    BasePrePostModelHooksOnSeeds,
    BasePrePostModelHooksOnSnapshots,
    BasePrePostSnapshotHooksInConfigKwargs,
)
from dbt.tests.adapter.hooks.test_run_hooks import BaseAfterRunHooks, BasePrePostRunHooks

pytestmark = pytest.mark.slow

# What a hook writes down of its run.
FIELDS = (
    "test_state",
    "target_dbname",
    "target_host",
    "target_name",
    "target_schema",
    "target_type",
    "target_user",
    "target_pass",
    "target_threads",
    "run_started_at",
    "invocation_id",
    "thread_id",
)


def create_hook_table(project, name: str) -> None:
    """The suite's file that does it is not in its package."""
    columns = ", ".join(f"{field} {'int' if field == 'target_threads' else 'string'}" for field in FIELDS)
    project.run_sql(f"create table {project.test_schema}.{name} ({columns})")


def check_hook_rows(project, name: str, state: str, count: int) -> None:
    """The suite expects the target of Postgres: a user, a password and a database."""
    rows = project.run_sql(
        f"select {', '.join(FIELDS)} from {project.test_schema}.{name} where test_state = '{state}'", fetch="all"
    )
    assert len(rows) == count
    for row in rows:
        seen = dict(zip(FIELDS, row, strict=True))
        assert seen["target_name"] == "default"
        assert seen["target_schema"] == project.test_schema
        assert seen["target_type"] == "spark_connect"
        assert seen["target_threads"] == 4
        assert seen["run_started_at"]
        assert seen["invocation_id"]
        assert seen["thread_id"].startswith("Thread-") or seen["thread_id"] == "MainThread"


class OnModelHook:
    @pytest.fixture(scope="class", autouse=True)
    def setUp(self, project):
        create_hook_table(project, "on_model_hook")

    def check_hooks(self, state, project, host, count=1):
        check_hook_rows(project, "on_model_hook", state, count)


class WithoutVacuum(OnModelHook):
    @pytest.fixture(scope="class")
    def project_config_update(self):
        """Sail has no VACUUM, which the suite runs outside of the transaction."""
        outside = {"sql": "select 1", "transaction": False}
        return {
            "models": {
                "test": {
                    "pre-hook": [test_model_hooks.MODEL_PRE_HOOK, outside],
                    "post-hook": [outside, test_model_hooks.MODEL_POST_HOOK],
                }
            }
        }


class TestPrePostModelHooks(WithoutVacuum, BasePrePostModelHooks):
    pass


class TestPrePostModelHooksInConfigWithCount(WithoutVacuum, BasePrePostModelHooksInConfigWithCount):
    pass


class TestHookRefs(OnModelHook, BaseHookRefs):
    pass


class TestPrePostModelHooksInConfig(OnModelHook, BasePrePostModelHooksInConfig):
    pass


class TestPrePostModelHooksInConfigKwargs(OnModelHook, BasePrePostModelHooksInConfigKwargs):
    pass


class TestDuplicateHooksInConfigs(BaseDuplicateHooksInConfigs):
    pass


class TestHooksRefsOnSeeds(BaseHooksRefsOnSeeds):
    pass


# Sail has no ADD COLUMN, the adapter has.
ADD_COLUMN = "{% do adapter.add_columns(this, [api.Column('new_col', 'int')]) %}"
FILL_COLUMN = "update {{ this }} set new_col = 1"


class TestPrePostModelHooksOnSeeds(BasePrePostModelHooksOnSeeds):
    @pytest.fixture(scope="class")
    def project_config_update(self):
        return {
            "seeds": {
                "quote_columns": False,
                "post-hook": [ADD_COLUMN, FILL_COLUMN, "select null::{{ dbt.type_int() }} as id"],
            }
        }


class TestPrePostModelHooksOnSnapshots(BasePrePostModelHooksOnSnapshots):
    @pytest.fixture(scope="class")
    def project_config_update(self):
        return {"snapshot-paths": ["test-snapshots"], "snapshots": {"post-hook": [ADD_COLUMN, FILL_COLUMN]}}


class TestPrePostSnapshotHooksInConfigKwargs(BasePrePostSnapshotHooksInConfigKwargs):
    @pytest.fixture(scope="class")
    def project_config_update(self):
        return {"snapshot-paths": ["test-kwargs-snapshots"], "snapshots": {"post-hook": [ADD_COLUMN, FILL_COLUMN]}}


class TestPrePostRunHooks(BasePrePostRunHooks):
    @pytest.fixture
    def setUp(self, project, monkeypatch):
        for name in ("on_run_hook", "schemas", "db_schemas"):
            project.run_sql(f"drop table if exists {project.test_schema}.{name}")
        create_hook_table(project, "on_run_hook")
        monkeypatch.setenv("TERM_TEST", "TESTING")

    def check_hooks(self, state, project, host):
        check_hook_rows(project, "on_run_hook", state, 1)

    def assert_used_schemas(self, project):
        schema = project.test_schema
        assert project.run_sql(f"select * from {schema}.schemas", fetch="all") == [(schema,)]
        # A text, since the hook writes what it knows of the database into a string.
        assert project.run_sql(f"select * from {schema}.db_schemas", fetch="all") == [("None", schema)]


class TestAfterRunHooks(BaseAfterRunHooks):
    pass
