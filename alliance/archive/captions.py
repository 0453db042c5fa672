"""Captions of an asset: added, taken away, chosen for a reader; the transcript is their cues."""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from alliance import journal
from alliance.archive import reach
from alliance.archive.cues import Cue
from alliance.archive.locking import hold
from alliance.archive.models import Asset, Caption
from alliance.codes.media import LANGUAGE
from alliance.errors import Conflict, Invalid, NotFound
from alliance.people.models import Person
from alliance.permissions import require
from alliance.storage.models import File

VTT = "text/vtt"
KINDS: dict[str, Any] = {"captions": _l("字幕（原话）"), "subtitles": _l("字幕（译文）")}
SHORT = 16  # signs of a digest in an address
AT_ONCE = 300  # cues on a page
INDEXED = 40_000  # signs of a transcript that search knows


@dataclass(frozen=True)
class Track:
    """One for a player: its number, where it is, in which language, what it is called, whether it shows at first."""

    number: int
    url: str
    kind: str
    language: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Line:
    """One line of a transcript: when (seconds, and in words), and what."""

    start: str
    end: str
    clock: str
    text: str


@dataclass(frozen=True)
class Transcript:
    """What stands beside the player: some lines, from the one numbered `first`, of `total`."""

    number: int
    tracks: list[Track]
    language: str
    lines: list[Line]
    first: int
    total: int
    download: str
    at_once: int = AT_ONCE


# Reading -------------------------------------------------------------------


def transcript(asset: Asset, *, wanted: str = "", first: int = 1) -> Transcript | None:
    """The captions of an asset for a reader: those `wanted` by number, else in their language, else in the recording's."""
    chosen = _chosen(asset, wanted)
    if chosen is None:
        return None
    first = first if 1 <= first <= len(chosen.cues) else 1
    lines = [_line(*cue) for cue in chosen.cues[first - 1 : first - 1 + AT_ONCE]]
    tracks = [_track(asset, one, one is chosen) for one in asset.captions]
    return Transcript(chosen.id, tracks, chosen.language, lines, first, len(chosen.cues), address(asset, chosen))


def _chosen(asset: Asset, wanted: str) -> Caption | None:
    ways = ("en",) if str(get_locale()) == "en" else ()
    order = {language: at for at, language in enumerate((*ways, asset.language or "zh", "zh"))}
    found = sorted(asset.captions, key=lambda one: (str(one.id) != wanted, order.get(one.language, 9), one.id))
    return found[0] if found else None


def _track(asset: Asset, one: Caption, is_chosen: bool) -> Track:
    return Track(one.id, address(asset, one), one.kind, one.language, label(one), is_chosen)


def label(one: Caption) -> str:
    """Its language, and that it is a translation where it is."""
    language = LANGUAGE.label(one.language, str(get_locale()))
    return str(_("%(language)s（译文）", language=language)) if one.kind == "subtitles" else language


def address(asset: Asset, one: Caption) -> str:
    """Where the WebVTT is; it never holds other bytes."""
    return url_for("archive.track", code=asset.code, caption_id=one.id, digest=one.file.digest[:SHORT])


def _line(start: int, end: int, text: str) -> Line:
    return Line(f"{start / 1000:g}", f"{end / 1000:g}", clock_of(start // 1000), text)


def clock_of(seconds: int) -> str:
    """As a player shows it: 1:03, 1:00:03."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def searched(asset: Asset) -> list[str]:
    """The transcripts, where everybody who finds the record may also open the file."""
    if any(sees and not opens for _who, sees, opens in reach.audience(asset)):
        return []
    return [" ".join(cue[2] for cue in one.cues)[:INDEXED] for one in asset.captions]


# Writing -------------------------------------------------------------------


def add(session: Session, person: Person, asset: Asset, *, language: str, kind: str, file: File, cues: list[Cue]) -> Caption:
    """Give an asset what is said in it, in place of what it had in that language."""
    require(person, "asset.edit", asset)
    hold(session, asset)
    faults = {"language": _("请选择语言。")} if language not in LANGUAGE else {}
    if kind not in KINDS:
        faults["kind"] = _("请选择是原话还是译文。")
    if faults:
        raise Invalid(_("还缺一项。"), faults)
    if asset.state == "withdrawn":
        raise Conflict(_("已撤下的档案不能再改；要重新发布，请先恢复为草稿。"))
    found = next((one for one in asset.captions if (one.language, one.kind) == (language, kind)), None)
    if found is None:
        found = Caption(language=language, kind=kind, created_by=person.id)
        asset.captions.append(found)
    found.file, found.cues = file, [[cue.start, cue.end, cue.text] for cue in cues]
    return _changed(session, person, asset, found, "asset.captioned")


def remove(session: Session, person: Person, asset: Asset, *, caption_id: int) -> Caption:
    """Take one away."""
    require(person, "asset.edit", asset)
    hold(session, asset)
    found = of_number(asset, caption_id)
    asset.captions.remove(found)
    return _changed(session, person, asset, found, "asset.caption_removed")


def of_number(asset: Asset, caption_id: int) -> Caption:
    """The asset's caption of that number; else NotFound."""
    found = next((one for one in asset.captions if one.id == caption_id), None)
    if found is None:
        raise NotFound(_("没有这份字幕，可能刚被删掉。"))
    return found


def _changed(session: Session, person: Person, asset: Asset, one: Caption, action: str) -> Caption:
    asset.version += 1
    data = {"language": one.language, "kind": one.kind, "cues": len(one.cues), "digest": one.file.digest}
    journal.record(session, action, asset, person=person, centre_id=asset.owner_id, data=data)
    return one
