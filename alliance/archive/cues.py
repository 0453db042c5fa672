"""What is said in a recording, by the second: WebVTT and SRT read by webvtt-py, refused with the line at fault, written clean."""

import html
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import webvtt
from flask_babel import gettext as _
from webvtt.errors import MalformedCaptionError, MalformedFileError
from webvtt.models import Timestamp

from alliance.errors import UnsupportedFile

MOST = 5000  # cues
LONGEST = 1000  # signs in a cue
ARROW = "-->"
DAY = 24 * 3600 * 1000
# Signs that turn the direction of what follows, and controls but for the end of a line.
UNSEEN = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

NAMED = re.compile("&#?[0-9A-Za-z]+;?")
"""Signs that are written by their names or numbers."""


@dataclass(frozen=True)
class Cue:
    """One piece of what is said; times in milliseconds."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Track:
    """All of it: the cues, and the clean WebVTT that a player is given."""

    cues: list[Cue]
    content: bytes


def read(content: bytes, name: str) -> Track:
    """The track in a WebVTT or SRT file; raises UnsupportedFile with a sentence that names file and line."""
    text = NAMED.sub(_seen, UNSEEN.sub("", _decoded(content, name))).replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    kind = "vtt" if text.startswith("WEBVTT") else "srt"
    if kind == "vtt" and text.partition("\n")[0].strip() != "WEBVTT" and not text.startswith(("WEBVTT ", "WEBVTT\t")):
        raise _refused(name, 1, _("第一行应当是 WEBVTT"))
    if kind == "srt" and name.lower().endswith(".vtt"):
        raise _refused(name, 1, _("第一行应当是 WEBVTT"))
    if ARROW not in text:
        raise _empty(name)
    try:
        found = _parsed(text, kind)
    except (MalformedCaptionError, MalformedFileError, ValueError) as error:
        raise _refused(name, _line_at_fault(text, kind), _("时间写得不对，应当像 00:01:12.500 --> 00:01:15.000")) from error
    lines = [number for number, line in enumerate(text.split("\n"), 1) if ARROW in line]
    if kind == "srt" and len(found.captions) != len(lines):
        raise _refused(name, _line_at_fault(text, kind), _("时间写得不对，应当像 00:01:12.500 --> 00:01:15.000"))
    cues = [_cue(caption) for caption in found.captions]
    _check(cues, lines, name)
    return Track(cues, _clean(found.captions))


def _seen(named: re.Match[str]) -> str:
    """What is named, unless it is one of those that are not to be there however they are written."""
    meant = html.unescape(named[0])
    return UNSEEN.sub("", meant) if UNSEEN.search(meant) else named[0]


def _decoded(content: bytes, name: str) -> str:
    """UTF-8 or UTF-16 by its mark, else the usual Chinese encoding of old programs."""
    marked = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    for encoding in (marked, "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnsupportedFile(_("“%(name)s”不是文字，读不出字幕。请用 WebVTT（.vtt）或 SRT（.srt）文件。", name=name))


def _parsed(text: str, kind: str) -> webvtt.WebVTT:
    return webvtt.WebVTT.from_buffer(io.StringIO(text), format=kind, strict=kind == "vtt")


def _line_at_fault(text: str, kind: str) -> int:
    """The first line with times of the first block that does not hold by itself; else the first line."""
    for first, block in _blocks(text):
        if ARROW not in block:
            continue
        try:
            holds = len(_parsed(f"WEBVTT\n\n{block}\n" if kind == "vtt" else block, kind).captions) == block.count(ARROW)
        except (MalformedCaptionError, MalformedFileError, ValueError):
            holds = False
        if not holds:
            return first + next(at for at, line in enumerate(block.split("\n")) if ARROW in line)
    return 1


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """What stands between empty lines, with the number of its first line."""
    block: list[str] = []
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if line.strip():
            block.append(line)
        elif block:
            yield number - len(block), "\n".join(block)
            block = []


def _cue(caption: webvtt.Caption) -> Cue:
    said = " ".join(html.unescape(caption.text).split())
    return Cue(
        _milliseconds(caption.start_time), _milliseconds(caption.end_time), f"{caption.voice}：{said}" if caption.voice else said
    )


def _clean(found: list[webvtt.Caption]) -> bytes:
    """The cues alone, without styles, regions and notes."""
    for caption in found:
        caption.comments = []
    return f"{webvtt.WebVTT(captions=found).content}\n".encode()


def _milliseconds(time: Timestamp) -> int:
    return ((time.hours * 60 + time.minutes) * 60 + time.seconds) * 1000 + time.milliseconds


def _check(cues: list[Cue], lines: list[int], name: str) -> None:
    """What the format demands beyond its grammar; `lines` are those of the times, in order."""
    if not cues:
        raise _empty(name)
    if len(cues) > MOST:
        raise UnsupportedFile(_("“%(name)s”超过 %(n)s 句，请分成几件。", name=name, n=MOST))
    at = dict(zip(range(len(cues)), lines, strict=False))
    for number, cue in enumerate(cues):
        if cue.end <= cue.start or cue.end > DAY:
            raise _refused(name, at.get(number, 1), _("结束不晚于开始，或超过24小时"))
        if len(cue.text) > LONGEST:
            raise _refused(name, at.get(number, 1), _("一句超过 %(n)s 个字", n=LONGEST))
    for number, (one, following) in enumerate(pairwise(cues), 1):
        if following.start < one.start:
            raise _refused(name, at.get(number, 1), _("开始得比上一句还早"))


def _empty(name: str) -> UnsupportedFile:
    return UnsupportedFile(_("“%(name)s”里没有一句字幕。请用 WebVTT（.vtt）或 SRT（.srt）文件。", name=name))


def _refused(name: str, line: int, why: str) -> UnsupportedFile:
    return UnsupportedFile(_("“%(name)s”第 %(line)s 行：%(why)s。请改好再传。", name=name, line=line, why=why))
