"""dbt's suite: what a run does around its models, and the other commands."""

import pytest
from dbt.tests.adapter.aliases.test_aliases import BaseAliasErrors, BaseAliases, BaseSameAliasDifferentSchemas
from dbt.tests.adapter.caching.test_caching import (
    BaseCachingSelectedSchemaOnly,
    BaseCachingUppercaseModel,
    BaseNoPopulateCache,
)
from dbt.tests.adapter.concurrency.test_concurrency import BaseConcurrency
from dbt.tests.adapter.dbt_clone.test_dbt_clone import BaseCloneSameTargetAndState
from dbt.tests.adapter.dbt_debug.test_dbt_debug import BaseDebugPostgres
from dbt.tests.adapter.dbt_show.test_dbt_show import BaseShowDoesNotHandleDoubleLimit, BaseShowLimit, BaseShowSqlHeader
from dbt.tests.adapter.empty.test_empty import BaseTestEmpty, BaseTestEmptyInlineSourceRef, MetadataWithEmptyFlag
from dbt.tests.adapter.ephemeral.test_ephemeral import BaseEphemeralErrorHandling
from dbt.tests.adapter.python_model import test_python_model as python_model
from dbt.tests.adapter.python_model.test_python_model import (
    BasePythonEmptyTests,
    BasePythonIncrementalTests,
    BasePythonMetaGetTests,
    BasePythonModelTests,
    BasePythonSampleTests,
)
from dbt.tests.adapter.query_comment.test_query_comment import (
    BaseMacroArgsQueryComments,
    BaseNullQueryComments,
    BaseQueryComments,
)
from dbt.tests.adapter.relations.test_changing_relation_type import BaseChangeRelationTypeValidator
from dbt.tests.adapter.relations.test_dropping_schema_named import BaseDropSchemaNamed
from dbt.tests.adapter.sample_mode import fixtures as sample_mode
from dbt.tests.adapter.sample_mode.test_sample_mode import BaseSampleModeTest
from dbt.tests.adapter.store_test_failures_tests.basic import (
    StoreTestFailuresAsExceptions,
    StoreTestFailuresAsGeneric,
    StoreTestFailuresAsInteractions,
    StoreTestFailuresAsProjectLevelView,
)
from dbt.tests.adapter.store_test_failures_tests.test_store_test_failures import (
    BaseStoreTestFailures,
    BaseStoreTestFailuresLimit,
)
from dbt.tests.util import run_dbt

pytestmark = pytest.mark.slow


class TestAliases(BaseAliases):
    pass


class TestAliasErrors(BaseAliasErrors):
    pass


class TestSameAliasDifferentSchemas(BaseSameAliasDifferentSchemas):
    pass


class CachedWithoutDatabase:
    def run_and_inspect_cache(self, project, run_args=None):
        """As in the suite, which expects the relations to have a database, too."""
        seen = []
        for _ in range(2):
            run_dbt(run_args)
            (relation,) = project.adapter.cache.relations
            seen.append((relation.schema, relation.identifier.lower()))
        assert seen == [(project.test_schema, "model")] * 2


class TestCachingUppercaseModel(CachedWithoutDatabase, BaseCachingUppercaseModel):
    pass


class TestCachingSelectedSchemaOnly(CachedWithoutDatabase, BaseCachingSelectedSchemaOnly):
    pass


class TestNoPopulateCache(CachedWithoutDatabase, BaseNoPopulateCache):
    pass


class TestConcurrency(BaseConcurrency):
    pass


class TestCloneSameTargetAndState(BaseCloneSameTargetAndState):
    pass


class TestDebug(BaseDebugPostgres):
    @pytest.fixture(scope="class")
    def dbt_profile_data(self, dbt_profile_data, dbt_profile_target):
        """What can be wrong in a profile of this adapter: no user or password."""
        target = dbt_profile_target | {"schema": "dev"}
        dbt_profile_data["test"]["outputs"] |= {
            "nopass": target | {"engine": "duckdb"},
            "wronguser": target | {"warehouse": "dbt_project.yml"},
            "none_target": None,
        }
        return dbt_profile_data


class TestShowLimit(BaseShowLimit):
    pass


class TestShowSqlHeader(BaseShowSqlHeader):
    pass


class TestShowDoesNotHandleDoubleLimit(BaseShowDoesNotHandleDoubleLimit):
    DATABASE_ERROR_MESSAGE = "duplicated LIMIT clause"


class TestRunEmpty(BaseTestEmpty):
    pass


class TestRunEmptyInlineSourceRef(BaseTestEmptyInlineSourceRef):
    pass


class TestMetadataWithEmptyFlag(MetadataWithEmptyFlag):
    # Sail cannot change a column's type, remove columns or truncate a table.
    @pytest.mark.parametrize(
        "model", ["control", "get_columns_in_relation", "alter_relation_comment", "alter_column_comment"]
    )
    def test_run(self, project, model):
        super().test_run(project, model)


class TestEphemeralErrorHandling(BaseEphemeralErrorHandling):
    pass


def spark_zone(model: str) -> str:
    """The suite's times end in the zone -0, which neither Sail nor Spark takes."""
    return model.replace(":00-0'", ":00+00'")


class TestSampleMode(BaseSampleModeTest):
    @pytest.fixture(scope="class")
    def input_model_sql(self):
        return spark_zone(sample_mode.input_model_sql)


class TestPythonSample(BasePythonSampleTests):
    @pytest.fixture(scope="class")
    def input_model_sql(self):
        return spark_zone(python_model._input_model_sql)


class TestPythonEmpty(BasePythonEmptyTests):
    @pytest.fixture(scope="class")
    def input_model_sql(self):
        return spark_zone(python_model._input_model_sql)


class TestPythonModel(BasePythonModelTests):
    pass


class TestPythonIncremental(BasePythonIncrementalTests):
    pass


class TestPythonMetaGet(BasePythonMetaGetTests):
    pass


class TestQueryComments(BaseQueryComments):
    pass


class TestMacroArgsQueryComments(BaseMacroArgsQueryComments):
    pass


class TestNullQueryComments(BaseNullQueryComments):
    pass


class TestChangeRelationType(BaseChangeRelationTypeValidator):
    pass


class TestDropSchemaNamed(BaseDropSchemaNamed):
    pass


class TestStoreFailures(BaseStoreTestFailures):
    pass


class TestStoreFailuresLimit(BaseStoreTestFailuresLimit):
    pass


class TestStoreFailuresAsInteractions(StoreTestFailuresAsInteractions):
    pass


class TestStoreFailuresAsProjectLevelView(StoreTestFailuresAsProjectLevelView):
    pass


class TestStoreFailuresAsGeneric(StoreTestFailuresAsGeneric):
    pass


class TestStoreFailuresAsExceptions(StoreTestFailuresAsExceptions):
    pass
