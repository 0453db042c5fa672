"""The fields of the record by the names that people know, and their values in words."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from alliance.archive import dates, media
from alliance.codes.arts import ART_FORM, AWARD
from alliance.codes.codelist import CodeList
from alliance.codes.media import FILE_ACCESS, LANGUAGE, MEDIA_FORM, MEDIA_THEME, MEDIA_TYPE, RECORD_VISIBILITY
from alliance.codes.rights import ALLOWED_USE, CONSENT_SCOPE, RIGHTS_STATUS
from alliance.codes.statements import RIGHTS_STATEMENT
from alliance.places.rows import whole_name

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
FIELDS: dict[str, Any] = {
    "title": _l("题名"),
    "title_en": _l("英文题名"),
    "description": _l("内容说明"),
    "description_en": _l("英文说明"),
    "creator": _l("作者或团队"),
    "creator_en": _l("作者或团队的英文"),
    "contributors": _l("其他责任者"),
    "performers": _l("表演者"),
    "art_forms": _l("文艺门类"),
    "created_text": _l("时间"),
    "type": _l("资源类型"),
    "genre": _l("形式"),
    "theme": _l("主题"),
    "language": _l("语言"),
    "source": _l("来源"),
    "relation": _l("相关"),
    "place_code": _l("所在县（区）"),
    "place_text": _l("地方"),
    "place_text_en": _l("地方的英文"),
    "period": _l("时期"),
    "period_en": _l("时期的英文"),
    "minutes": _l("时长"),
    "pages": _l("页数"),
    "award": _l("奖项"),
    "award_edition": _l("届次与等级"),
    "award_year": _l("获奖年份"),
    "heritage_item": _l("非遗项目"),
    "original": _l("原件"),
    "rights_status": _l("版权状态"),
    "statement": _l("权利声明"),
    "rights_holder": _l("权利人"),
    "rights_holder_en": _l("权利人的英文"),
    "licence_until": _l("授权到哪一天"),
    "allowed_uses": _l("允许的用途"),
    "record_visibility": _l("谁能看到条目"),
    "file_access": _l("谁能打开文件"),
    "embargo_until": _l("文件从哪一天起开放"),
    "lease_until": _l("文件开放到哪一天"),
    "file": _l("文件"),
}
DAYS = frozenset({"licence_until", "embargo_until", "lease_until"})


def named(fields: Iterable[str]) -> list[str]:
    """The names of these fields, each once."""
    return list(dict.fromkeys(str(FIELDS[name.split(".")[0]]) for name in fields if name.split(".")[0] in FIELDS))


def said(name: str, value: Any, locale: str) -> str:
    """A kept value in words; nothing where there is none."""
    if value in (None, "", []):
        return ""
    if name == "performers":
        return "\n".join(_performer(row, locale) for row in value)
    if name == "file":
        return str(_("%(name)s（%(size)s）", name=value["name"], size=media.size_label(value["size"])))
    if name == "created_text" or name in DAYS:
        return dates.spoken(value)
    if name == "place_code":
        return str(whole_name(value) or value)
    codes = ART_FORM if name == "art_forms" else LISTED.get(name)
    values = value if isinstance(value, list) else [value]
    return str(_("、").join(codes.label(one, locale) if codes is not None and one in codes else str(one) for one in values))


def _performer(row: Mapping[str, Any], locale: str) -> str:
    """One with role and consent, as far as they are said."""
    until, withdrawn = row.get("consent_until"), row.get("withdrawn_on")
    parts = [
        row["name"],
        row.get("role"),
        CONSENT_SCOPE.label(row["consent_scope"], locale) if row.get("consent_scope") else "",
        _("同意到%(day)s", day=dates.spoken(_iso(until))) if until else "",
        _("未成年") if row.get("is_minor") else "",
        _("%(day)s撤回同意", day=dates.spoken(_iso(withdrawn))) if withdrawn else "",
    ]
    return str(_("，").join(part for part in parts if part))


def _iso(day: date | str) -> str:
    return day if isinstance(day, str) else day.isoformat()
