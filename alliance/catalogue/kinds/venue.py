"""场馆: a hall, a room, a square: a place that is used where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from alliance.catalogue.kinds import shared
from alliance.catalogue.kinds.field import Fact, Field, Group, Join, Kind
from alliance.catalogue.kinds.show import figure, labels, times
from alliance.codes.venues import FREE_VENUE_TYPES

if TYPE_CHECKING:
    from alliance.catalogue.models import Resource


def _length(name: str, label: object, most: float, **more: object) -> Field:
    return Field(name=name, label=label, type="decimal", unit="m", least=0.1, most=most, **more)  # type: ignore[arg-type]


def _count(name: str, label: object, unit: object, most: float = 100_000, **more: object) -> Field:
    return Field(name=name, label=label, type="integer", unit=unit, least=0, most=most, **more)  # type: ignore[arg-type]


ROOM = Group(
    "room",
    _l("空间与座席"),
    (
        Field(
            name="venue_type",
            label=_l("场馆类型"),
            type="code",
            codes="venue_type",
            required=True,
            search="facet",
            columns=("类型", "场地类型", "活动室类型"),
        ),
        Field(name="floor", label=_l("楼层位置"), longest=80, hint=_l("如：2楼东侧，有电梯。"), columns=("活动室位置", "楼层")),
        Field(
            name="area_m2",
            label=_l("面积"),
            type="decimal",
            unit="m²",
            required=True,
            least=1,
            most=200_000,
            search="number",
            columns=("使用面积", "建筑面积"),
        ),
        _count(
            "seats", _l("座席"), _l("座"), required=True, search="number", columns=("座位数", "可容纳人数", "容纳人数", "座席数")
        ),
        _count("seats_fixed", _l("固定座席"), _l("座")),
        _count("seats_movable", _l("活动座席"), _l("座")),
        _count("standing", _l("站席"), _l("人")),
        _count("accessible_seats", _l("无障碍座席"), _l("座"), columns=("无障碍席位",)),
        Field(
            name="opening_hours", label=_l("开放时间"), longest=200, required=True, hint=_l("如：周二至周日 9:00–21:00，周一闭馆。")
        ),
        Field(name="openings", label=_l("可借时段"), type="openings", required=True),
        Field(name="closed_weekdays", label=_l("闭馆日"), type="codes", codes="weekday"),
        Field(name="free_opening", label=_l("免费开放"), type="yesno", required=True, search="facet", columns=("是否免费",)),
    ),
)

STAGE = Group(
    "stage",
    _l("舞台"),
    (
        Field(name="stage_form", label=_l("舞台形式"), type="code", codes="stage_form", search="facet"),
        _length("proscenium_width_m", _l("台口宽"), 60, search="number"),
        _length("proscenium_height_m", _l("台口高"), 40),
        _length("stage_depth_m", _l("台深"), 60),
        _length("wing_m", _l("侧台宽"), 40),
        _count("bars", _l("吊杆"), _l("道"), 500),
        Field(name="setup_min", label=_l("装台时间"), type="integer", unit=_l("分钟"), least=0, most=2880),
        Field(name="strike_min", label=_l("拆台时间"), type="integer", unit=_l("分钟"), least=0, most=2880),
    ),
    (Join(_l("台口宽×高"), ("proscenium_width_m", "proscenium_height_m")),),
)

TECHNICS = Group(
    "technics",
    _l("设备与配套"),
    (
        Field(name="lighting", label=_l("灯光"), type="long", longest=1000, columns=("灯光设备",)),
        Field(name="sound", label=_l("音响"), type="long", longest=1000, columns=("音响设备",)),
        Field(name="led_m2", label=_l("LED屏"), type="decimal", unit="m²", least=0, most=2000, columns=("LED",)),
        Field(name="piano", label=_l("钢琴"), longest=80, hint=_l("如：9尺三角琴1台，上月调律。")),
        _count("dressing_rooms", _l("化妆间"), _l("间"), 200),
        _length("dock_width_m", _l("装卸门宽"), 20),
        _length("dock_height_m", _l("装卸门高"), 20),
        Field(name="goods_lift", label=_l("货梯"), type="yesno"),
        Field(
            name="goods_lift_kg",
            label=_l("货梯载重"),
            type="integer",
            unit="kg",
            least=100,
            most=20_000,
        ),
        Field(name="power_kw", label=_l("可用电源"), type="decimal", unit="kW", least=0.5, most=5000, search="number"),
        Field(name="blackout", label=_l("可遮光"), type="yesno"),
        Field(name="wifi", label=_l("无线网络"), type="yesno", columns=("WiFi", "WIFI")),
        _count("truck_parking", _l("货车、舞台车位"), _l("个"), 1000),
        _count("coach_parking", _l("大客车位"), _l("个"), 1000),
        shared.EQUIPMENT,
        Field(name="limits", label=_l("使用限制"), type="codes", codes="venue_limit", columns=("限制",)),
        Field(name="limits_note", label=_l("其他限制"), longest=300, hint=_l("如：22:00后限声；不得钉墙。")),
    ),
    (Join(_l("装卸门宽×高"), ("dock_width_m", "dock_height_m")),),
)


def _stage(resource: Resource, locale: str) -> str:
    details = resource.details
    size = times(details, "m", "proscenium_width_m", "stage_depth_m")
    return " ".join(filter(None, (labels("stage_form", [details.get("stage_form")], locale), size)))


def _free(resource: Resource) -> str:
    said = resource.details.get("free_opening")
    return "" if said is None else str(_("是") if said else _("否"))


def facts(resource: Resource, locale: str) -> list[Fact]:
    """Seats, area, stage, power, where a truck can stand, whether it is open free of charge."""
    details = resource.details
    return [
        Fact(_("类型"), labels("venue_type", [details.get("venue_type")], locale)),
        Fact(_("座席"), figure(details.get("seats"), _("座"))),
        Fact(_("面积"), figure(details.get("area_m2"), "m²")),
        Fact(_("舞台"), _stage(resource, locale)),
        Fact(_("电源"), figure(details.get("power_kw"), "kW")),
        Fact(_("无障碍座席"), figure(details.get("accessible_seats") or None, _("座"))),
        Fact(_("免费开放"), _free(resource)),
    ]


def notes(resource: Resource) -> dict[str, str]:
    """What follows from a figure, told beside it."""
    details, told = resource.details, {}
    if details.get("venue_type") in FREE_VENUE_TYPES and details.get("free_opening") is False:
        told["free_opening"] = _("这类场所按规定应免费开放，请核对。")
    if power := details.get("power_kw"):
        told["power_kw"] = _("演出用电建议不超过%(power)s", power=figure(round(power * 0.8, 1), "kW"))
    seats = [details.get(name) or 0 for name in ("seats_fixed", "seats_movable", "standing")]
    if any(seats) and details.get("seats") is not None and sum(seats) != details["seats"]:
        told["seats"] = _("固定、活动座席与站席合计%(total)s，与总数不同", total=sum(seats))
    return told


CHECKLIST = (
    ("figures", _l("面积、座席与照片相符")),
    ("stage", _l("舞台尺寸、装卸口、电源写全")),
    ("opening", _l("开放时间、可借时段、闭馆日一致")),
    ("free", _l("应当免费的场所没有收费")),
    ("access", _l("无障碍设施如实填写")),
    ("limits", _l("使用限制写明")),
    ("photos", _l("照片看得出空间和设施")),
    ("rules", _l("费用项目、承担方、提前天数写明")),
    ("privacy", _l("公开内容里没有私人电话")),
)

VENUE = Kind(
    "venue",
    _l("场馆"),
    "venue",
    "CG",
    (
        shared.changed(
            shared.BASICS,
            quantity={"most": 500, "hint": _l("一间填1；一样的琴房、床位、展位合登一条，填一共有多少，可以分开借给几家。")},
        ),
        ROOM,
        STAGE,
        TECHNICS,
        shared.changed(shared.PLACE, address={"required": True}),
        shared.SHARING,
    ),
    facts,
    notes,
    CHECKLIST,
    pool=True,
)
