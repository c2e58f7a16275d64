"""dbt's suite: the materializations, tests, catalog and calls that every adapter has."""

from typing import Any

import pytest
from dbt.tests.adapter.basic import expected_catalog
from dbt.tests.adapter.basic.test_adapter_methods import BaseAdapterMethod
from dbt.tests.adapter.basic.test_base import BaseSimpleMaterializations
from dbt.tests.adapter.basic.test_docs_generate import BaseDocsGenerate, BaseDocsGenReferences
from dbt.tests.adapter.basic.test_empty import BaseEmpty
from dbt.tests.adapter.basic.test_ephemeral import BaseEphemeral
from dbt.tests.adapter.basic.test_generic_tests import BaseGenericTests
from dbt.tests.adapter.basic.test_singular_tests import BaseSingularTests
from dbt.tests.adapter.basic.test_singular_tests_ephemeral import BaseSingularTestsEphemeral
from dbt.tests.adapter.basic.test_table_materialization import BaseTableMaterialization
from dbt.tests.adapter.basic.test_validate_connection import BaseValidateConnection
from dbt.tests.adapter.catalog import files
from dbt.tests.adapter.catalog.relation_types import CatalogRelationTypes
from dbt.tests.util import AnyInteger

pytestmark = pytest.mark.slow


class TestAdapterMethod(BaseAdapterMethod):
    pass


class TestSimpleMaterializations(BaseSimpleMaterializations):
    pass


class TestEmpty(BaseEmpty):
    pass


class TestEphemeral(BaseEphemeral):
    pass


class TestGenericTests(BaseGenericTests):
    pass


class TestSingularTests(BaseSingularTests):
    pass


class TestSingularTestsEphemeral(BaseSingularTestsEphemeral):
    pass


class TestTableMaterialization(BaseTableMaterialization):
    pass


class TestValidateConnection(BaseValidateConnection):
    pass


def table_stats() -> dict[str, Any]:
    """What the catalog says of a table; of a view it says nothing."""
    stats = {"bytes": "Size in bytes", "version": "Delta version"}
    return expected_catalog.no_stats() | {
        "has_stats": expected_catalog.no_stats()["has_stats"] | {"value": True},
        **{
            key: {"id": key, "label": label, "value": AnyInteger(), "description": label, "include": True}
            for key, label in stats.items()
        },
    }


# The types and kinds as Spark names them.
SPARK_NAMES = {
    "id_type": "bigint",
    "text_type": "string",
    "time_type": "timestamp",
    "view_type": "view",
    "table_type": "table",
}


class TestDocsGenerate(BaseDocsGenerate):
    @pytest.fixture(scope="class")
    def expected_catalog(self, project, profile_user):
        return expected_catalog.base_expected_catalog(
            project, profile_user, model_stats=expected_catalog.no_stats(), seed_stats=table_stats(), **SPARK_NAMES
        )


class TestDocsGenReferences(BaseDocsGenReferences):
    @pytest.fixture(scope="class")
    def expected_catalog(self, project, profile_user):
        expected = expected_catalog.expected_references_catalog(
            project,
            profile_user,
            bigint_type="bigint",
            model_stats=table_stats(),
            view_summary_stats=expected_catalog.no_stats(),
            **SPARK_NAMES,
        )
        for table in (*expected["nodes"].values(), *expected["sources"].values()):
            # dbt-spark counts columns from 0. The suite has one dictionary for several tables.
            table["columns"] = {
                name: column | {"index": index} for index, (name, column) in enumerate(table["columns"].items())
            }
        return expected


class TestCatalogRelationTypes(CatalogRelationTypes):
    @pytest.fixture(scope="class", autouse=True)
    def models(self):
        return {"my_table.sql": files.MY_TABLE, "my_view.sql": files.MY_VIEW}  # Sail has no materialized views

    @pytest.mark.parametrize(
        ("node_name", "relation_type"),
        [("seed.test.my_seed", "table"), ("model.test.my_table", "table"), ("model.test.my_view", "view")],
    )
    def test_relation_types_populate_correctly(self, docs, node_name, relation_type):
        super().test_relation_types_populate_correctly(docs, node_name, relation_type)
