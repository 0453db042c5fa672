"""An asset in words for pages: what it is, from when, who may open it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from alliance.archive import dates, rights, showing
from alliance.archive.models import Asset
from alliance.codes.media import MEDIA_FORM, MEDIA_TYPE
from alliance.permissions import may
from alliance.storage import renditions
from alliance.storage.models import Rendition

STATES: dict[str, tuple[Any, str]] = {
    "draft": (_l("草稿"), ""),
    "in_review": (_l("待审"), "wait"),
    "needs_work": (_l("退回"), "act"),
    "published": (_l("已发布"), "ok"),
    "withdrawn": (_l("已撤下"), "stop"),
}
Pictures = dict[int, dict[str, Rendition]]
DRAWINGS = {"moving_image": "opera", "sound": "cassette", "still_image": "gallery", "text": "score"}


@dataclass(frozen=True)
class Card:
    """One asset in a list."""

    url: str
    picture: str
    length: str
    title: str
    line: str
    centre: str
    access: tuple[str, str]
    state: tuple[str, str]
    code: str
    description: str


def cards(session: Session, assets: Sequence[Asset], person: Any, there: Pictures | None = None) -> list[Card]:
    """What a list shows to `person`; one query for the pictures of all, none where they are `there` already."""
    if there is None:
        there = renditions.of_all(session, files_of(assets), "card")
    return [_card(asset, person, there) for asset in assets]


def files_of(assets: Sequence[Asset]) -> list[int]:
    """The numbers of their files."""
    return [asset.file_id for asset in assets if asset.file_id is not None]


def _card(asset: Asset, person: Any, there: Pictures) -> Card:
    locale = str(get_locale())
    english = locale == "en"
    word, tone = STATES[asset.state]
    line = [kind_label(asset), dates.spoken(asset.created_text)]
    return Card(
        url=url_for("portal.asset", code=asset.code),
        picture=picture_of(asset, person, there),
        length=length(asset),
        title=title(asset),
        line=_("·").join(part for part in line if part),
        centre=(asset.owner.name_en if english else "") or asset.owner.name,
        access=access(asset),
        state=(str(word), tone),
        code=asset.code,
        description=(asset.description_en if english else "") or asset.description,
    )


def said(asset: Asset, name: str, locale: str) -> str:
    """A field in the reader's language where it was given in it: creator, place_text, period, rights_holder."""
    return str((asset.details.get(f"{name}_en") if locale == "en" else "") or getattr(asset, name))


def title(asset: Asset) -> str:
    """In the reader's language where there is one; a draft may have none yet."""
    return in_english(asset.title_en) or asset.title or _("（还没有题名）")


def in_english(text: str) -> str:
    """The English text for whoever reads English, else nothing."""
    return text if str(get_locale()) == "en" else ""


def kind_label(asset: Asset) -> str:
    """Its form (recorded performance) or else its type (video)."""
    locale = str(get_locale())
    if asset.genre:
        return MEDIA_FORM.label(asset.genre, locale)
    return MEDIA_TYPE.label(asset.type, locale) if asset.type else ""


def length(asset: Asset) -> str:
    """Minutes or pages, where they were said."""
    if "minutes" in asset.details:
        return str(_("%(n)s分钟", n=asset.details["minutes"]))
    return _("%(n)s页", n=asset.details["pages"]) if "pages" in asset.details else ""


def picture_of(asset: Asset, person: Any, there: Pictures) -> str:
    """What the worker has drawn of it where that is made and open to `person`, else a drawing of its type."""
    found = there.get(asset.file_id or 0, {})
    if "card" in found and found["card"].state == "done" and may(person, "asset.open", asset):
        return showing.address(asset, found["card"])
    return drawing(asset.type)


def drawing(media_type: str) -> str:
    """A drawing that stands for what has no picture."""
    return url_for("static", filename=f"img/{DRAWINGS.get(media_type, 'fold')}.svg")


def access(asset: Asset) -> tuple[str, str]:
    """Who may open the file, and from when, as a mark and a word for every card."""
    if opens := rights.opens_on(asset):
        return "closed", _("%(day)s起开放", day=opens)
    if asset.lease_over:
        return "closed", _("限本馆")
    if asset.file_access == "on_site":
        return "site", _("馆内观摩")
    if asset.file_access == "on_request":
        return "closed", _("凭申请使用")
    if asset.file is None:
        return "closed", _("还没有文件")
    if rights.closed_why(asset):
        return "closed", _("文件暂不开放")
    if asset.file_access == "public":
        return "open", _("公开，可打开")
    return ("member", _("成员馆可打开")) if asset.file_access == "members" else ("closed", _("限本馆"))
