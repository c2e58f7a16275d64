"""`python -m databricks_stand_ins.workspace <folder> <settings of Spark as JSON>`: run until standard input ends.

The tables lie in the folder, as on the other engines. The port is the first line of the output.
"""

import json
import os
import sys
import threading
from pathlib import Path

from dbt.adapters.spark_connect.credentials import SparkConnectCredentials
from dbt.adapters.spark_connect.engines.spark import SparkEngine

from databricks_stand_ins.workspace.catalog import Catalog
from databricks_stand_ins.workspace.jobs import Jobs
from databricks_stand_ins.workspace.server import serve
from databricks_stand_ins.workspace.sessions import Sessions
from databricks_stand_ins.workspace.warehouse import Warehouse

folder, config = Path(sys.argv[1]), json.loads(sys.argv[2])
engine = SparkEngine(SparkConnectCredentials(schema="lakehouse", engine="spark", warehouse=str(folder), config=config))
try:
    sessions = Sessions(engine.session)
    server = serve(Warehouse(sessions, Catalog(folder)), Jobs(sessions), folder / "certificate.pem")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()
finally:
    engine.close()
    # Without what the sessions' library does at the end: it would wait for a Spark that is gone.
    os._exit(0)
