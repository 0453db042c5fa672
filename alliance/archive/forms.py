"""The record between the model and the page: what was typed, what is chosen from, what is told in rows."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _

from alliance import clock
from alliance.archive import card, checklist, dates, media, rights
from alliance.archive.labels import LISTED
from alliance.archive.models import Asset
from alliance.archive.record import LISTS, Performance, Record
from alliance.archive.versions import record_of
from alliance.centres.models import Centre
from alliance.codes.arts import ART_FORM, AWARD
from alliance.codes.codelist import CodeList
from alliance.codes.media import LANGUAGE, MEDIA_FORM, MEDIA_THEME, MEDIA_TYPE
from alliance.codes.rights import CONSENT_SCOPE

CELL = re.compile(r"performers\.(\d{1,2})\.(\w+)")
SPARE = 3  # empty rows below the performers
NOT_COPIED = ("title_en", "licence_until", "embargo_until", "lease_until", "original")


def typed(form: Any) -> dict[str, Any]:
    """The posted record as it was typed; a list that is not there is empty."""
    lists = {*LISTS, "performers"}
    values: dict[str, Any] = {name: form[name] for name in Record.model_fields if name in form and name not in lists}
    values |= {name: form.getlist(name) for name in LISTS}
    return values | _performers(form)


def _performers(form: Any) -> dict[str, Any]:
    """The rows in which something stands; nothing where the page has no rows."""
    rows: dict[int, dict[str, Any]] = {}
    for name in form:
        if (found := CELL.fullmatch(name)) is not None and found[2] in Performance.model_fields:
            rows.setdefault(int(found[1]), {})[found[2]] = form[name]
    filled = [row | {"is_minor": row.get("is_minor") == "1"} for _rank, row in sorted(rows.items()) if any(row.values())]
    return {"performers": [row for row in filled if (row.get("name") or "").strip() or not row.get("id")]} if rows else {}


def marks(asset: Asset, form: Any) -> checklist.Marks:
    """The checklist as it was marked."""
    return {key: {"ok": f"ok.{key}" in form, "note": form.get(f"note.{key}", "")} for key, _label in checklist.items(asset)}


def version(form: Mapping[str, str]) -> int:
    """The version that the page was drawn from; -1, which none has, when it is no number."""
    text = form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def empty(centre: Centre) -> dict[str, Any]:
    """A new record: of this centre's place, with what is usual."""
    return {"place_code": centre.division_code[:6], "rights_status": "unknown", **{name: [] for name in LISTS}} | {
        "record_visibility": "public",
        "file_access": "public",
        "performers": [],
    }


def values_of(asset: Asset) -> dict[str, Any]:
    """The record as the form shows it."""
    return shown(record_of(asset))


def shown(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record as JSON keeps it, as the form shows it."""
    found = {name: record.get(name) for name in Record.model_fields}
    lists = {name: found[name] or [] for name in (*LISTS, "performers")}
    return found | lists | {"contributors": "\n".join(found["contributors"] or [])}


def copied(asset: Asset) -> dict[str, Any]:
    """A new record that says what this one says, without what belongs to this one alone: nobody's consent is copied."""
    values = values_of(asset)
    names = [{"name": row["name"], "name_en": row["name_en"], "role": row["role"]} for row in values["performers"]]
    return values | dict.fromkeys(NOT_COPIED, "") | {"performers": names}


def choices(values: Mapping[str, Any]) -> dict[str, Any]:
    """The options of each select, with what the record has kept even if it is no longer offered."""
    locale = str(get_locale())
    found: dict[str, Any] = {
        name: codes.choices(locale, keep=values.get(name) if name not in LISTS else None) for name, codes in LISTED.items()
    }
    return found | {"art_forms": ART_FORM.groups(locale), "consent_scope": CONSENT_SCOPE.choices(locale)}


def told(asset: Asset) -> list[tuple[str, str]]:
    """The record in rows of label and value, without what is empty."""
    locale, details = str(get_locale()), asset.details
    rows = [
        (_("作者"), card.said(asset, "creator", locale)),
        (_("其他责任者"), _("、").join(asset.contributors)),
        (_("表演者"), performers_told(asset, locale)),
        (_("门类"), _("、").join(ART_FORM.label(form, locale) for form in asset.art_forms)),
        (_("主题"), _label(MEDIA_THEME, details.get("theme"), locale)),
        (_("时间"), dates.spoken(asset.created_text)),
        (_("时期"), card.said(asset, "period", locale)),
        (_("地方"), card.said(asset, "place_text", locale)),
        (_("语言"), _label(LANGUAGE, asset.language, locale)),
        (_("类型"), _label(MEDIA_TYPE, asset.type, locale)),
        (_("形式"), _label(MEDIA_FORM, asset.genre, locale)),
        (_("篇幅"), card.length(asset)),
        (_("奖项"), award_told(asset, locale)),
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


def performers_told(asset: Asset, locale: str) -> str:
    """The names with what each does: 王一（领唱）、李二."""
    english = locale == "en"
    told = [((one.name_en if english else "") or one.name, one.role) for one in asset.performers]
    return str(_("、").join(_("%(name)s（%(role)s）", name=name, role=role) if role else name for name, role in told))


def award_told(asset: Asset, locale: str) -> str:
    """The award with its edition and year."""
    details = asset.details
    year = _("%(year)s年", year=details["award_year"]) if "award_year" in details else ""
    return " ".join(part for part in (_label(AWARD, details.get("award"), locale), details.get("award_edition"), year) if part)


def file_rows(asset: Asset) -> list[tuple[str, str]]:
    """Format, size and checksum of the file."""
    if asset.file is None:
        return []
    what = f"{media.format_label(asset.file.media_type)}{_('，')}{media.size_label(asset.file.size)}"
    return [(_("文件"), what), ("SHA-256", asset.file.digest)]


def rights_rows(asset: Asset, locale: str) -> list[tuple[str, str]]:
    """Where the centre stands with the rights."""
    return [
        (_("版权状态"), rights.status_label(asset)),
        (_("权利人"), card.said(asset, "rights_holder", locale)),
        (_("允许的用途"), rights.uses_label(asset)),
        (_("授权到"), rights.day(asset.licence_until)),
        (_("表演者同意到"), rights.day(asset.consent_until)),
        (_("文件开放"), _("从%(day)s起", day=rights.day(asset.embargo_until)) if asset.is_embargoed else ""),
        (_("开放到"), rights.day(asset.lease_until)),
    ]


def day(moment: datetime | None) -> str:
    """The day in China on which it was."""
    return dates.spoken(clock.local(moment).date().isoformat()) if moment else ""


def _label(codes: CodeList, code: str | None, locale: str) -> str:
    return codes.label(code, locale) if code else ""
