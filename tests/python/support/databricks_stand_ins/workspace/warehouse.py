"""The SQL warehouse: the part of the connector's Thrift service that dbt-databricks uses. Each session is one of Spark."""

import uuid
from typing import Any

import pyarrow as pa
from databricks.sql.thrift_api.TCLIService import TCLIService
from databricks.sql.thrift_api.TCLIService import ttypes as t
from pyspark.errors import PySparkException
from pyspark.sql.connect.session import SparkSession
from thrift.protocol.TBinaryProtocol import TBinaryProtocol
from thrift.transport.TTransport import TMemoryBuffer

from databricks_stand_ins.refusals import Refused
from databricks_stand_ins.workspace.catalog import Catalog
from databricks_stand_ins.workspace.sessions import Sessions
from databricks_stand_ins.workspace.statements import run

DONE = t.TStatus(statusCode=t.TStatusCode.SUCCESS_STATUS)


class Warehouse:
    """The handler of the Thrift service. What it lacks, the connector is told that the service lacks."""

    def __init__(self, sessions: Sessions, catalog: Catalog) -> None:
        self._spark = sessions
        self._catalog = catalog
        self._sessions: dict[bytes, SparkSession] = {}
        self._processor = TCLIService.Processor(self)

    def answer(self, request: bytes) -> bytes:
        response = TMemoryBuffer()
        self._processor.process(TBinaryProtocol(TMemoryBuffer(request)), TBinaryProtocol(response))
        answer: bytes = response.getvalue()
        return answer

    def OpenSession(self, request: t.TOpenSessionReq) -> t.TOpenSessionResp:
        handle = _identifier()
        self._sessions[handle.guid] = self._spark.open()
        return t.TOpenSessionResp(
            status=DONE,
            serverProtocolVersion=t.TProtocolVersion.SPARK_CLI_SERVICE_PROTOCOL_V7,
            sessionHandle=t.TSessionHandle(sessionId=handle),
            initialNamespace=request.initialNamespace,
            canUseMultipleCatalogs=True,
        )

    def CloseSession(self, request: t.TCloseSessionReq) -> t.TCloseSessionResp:
        self._sessions.pop(request.sessionHandle.sessionId.guid)
        return t.TCloseSessionResp(status=DONE)

    def ExecuteStatement(self, request: t.TExecuteStatementReq) -> t.TExecuteStatementResp:
        session = self._sessions[request.sessionHandle.sessionId.guid]
        handle = t.TOperationHandle(
            operationId=_identifier(), operationType=t.TOperationType.EXECUTE_STATEMENT, hasResultSet=True
        )
        try:
            results = _results(run(session, self._catalog, request.statement))
        except (PySparkException, Refused) as error:
            results = t.TSparkDirectResults(
                operationStatus=t.TGetOperationStatusResp(
                    status=DONE,
                    operationState=t.TOperationState.ERROR_STATE,
                    displayMessage=str(error).split("\n\nJVM")[0],
                )
            )
        return t.TExecuteStatementResp(status=DONE, operationHandle=handle, directResults=results)

    def CloseOperation(self, _: t.TCloseOperationReq) -> t.TCloseOperationResp:
        return t.TCloseOperationResp(status=DONE)


def _identifier() -> t.THandleIdentifier:
    return t.THandleIdentifier(guid=uuid.uuid4().bytes, secret=uuid.uuid4().bytes)


def _results(rows: pa.Table) -> t.TSparkDirectResults:
    """A whole result in one answer, in Arrow."""
    batches = [
        t.TSparkArrowBatch(batch=batch.serialize().to_pybytes(), rowCount=batch.num_rows) for batch in rows.to_batches()
    ]
    return t.TSparkDirectResults(
        operationStatus=t.TGetOperationStatusResp(status=DONE, operationState=t.TOperationState.FINISHED_STATE),
        resultSetMetadata=t.TGetResultSetMetadataResp(
            status=DONE,
            schema=t.TTableSchema(columns=[_column(position, field) for position, field in enumerate(rows.schema)]),
            resultFormat=t.TSparkRowSetType.ARROW_BASED_SET,
            lz4Compressed=False,
            arrowSchema=rows.schema.serialize().to_pybytes(),
        ),
        resultSet=t.TFetchResultsResp(
            status=DONE, hasMoreRows=False, results=t.TRowSet(startRowOffset=0, rows=[], arrowBatches=batches)
        ),
        closeOperation=t.TCloseOperationResp(status=DONE),
    )


_TYPES = (
    (pa.types.is_boolean, t.TTypeId.BOOLEAN_TYPE),
    (pa.types.is_int8, t.TTypeId.TINYINT_TYPE),
    (pa.types.is_int16, t.TTypeId.SMALLINT_TYPE),
    (pa.types.is_int32, t.TTypeId.INT_TYPE),
    (pa.types.is_int64, t.TTypeId.BIGINT_TYPE),
    (pa.types.is_float32, t.TTypeId.FLOAT_TYPE),
    (pa.types.is_float64, t.TTypeId.DOUBLE_TYPE),
    (pa.types.is_decimal, t.TTypeId.DECIMAL_TYPE),
    (pa.types.is_date, t.TTypeId.DATE_TYPE),
    (pa.types.is_timestamp, t.TTypeId.TIMESTAMP_TYPE),
    (pa.types.is_string, t.TTypeId.STRING_TYPE),
    (pa.types.is_large_string, t.TTypeId.STRING_TYPE),
    (pa.types.is_binary, t.TTypeId.BINARY_TYPE),
    (pa.types.is_list, t.TTypeId.ARRAY_TYPE),
    (pa.types.is_map, t.TTypeId.MAP_TYPE),
    (pa.types.is_struct, t.TTypeId.STRUCT_TYPE),
    (pa.types.is_null, t.TTypeId.NULL_TYPE),
)


def _column(position: int, field: pa.Field) -> t.TColumnDesc:
    entry = t.TPrimitiveTypeEntry(type=next(kind for test, kind in _TYPES if test(field.type)))
    if entry.type == t.TTypeId.DECIMAL_TYPE:
        qualifiers: dict[str, Any] = {"precision": field.type.precision, "scale": field.type.scale}
        entry.typeQualifiers = t.TTypeQualifiers(
            qualifiers={name: t.TTypeQualifierValue(i32Value=value) for name, value in qualifiers.items()}
        )
    types = t.TTypeDesc(types=[t.TTypeEntry(primitiveEntry=entry)])
    return t.TColumnDesc(columnName=field.name, typeDesc=types, position=position + 1)
