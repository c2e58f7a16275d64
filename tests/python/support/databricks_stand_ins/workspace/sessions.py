"""Sessions of one Spark: temporary views belong to a session."""

from pyspark.sql.connect.session import SparkSession


class Sessions:
    """They are kept to the end: a session's destructor stops threads that all sessions of a process share."""

    def __init__(self, first: SparkSession) -> None:
        # A session can be cloned once the server has heard of it.
        self.version = first.version
        self._sessions = [first]

    def open(self) -> SparkSession:
        self._sessions.append(self._sessions[0].cloneSession())
        return self._sessions[-1]
