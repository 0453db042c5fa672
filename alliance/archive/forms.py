"""The record between the model and the page: what was typed, what is chosen from, what is told in rows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _

from alliance import clock
from alliance.archive import card, dates, media, rights
from alliance.archive.models import Asset
from alliance.archive.record import DETAILS, LISTS, Record
from alliance.centres.models import Centre
from alliance.codes.arts import ART_FORM, AWARD
from alliance.codes.codelist import CodeList
from alliance.codes.media import FILE_ACCESS, LANGUAGE, MEDIA_FORM, MEDIA_THEME, MEDIA_TYPE, RECORD_VISIBILITY
from alliance.codes.rights import ALLOWED_USE, RIGHTS_STATUS
from alliance.codes.statements import RIGHTS_STATEMENT

LISTED: dict[str, CodeList] = {
    "type": MEDIA_TYPE,
    "genre": MEDIA_FORM,
    "theme": MEDIA_THEME,
    "language": LANGUAGE,
    "award": AWARD,
    "rights_status": RIGHTS_STATUS,
    "statement": RIGHTS_STATEMENT,
    "allowed_uses": ALLOWED_USE,
    "record_visibility": RECORD_VISIBILITY,
    "file_access": FILE_ACCESS,
}


def typed(form: Any) -> dict[str, Any]:
    """The posted record as it was typed; a list or a tick that is not there is empty."""
    values: dict[str, Any] = {name: form[name] for name in Record.model_fields if name in form and name not in LISTS}
    values |= {name: form.getlist(name) for name in LISTS}
    return values | {"with_minors": form.get("with_minors") == "1"}


def version(form: Mapping[str, str]) -> int:
    """The version that the page was drawn from; -1, which none has, when it is no number."""
    text = form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def empty(centre: Centre) -> dict[str, Any]:
    """A new record: of this centre's place, with what is usual."""
    return {"place_code": centre.division_code[:6], "rights_status": "unknown", **{name: [] for name in LISTS}} | {
        "record_visibility": "public",
        "file_access": "public",
    }


def values_of(asset: Asset) -> dict[str, Any]:
    """The record as the form shows it."""
    found = {name: (asset.details.get(name) if name in DETAILS else getattr(asset, name)) for name in Record.model_fields}
    return {name: "\n".join(value) if isinstance(value, list) and name not in LISTS else value for name, value in found.items()}


def choices(values: Mapping[str, Any]) -> dict[str, Any]:
    """The options of each select, with what the record has kept even if it is no longer offered."""
    locale = str(get_locale())
    found: dict[str, Any] = {
        name: codes.choices(locale, keep=values.get(name) if name not in LISTS else None) for name, codes in LISTED.items()
    }
    return found | {"art_forms": ART_FORM.groups(locale)}


def told(asset: Asset) -> list[tuple[str, str]]:
    """The record in rows of label and value, without what is empty."""
    locale, details = str(get_locale()), asset.details
    rows = [
        (_("作者"), asset.creator),
        (_("其他责任者"), _("、").join(asset.contributors)),
        (_("表演者"), _("、").join(details.get("performers", ()))),
        (_("门类"), _("、").join(ART_FORM.label(form, locale) for form in asset.art_forms)),
        (_("主题"), _label(MEDIA_THEME, details.get("theme"), locale)),
        (_("时间"), dates.spoken(asset.created_text)),
        (_("时期"), asset.period),
        (_("地方"), asset.place_text),
        (_("语言"), _label(LANGUAGE, asset.language, locale)),
        (_("类型"), _label(MEDIA_TYPE, asset.type, locale)),
        (_("形式"), _label(MEDIA_FORM, asset.genre, locale)),
        (_("篇幅"), card.length(asset)),
        (_("奖项"), " ".join(part for part in (_label(AWARD, details.get("award"), locale), details.get("award_edition")) if part)),
        (_("非遗项目"), details.get("heritage_item", "")),
        (_("原件"), details.get("original", "")),
        (_("来源"), asset.source),
        (_("相关"), asset.relation),
        (_("收藏"), (asset.owner.name_en if locale == "en" else "") or asset.owner.name),
        (_("编号"), asset.code),
        *file_rows(asset),
        *rights_rows(asset, locale),
    ]
    return [(label, value) for label, value in rows if value]


def file_rows(asset: Asset) -> list[tuple[str, str]]:
    """Format, size and checksum of the file."""
    if asset.file is None:
        return []
    what = f"{media.format_label(asset.file.media_type)}{_('，')}{media.size_label(asset.file.size)}"
    return [(_("文件"), what), ("SHA-256", asset.file.digest)]


def rights_rows(asset: Asset, locale: str) -> list[tuple[str, str]]:
    """Where the centre stands with the rights."""
    uses = _("、").join(ALLOWED_USE.label(use, locale) for use in asset.allowed_uses)
    return [
        (_("版权状态"), rights.status_label(asset)),
        (_("权利人"), asset.rights_holder),
        (_("允许的用途"), uses),
        (_("授权到"), dates.spoken(asset.licence_until.isoformat()) if asset.licence_until else ""),
        (_("表演者同意到"), dates.spoken(asset.consent_until.isoformat()) if asset.consent_until else ""),
    ]


def day(moment: datetime | None) -> str:
    """The day in China on which it was."""
    return dates.spoken(clock.local(moment).date().isoformat()) if moment else ""


def _label(codes: CodeList, code: str | None, locale: str) -> str:
    return codes.label(code, locale) if code else ""
