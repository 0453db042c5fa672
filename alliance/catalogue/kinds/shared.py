"""The fields that every kind has; they are columns of the resource itself."""

from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _l

from alliance.catalogue.kinds.field import Field, Group

BASICS = Group(
    "basics",
    _l("基本信息"),
    (
        Field(
            name="title", label=_l("名称"), required=True, longest=120, at="title", default="", search="text", columns=("资源名称",)
        ),
        Field(name="title_en", label=_l("英文名称"), longest=200, at="title_en", default="", search="text"),
        Field(
            name="summary",
            label=_l("简介"),
            type="long",
            required=True,
            longest=4000,
            at="summary",
            default="",
            search="text",
            hint=_l("写借用的馆最想知道的：适合什么活动，有什么长处，要留意什么。"),
            columns=("内容简介", "介绍", "说明", "备注"),
        ),
        Field(name="summary_en", label=_l("英文简介"), type="long", longest=6000, at="summary_en", default="", search="text"),
        Field(
            name="art_forms",
            label=_l("文艺门类"),
            type="codes",
            codes="art_form",
            at="art_forms",
            default=(),
            search="facet",
            columns=("艺术分类", "艺术门类", "专业", "门类"),
        ),
        Field(
            name="audiences",
            label=_l("服务对象"),
            type="codes",
            codes="audience",
            at="audiences",
            default=(),
            search="facet",
            columns=("适合人群", "对象"),
        ),
        Field(
            name="tags",
            label=_l("标签"),
            type="words",
            longest=20,
            at="tags",
            default=(),
            search="text",
            hint=_l("用顿号隔开，如：非遗、少儿、夏令营。"),
            columns=("关键词",),
        ),
        Field(
            name="quantity",
            label=_l("数量"),
            type="integer",
            least=1,
            most=1,
            at="quantity",
            default=1,
            hint=_l("一台、一间、一人各登记一条，填1。"),
            columns=("件数",),
        ),
        Field(
            name="acquired_by",
            label=_l("来源"),
            type="code",
            codes="acquired_by",
            at="acquired_by",
            default="",
            columns=("购置方式",),
        ),
    ),
)

PLACE = Group(
    "place",
    _l("联系与地点"),
    (
        Field(
            name="contact_name",
            label=_l("联系人"),
            required=True,
            longest=60,
            at="contact_name",
            default="",
            hint=_l("如“刘老师”。受理前由联系人答问。"),
            columns=("联系人姓名", "负责人"),
        ),
        Field(
            name="contact_phone",
            label=_l("联系电话"),
            type="phone",
            required=True,
            private=True,
            longest=40,
            at="contact_phone",
            default="",
            hint=_l("只有共享范围内的成员馆看得到。"),
            columns=("咨询电话", "电话", "手机", "联系方式"),
        ),
        Field(
            name="division_code",
            label=_l("所在县（区）"),
            type="division",
            required=True,
            at="division_code",
            default="",
            hint=_l("写县（区）名或区划代码；乡镇、村用9位、12位代码。用来算远近、定答复时限。"),
            columns=("区划代码", "行政区划", "所属区域"),
        ),
        Field(
            name="address", label=_l("地址"), at="address", default="", search="text", columns=("详细地址", "所在地", "停放地点")
        ),
        Field(name="lat", label=_l("纬度"), type="decimal", unit="°", least=-90, most=90, places=6, at="lat", columns=("lat",)),
        Field(
            name="lng", label=_l("经度"), type="decimal", unit="°", least=-180, most=180, places=6, at="lng", columns=("lng", "lon")
        ),
    ),
)

COSTS = (
    Field(name="what", label=_l("费用项目"), type="code", codes="cost_item", required=True),
    Field(name="fen", label=_l("金额"), type="money", unit=_l("元"), required=True),
    Field(name="per", label=_l("计费单位"), type="code", codes="cost_unit", required=True),
    Field(name="payer", label=_l("承担方"), type="code", codes="cost_bearer", required=True),
)

SHARING = Group(
    "sharing",
    _l("共享规则"),
    (
        Field(
            name="share_scope",
            label=_l("共享范围"),
            type="code",
            codes="scope",
            required=True,
            at="share_scope",
            default="",
            search="facet",
            hint=_l("决定哪些馆看得到、借得到；选“公开”，市民也能看到，但只有成员馆能借。"),
        ),
        Field(
            name="who_may_ask",
            label=_l("可申请的馆"),
            type="code",
            codes="who_may_ask",
            at="who_may_ask",
            default="in_scope",
        ),
        Field(
            name="service_mode",
            label=_l("服务方式"),
            type="code",
            codes="service_mode",
            at="service_mode",
            default="",
            search="facet",
        ),
        Field(
            name="fee_type",
            label=_l("费用方式"),
            type="code",
            codes="fee_type",
            required=True,
            at="fee_type",
            default="",
            search="facet",
            columns=("是否收费", "收费方式"),
        ),
        Field(
            name="costs",
            label=_l("费用明细"),
            type="rows",
            rows=COSTS,
            at="costs",
            default=(),
            needed_when=lambda values: values.get("fee_type") not in (None, "", "free"),
            hint=_l("不是免费的，逐项写明金额和由谁承担。"),
        ),
        Field(
            name="lead_days",
            label=_l("提前天数"),
            type="integer",
            unit=_l("天"),
            required=True,
            least=0,
            most=365,
            at="lead_days",
            hint=_l("申请至少要早于借用几天。"),
            columns=("提前预约天数", "提前量"),
        ),
        Field(
            name="longest_days",
            label=_l("最长借期"),
            type="integer",
            unit=_l("天"),
            least=1,
            most=366,
            at="longest_days",
            columns=("最长天数",),
        ),
        Field(
            name="buffer_before",
            label=_l("前间隔"),
            type="integer",
            unit=_l("分钟"),
            least=0,
            most=2880,
            at="buffer_before",
            default=0,
            hint=_l("每次借用之前要空出的时间，行车时间另算。"),
        ),
        Field(
            name="buffer_after",
            label=_l("后间隔"),
            type="integer",
            unit=_l("分钟"),
            least=0,
            most=2880,
            at="buffer_after",
            default=0,
        ),
        Field(
            name="one_crew",
            label=_l("同一班人撤布场"),
            type="yesno",
            at="one_crew",
            default=False,
            hint=_l("前一场撤场和后一场布置是同一班人做的，两段间隔就要加起来；不是就取长的一段。"),
        ),
        Field(
            name="approval_steps",
            label=_l("审批级数"),
            type="integer",
            unit=_l("级"),
            least=0,
            most=3,
            at="approval_steps",
            default=0,
            hint=_l("0为按规则计算；可以加严，不能减少。"),
        ),
        Field(
            name="instant_confirmation",
            label=_l("即时确认"),
            type="yesno",
            at="instant_confirmation",
            default=False,
            search="facet",
            hint=_l("档期空、免费、同市的申请，提交即办结。"),
        ),
    ),
)


EQUIPMENT = Field(
    name="equipment",
    label=_l("设备清单"),
    type="rows",
    rows=(
        Field(name="what", label=_l("设备"), longest=80, required=True),
        Field(name="count", label=_l("数量"), type="integer", least=1, most=10_000, required=True),
        Field(name="note", label=_l("备注"), longest=120),
    ),
    hint=_l("交接单照这里逐项点。"),
)


def changed(group: Group, **changes: dict[str, Any]) -> Group:
    """The group with some of its fields said otherwise: changed(BASICS, title={"label": …})."""
    return replace(group, fields=tuple(replace(field, **changes.get(field.name, {})) for field in group.fields))
