"""Writes one landing file, plain or compressed, and keeps its size and checksum."""

import hashlib
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# Deflate, no flags, no time, no name, "unknown" as operating system: nothing that differs from run to run.
_GZIP_HEADER: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_GZIP_LEVEL: Final = 6


@dataclass(frozen=True)
class FileEntry:
    """A written file: path relative to the landing folder, lines after the header, bytes on disk, their SHA-256."""

    path: str
    rows: int
    bytes: int
    sha256: str


class _Gzip:
    """Compresses a stream of bytes to one gzip member."""

    def __init__(self) -> None:
        self._deflate = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._checksum = 0
        self._size = 0

    def update(self, data: bytes | memoryview) -> bytes:
        self._checksum = zlib.crc32(data, self._checksum)
        self._size += len(data)
        return self._deflate.compress(data)

    def finish(self) -> bytes:
        trailer = (self._checksum.to_bytes(4, "little"), (self._size % 2**32).to_bytes(4, "little"))
        return self._deflate.flush() + b"".join(trailer)


class LandingFile:
    """One file being written; ``.gz`` in its path compresses it."""

    def __init__(self, folder: Path, path: str, header: bytes) -> None:
        self._path = path
        self._rows = 0
        self._size = 0
        self._digest = hashlib.sha256()
        self._last = b""
        self._gzip = _Gzip() if path.endswith(".gz") else None
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        self._file = target.open("wb")
        if self._gzip is not None:
            self._put(_GZIP_HEADER)
        self._write(header)

    @property
    def has_last(self) -> bool:
        """Whether the last line of the file is already known."""
        return bool(self._last)

    def add(self, lines: bytes | memoryview, rows: int) -> None:
        """Appends complete lines."""
        self._rows += rows
        self._write(lines)

    def set_last(self, line: bytes) -> None:
        """Keeps a line for the end of the file."""
        self._rows += 1
        self._last = line

    def finish(self) -> FileEntry:
        """Writes the last line and closes the file."""
        self._write(self._last)
        if self._gzip is not None:
            self._put(self._gzip.finish())
        self.close()
        return FileEntry(self._path, self._rows, self._size, self._digest.hexdigest())

    def close(self) -> None:
        """Closes the file as it is."""
        self._file.close()

    def _write(self, data: bytes | memoryview) -> None:
        self._put(data if self._gzip is None else self._gzip.update(data))

    def _put(self, data: bytes | memoryview) -> None:
        self._file.write(data)
        self._digest.update(data)
        self._size += len(data)
