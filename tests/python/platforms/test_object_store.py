"""A shop whose files and tables are in an object store: the same rows as in folders, and the same promises."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from object_store import SECRET, OnStore, files_with, s3_server
from processes import start
from scenario import FIRST, LATER
from shop import LAYERS, Shop, assert_same

from dashboards.export import MANIFEST, export, parse_project


@pytest.fixture(scope="module", autouse=True)
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of the S3 server's log."""
    folder = tmp_path_factory.mktemp("s3")
    with s3_server(folder / "server.log"):
        yield folder


@pytest.fixture(scope="module")
def in_folder(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """The shop in folders, with its first delivery."""
    shop = Shop(tmp_path_factory.mktemp("folders"))
    shop.deliver(FIRST)
    shop.build()
    return shop


@pytest.fixture(scope="module")
def in_store(tmp_path_factory: pytest.TempPathFactory) -> OnStore:
    """The same in a bucket."""
    shop = OnStore("shop", tmp_path_factory.mktemp("store"))
    shop.deliver(FIRST)
    shop.build()
    return shop


def said(shop: Shop, *command: str) -> str:
    """What dbt says in a process of its own, which has to fail, and without a stack trace."""
    process = start(shop, *command)
    words = process.communicate()[0].decode()
    assert process.returncode in (1, 2), words
    assert "Traceback" not in words, words
    return words


def written_since(shop: OnStore, before: dict[str, str | None], schema: str) -> bool:
    return any(name.startswith(f"{schema}/") for name in shop.objects().keys() - before.keys())


@pytest.mark.slow
def test_all_is_as_in_folders(in_folder: Shop, in_store: OnStore, tmp_path: Path) -> None:
    """One after the other, since each builds on the one before: a run is what takes the time."""
    assert_same(in_folder.tables(*LAYERS), in_store.tables(*LAYERS))

    # What is published can be exported for the boards.
    for shop in (in_folder, in_store):
        shop.publish()
    (tmp_path / MANIFEST).parent.mkdir()
    parse_project(tmp_path)
    rows = [export(shop.warehouse, tmp_path).rows for shop in (in_folder, in_store)]
    assert rows[0] == rows[1] and rows[0]["reporting.rpt_sessions"] > 0

    # A second delivery, by a run that is killed in the middle of its work, and the next one.
    for shop in (in_folder, in_store):
        shop.deliver(LATER)
    in_folder.build()
    before = in_store.objects()
    killed = start(in_store, "run")
    while not written_since(in_store, before, "silver"):
        assert killed.poll() is None
        time.sleep(0.2)
    killed.send_signal(signal.SIGSTOP)
    assert f"is in use by process {killed.pid} on " in said(in_store, "run", "--select", "stg_events")
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    in_store.build()
    assert_same(in_folder.tables(*LAYERS), in_store.tables(*LAYERS))

    # A run without new files writes nothing.
    before = in_store.objects()
    in_store.build()
    assert in_store.objects() == before


@pytest.mark.nightly
def test_a_restore_and_what_follows_it(in_folder: Shop, in_store: OnStore) -> None:
    for shop in (in_folder, in_store):
        shop.deliver(LATER)
        shop.build()
        shop.succeed("run-operation", "restore", "--args", "{batch: 1}")
    assert_same(in_folder.tables(*LAYERS), in_store.tables(*LAYERS))
    in_store.succeed("run-operation", "optimize_tables")
    for shop in (in_folder, in_store):
        shop.build()
    assert_same(in_folder.tables(*LAYERS), in_store.tables(*LAYERS))


@pytest.mark.slow
def test_a_mistake_is_one_sentence_and_no_credential_is_written_anywhere(
    in_store: OnStore, server: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def mistake(shop: Shop, *command: str) -> str:
        result = shop.dbt(*command)
        assert not result.success
        said = "".join(capfd.readouterr())
        failed = [str(each.message) for each in getattr(result.result, "results", [])]
        assert "Traceback" not in said and SECRET not in said
        return " ".join([*failed, str(result.exception), said])

    nowhere = OnStore("nowhere", tmp_path / "nowhere")
    boto3.client("s3").delete_bucket(Bucket="nowhere")
    words = mistake(nowhere, "run", "--select", "stg_events")
    assert "The object store s3://nowhere/tables/warehouse cannot be used: there is no bucket nowhere." in words

    # The warehouse is in a folder, and only the files are in a bucket.
    nowhere.warehouse = tmp_path / "warehouse"
    words = mistake(nowhere, "run", "--select", "ingested_files")
    assert "The object store s3://nowhere/landing cannot be used: there is no bucket nowhere." in words

    with monkeypatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        words = mistake(in_store, "run", "--select", "ingested_files")
    assert "s3://shop/tables/warehouse cannot be used: http://127.0.0.1:9 does not answer." in words

    # All that dbt writes, with its debug log.
    everything = ["--log-level-file", "debug", "--log-path", str(tmp_path / "logs"), "--write-json"]
    process = start(in_store, *everything, "build", "--select", "ingested_files", "stg_events")
    assert SECRET.encode() not in process.communicate()[0] and process.returncode == 0
    assert (in_store.own_target() / "run_results.json").exists() and (tmp_path / "logs" / "dbt.log").exists()
    assert not files_with(SECRET, tmp_path, in_store.root, server)
    for found in in_store.store.objects(""):
        content = in_store.store.read(found.name)
        assert content and SECRET.encode() not in content[0], found.name
