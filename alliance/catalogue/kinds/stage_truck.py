"""舞台车: a truck that opens into a stage, and its relatives."""

from flask_babel import lazy_gettext as _l

from alliance.catalogue.kinds import shared
from alliance.catalogue.kinds.field import Field, Group, Join, Kind
from alliance.catalogue.kinds.truck_facts import facts, notes

M = "m"


def _length(name: str, label: object, most: float, *, least: float = 0.1, **more: object) -> Field:
    return Field(name=name, label=label, type="decimal", unit=M, least=least, most=most, **more)  # type: ignore[arg-type]


VEHICLE = Group(
    "vehicle",
    _l("车辆与驾驶"),
    (
        Field(
            name="vehicle_type",
            label=_l("车型"),
            type="code",
            codes="vehicle_type",
            required=True,
            search="facet",
            columns=("车辆类型", "类型"),
        ),
        Field(name="plate_no", label=_l("车牌"), longest=20, private=True, columns=("车牌号", "车牌号码", "号牌")),
        Field(name="model", label=_l("型号"), longest=80, columns=("车辆型号", "品牌型号")),
        Field(name="chassis", label=_l("底盘"), longest=80, columns=("底盘型号",)),
        Field(name="year", label=_l("出厂年份"), type="integer", least=1980, most=2100, columns=("购置年份", "年份")),
        _length("length_m", _l("车长"), 25, required=True, columns=("长", "车长(米)", "车长（米）")),
        _length("width_m", _l("车宽"), 4, required=True, columns=("宽", "车宽(米)", "车宽（米）")),
        _length(
            "height_m",
            _l("车高"),
            6,
            required=True,
            search="number",
            hint=_l("收车后的最高点；3.8米以上会提示留意限高。"),
            columns=("高", "车高(米)", "车高（米）"),
        ),
        Field(name="gross_t", label=_l("总质量"), type="decimal", unit="t", required=True, least=0.5, most=60, columns=("吨位",)),
        Field(name="licence_class", label=_l("准驾车型"), type="code", codes="licence_class", required=True, search="facet"),
        Field(name="driver_included", label=_l("随车驾驶员"), type="yesno", required=True, columns=("是否带驾驶员",)),
        Field(
            name="crew",
            label=_l("随车人员"),
            type="integer",
            unit=_l("人"),
            required=True,
            least=0,
            most=60,
            columns=("随车人数", "操作人员"),
        ),
        _length("turning_radius_m", _l("转弯半径"), 40),
        Field(
            name="max_km",
            label=_l("服务半径"),
            type="integer",
            unit="km",
            least=1,
            most=3000,
            columns=("最大服务距离",),
        ),
    ),
    (Join(_l("车长×宽×高"), ("length_m", "width_m", "height_m")),),
)

STAGE = Group(
    "stage",
    _l("舞台"),
    (
        Field(name="opens", label=_l("展开方式"), type="code", codes="opens", search="facet"),
        _length("deck_width_m", _l("台面宽"), 40, required=True, search="number", columns=("舞台宽", "台口宽")),
        _length("deck_depth_m", _l("台面深"), 30, required=True, search="number", columns=("舞台深",)),
        Field(
            name="deck_area_m2",
            label=_l("台面面积"),
            type="decimal",
            unit="m²",
            required=True,
            least=1,
            most=800,
            columns=("舞台面积", "面积"),
        ),
        _length("deck_height_m", _l("台面离地"), 3, columns=("台面高",)),
        _length("proscenium_width_m", _l("台口净宽"), 40),
        _length("clear_height_m", _l("净高"), 15, search="number", columns=("台上净高", "舞台净高")),
        _length("opened_length_m", _l("展开后长"), 40, required=True),
        _length("opened_width_m", _l("展开后宽"), 40, required=True),
        _length("opened_height_m", _l("展开后高"), 20, required=True),
        Field(
            name="setup_min",
            label=_l("展开时间"),
            type="integer",
            unit=_l("分钟"),
            required=True,
            least=1,
            most=1440,
            columns=("装台时间", "搭台时间"),
        ),
        Field(name="strike_min", label=_l("收台时间"), type="integer", unit=_l("分钟"), required=True, least=1, most=1440),
        Field(name="rain_roof", label=_l("防雨顶棚"), type="yesno", columns=("防雨",)),
        Field(
            name="wind_limit",
            label=_l("抗风"),
            type="integer",
            unit=_l("级风"),
            least=0,
            most=12,
            default=5,
            hint=_l("超过这一级风就收台；行业标准的车为5级。"),
            columns=("抗风级别", "最大风力"),
        ),
    ),
    (
        Join(_l("台面宽×深"), ("deck_width_m", "deck_depth_m")),
        Join(_l("展开后长×宽×高"), ("opened_length_m", "opened_width_m", "opened_height_m")),
    ),
)

TECHNICS = Group(
    "technics",
    _l("电源与技术"),
    (
        Field(name="power", label=_l("供电方式"), type="codes", codes="power", required=True, columns=("供电",)),
        Field(
            name="generator_kw",
            label=_l("自带发电机"),
            type="decimal",
            unit="kW",
            least=0.5,
            most=1000,
            needed_when=lambda values: "generator" in (values.get("power") or ()),
            search="number",
            columns=("发电机功率", "发电机"),
        ),
        Field(
            name="outside_amps",
            label=_l("外接电流"),
            type="integer",
            unit="A",
            least=1,
            most=2000,
            needed_when=lambda values: any(str(one).startswith("mains") for one in values.get("power") or ()),
            hint=_l("现场要供得上的电流。"),
        ),
        Field(name="lights", label=_l("灯光"), type="long", longest=1000, columns=("灯光清单", "灯光设备")),
        Field(name="sound", label=_l("音响"), type="long", longest=1000, columns=("音响清单", "音响设备")),
        Field(name="led_m2", label=_l("LED屏"), type="decimal", unit="m²", least=0, most=500, columns=("LED", "LED面积")),
        shared.EQUIPMENT,
    ),
)

GROUND = Group(
    "ground",
    _l("场地要求"),
    (
        _length("site_length_m", _l("场地长"), 100, required=True),
        _length("site_width_m", _l("场地宽"), 100, required=True),
        Field(name="ground", label=_l("地面"), type="code", codes="ground", required=True),
        Field(name="slope_deg", label=_l("坡度不超过"), type="decimal", unit="°", required=True, least=0, most=15),
        _length("overhead_m", _l("上空净高"), 30, required=True, hint=_l("展开后最高处再留1米，抬头没有电线和树枝。")),
    ),
    (Join(_l("场地长×宽"), ("site_length_m", "site_width_m")),),
)

PAPERS = Group(
    "papers",
    _l("证照与保养"),
    (
        Field(name="insurance_until", label=_l("车辆保险到期"), type="date", required=True, columns=("保险到期", "保险有效期")),
        Field(name="public_liability", label=_l("公众责任险"), type="yesno"),
        Field(
            name="public_liability_fen",
            label=_l("每次赔偿限额"),
            type="money",
            unit=_l("元"),
            needed_when=lambda values: values.get("public_liability") is True,
        ),
        Field(name="inspection_until", label=_l("年检到期"), type="date", required=True, columns=("检验有效期", "年检有效期")),
        Field(
            name="inspection_km", label=_l("上次年检里程"), type="integer", unit="km", least=0, most=3_000_000, columns=("里程",)
        ),
        Field(
            name="maintenance",
            label=_l("保养记录"),
            type="rows",
            private=True,
            rows=(
                Field(name="on", label=_l("日期"), type="date", required=True),
                Field(name="what", label=_l("内容"), longest=120, required=True),
                Field(name="km", label=_l("里程"), type="integer", unit="km", least=0, most=3_000_000),
            ),
        ),
        Field(name="closed_months", label=_l("不外借的月份"), type="months", columns=("不可外借月份",)),
        Field(
            name="closed_note",
            label=_l("不外借的时段"),
            longest=120,
            hint=_l("如：春节至元宵、县农民节。"),
            columns=("不可外借时段",),
        ),
    ),
)


CHECKLIST = (
    ("figures", _l("车长宽高、总质量与行驶证一致")),
    ("licence", _l("准驾车型与总质量相符")),
    ("stage", _l("台面、净高、展开尺寸与照片对得上")),
    ("ground", _l("场地、上空净高、供电要求写全")),
    ("papers", _l("行驶证、保险单、年检在有效期内")),
    ("photos", _l("照片不少于三张：行驶、展开、台面")),
    ("rules", _l("费用项目、承担方、提前天数写明")),
    ("privacy", _l("公开内容里没有车牌和私人电话")),
)

STAGE_TRUCK = Kind(
    "stage_truck",
    _l("流动舞台车"),
    "truck",
    "WC",
    (
        shared.BASICS,
        VEHICLE,
        STAGE,
        TECHNICS,
        GROUND,
        PAPERS,
        shared.changed(shared.PLACE, address={"required": True, "label": _l("停放地址")}),
        shared.SHARING,
    ),
    facts,
    notes,
    CHECKLIST,
    moves=True,
)
