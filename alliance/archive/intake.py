"""A look at a file before it is kept: what it is by its content, whether it is whole, whether it carries a trap."""

import re
from typing import IO

import pylibmagic  # noqa: F401 - puts libmagic where `magic` finds it

import magic  # isort: skip
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from alliance.archive import media, traps
from alliance.errors import UnsupportedFile
from alliance.storage import files
from alliance.storage.making import boxes

LOOK = 256 * 1024
MARKUP = re.compile(rb"<(?:script|html|iframe|svg|body|object|embed)[\s>/]|<!doctype\s+html", re.IGNORECASE)
ENDING = re.compile(r"[A-Za-z][A-Za-z0-9]{0,9}")


def receive(upload: FileStorage, *, limit_mb: int) -> files.Received:
    """Examine, then store in parts, before the transaction; the type is ours. Raises UnsupportedFile, TooLarge, Unavailable."""
    kind = examine(upload.stream, files.clean_name(upload.filename))
    return files.receive(upload, kinds=(), limit_mb=limit_mb, media_type=kind, once=True)


def examine(stream: IO[bytes], name: str) -> str:
    """The media type of the bytes; raises UnsupportedFile with a sentence that names the file. Leaves them rewound."""
    size = stream.seek(0, 2)
    stream.seek(0)
    head = stream.read(LOOK)
    tail = _tail(stream, size)
    if not size:
        raise UnsupportedFile(_("“%(name)s”是空文件，没有内容。", name=name))
    kind = sniff(head)
    if traps.is_playlist(head):
        raise UnsupportedFile(_("“%(name)s”是播放列表，只指向别处的文件，不能收。请上传录音录像本身。", name=name))
    _check_kind(name, kind)
    _check_name(name, kind)
    if kind != "application/pdf" and MARKUP.search(head + tail):
        raise UnsupportedFile(_("“%(name)s”里夹带了网页代码，为了安全没有收下。请用原始文件重新导出。", name=name))
    if traps.is_two_files(kind, head, tail):
        raise UnsupportedFile(_("“%(name)s”里还夹带了另一个文件，为了安全没有收下。请用原始文件重新导出。", name=name))
    if not whole(stream, size, kind, head, tail):
        raise UnsupportedFile(_("“%(name)s”不完整，可能没有传完或已损坏。请从原件重新复制。", name=name))
    if traps.is_bomb(stream, kind):
        raise UnsupportedFile(_("“%(name)s”展开后大得打不开，为了安全没有收下。请缩小后再传。", name=name))
    stream.seek(0)
    return kind


def sniff(head: bytes) -> str:
    """The type by content; boxes of an MP4 without pictures are sound, whatever the brand."""
    kind = media.named(magic.from_buffer(head, mime=True))
    return "audio/mp4" if kind == "video/mp4" and head[4:11] in (b"ftypM4A", b"ftypM4B") else kind


def _tail(stream: IO[bytes], size: int) -> bytes:
    stream.seek(max(0, size - LOOK))
    return stream.read(LOOK)


def _check_kind(name: str, kind: str) -> None:
    if kind in media.TAKEN:
        return
    if kind in ("text/html", "image/svg+xml", "text/xml", "application/xml") or "script" in kind:
        raise UnsupportedFile(_("“%(name)s”是网页、矢量图或脚本，可能带有程序，不能收。图片请存为 PNG 或 JPEG。", name=name))
    if any(word in kind for word in ("zip", "rar", "tar", "7z", "compressed", "officedocument", "msword")):
        raise UnsupportedFile(_("“%(name)s”是压缩包或办公文档，请解开后逐件上传，文档请存为 PDF。", name=name))
    raise UnsupportedFile(_("“%(name)s”的内容不是能收的类型。可以收图片、录音、录像、PDF 和纯文本。", name=name))


def _check_name(name: str, kind: str) -> None:
    """An ending that says something else than the content is a lie, whoever told it."""
    ending = name.rpartition(".")[2] if "." in name else ""
    if ENDING.fullmatch(ending) and ending.lower() not in media.ENDINGS[kind]:
        what = media.format_label(kind)
        raise UnsupportedFile(_("“%(name)s”的名称与内容不符：内容其实是 %(what)s。请核对后再传。", name=name, what=what))


def whole(stream: IO[bytes], size: int, kind: str, head: bytes, tail: bytes) -> bool:
    """Whether the file has its end, by the marks that each format puts there."""
    if kind == "image/jpeg":
        return b"\xff\xd9" in tail or b"MotionPhoto" in head
    if kind == "image/png":
        return b"IEND\xaeB`\x82" in tail
    if kind == "image/gif":
        return tail.rstrip(b"\0")[-1:] == b";"
    if kind == "application/pdf":
        return b"%%EOF" in tail
    if kind in ("image/webp", "audio/wav"):
        said = int.from_bytes(head[4:8], "little")
        return said == 0xFFFFFFFF or said + 8 <= size + 1
    if kind in ("video/mp4", "audio/mp4", "video/quicktime"):
        return b"moov" in dict(boxes.outermost(stream, size))
    return True
