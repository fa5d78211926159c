"""Files outside the database: a folder or an S3 bucket, chosen by STORAGE_URL."""

import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import NamedTemporaryFile, SpooledTemporaryFile
from typing import BinaryIO, Protocol, cast
from urllib.parse import urlparse

import boto3
from botocore.config import Config

from shared.kernel.config import Settings, settings


@dataclass(frozen=True)
class Stored:
    """An object in storage and when it was written."""

    key: str
    written_at: datetime


class Storage(Protocol):
    """Objects by key (`imports/<id>/source`). An object appears whole or not at all."""

    def write(self, key: str) -> AbstractContextManager[BinaryIO]: ...
    def read(self, key: str) -> AbstractContextManager[BinaryIO]: ...
    def list(self, prefix: str) -> Iterator["Stored"]: ...
    def delete_prefix(self, prefix: str) -> None: ...
    def check(self) -> None: ...


class FolderStorage:
    """Objects as files under one folder; written beside and renamed, so that a reader never sees half."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @contextmanager
    def write(self, key: str) -> Iterator[BinaryIO]:
        target = self._path(key)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with NamedTemporaryFile(dir=target.parent, prefix=".part-", delete=False) as part:
            try:
                yield cast(BinaryIO, part)
                part.flush()
                os.fsync(part.fileno())
            except BaseException:
                Path(part.name).unlink(missing_ok=True)
                raise
        Path(part.name).replace(target)

    @contextmanager
    def read(self, key: str) -> Iterator[BinaryIO]:
        with self._path(key).open("rb") as file:
            yield file

    def list(self, prefix: str) -> Iterator[Stored]:
        """The objects below a folder, in the order of their keys."""
        for path in sorted(self._path(prefix).rglob("*")):
            try:
                if path.is_file() and not path.name.startswith("."):
                    key = path.relative_to(self._root.resolve()).as_posix()
                    yield Stored(key, datetime.fromtimestamp(path.stat().st_mtime, UTC))
            except FileNotFoundError:
                continue  # deleted meanwhile

    def delete_prefix(self, prefix: str) -> None:
        path = self._path(prefix)
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)

    def check(self) -> None:
        """Raises OSError when the folder cannot be written."""
        self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
        with NamedTemporaryFile(dir=self._root, prefix=".check-"):
            pass

    def _path(self, key: str) -> Path:
        path = (self._root / key).resolve()
        if not path.is_relative_to(self._root.resolve()):
            raise ValueError("storage key leaves the storage folder")
        return path


class BucketStorage:
    """Objects in an S3-compatible bucket."""

    def __init__(self, bucket: str, prefix: str, endpoint_url: str | None) -> None:
        # Newer SDKs add checksums that some S3-compatible servers refuse.
        config = Config(
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        self._client = boto3.client("s3", endpoint_url=endpoint_url, config=config)
        self._bucket, self._prefix = bucket, prefix.strip("/")

    @contextmanager
    def write(self, key: str) -> Iterator[BinaryIO]:
        with SpooledTemporaryFile(max_size=8 * 1024 * 1024) as spool:
            yield cast(BinaryIO, spool)
            spool.seek(0)
            self._client.upload_fileobj(spool, self._bucket, self._key(key))

    @contextmanager
    def read(self, key: str) -> Iterator[BinaryIO]:
        body = self._client.get_object(Bucket=self._bucket, Key=self._key(key))["Body"]
        try:
            yield body
        finally:
            body.close()

    def list(self, prefix: str) -> Iterator[Stored]:
        """The objects below a folder, in the order of their keys."""
        folder = self._key(prefix).rstrip("/") + "/"
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=folder)
        cut = len(self._prefix) + 1 if self._prefix else 0
        for page in pages:
            for item in page.get("Contents", []):
                yield Stored(item["Key"][cut:], item["LastModified"])

    def delete_prefix(self, prefix: str) -> None:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=self._key(prefix)
        )
        for page in pages:
            for item in page.get("Contents", []):
                self._client.delete_object(Bucket=self._bucket, Key=item["Key"])

    def check(self) -> None:
        """Raises the SDK's error when the bucket cannot be reached."""
        self._client.head_bucket(Bucket=self._bucket)

    def _key(self, key: str) -> str:
        return f"{self._prefix}/{key}" if self._prefix else key


def open_storage(chosen: Settings) -> Storage:
    """The storage that STORAGE_URL names: file://folder or s3://bucket/prefix."""
    url = urlparse(chosen.storage_url)
    if url.scheme == "s3":
        return BucketStorage(url.netloc, url.path, chosen.s3_endpoint_url)
    if url.scheme == "file":
        return FolderStorage(Path(url.netloc + url.path))
    raise ValueError(f"STORAGE_URL must begin with file:// or s3://, not {url.scheme}://")


@lru_cache(maxsize=1)
def storage() -> Storage:
    """This process's storage."""
    return open_storage(settings())
