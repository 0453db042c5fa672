"""How each thing that is filled in is called on a page: label, kind of control, unit, hint. The models say what holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _p

THINGS = frozenset({"stage_truck", "venue", "talent"})
MEDIA = frozenset({"media"})
TALENT = frozenset({"talent"})
WEEKLY = frozenset({"talent", "venue"})
TRUCK = frozenset({"stage_truck"})
STAGES = frozenset({"stage_truck", "venue"})


@dataclass(frozen=True)
class Ask:
    """One question of a form. Kinds: text, area, number, whole, date, moment, select, radios, checks, tick, files."""

    label: Any
    kind: str = "text"
    codes: str = ""
    unit: Any = ""
    hint: Any = ""
    width: str = ""
    options: tuple[tuple[str, Any], ...] = ()
    kinds: frozenset[str] = frozenset()
    wide: bool = False


DRIVERS = (("owner", _l("出借方司机")), ("borrower", _l("借用方司机")))

EXCLUSIVE = (("no", _l("非独家")), ("yes", _l("独家：同期不再授权给别的馆")))
ONWARD = (("forbidden", _l("不得转给他人")), ("allowed", _l("可以转给合作单位使用")))
WAYS = (("loan", _l("借用：来演出、授课")), ("secondment", _l("轮训挂职：到贵馆岗位上")))
MEASURES = (("days", _l("按天")), ("hours", _l("按课时")))

REQUEST: dict[str, Ask] = {
    "title": Ask(_l("活动名称"), hint=_l("如：重阳节送戏下乡。")),
    "activity_type": Ask(_l("活动类型"), "select", "activity_type", width="mid"),
    "purpose": Ask(_l("活动性质"), "select", "purpose", width="mid"),
    "co_organisers": Ask(_l("联合单位"), wide=True),
    "quantity": Ask(_l("数量"), "whole", kinds=THINGS),
    "sessions": Ask(_l("场次或课次"), "whole", kinds=THINGS),
    "equipment": Ask(_l("随带设备"), "area", hint=_l("需要一并借用的灯光、话筒等，写明数量。"), kinds=THINGS),
    "way": Ask(_l("怎么请"), "radios", options=WAYS, kinds=TALENT),
    "use": Ask(_l("用在哪里"), "select", "allowed_use", width="mid", kinds=MEDIA),
    "territory": Ask(_l("地域"), "select", "territory", width="mid", kinds=MEDIA),
    "channels": Ask(_l("渠道"), "checks", "channel", kinds=MEDIA),
    "exclusive": Ask(_l("是否独家"), "radios", options=EXCLUSIVE, kinds=MEDIA),
    "onward": Ask(_l("转授权"), "radios", options=ONWARD, kinds=MEDIA),
    "credit": Ask(_l("署名"), wide=True, hint=_l("使用时怎样写明出处。"), kinds=MEDIA),
    "post": Ask(_l("岗位"), hint=_l("选轮训挂职时填写，如：群文辅导部干事。"), kinds=TALENT),
    "mentor": Ask(_l("带教老师"), width="mid", hint=_l("贵馆由谁带，选轮训挂职时填写。"), kinds=TALENT),
    "mentor_role": Ask(_l("带教老师职务"), width="mid", kinds=TALENT),
    "measure": Ask(_l("怎样计算"), "radios", options=MEASURES, kinds=TALENT),
    "learning": Ask(_l("学什么、教什么"), "area", hint=_l("选轮训挂职时填写。"), kinds=TALENT),
    "reports": Ask(_l("要交的材料"), wide=True, hint=_l("如：实习小结一份。"), kinds=TALENT),
    "weekly": Ask(
        _l("每周一次，共几次"), "whole", hint=_l("只用一次的填1；一连几周同一时间的，起止填第一次的。"), kinds=WEEKLY, wide=True
    ),
    "starts_at": Ask(_l("首选开始"), "moment"),
    "ends_at": Ask(_l("首选结束"), "moment"),
    "second_starts_at": Ask(_l("备选开始"), "moment", kinds=THINGS),
    "second_ends_at": Ask(_l("备选结束"), "moment", kinds=THINGS),
    "place": Ask(_l("活动地点"), hint=_l("如：下河村晒谷场。")),
    "address": Ask(_l("详细地址"), wide=True),
    "division_code": Ask(_l("所在县（区）"), "division", hint=_l("写县（区）名或区划代码；到镇、到村用9位、12位代码。")),
    "place_type": Ask(_l("场地类型"), "select", "place_type", kinds=THINGS),
    "audience": Ask(_l("预计人数"), "whole", unit=_l("人")),
    "audiences": Ask(_l("服务对象"), "checks", "audience"),
    "ground": Ask(_l("地面"), "select", "ground", kinds=TRUCK),
    "site_length_m": Ask(_l("平整场地长"), "number", unit=_l("米"), kinds=TRUCK),
    "site_width_m": Ask(_l("平整场地宽"), "number", unit=_l("米"), kinds=TRUCK),
    "overhead_m": Ask(_l("上空净高"), "number", unit=_l("米"), kinds=TRUCK),
    "road_height_m": Ask(_l("沿途限高"), "number", unit=_l("米"), kinds=TRUCK),
    "road_width_m": Ask(_l("沿途最窄"), "number", unit=_l("米"), kinds=TRUCK),
    "power_kw": Ask(_l("现场电源"), "number", unit=_l("千瓦"), kinds=TRUCK),
    "load_kw": Ask(_l("演出用电"), "number", unit=_l("千瓦"), kinds=STAGES),
    "show_width_m": Ask(_l("演出需宽"), "number", unit=_l("米"), kinds=STAGES),
    "show_depth_m": Ask(_l("演出需深"), "number", unit=_l("米"), kinds=STAGES),
    "show_height_m": Ask(_l("演出需高"), "number", unit=_l("米"), kinds=STAGES),
    "site_note": Ask(_l("现场说明"), "area", kinds=THINGS),
    "contact_name": Ask(_l("现场负责人"), width="mid"),
    "contact_phone": Ask(_l("负责人手机"), "tel", width="mid"),
    "pickup_place": Ask(_l("提取或集合地点"), wide=True, kinds=THINGS),
    "driver": Ask(_l("谁来开车"), "radios", options=DRIVERS, kinds=TRUCK),
    "driver_licence": Ask(
        _l("借用方司机准驾车型"), "select", "licence_class", width="mid", hint=_l("由借用方开车时填写。"), kinds=TRUCK
    ),
    "transport_by": Ask(_l("运输由谁承担"), "select", "cost_bearer", kinds=THINGS),
    "fuel_by": Ask(_l("油料由谁承担"), "select", "cost_bearer", kinds=TRUCK),
    "meals_by": Ask(_l("餐食由谁承担"), "select", "cost_bearer", kinds=THINGS),
    "lodging_by": Ask(_l("住宿由谁承担"), "select", "cost_bearer", kinds=THINGS),
    "cost_share": Ask(_l("其他费用怎样分担"), "area"),
    "insurance": Ask(_l("保险安排"), "area", kinds=THINGS),
    "rain_plan": Ask(_l("雨天预案"), "area", kinds=THINGS),
    "safety_plan": Ask(_l("观众安全措施"), "area", kinds=THINGS),
    "files": Ask(_l("附件"), "files", hint=_l("安全预案、现场照片等，PDF或图片，每份不超过20 MB。")),
    "expedited": Ask(
        _l("加急理由"),
        "select",
        "expedited_reason",
        width="mid",
        hint=_l("批准后答复期限缩短两个工作日，最短一个工作日；不加急就不选。"),
    ),
    "expedited_note": Ask(_l("加急事由"), wide=True),
    "in_return": Ask(_l("可回报的资源"), "area", hint=_l("如：我馆可出一场花鼓戏。")),
    "note": Ask(_l("附言"), "area"),
    "pledge": Ask(_l("承诺按约定使用、保管和归还；如有损坏，照章修复或补偿。"), "tick"),
}


LICENCE = {
    "starts_at": _l("授权开始"),
    "ends_at": _l("授权结束"),
    "place": _l("使用地点"),
    "division_code": _l("使用所在县（区）"),
    "contact_name": _l("使用负责人"),
    "pledge": _l("承诺按约定的用途、地域和期限使用，写明出处；期满删除留存的文件。"),
}
"""How some fields are called where a file is asked for."""
INVITED = {"pledge": _l("承诺按约定安排活动，接待好来的老师和演员，保证安全，按时送回。")}
"""And where somebody is invited."""


def asked(name: str, kind: str) -> Ask:
    """A field of the request as it is put for that kind of resource."""
    own = {"media": LICENCE, "talent": INVITED}.get(kind, {})
    return replace(REQUEST[name], label=own[name]) if name in own else REQUEST[name]


def called(name: str) -> Any:
    """A field of the request where several are listed."""
    return _l("承诺") if name == "pledge" else REQUEST[name].label


GROUND = ("road_height_m", "road_width_m", "overhead_m", "site_length_m", "site_width_m", "ground", "power_kw")
"""What a site is like; of a tour each stop says it for itself."""
GROUPS: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    ("what", _l("用途"), ("title", "activity_type", "purpose", "sessions", "quantity", "co_organisers", "equipment")),
    ("licence", _l("授权范围"), ("use", "territory", "channels", "exclusive", "onward", "credit")),
    ("way", _l("怎么请"), ("way", "post", "mentor", "mentor_role", "measure", "learning", "reports")),
    ("when", _l("档期"), ("starts_at", "ends_at", "weekly", "second_starts_at", "second_ends_at")),
    ("place", _l("地点与观众"), ("place", "address", "division_code", "place_type", "audience", "audiences")),
    ("site", _l("现场条件"), (*GROUND, "load_kw", "show_width_m", "show_depth_m", "show_height_m", "site_note")),
    ("who", _l("现场负责"), ("contact_name", "contact_phone", "pickup_place", "driver", "driver_licence")),
    ("costs", _l("分担"), ("transport_by", "fuel_by", "meals_by", "lodging_by", "cost_share", "insurance")),
    ("plans", _l("预案与附件"), ("rain_plan", "safety_plan", "files")),
    ("how", _l("加急、回报与附言"), ("expedited", "expedited_note", "in_return", "note")),
)

GROUNDS = (
    ("safety", _l("安全")),
    ("force_majeure", _l("不可抗力")),
    ("condition_unmet", _l("条件到期未满足")),
    ("alliance", _l("联盟决定")),
)
DECISIONS = (
    ("resume", _l("恢复到争议之前，继续办理")),
    ("close", _l("就此办结，未了事项视为已处理")),
    ("no_show", _l("维持爽约")),
    ("no_breach", _l("撤销爽约，改为取消，不记违约")),
)
OUTCOMES: dict[str, Any] = {
    "resume": _l("· 回到提出争议之前，照原来的步骤接着办"),
    "close": _l("· 没有归还的视为已处理，档期释放，按归还的数记往来账"),
    "no_show": _l("· 爽约成立，记未到一方违约一次"),
    "no_breach": _l("· 双方都不记违约"),
}
"""What a decision brings, told before it is taken."""
ACTION: dict[str, Ask] = {
    "note": Ask(_l("附言"), "area"),
    "reason": Ask(_l("理由"), "area", hint=_l("至少10个字。")),
    "to": Ask(_l("转给"), "select", width="mid"),
    "items": Ask(_l("需补正的事项"), "checks", "deficiency"),
    "visit_on": Ask(_l("勘察日期"), "date"),
    "given_on": Ask(_l("同意日期"), "date"),
    "how": Ask(_l("同意方式"), "select", "consent_method", width="mid"),
    "guardian": Ask(_l("监护人"), width="mid", hint=_l("未成年人须由监护人同意。")),
    "starts_at": Ask(_l("开始"), "moment"),
    "ends_at": Ask(_l("结束"), "moment"),
    "second_starts_at": Ask(_l("备选开始"), "moment"),
    "second_ends_at": Ask(_l("备选结束"), "moment"),
    "choice": Ask(_l("选定日期"), "radios"),
    "code": Ask(_l("不同意的理由"), "select", "refusal", width="mid"),
    "ground": Ask(_l("依据"), "radios", options=GROUNDS),
    "until": Ask(_l("到什么时候"), "moment"),
    "condition": Ask(_l("哪一条"), "radios"),
    "item": Ask(_l("物品"), "select", width="mid"),
    "quantity": Ask(_l("数量"), "whole"),
    "outcome": Ask(_l("去向"), "select", "line_outcome", width="mid"),
    "stars": Ask(
        _l("总体评价"),
        "radios",
        options=(("5", _l("5星 很满意")), ("4", _l("4星")), ("3", _l("3星")), ("2", _l("2星")), ("1", _l("1星 很不满意"))),
    ),
    "comment": Ask(_l("说几句"), "area"),
    "reply": Ask(_l("贵馆的回应"), "area", hint=_l("大家都看得到，发出后不能改。")),
    "statement": Ask(_l("贵馆的意见"), "area", hint=_l("什么时候、看到什么、希望怎样处理。")),
    "evidence": Ask(_l("证据"), "files", hint=_l("照片、PDF，每份不超过20兆。")),
    "counted": Ask(_l("计入往来账的数量"), "number", hint=_l("不填就按送还时填报的数字和日期；只在裁定后为办结时记账")),
    "decision": Ask(_l("裁定"), "radios", options=DECISIONS),
    "photos": Ask(_l("照片"), "photos", hint=_l("全貌一张，有出入处各一张。")),
    "receipts": Ask(_l("回执单"), "files"),
    "programmes": Ask(_l("节目单"), "files", hint=_l("PDF、图片或纯文本。")),
    "clips": Ask(_l("录像和录音"), "files", hint=_l("手机拍的一段就行；太大传不上的，见下面分段上传。")),
    "sessions": Ask(_l("实际场次"), "whole", unit=_l("场")),
    "substitute": Ask(_l("换成本馆另一项"), "select", hint=_l("换了人的，先登记他本人的同意。")),
    "original": Ask(_l("还是要原来申请的那一项"), "tick"),
    "unconditional": Ask(_l("不要对方附的条件"), "tick"),
    "of": Ask(_l("谁同意"), "select", width="mid"),
    "quantity_wanted": Ask(_l("数量改为"), "whole", hint=_l("不改就空着。")),
    "sessions_wanted": Ask(_l("改为几场"), "whole", unit=_l("场"), hint=_l("不改就空着。")),
    "attendances": Ask(_l("实际人次"), "whole", unit=_p("unit", "人次")),
}
SHORT = frozenset({"transfer", "survey", "ask_extension"})
"""Actions whose reason is a line and may be left out."""

FIGURES: dict[str, tuple[tuple[str, Any, Any], ...]] = {
    "stage_truck": (("mileage_km", _l("里程表"), _l("公里")), ("fuel_percent", _l("油量"), "%")),
}
SECONDED_FIGURES = (
    ("training_days", _l("轮训天数"), _l("天")),
    ("training_hours", _l("轮训课时（6课时为1天）"), _l("课时")),
)
SENT_FIGURES = (
    ("village_sessions", _l("其中到村（社区）"), _l("场")),
    ("volunteers", _l("参加的志愿者"), _l("人")),
)
FIGURE_LABELS: dict[str, Any] = {
    "mileage_km": _l("里程表（公里）"),
    "fuel_percent": _l("油量（%）"),
    "sessions": _l("场次"),
    "attendances": _l("人次"),
    "village_sessions": _l("到村（社区）场次"),
    "volunteers": _l("志愿者人数"),
    "training_days": _l("轮训天数"),
    "training_hours": _l("轮训课时"),
}
QUESTIONS: dict[str, tuple[tuple[str, Any], ...]] = {
    "borrower": (
        ("as_described", _l("与登记相符")),
        ("condition", _l("状况良好")),
        ("service", _l("对方配合")),
        ("timely", _l("答复及时")),
        ("effect", _l("活动效果")),
    ),
    "owner": (
        ("care", _l("爱护使用")),
        ("punctual", _l("按时归还")),
        ("agreed", _l("按约定办")),
        ("receipt", _l("回执完整")),
        ("contact", _l("联系顺畅")),
    ),
}
CHECKLISTS: dict[str, tuple[tuple[str, Any], ...]] = {
    "stage_truck": (
        (_l("车身外观"), 1),
        (_l("液压支腿"), 4),
        (_l("舞台板与护栏"), 1),
        (_l("灯具"), 1),
        (_l("音箱"), 2),
        (_l("话筒"), 4),
        (_l("随车工具与证件"), 1),
    ),
    "venue": ((_l("钥匙"), 1), (_l("地面墙面"), 1), (_l("灯光"), 1), (_l("音响"), 1), (_l("话筒"), 2), (_l("桌椅"), 1)),
    "talent": ((_l("到场人员"), 1), (_l("教案或节目单"), 1), (_l("自带器材"), 1)),
}
