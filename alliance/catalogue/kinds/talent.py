"""人才: a person or a troupe; personal data, so consent comes first and an identity number is never kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from alliance.catalogue import procured
from alliance.catalogue.kinds import shared
from alliance.catalogue.kinds.field import Fact, Field, Group, Kind, Values
from alliance.catalogue.kinds.show import ends, figure, labels

if TYPE_CHECKING:
    from alliance.catalogue.models import Resource


def is_troupe(values: Values) -> bool:
    """Whether several people stand behind the name."""
    return values.get("talent_kind") == "troupe"


def is_minor(values: Values) -> bool:
    """Whether a guardian has to consent too."""
    return values.get("minor") is True


WHO = Group(
    "who",
    _l("专长"),
    (
        Field(
            name="talent_kind",
            label=_l("个人或团队"),
            type="code",
            codes="talent_kind",
            required=True,
            search="facet",
            columns=("人才类别", "个人/团队"),
        ),
        Field(name="tier", label=_l("人才层次"), type="code", codes="talent_tier", search="facet", columns=("层次", "级别")),
        Field(
            name="skills",
            label=_l("特长"),
            longest=300,
            search="text",
            hint=_l("如：合唱指挥、二胡、少儿编舞。"),
            columns=("专长", "擅长", "行当"),
        ),
        Field(name="title_rank", label=_l("职称"), type="code", codes="title_rank", search="facet", columns=("专业职称", "头衔")),
        Field(name="bearer_level", label=_l("传承人级别"), type="code", codes="bearer_level", search="facet"),
        Field(name="heritage_item", label=_l("非遗项目"), longest=120, search="text", columns=("项目名称",)),
        Field(name="heritage_class", label=_l("非遗门类"), type="code", codes="heritage_class", search="facet"),
        Field(
            name="troupe_size",
            label=_l("团队人数"),
            type="integer",
            unit=_l("人"),
            least=2,
            most=2000,
            needed_when=is_troupe,
            columns=("人数", "队员人数"),
        ),
        Field(name="languages", label=_l("语言"), type="codes", codes="language", search="facet", columns=("语种", "方言")),
    ),
)

WORK = Group(
    "work",
    _l("剧目与授课"),
    (
        Field(
            name="repertoire",
            label=_l("节目剧目"),
            type="rows",
            search="text",
            rows=(
                Field(name="title", label=_l("节目名称"), longest=120, required=True),
                Field(name="minutes", label=_l("时长"), type="integer", unit=_l("分钟"), least=1, most=600),
                Field(name="cast", label=_l("演员"), type="integer", unit=_l("人"), least=1, most=500),
                Field(name="stage_width_m", label=_l("台宽至少"), type="decimal", unit="m", least=0.5, most=60),
                Field(name="stage_depth_m", label=_l("台深至少"), type="decimal", unit="m", least=0.5, most=60),
                Field(name="age", label=_l("适合年龄"), longest=40),
            ),
        ),
        Field(
            name="teaches",
            label=_l("授课"),
            type="rows",
            search="text",
            rows=(
                Field(name="subject", label=_l("课程"), longest=80, required=True),
                Field(name="level", label=_l("程度"), type="code", codes="teaching_level"),
                Field(name="group_size", label=_l("每班人数"), type="integer", unit=_l("人"), least=1, most=1000),
            ),
        ),
        Field(name="weekdays", label=_l("有空的日子"), type="codes", codes="weekday", columns=("可服务时间",)),
        Field(
            name="travel_km",
            label=_l("可去范围"),
            type="integer",
            unit="km",
            least=1,
            most=5000,
            search="number",
            columns=("服务半径", "最大服务距离"),
        ),
        Field(
            name="fee_rule",
            label=_l("劳务说明"),
            longest=300,
            hint=_l("如：课酬按区县标准，往返车费据实。"),
            columns=("酬劳", "收费标准"),
        ),
        Field(
            name="awards",
            label=_l("获奖"),
            type="rows",
            rows=(
                Field(name="award", label=_l("奖项"), type="code", codes="award", required=True),
                Field(name="year", label=_l("年份"), type="integer", least=1950, most=2100),
                Field(name="what", label=_l("作品与等次"), longest=120),
            ),
        ),
        Field(name="works", label=_l("代表作品"), type="long", longest=2000, search="text", columns=("业务成就", "主要作品")),
        Field(name="certificates", label=_l("证书与社会兼职"), type="long", longest=1000, columns=("证书", "社会兼职")),
        Field(name="video", label=_l("音视频"), longest=300, hint=_l("可写本平台数字档案的编号，如DA-00017。"), columns=("视频",)),
    ),
)


def is_bought(values: Values) -> bool:
    """Whether so many sessions were bought."""
    return bool(values.get("sessions_bought"))


PROCURED = Group(
    "procured",
    _l("采购节目"),
    (
        Field(
            name="sessions_bought",
            label=_l("采购场次"),
            type="integer",
            unit=_l("场"),
            least=1,
            most=10_000,
            hint=_l("只有买来的演出才填这一组，“来源”要选“采购”。还剩几场由平台按记录和约定来算，不用填。"),
            columns=("合同场次", "购买场次", "采购总场次", "剩余场次", "剩余可用场次"),
        ),
        Field(
            name="sessions_used",
            label=_l("登记前已用场次"),
            type="integer",
            unit=_l("场"),
            least=0,
            most=10_000,
            hint=_l("登记到平台以前已经演掉的。以后本馆自用的，在“场次”页逐次记。"),
            columns=("已用场次", "已演场次", "已使用场次"),
        ),
        Field(
            name="contract_until",
            label=_l("采购合同到期"),
            type="date",
            needed_when=is_bought,
            hint=_l("合同约定的最后一个演出日；到期前60天、30天还有剩余，会提醒贵馆。"),
            columns=("采购合同期", "合同到期", "合同到期日", "合同期限", "合同有效期"),
        ),
        Field(
            name="transferable",
            label=_l("可转让"),
            type="yesno",
            needed_when=is_bought,
            hint=_l("合同或供应商是否允许转给别的馆演；允许的，请把供应商同意书加到“证照”。"),
            columns=("可否转让", "是否可转让", "能否转让"),
        ),
    ),
)

CONSENT = Group(
    "consent",
    _l("本人同意"),
    (
        Field(
            name="consent_on",
            label=_l("同意日期"),
            type="date",
            private=True,
            required=True,
            hint=_l("本人同意登记和公开的日期；请不要登记身份证号码。"),
        ),
        Field(name="consent_method", label=_l("同意方式"), type="code", private=True, codes="consent_method"),
        Field(
            name="consent_scope",
            label=_l("同意公开的范围"),
            type="code",
            private=True,
            codes="scope",
            required=True,
            hint=_l("共享范围不能大于本人同意的范围；不选“公开”就没有公开页面。"),
        ),
        Field(name="consent_until", label=_l("同意到期"), type="date", private=True, required=True),
        Field(
            name="minor",
            label=_l("未成年人"),
            type="yesno",
            private=True,
            required=True,
            hint=_l("未成年人没有公开页面，只对成员馆显示。"),
        ),
        Field(name="guardian_name", label=_l("监护人"), longest=60, private=True, needed_when=is_minor),
        Field(name="guardian_consent_on", label=_l("监护人同意日期"), type="date", private=True, needed_when=is_minor),
        Field(name="consent_withdrawn_on", label=_l("撤回同意的日期"), type="date", private=True, hint=_l("填写后条目立即下架。")),
    ),
)


def facts(resource: Resource, locale: str) -> list[Fact]:
    """Art, standing, size or teaching, how far, when; until when the person agreed is nobody's business but the owner's."""
    details = resource.details
    pieces, lessons = len(details.get("repertoire") or ()), details.get("teaches") or ()
    return [
        *_bought(resource),
        Fact(_("门类"), labels("art_form", resource.art_forms[:3], locale)),
        Fact(_("个人或团队"), labels("talent_kind", [details.get("talent_kind")], locale)),
        Fact(_("称号"), _standing(details, locale)),
        Fact(_("人数"), figure(details.get("troupe_size"), _("人"))),
        Fact(_("剧目"), ngettext("%(num)s个", "%(num)s个", pieces) if pieces else ""),
        Fact(_("授课程度"), labels("teaching_level", dict.fromkeys(row.get("level") for row in lessons), locale)),
        Fact(_("可去"), figure(details.get("travel_km"), "km")),
        Fact(_("有空"), labels("weekday", details.get("weekdays") or (), locale)),
        Fact(_("费用"), labels("fee_type", [resource.fee_type], locale)),
    ]


def _bought(resource: Resource) -> list[Fact]:
    """What is left of a bought programme, and until when."""
    if not procured.is_counted(resource):
        return []
    free = procured.left(resource)
    return [
        Fact(_("剩余场次"), figure(free, _("场")), "" if free else "warn"),
        *ends(_("采购合同"), resource.details.get("contract_until"), 60),
    ]


def _standing(details: Values, locale: str) -> str:
    rank = details.get("title_rank")
    told = labels("bearer_level", [details.get("bearer_level")], locale) or (
        "" if rank == "none" else labels("title_rank", [rank], locale)
    )
    return told or labels("talent_tier", [details.get("tier")], locale)


def notes(resource: Resource) -> dict[str, str]:
    """What follows from what was said, told beside it."""
    details, told = resource.details, {}
    for fact in ends("", details.get("consent_until"), within=90):
        told["consent_until"] = fact.value
    if is_minor(details):
        told["minor"] = _("没有公开页面，图像和姓名只对成员馆显示")
    return told


CHECKLIST = (
    ("consent", _l("本人同意的日期、范围、期限齐全")),
    ("minor", _l("未成年人有监护人同意")),
    ("identity", _l("没有身份证号、住址等多余的个人信息")),
    ("skills", _l("门类、特长、职称或传承人级别属实")),
    ("work", _l("节目时长、人数、舞台要求写明")),
    ("rights", _l("照片、音视频可以公开")),
    ("rules", _l("劳务标准、可去范围、提前天数写明")),
)

TALENT = Kind(
    "talent",
    _l("人才"),
    "talent",
    "RC",
    (
        shared.changed(
            shared.BASICS,
            title={"label": _l("姓名、艺名或团名"), "columns": ("姓名", "艺名", "团队名称", "名称")},
            art_forms={"required": True},
        ),
        WHO,
        WORK,
        PROCURED,
        CONSENT,
        shared.changed(shared.PLACE, address={"label": _l("常驻地"), "hint": _l("写到乡镇、街道就够了，不要写家庭住址。")}),
        shared.SHARING,
    ),
    facts,
    notes,
    CHECKLIST,
    moves=True,
)
