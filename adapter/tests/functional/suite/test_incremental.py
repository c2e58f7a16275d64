"""dbt's suite: incremental models."""

import pytest
from dbt.tests.adapter.basic.test_incremental import (
    BaseIncremental,
    BaseIncrementalBadStrategy,
    BaseIncrementalNotSchemaChange,
)
from dbt.tests.adapter.incremental.test_incremental_merge_exclude_columns import BaseMergeExcludeColumns
from dbt.tests.adapter.incremental.test_incremental_on_schema_change import BaseIncrementalOnSchemaChange
from dbt.tests.adapter.incremental.test_incremental_predicates import BaseIncrementalPredicates
from dbt.tests.adapter.incremental.test_incremental_unique_id import BaseIncrementalUniqueKey
from dbt.tests.util import run_dbt

pytestmark = pytest.mark.slow


class TestIncremental(BaseIncremental):
    pass


class TestIncrementalNotSchemaChange(BaseIncrementalNotSchemaChange):
    pass


class TestIncrementalBadStrategy(BaseIncrementalBadStrategy):
    def test_incremental_invalid_strategy(self, project):
        """The adapter names the strategies that there are, where dbt names a macro."""
        run_dbt(["seed"])
        results = run_dbt(["run"], expect_pass=False)
        assert "'bad_strategy' is not one of: append, merge, replace_where" in results.results[0].message


class TestMergeExcludeColumns(BaseMergeExcludeColumns):
    pass


class TestIncrementalPredicatesMerge(BaseIncrementalPredicates):
    @pytest.fixture(scope="class")
    def project_config_update(self):
        # There is no delete+insert; in a merge `id` is in both tables.
        return {
            "models": {
                "+incremental_predicates": ["DBT_INTERNAL_DEST.id != 2"],
                "+incremental_strategy": "merge",
            }
        }


class TestIncrementalUniqueKey(BaseIncrementalUniqueKey):
    pass


class TestIncrementalOnSchemaChange(BaseIncrementalOnSchemaChange):
    def test_run_incremental_sync_all_columns(self, project):
        """Columns cannot be removed, nor change their type: the run stops, and names --full-refresh."""
        for name in ("incremental_sync_all_columns", "incremental_sync_remove_only"):
            run_dbt(["run", "--select", "model_a", name])
            results = run_dbt(["run", "--select", name], expect_pass=False)
            assert "--full-refresh" in results.results[0].message
