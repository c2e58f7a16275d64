"""What an object store says in one sentence, and never says."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from dbt.adapters.spark_connect.credentials import SparkConnectCredentials
from dbt.adapters.spark_connect.landing.bucket import BucketContents, paths, unread
from dbt.adapters.spark_connect.store import objects
from dbt.adapters.spark_connect.store.notes import StoreNotes
from dbt.adapters.spark_connect.store.objects import Store
from dbt_common.exceptions import DbtRuntimeError
from obstore.store import MemoryStore

SECRET = "a-secret-of-the-tests"
_BODY = "<Error><Code>{}</Code><Message>what {} was sent</Message></Error>"


class Answer(BaseHTTPRequestHandler):
    status, code = 200, ""

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(_BODY.format(self.code, SECRET).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Answer]]:
    """A server whose answer to everything can be set."""

    class Settable(Answer):
        pass

    with HTTPServer(("127.0.0.1", 0), Settable) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{listening.server_port}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "tests")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
        monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
        monkeypatch.setattr(objects, "_RETRIES", {"max_retries": 1})
        yield Settable
        listening.shutdown()


@pytest.mark.parametrize(
    ("status", "code", "reason"),
    [
        (404, "NoSuchBucket", "there is no bucket shop. Create it, or correct the name."),
        (
            403,
            "AccessDenied",
            "access was denied. Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and the rights on",
        ),
        (403, "InvalidAccessKeyId", "access was denied."),
        (403, "SignatureDoesNotMatch", "access was denied."),
        (301, "PermanentRedirect", "the bucket shop is in another region. Set AWS_REGION."),
        (400, "SomethingElse", "it says: "),
    ],
)
def test_what_a_store_refuses_is_one_sentence(server: type[Answer], status: int, code: str, reason: str) -> None:
    server.status, server.code = status, code
    with pytest.raises(DbtRuntimeError) as error:
        Store("s3://shop/warehouse").check()
    assert error.value.msg.startswith(f"The object store s3://shop/warehouse cannot be used: {reason}")
    assert "\n" not in error.value.msg and SECRET not in error.value.msg and "Error {" not in error.value.msg


def test_an_endpoint_that_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{free.getsockname()[1]}"
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "tests")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    monkeypatch.setattr(objects, "_RETRIES", {"max_retries": 1})
    with pytest.raises(DbtRuntimeError, match=f"cannot be used: {endpoint} does not answer. Check the endpoint"):
        Store("s3://shop/warehouse").check()


def test_a_region_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(DbtRuntimeError, match="cannot be used: set AWS_REGION to the bucket's region"):
        Store("s3://shop/warehouse")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://shop/x", "must be one of: s3://, gs://, abfss://"),
        (f"s3://key:{SECRET}@shop/x", "takes no credentials: set AWS_ACCESS_KEY_ID"),
        ("s3://shop/a b", "may have ASCII letters, digits and"),
    ],
)
def test_a_location_that_cannot_be_one(url: str, reason: str) -> None:
    with pytest.raises(DbtRuntimeError, match=reason) as error:
        SparkConnectCredentials(schema="dev", warehouse=url)
    assert SECRET not in error.value.msg


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> MemoryStore:
    """What every store that is opened has, in memory."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    memory = MemoryStore()
    plain = Store.__init__

    def opened(self: Store, url: str) -> None:
        plain(self, url)
        self._store = memory

    monkeypatch.setattr(Store, "__init__", opened)
    return memory


def test_the_files_of_a_landing_folder(bucket: MemoryStore, tmp_path: object) -> None:
    for name in ("events.csv", "events/2025/a b.csv.gz", "events-old.csv", "orders.txt", "shopify/orders/1.csv"):
        bucket.put(name, name.encode())
    bucket.put("events/", b"")
    assert paths("s3://shop/landing") == [
        "events-old.csv",
        "events.csv",
        "events/2025/a b.csv.gz",
        "shopify/orders/1.csv",
    ]
    assert unread("s3://shop/landing", ["events", "orders"], ["shopify"]) == [
        "events-old.csv: no entity has files of this name",
        "orders.txt: its name ends in none of .csv, .json, .jsonl, .ndjson (each also with .gz) and .parquet",
        "shopify/orders/1.csv: the source shopify is not in LAKEHOUSE_SOURCES",
    ]


@pytest.mark.parametrize("landing", ["s3://shop/landing", "s3://shop/landing/"])
def test_an_object_is_downloaded_once_and_again_when_it_changes(
    bucket: MemoryStore, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, landing: str
) -> None:
    bucket.put("events.csv", b"a\n1\n")
    bucket.put("events/more.csv", b"a\n2\n")
    downloaded: list[str] = []
    plain = Store.download
    monkeypatch.setattr(Store, "download", lambda self, name, to: (downloaded.append(name), plain(self, name, to)))

    def hashes() -> dict[str, str]:
        notes = StoreNotes(Store("s3://shop/landing"))
        notes.load()
        contents = BucketContents(landing, notes, "events.json", tmp_path_factory.mktemp("downloads"))
        found = contents.files(["events"])
        contents.remember()
        return {file["path"]: file["sha256"] for file in found}

    first = hashes()
    assert list(first) == ["events.csv", "events/more.csv"] == sorted(downloaded)
    assert hashes() == first and len(downloaded) == 2
    bucket.put("events.csv", b"a\n3\n")
    second = hashes()
    assert downloaded[2:] == ["events.csv"]
    assert second["events.csv"] != first["events.csv"] and second["events/more.csv"] == first["events/more.csv"]
