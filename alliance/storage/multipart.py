"""Files that arrive in parts, in an S3 bucket: its own multipart upload, sent to by browsers at presigned addresses."""

import base64
import hashlib
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from typing import Any, BinaryIO

from flask_babel import gettext as _

from alliance.storage.drafts import received
from alliance.storage.store import CHUNK, Damaged, Draft, Incomplete, NotFound, Sending, Unfinished, checked


class Multipart(ABC):
    """The half of a Bucket that holds what is arriving; the service itself keeps which parts are there."""

    name: str
    prefix: str
    client: Any
    signer: Any

    @abstractmethod
    def spoken(self, key: str) -> AbstractContextManager[None]:
        """Turn what the service says, or its silence, into the errors of a store."""

    @abstractmethod
    def exists(self, key: str) -> bool:
        """Whether something lies under the key."""

    def begin(self, key: str, *, size: int, part: int) -> Draft:
        with self.spoken(key):
            made = self.client.create_multipart_upload(Bucket=self.name, Key=self.prefix + checked(key))
        return Draft(key, made["UploadId"], size, part)

    def part(self, draft: Draft, number: int, stream: BinaryIO, *, sha256: str = "") -> None:
        length, digest, taken = draft.length(number), hashlib.sha256(), 0
        with tempfile.TemporaryFile() as body:
            while piece := received(stream, min(CHUNK, length - taken)):
                body.write(piece)
                digest.update(piece)
                taken += len(piece)
            if taken != length or received(stream, 1):
                raise Damaged(_("这一段的长度不对。"))
            if sha256 and digest.hexdigest() != sha256:
                raise Damaged(_("这一段的校验码不对。"))
            body.seek(0)
            with self.spoken(draft.key):
                self.client.upload_part(**self.of(draft), PartNumber=number, Body=body, ContentLength=length)

    def part_url(self, draft: Draft, number: int, *, seconds: int, sha256: str = "") -> Sending | None:
        asked = self.of(draft) | {"PartNumber": number, "ContentLength": draft.length(number)}
        headers = {}
        if sha256:
            headers["x-amz-checksum-sha256"] = asked["ChecksumSHA256"] = base64.b64encode(bytes.fromhex(sha256)).decode()
        with self.spoken(draft.key):
            url = self.signer.generate_presigned_url("upload_part", Params=asked, ExpiresIn=seconds)
        return Sending(url, headers)

    def parts(self, draft: Draft) -> frozenset[int]:
        return frozenset(self._there(draft))

    def finish(self, draft: Draft) -> None:
        try:
            there = self._there(draft)
        except NotFound:
            if self.exists(draft.key):
                return
            raise
        if missing := sorted(set(draft.numbers) - set(there)):
            raise Incomplete(missing)
        named = [{"PartNumber": number, "ETag": there[number]} for number in draft.numbers]
        with self.spoken(draft.key):
            self.client.complete_multipart_upload(**self.of(draft), MultipartUpload={"Parts": named})

    def abandon(self, draft: Draft) -> None:
        with suppress(NotFound), self.spoken(draft.key):
            self.client.abort_multipart_upload(**self.of(draft))

    def unfinished(self, prefix: str = "") -> Iterator[Unfinished]:
        with self.spoken(prefix):
            pages = self.client.get_paginator("list_multipart_uploads")
            for page in pages.paginate(Bucket=self.name, Prefix=self.prefix + prefix):
                for found in page.get("Uploads", []):
                    yield Unfinished(found["Key"][len(self.prefix) :], found["UploadId"], found["Initiated"])

    def of(self, draft: Draft) -> dict[str, Any]:
        return {"Bucket": self.name, "Key": self.prefix + checked(draft.key), "UploadId": draft.mark}

    def _there(self, draft: Draft) -> dict[int, str]:
        """Number and ETag of the parts that are there, each of its right length."""
        found: dict[int, str] = {}
        with self.spoken(draft.key):
            for page in self.client.get_paginator("list_parts").paginate(**self.of(draft)):
                for part in page.get("Parts", []):
                    number = part["PartNumber"]
                    if number in draft.numbers and part["Size"] == draft.length(number):
                        found[number] = part["ETag"]
        return found
