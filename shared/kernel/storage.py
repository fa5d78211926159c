"""Files outside the database: a folder or an S3 bucket, chosen by STORAGE_URL."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from tempfile import NamedTemporaryFile, SpooledTemporaryFile
from typing import Any, BinaryIO, Protocol, cast
from urllib.parse import urlparse

import boto3
from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from shared.kernel.config import Settings, settings
from shared.kernel.errors import StorageFull, StorageUnavailable

_PART = ".part-"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@dataclass(frozen=True)
class Stored:
    """An object in storage and when it was written."""

    key: str
    written_at: datetime


@contextmanager
def storage_failures() -> Iterator[None]:
    """Raises StorageFull or StorageUnavailable for what disk and bucket say, FileNotFoundError as it is."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise (StorageFull if error.errno in _FULL else StorageUnavailable) from error
    except (Boto3Error, BotoCoreError, ClientError) as error:
        raise StorageUnavailable from error


class StoredFile:
    """An open object. Its failures are the storage's; those of whoever reads or writes it stay their own."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def read(self, size: int = -1, /) -> bytes:
        with storage_failures():
            data: bytes = self._file.read(size)
        return data

    def write(self, data: bytes, /) -> int:
        with storage_failures():
            written: int = self._file.write(data)
        return written


class Storage(Protocol):
    """Objects by key (`imports/<id>/source`). An object appears whole or not at all.

    Everything raises StorageUnavailable while the storage is not there, and StorageFull; `read` raises
    FileNotFoundError for an object that a working storage does not have. `drop_unfinished` deletes what
    killed writers left of objects before a moment, and returns how many it were.
    """

    def write(self, key: str) -> AbstractContextManager[BinaryIO]: ...
    def read(self, key: str) -> AbstractContextManager[BinaryIO]: ...
    def list(self, prefix: str) -> Iterator["Stored"]: ...
    def delete_prefix(self, prefix: str) -> None: ...
    def drop_unfinished(self, before: datetime) -> int: ...
    def check(self) -> None: ...


class FolderStorage:
    """Objects as files under one folder; written beside and renamed, so that a reader never sees half."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @contextmanager
    def write(self, key: str) -> Iterator[BinaryIO]:
        target = self._path(key)
        with storage_failures():
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            part = NamedTemporaryFile(dir=target.parent, prefix=_PART, delete=False)  # noqa: SIM115
        try:
            yield cast(BinaryIO, StoredFile(part))
            with storage_failures():
                part.flush()
                os.fsync(part.fileno())
                part.close()
                Path(part.name).replace(target)
        except BaseException:
            with suppress(OSError):
                part.close()  # tries once more to write what did not fit
            with suppress(OSError):
                Path(part.name).unlink(missing_ok=True)
            raise

    @contextmanager
    def read(self, key: str) -> Iterator[BinaryIO]:
        with storage_failures():
            try:
                file = self._path(key).open("rb")
            except FileNotFoundError as error:
                if self._root.is_dir():
                    raise
                raise StorageUnavailable from error
        with file:
            yield cast(BinaryIO, StoredFile(file))

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
        with storage_failures():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)

    def drop_unfinished(self, before: datetime) -> int:
        """One walk of the folder. A writer that is at it touches its file again and again."""
        dropped = 0
        with storage_failures():
            for path in self._root.rglob(f"{_PART}*"):
                with suppress(FileNotFoundError):  # finished meanwhile
                    if path.stat().st_mtime < before.timestamp():
                        path.unlink()
                        dropped += 1
        return dropped

    def check(self) -> None:
        """Raises StorageUnavailable when the folder cannot be written."""
        with storage_failures():
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
            yield cast(BinaryIO, StoredFile(spool))
            with storage_failures():
                spool.seek(0)
                self._client.upload_fileobj(spool, self._bucket, self._key(key))

    @contextmanager
    def read(self, key: str) -> Iterator[BinaryIO]:
        with storage_failures():
            try:
                body = self._client.get_object(Bucket=self._bucket, Key=self._key(key))["Body"]
            except self._client.exceptions.NoSuchKey as error:
                raise FileNotFoundError(key) from error
        try:
            yield cast(BinaryIO, StoredFile(body))
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
        with storage_failures():
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=self._key(prefix)
            )
            for page in pages:
                for item in page.get("Contents", []):
                    self._client.delete_object(Bucket=self._bucket, Key=item["Key"])

    def drop_unfinished(self, before: datetime) -> int:
        """Uploads in parts that nobody completed, which a bucket keeps, and bills, unseen."""
        dropped = 0
        with storage_failures():
            pages = self._client.get_paginator("list_multipart_uploads").paginate(
                Bucket=self._bucket, Prefix=self._key("")
            )
            for upload in (upload for page in pages for upload in page.get("Uploads", [])):
                if upload["Initiated"] < before:
                    place = {"Key": upload["Key"], "UploadId": upload["UploadId"]}
                    self._client.abort_multipart_upload(Bucket=self._bucket, **place)
                    dropped += 1
        return dropped

    def check(self) -> None:
        """Raises StorageUnavailable when the bucket cannot be reached."""
        with storage_failures():
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
