"""An S3 server on this machine, and shops whose files and tables are in a bucket of it."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3
import pytest
from dbt.adapters.spark_connect.store.objects import Store
from dbt.adapters.spark_connect.warehouses import open_warehouse
from shop import HEADERS, Files, Shop

# To be looked for wherever something could have been written.
SECRET = "wJalrXUtnFEMI-a-secret-of-the-tests"
NOTHING_NEW = ("_lock.json",)


def _free_port() -> int:
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def s3_server(log: Path) -> Iterator[str]:
    """An S3 server; the environment variables of who uses it are set as long as it runs."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    with log.open("wb") as out:
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
        server = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        _wait_for(address, server)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AWS_ENDPOINT_URL", address)
            patch.setenv("AWS_ACCESS_KEY_ID", "tests")
            patch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
            patch.setenv("AWS_REGION", "eu-central-1")
            # What a store that is opened sets is taken back with the rest.
            patch.setenv("AWS_ALLOW_HTTP", "true")
            patch.setenv("XDG_CACHE_HOME", str(log.parent / "cache"))
            yield address
    finally:
        server.kill()
        server.wait()


def _wait_for(address: str, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while True:
        assert server.poll() is None, "the S3 server has stopped"
        try:
            urllib.request.urlopen(f"{address}/moto-api/", timeout=5)
            return
        except OSError:
            assert time.monotonic() < deadline, "the S3 server does not answer"
            time.sleep(0.1)


class OnStore(Shop):
    """A shop whose landing folder and warehouse are in a bucket of its own."""

    def __init__(self, bucket: str, root: Path) -> None:
        self.root = root
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket=bucket)
        self.landing = f"s3://{bucket}/landing"  # type: ignore[assignment]
        self.warehouse = f"s3://{bucket}/tables/warehouse"  # type: ignore[assignment]
        self.store = Store(str(self.warehouse))

    def deliver(self, files: Files) -> None:
        landing = Store(str(self.landing))
        for name, content in files.items():
            if isinstance(content, list):
                content = "\n".join([HEADERS[name.split("/")[0].split(".")[0]], *content, ""])
            landing.write(name, content.encode() if isinstance(content, str) else content)

    def own_target(self) -> Path:
        return self.root / "target"

    def names(self, *layers: str) -> list[str]:
        tables = open_warehouse(str(self.warehouse)).tables()
        return [f"{schema}.{name}" for schema, name in tables if schema in layers]

    def path(self, name: str) -> str:  # type: ignore[override]
        return f"{self.warehouse}/{name.replace('.', '/')}"

    def objects(self) -> dict[str, str | None]:
        """The tag of each object but the lock, by its name."""
        return {found.name: found.tag for found in self.store.objects("") if found.name not in NOTHING_NEW}


def files_with(text: str, *folders: Path) -> list[str]:
    """The files of folders in which a text stands."""
    found = []
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and text.encode() in path.read_bytes():
                found.append(os.fspath(path))
    return found
