"""Reading a file within limits, and errors that name it."""

import gzip
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa
from dbt_common.exceptions import DbtRuntimeError


@dataclass(frozen=True)
class Limits:
    """The limits for a file: bytes after decompression, bytes in a line, and seconds to read it."""

    file_bytes: int = 100 << 30
    line_bytes: int = 16 << 20
    seconds: int = 3600


class Budget:
    """What remains of the limits while a file is read. A DbtRuntimeError names the exceeded limit."""

    def __init__(self, path: str, limits: Limits) -> None:
        self.path, self.limits = path, limits
        self._bytes, self._started = 0, time.monotonic()

    def take(self, size: int) -> None:
        """Count decompressed bytes, and look at the clock."""
        self._bytes += size
        if self._bytes > self.limits.file_bytes:
            self.refuse(f"it has more than {self.limits.file_bytes:,} bytes when it is decompressed")
        if time.monotonic() - self._started > self.limits.seconds:
            self.refuse(f"reading it takes more than {self.limits.seconds:,} seconds")

    def refuse(self, reason: str) -> None:
        raise DbtRuntimeError(f"{self.path}: {reason}, which is the limit for a file. It was not loaded.")


class Bounded:
    """A stream of a file's decompressed bytes, within its limits."""

    def __init__(self, stream: BinaryIO, path: str, limits: Limits) -> None:
        self._stream, self._budget, self._line_bytes = stream, Budget(path, limits), limits.line_bytes

    def __enter__(self) -> "Bounded":
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def read(self, size: int = -1) -> bytes:
        chunk = self._stream.read(size)
        self._budget.take(len(chunk))
        return chunk

    def readline(self) -> bytes:
        line = self._stream.readline(self._line_bytes + 1)
        self._budget.take(len(line))
        if len(line) > self._line_bytes:
            self._budget.refuse(f"a line has more than {self._line_bytes:,} bytes")
        return line


def raw_stream(source: Path) -> BinaryIO:
    """The decompressed bytes of a file."""
    return cast(BinaryIO, gzip.open(source, "rb")) if source.suffix == ".gz" else source.open("rb")


@contextmanager
def readable(path: Path | str) -> Iterator[None]:
    """Turn an error of the operating system or a decoder into one line that names the file."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DbtRuntimeError(f"{path}: not a whole gzip file ({error}). Deliver it again.") from None
    except (OSError, pa.ArrowException) as error:
        if isinstance(error, OSError) and error.strerror:
            raise DbtRuntimeError(f"{error.filename or path}: {error.strerror}.") from None
        reason = str(error).splitlines()[0].rstrip(".")
        raise DbtRuntimeError(f"{path}: it cannot be read ({reason}). Deliver it again.") from None
