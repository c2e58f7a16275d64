"""dbt's suite: seeds."""

from codecs import BOM_UTF8

import pytest
from dbt.tests.adapter.empty.test_empty import BaseTestEmptySeedFlag
from dbt.tests.adapter.simple_copy.test_simple_copy import SimpleCopyBase
from dbt.tests.adapter.simple_seed import fixtures, seeds
from dbt.tests.adapter.simple_seed.test_seed import (
    BaseBasicSeedTests,
    BaseSeedCustomSchema,
    BaseSeedParsing,
    BaseSeedSpecificFormats,
    BaseSeedWithEmptyDelimiter,
    BaseSeedWithUniqueDelimiter,
    BaseSimpleSeedEnabledViaConfig,
    BaseSimpleSeedWithBOM,
    BaseTestEmptySeed,
)
from dbt.tests.adapter.simple_seed.test_seed_type_override import BaseSimpleSeedColumnOverride
from dbt.tests.util import run_dbt, write_file

pytestmark = pytest.mark.slow


class TestBasicSeeds(BaseBasicSeedTests):
    def test_simple_seed_full_refresh_flag(self, project):
        """Views stay when what they read is replaced; Postgres drops them with the table."""
        self._build_relations_for_test(project)
        self._check_relation_end_state(run_dbt(["seed", "--full-refresh"]), project, exists=True)


class TestSeedCustomSchema(BaseSeedCustomSchema):
    pass


class TestSeedWithUniqueDelimiter(BaseSeedWithUniqueDelimiter):
    pass


class TestSeedWithEmptyDelimiter(BaseSeedWithEmptyDelimiter):
    pass


class TestSimpleSeedEnabledViaConfig(BaseSimpleSeedEnabledViaConfig):
    pass


class TestSeedParsing(BaseSeedParsing):
    pass


class TestSimpleSeedWithBOM(BaseSimpleSeedWithBOM):
    @pytest.fixture(scope="class", autouse=True)
    def setUp(self, project):
        """The suite's file with a BOM is not in its package."""
        project.run_sql(seeds.seeds__expected_sql)
        write_file(BOM_UTF8.decode() + seeds.seed__actual_csv.lstrip(), project.project_root, "seeds", "seed_bom.csv")


class TestSeedSpecificFormats(BaseSeedSpecificFormats):
    @pytest.fixture(scope="class")
    def seeds(self, test_data_dir):
        """A table's name has no dots: it is that of its folder."""
        return {
            "big_seed.csv": self._make_big_seed(test_data_dir).read_text(),
            "seed_with_dots.csv": seeds.seed__with_dots_csv,
            "seed_unicode.csv": seeds.seed__unicode_csv,
        }


class TestEmptySeed(BaseTestEmptySeed):
    pass


class TestEmptySeedFlag(BaseTestEmptySeedFlag):
    pass


class TestSimpleSeedColumnOverride(BaseSimpleSeedColumnOverride):
    @pytest.fixture(scope="class")
    def models(self):
        """The types as Spark names them; whole numbers are bigint."""
        properties = fixtures.properties__schema_yml
        for postgres, spark in (("text", "string"), ("integer", "bigint"), (" without time zone", "")):
            properties = properties.replace(postgres, spark)
        return {"schema.yml": properties}


class TestSimpleCopy(SimpleCopyBase):
    test_simple_copy_with_materialized_views = None  # Sail has no materialized views
