"""The objects below a URL of an object store: S3, Google Cloud Storage or Azure.

How they are reached is what the usual environment variables of each say, such as AWS_ENDPOINT_URL and AWS_REGION.
`obstore` reads them as Sail and delta-rs do: all three are made of the same library.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from dbt_common.exceptions import DbtRuntimeError

SCHEMES = ("s3", "gs", "abfss")
_PLAIN = re.compile(r"\w+://[\w./@-]+", re.ASCII)
# What a store, or the library, says when it refuses; the first that is found counts.
_REASONS = (
    (
        "NoSuchBucket|ContainerNotFound|bucket does not exist",
        "there is no bucket {bucket}. Create it, or correct the name",
    ),
    ("169\\.254\\.|metadata|[Mm]issing credential", "there are no credentials. Set {credentials}"),
    (
        "InvalidAccessKeyId|SignatureDoesNotMatch|AccessDenied|AuthenticationFailed|40[13] (?:Unauthorized|Forbidden)",
        "access was denied. Check {credentials}, and the rights on the bucket {bucket}",
    ),
    (
        "PermanentRedirect|AuthorizationHeaderMalformed|IncorrectEndpoint|redirect",
        "the bucket {bucket} is in another region. Set AWS_REGION",
    ),
    (
        "error sending request|[Cc]onnect|timed? ?out|dns",
        "{endpoint} does not answer. Check the endpoint and the network",
    ),
)
_CREDENTIALS = {
    "s3": "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    "gs": "GOOGLE_APPLICATION_CREDENTIALS",
    "abfss": "AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY",
}
# A run that waits for a store for longer than this had better fail.
_RETRIES: Any = {"max_retries": 5, "retry_timeout": timedelta(seconds=30)}


def is_url(location: str) -> bool:
    """Whether a location is one of an object store, and not a folder."""
    return "://" in location


def check_url(url: str) -> None:
    """Raise a DbtRuntimeError for a URL that cannot be used. It is not shown whole: there may be a secret in it."""
    scheme, _, rest = url.partition("://")
    if scheme not in SCHEMES:
        known = ", ".join(f"{each}://" for each in SCHEMES)
        raise DbtRuntimeError(f"There is no object store of the kind {scheme}://; it must be one of: {known}.")
    if "@" in rest and scheme != "abfss":
        raise DbtRuntimeError(f"A {scheme}:// location takes no credentials: set {_CREDENTIALS[scheme]}.")
    if not _PLAIN.fullmatch(url):
        raise DbtRuntimeError(f"A {scheme}:// location may have ASCII letters, digits and . _ - / only.")


@dataclass(frozen=True)
class Found:
    """An object. The tag is another one whenever it is written."""

    name: str
    size: int
    tag: str | None


class Store:
    """The objects below a URL, by their names relative to it. A DbtRuntimeError says in a sentence what is wrong."""

    def __init__(self, url: str) -> None:
        check_url(url)
        self.url = url.rstrip("/")
        scheme, _, rest = self.url.partition("://")
        self._words = {
            "bucket": rest.partition("/")[0],
            "credentials": _CREDENTIALS[scheme],
            "endpoint": os.environ.get("AWS_ENDPOINT_URL") or f"the store {scheme}://",
        }
        if scheme == "s3":
            self._prepare_s3()
        from obstore.store import from_url

        with self._telling():
            self._store: Any = from_url(self.url, retry_config=_RETRIES)

    def _prepare_s3(self) -> None:
        endpoint = os.environ.get("AWS_ENDPOINT_URL") or os.environ.get("AWS_ENDPOINT", "")
        if endpoint.startswith("http://"):
            # Whoever names an endpoint without encryption means it. Sail and delta-rs want it said in this variable.
            os.environ.setdefault("AWS_ALLOW_HTTP", "true")
        if not endpoint and not (os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")):
            raise DbtRuntimeError(f"The object store {self.url} cannot be used: set AWS_REGION to the bucket's region.")

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Turn what the library raises into one sentence, without what the store has answered."""
        from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError

        try:
            yield
        except FileNotFoundError:
            raise
        except (PermissionDeniedError, UnauthenticatedError):
            self._refuse("AccessDenied")
        except BaseError as error:
            self._refuse(str(error))

    def _refuse(self, said: str) -> None:
        # What follows is the library's own view of it, with its settings.
        said = said.partition("\n\nDebug source")[0]
        reason = next((reason for pattern, reason in _REASONS if re.search(pattern, said)), "it says: {said}")
        # Of an unknown answer only what comes before the store's own words, which may repeat the request.
        words = self._words | {"said": said.splitlines()[0].partition(" - ")[0]}
        raise DbtRuntimeError(f"The object store {self.url} cannot be used: {reason.format(**words)}.") from None

    def check(self) -> None:
        """Raise a DbtRuntimeError if the store does not answer, or not to these credentials."""
        self.folders("")

    def read(self, name: str) -> tuple[bytes, str | None] | None:
        """The content and the tag of an object; None if there is none."""
        try:
            with self._telling():
                result = self._store.get(name)
                return result.bytes().to_bytes(), result.meta["e_tag"]
        except FileNotFoundError:
            return None

    def write(self, name: str, content: bytes) -> None:
        with self._telling():
            self._store.put(name, content)

    def create(self, name: str, content: bytes) -> str | None:
        """Write an object that does not exist; returns its tag, or None if it does."""
        return self._put_if(name, content, "create")

    def replace(self, name: str, content: bytes, tag: str | None) -> str | None:
        """Write an object that still has this tag; returns the new tag, or None if it has another one."""
        return self._put_if(name, content, {"e_tag": tag})

    def _put_if(self, name: str, content: bytes, mode: Any) -> str | None:
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        with self._telling():
            try:
                tag: str | None = self._store.put(name, content, mode=mode)["e_tag"]
            except (AlreadyExistsError, PreconditionError):
                return None
        return tag

    def objects(self, prefix: str) -> list[Found]:
        """The objects below a prefix, which ends at a slash, sorted by name."""
        with self._telling():
            found = [each for batch in self._store.list(prefix or None) for each in batch]
        return sorted((Found(each["path"], each["size"], each["e_tag"]) for each in found), key=lambda each: each.name)

    def right_below(self, prefix: str) -> list[Found]:
        """The objects below a prefix, but not those below a further slash, sorted by name."""
        with self._telling():
            found = self._store.list_with_delimiter(prefix or None)["objects"]
        return sorted((Found(each["path"], each["size"], each["e_tag"]) for each in found), key=lambda each: each.name)

    def folders(self, prefix: str) -> list[str]:
        """The names right below a prefix that have objects below them, sorted."""
        with self._telling():
            found = self._store.list_with_delimiter(prefix or None)["common_prefixes"]
        return sorted(path.rstrip("/").rpartition("/")[2] for path in found)

    def download(self, name: str, target: Path) -> None:
        """Write an object to a file. A FileNotFoundError if there is none."""
        with self._telling(), target.open("wb") as file:
            for chunk in self._store.get(name):
                file.write(chunk)

    def delete(self, names: list[str]) -> None:
        if names:
            with self._telling():
                self._store.delete(names)
