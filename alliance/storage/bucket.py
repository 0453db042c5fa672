"""A store in an S3 bucket: AWS, MinIO or any service that speaks the protocol."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import boto3
import botocore.session
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.loaders import create_loader
from flask_babel import gettext as _

from alliance.storage.multipart import Multipart
from alliance.storage.store import Chunks, Entry, Measured, NotFound, Stored, Unavailable, checked, disposition

PART = 8 * 1024 * 1024
# One part in memory at a time, whatever the size of the file.
TRANSFER = TransferConfig(multipart_threshold=PART, multipart_chunksize=PART, use_threads=False)
# A file is moved inside the service; what is larger than it copies at once, in pieces.
COPY = TransferConfig(multipart_threshold=4 * 1024**3, multipart_chunksize=1024**3, use_threads=False)
MISSING = {"NoSuchKey", "404", "NotFound", "NoSuchUpload"}
UNKNOWN_RULES = {"NoSuchCORSConfiguration", "NotImplemented", "MethodNotAllowed"}
# What botocore knows of the services, read once and not for each client.
SERVICES = create_loader()
# The one region that must not be named when a bucket is made.
FIRST_REGION = "us-east-1"
BEYOND = {"InvalidRange", "416"}


class BeyondEnd(Exception):
    """The range asked for begins where the file has ended."""


class Bucket(Multipart):
    """Keys begin with `prefix`, so that several portals may share a bucket; `public` is the address browsers use."""

    def __init__(
        self,
        name: str,
        *,
        prefix: str = "",
        region: str | None = None,
        endpoint: str | None = None,
        public: str | None = None,
        style: str | None = None,
        credentials: tuple[str, str] | None = None,
    ) -> None:
        self.name, self.prefix, self.endpoint = name, f"{prefix}/" if prefix else "", endpoint
        style = style or ("path" if endpoint else "auto")
        self.client = client(region, endpoint, style, credentials)
        self.signer = client(region, public, style, credentials) if public else self.client

    def put(self, key: str, stream: BinaryIO, *, size_limit: int) -> Stored:
        measured = Measured(stream, size_limit)
        with self.spoken(key):
            self.client.upload_fileobj(measured, self.name, self.prefix + checked(key), Config=TRANSFER)
        return measured.stored(key)

    def open(self, key: str, start: int = 0, end: int | None = None) -> Chunks:
        if end is not None and end <= start:
            self.size(key)
            return nothing()
        part = {"Range": f"bytes={start}-{'' if end is None else end - 1}"} if start or end is not None else {}
        try:
            with self.spoken(key):
                answer = self.client.get_object(**self.at(key), **part)
        except BeyondEnd:
            return nothing()
        body = answer["Body"]

        def read(wanted: int) -> bytes:
            with self.spoken(key):
                piece: bytes = body.read(wanted)
                return piece

        return Chunks(read, body.close, answer["ContentLength"])

    def size(self, key: str) -> int:
        with self.spoken(key):
            size: int = self.client.head_object(**self.at(key))["ContentLength"]
            return size

    def exists(self, key: str) -> bool:
        try:
            self.size(key)
        except NotFound:
            return False
        return True

    def delete(self, key: str) -> None:
        try:
            with self.spoken(key):
                self.client.delete_object(**self.at(key))
        except NotFound:
            return

    def move(self, key: str, to: str) -> None:
        try:
            with self.spoken(key):
                self.client.copy(self.at(key), self.name, self.at(to)["Key"], Config=COPY)
        except NotFound:
            self.size(to)
        self.delete(key)

    def list(self, prefix: str = "") -> Iterator[Entry]:
        with self.spoken(prefix):
            pages = self.client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self.name, Prefix=self.prefix + prefix):
                for found in page.get("Contents", []):
                    yield Entry(found["Key"][len(self.prefix) :], found["Size"], found["LastModified"])

    def url(self, key: str, *, seconds: int, filename: str | None = None, content_type: str | None = None) -> str:
        asked = self.at(key)
        if filename:
            asked["ResponseContentDisposition"] = disposition(filename)
        if content_type:
            asked["ResponseContentType"] = content_type
        with self.spoken(key):
            address: str = self.signer.generate_presigned_url("get_object", Params=asked, ExpiresIn=seconds)
            return address

    def prepare(self, origin: str = "") -> None:
        region = self.client.meta.region_name
        elsewhere = {} if region == FIRST_REGION else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        try:
            with self.spoken(self.name):
                self.client.head_bucket(Bucket=self.name)
        except NotFound:
            with self.spoken(self.name):
                self.client.create_bucket(Bucket=self.name, **elsewhere)
        if origin:
            with self.spoken(self.name):
                self._admit(origin)

    def _admit(self, origin: str) -> None:
        """Let the portal's pages send parts, where the bucket has no rules of its own and the service knows such rules."""
        rule = {"AllowedOrigins": [origin], "AllowedMethods": ["GET", "HEAD", "PUT"], "AllowedHeaders": ["*"]}
        rules = {"CORSRules": [rule | {"ExposeHeaders": ["ETag"], "MaxAgeSeconds": 3600}]}
        try:
            self.client.get_bucket_cors(Bucket=self.name)
        except ClientError as error:
            if error.response["Error"].get("Code") not in UNKNOWN_RULES:
                raise
            try:
                self.client.put_bucket_cors(Bucket=self.name, CORSConfiguration=rules)
            except ClientError as refusal:
                if refusal.response["Error"].get("Code") not in UNKNOWN_RULES:
                    raise

    def check(self) -> str:
        try:
            with self.spoken(self.name):
                self.client.head_bucket(Bucket=self.name)
        except NotFound:
            raise Unavailable(_("存储桶 %(name)s 不存在。", name=self.name)) from None
        sentence: str = _("存储桶 %(name)s，%(endpoint)s", name=self.name, endpoint=self.endpoint or "AWS")
        return sentence

    def at(self, key: str) -> dict[str, str]:
        return {"Bucket": self.name, "Key": self.prefix + checked(key)}

    @contextmanager
    def spoken(self, key: str) -> Iterator[None]:
        """Turn what the service says, or its silence, into the errors of a store."""
        try:
            yield
        except ClientError as error:
            code = error.response["Error"].get("Code")
            if code in MISSING:
                raise NotFound(key) from error
            if code in BEYOND:
                raise BeyondEnd(key) from error
            raise Unavailable(_("存储服务拒绝：%(reason)s", reason=str(error))) from error
        except (BotoCoreError, OSError) as error:
            raise Unavailable(_("存储服务没有应答：%(reason)s", reason=str(error))) from error


def nothing() -> Chunks:
    return Chunks(lambda _size: b"", lambda: None, 0)


def client(region: str | None, endpoint: str | None, style: str, credentials: tuple[str, str] | None) -> Any:
    """A client that gives up soon; checksums only where the protocol demands them, which every service understands."""
    key, secret = credentials or (None, None)
    settings = Config(
        signature_version="s3v4",
        connect_timeout=3,
        read_timeout=60,
        retries={"mode": "standard", "total_max_attempts": 2},
        max_pool_connections=32,
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": style},
    )
    session = botocore.session.get_session()
    session.register_component("data_loader", SERVICES)
    return boto3.session.Session(botocore_session=session).client(
        "s3",
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        config=settings,
    )
