"""How the file of an asset is shown: what the worker has made of it, how far it is, or why there is nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from alliance.archive import media
from alliance.archive.models import Asset
from alliance.storage import renditions
from alliance.storage.models import Rendition

MAIN = {"picture": "page", "film": "video", "sound": "audio", "paper": "cover", "words": "text"}
"""Without which there is nothing to show."""
MEANS = {"picture": "image", "film": "video", "sound": "audio", "paper": "pdf", "words": "text"}
LABELS = {
    "card": _l("列表小图"),
    "page": _l("页面图"),
    "zoom": _l("放大图"),
    "poster": _l("封面帧"),
    "video": _l("通用录像"),
    "audio": _l("通用录音"),
    "cover": _l("封面图"),
    "text": _l("文字"),
}
TONES = {
    "waiting": (_l("等候生成"), "wait"),
    "running": (_l("正在生成"), "go"),
    "done": (_l("已生成"), "ok"),
    "failed": (_l("没做成"), "stop"),
}
UNREADABLE = ("broken", "encrypted", "empty")
WIDTH, HEIGHT = 400, 40


@dataclass(frozen=True)
class Shown:
    """What archive/viewer.html draws; all addresses are asked of the asset's permissions again."""

    means: str = "none"
    source: tuple[str, str] | None = None
    picture: str = ""
    large: str = ""
    zoom: str = ""
    pages: tuple[tuple[int, str, Any, Any], ...] = ()
    page_count: int = 0
    text: str = ""
    start: str = ""
    wave: str = ""
    note: str = ""
    fault: str = ""
    cut: bool = False
    size: tuple[Any, Any] = (None, None)


def shown(asset: Asset, found: dict[str, Rendition]) -> Shown:
    """By the renditions of the asset's file, which is there; the original serves where nothing better is made yet."""
    assert asset.file is not None
    kind = renditions.kind_of(asset.file.media_type)
    if kind == "film" and "video" not in found and "audio" in found:
        kind = "sound"
    main = found.get(MAIN.get(kind or "", ""))
    done = main if main is not None and main.state == "done" else None
    picture = next((found[name] for name in ("page", "poster") if is_done(found, name)), None)
    drawn = [(number, row) for number, row in renditions.pages(found) if row.state == "done"]
    pages = tuple((number, address(asset, row), row.data.get("width"), row.data.get("height")) for number, row in drawn)
    source = _source(asset, kind, main)
    return Shown(
        means=MEANS.get(kind or "", "none") if done is not None or source is not None or pages else "none",
        source=source,
        picture=address(asset, picture) if picture is not None else "",
        large=source[0] if source is not None else address(asset, picture) if picture is not None else "",
        zoom=zoom_address(asset, found["zoom"]) if is_done(found, "zoom") else "",
        pages=pages,
        page_count=int(done.data.get("pages", 0)) if done is not None else 0,
        text=address(asset, found["text"]) if is_done(found, "text") else "",
        start=str(done.data.get("start", "")) if done is not None else "",
        wave=wave(tuple(done.data.get("peaks", ()))) if done is not None else "",
        note=note(main) if main is not None else "",
        fault=fault(main) if main is not None else "",
        cut=bool(done.data.get("cut")) if done is not None and kind == "film" else False,
        size=(picture.data.get("width"), picture.data.get("height")) if picture is not None else (None, None),
    )


def is_done(found: dict[str, Rendition], name: str) -> bool:
    return name in found and found[name].state == "done"


def _source(asset: Asset, kind: str | None, main: Rendition | None) -> tuple[str, str] | None:
    """Address and type of what the browser plays or opens."""
    assert asset.file is not None
    if kind in ("film", "sound") and main is not None and main.made is not None:
        return address(asset, main), main.made.media_type
    unreadable = main is not None and main.state == "failed" and (kind == "picture" or main.error in UNREADABLE)
    if asset.file.media_type not in media.SHOWN or unreadable:
        return None
    return url_for("archive.file", code=asset.code), asset.file.media_type


def address(asset: Asset, row: Rendition) -> str:
    """Where a made rendition is; it never holds other bytes."""
    assert row.made is not None
    return url_for("archive.made", code=asset.code, digest=row.made.digest[:16], name=row.name)


def zoom_address(asset: Asset, row: Rendition) -> str:
    """Where a viewer begins to ask for tiles."""
    assert row.made is not None
    return url_for("archive.zoom", code=asset.code, digest=row.made.digest[:16])


def note(row: Rendition) -> str:
    """How far it is, while it is on its way."""
    if row.state == "waiting":
        return str(_("正在生成浏览用的版本，约几分钟后可看。"))
    if row.state != "running":
        return ""
    minutes = renditions.minutes_left(row)
    if minutes is None:
        return str(_("正在生成浏览用的版本，已完成%(percent)s%%。", percent=row.progress))
    return str(_("正在生成浏览用的版本，约还要%(n)s分钟，已完成%(percent)s%%。", n=minutes, percent=row.progress))


def fault(row: Rendition) -> str:
    """Why it was not made."""
    if row.state != "failed":
        return ""
    return str(_("浏览用的版本没有做成：%(why)s", why=renditions.REASONS.get(row.error, renditions.REASONS["crashed"])))


@lru_cache(256)
def wave(peaks: tuple[int, ...]) -> str:
    """Loudness as the outline of an SVG path, WIDTH wide however few they are, and HEIGHT high."""
    if not peaks:
        return ""
    half = HEIGHT / 2
    tall = [max(0.5, peak * half / 100) for peak in peaks]
    step = WIDTH / max(1, len(peaks) - 1)
    above = [f"{round(at * step, 1):g} {half - one:.1f}" for at, one in enumerate(tall)]
    below = [f"{round(at * step, 1):g} {half + one:.1f}" for at, one in reversed(list(enumerate(tall)))]
    return "M" + "L".join([*above, *below]) + "Z"


def report(found: dict[str, Rendition]) -> list[tuple[Any, Any, str]]:
    """For staff: (what, (state, tone), how far or why not); the pages of a paper in one line."""
    lines = list(_lines(found))
    pages = [row for _number, row in renditions.pages(found)]
    if failed := [row for row in pages if row.state == "failed"]:
        lines.append(
            (_("第%(n)s页", n="、".join(row.name.removeprefix("pages/") for row in failed)), TONES["failed"], fault(failed[0]))
        )
    if made := sum(row.state == "done" for row in pages):
        lines.append((_("页面图"), TONES["done"], _("%(n)s页", n=made)))
    return lines


def _lines(found: dict[str, Rendition]) -> Iterator[tuple[Any, Any, str]]:
    for name, row in found.items():
        if name in LABELS:
            yield LABELS[name], TONES[row.state], fault(row) or note(row)
