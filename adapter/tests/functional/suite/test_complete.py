"""Every class of dbt's suite runs here, or is listed below with the reason why it does not.

A new version of the suite that brings a class fails this test until somebody has decided.
"""

import importlib.util
import inspect
from collections.abc import Iterator
from pathlib import Path

import dbt.tests.adapter

# Reason: the names of the classes. No name is in the suite twice.
EXCLUDED = {
    "others are made of it, and run it": """
        BaseArrayUtils BaseCachingTest BaseConstraintsColumnsEqual BaseCurrentTimestamp BaseDataTypeMacro BaseUtils
        StoreTestFailuresBase""",
    "grants are accepted and do nothing: the engine has no users": """
        BaseIncrementalGrants BaseInvalidGrants BaseModelGrants BaseSeedGrants BaseSnapshotGrants""",
    "persist_docs is accepted and does nothing: the engine has no comments": """
        BasePersistDocs BasePersistDocsAllColumnsMissing BasePersistDocsColumnMissing
        BasePersistDocsCommentOnQuotedColumn BasePersistDocsQuotedColumnCaseSensitive
        BasePersistDocsQuotedDescriptionNotAppliedOnMismatch""",
    "the text of its DDL is Postgres's; constraints are checked by the statement that writes, see the rollback tests": """
        BaseConstraintQuotedColumn BaseConstraintsRuntimeDdlEnforcement
        BaseIncrementalConstraintsRuntimeDdlEnforcement BaseModelConstraintsRuntimeEnforcement""",
    "the text of its SQL is Postgres's; ephemeral models run in TestEphemeral": "BaseEphemeralMulti BaseEphemeralNested",
    "a sql_header would be a second statement, and set something for all models: they share one session": """
        BaseContractSqlHeader BaseIncrementalContractSqlHeader BaseTableContractSqlHeader""",
    "the engine has no materialized views": """
        MaterializedViewBasic MaterializedViewChanges MaterializedViewChangesApplyMixin
        MaterializedViewChangesContinueMixin MaterializedViewChangesFailMixin""",
    "the engine has no user-defined functions in its catalog": """
        BasicJSAggregateUDF BasicJSUDF BasicPythonUDAF BasicSQLUDAF CanFindScalarFunctionRelation DeterministicUDF
        ErrorForUnsupportedType JSAggregateUDFVolatilityIgnored JSUDFDefaultArgSupport JSUDFDeterministicVolatility
        JSUDFMultiLineBody JSUDFNonDeterministicVolatility JSUDFStableVolatilityWarns NonDeterministicUDF
        PythonUDAFDefaultArgSupport PythonUDFDefaultArgSupport PythonUDFEntryPointRequired PythonUDFNotSupported
        PythonUDFRuntimeVersionRequired PythonUDFSupported PythonUDFVolatilitySupport PythonUDFWithPackagesSupported
        SqlUDFDefaultArgSupport StableUDF UDAFBase UDFsBasic""",
    "dbt-spark's clone needs CLONE and ALTER VIEW, which Sail does not have": """
        BaseCloneNotPossible BaseClonePossible BaseCloneSameSourceAndTarget TestPostgresCloneNotPossible""",
    "the columns of dbt-spark do not know Spark's types as numbers and strings": "BasePostgresColumnTypes",
    "the strategy microbatch needs dynamic partition overwrite, which Sail ignores": "BaseMicrobatch",
    "there is no strategy delete+insert": "TestPredicatesDeleteInsert",
    "there are no databases above schemas": "BaseSameAliasDifferentDatabases",
    "an ability that an adapter may have, and this one has not": "BaseGetCatalogForSingleRelation",
    "it compares times without a zone; TestSnapshotNewRecordDbtValidToCurrent has the same setting": """
        BaseSnapshotDbtValidToCurrent""",
    "its profile is one of Postgres": "BaseSimpleCopyUppercase",
    "it needs koalas and pandas on Spark; the other kinds of data frames are in the tests of Python models": """
        BasePySparkTests""",
    "Spark escapes a quote with a backslash, see TestEscapeSingleQuotesBackslash": "BaseEscapeSingleQuotesQuote",
    "Spark's current time has a zone, see TestCurrentTimestampAware": "BaseCurrentTimestampNaive",
    "the listagg of dbt-spark ignores the order": "BaseListagg",
    "covered by others, which take the same way through the adapter": """
        BaseCachingLowercaseModel BaseDebugInvalidProjectPostgres BaseEmptyQueryComments
        BaseIncrementalConstraintsColumnsEqual BaseMacroInvalidQueryComments BaseMacroQueryComments
        BaseSnapshotColumnNamesFromDbtProject BaseSnapshotNewColumnSpecificCheckCols
        BaseSnapshotNewColumnTimestampStrategy EmptyModelsArentRunBase StoreTestFailuresAsProjectLevelEphemeral
        StoreTestFailuresAsProjectLevelOff""",
    "covered by TestBasicSeeds: a table is always replaced as a whole": """
        BaseSeedConfigFullRefreshOff BaseSeedConfigFullRefreshOn""",
    "covered by TestPrePostModelHooks and TestPrePostModelHooksOnSeeds: it is dbt that reads the other spellings": """
        BasePrePostModelHooksOnSeedsPlusPrefixed BasePrePostModelHooksOnSeedsPlusPrefixedWhitespace
        TestPrePostModelHooksUnderscores""",
    "a file without the delimiter is a table of one column": "BaseSeedWithWrongDelimiter",
}


def _classes(file: Path, module: str) -> Iterator[type]:
    """The classes with tests that a file defines."""
    spec = importlib.util.spec_from_file_location(module, file)
    assert spec and spec.loader
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    for found in vars(loaded).values():
        if (
            inspect.isclass(found)
            and found.__module__ == module
            and any(name.startswith("test") for name in dir(found))
        ):
            yield found


def _of_the_suite() -> set[str]:
    """Its classes, but those that only run another one on Postgres."""
    folder = Path(dbt.tests.adapter.__path__[0])
    names = []
    for file in folder.rglob("*.py"):
        module = ".".join(("dbt.tests.adapter", *file.relative_to(folder).with_suffix("").parts))
        for found in _classes(file, module):
            if not found.__name__.startswith("Test") or any(not name.startswith("__") for name in vars(found)):
                names.append(found.__name__)
    assert len(names) == len(set(names))
    return set(names)


def test_every_class_of_the_suite_runs_or_is_excluded() -> None:
    excluded = [name for names in EXCLUDED.values() for name in names.split()]
    run = {
        base.__name__
        for file in Path(__file__).parent.glob("test_*.py")
        if file != Path(__file__)
        for ours in _classes(file, file.stem)
        for base in ours.__bases__
        if base.__module__.startswith("dbt.tests.adapter")
    }
    assert len(excluded) == len(set(excluded))
    assert not run & set(excluded)
    assert run | set(excluded) == _of_the_suite()
