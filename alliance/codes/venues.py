"""Venues, the places a tour stops at, stage trucks and what they need of the ground."""

from datetime import time

from alliance.codes.codelist import Code, CodeList

VENUE_TYPE = CodeList(
    "venue_type",
    "场馆类型",
    "Type of venue",
    (
        Code("theatre", "剧场", "Theatre"),
        Code("black_box", "小剧场、黑匣子", "Studio theatre"),
        Code("concert_hall", "音乐厅", "Concert hall"),
        Code("cinema_theatre", "影剧院", "Cinema and theatre"),
        Code("multipurpose", "多功能厅", "Multi-purpose hall"),
        Code("lecture_hall", "报告厅", "Lecture hall"),
        Code("exhibition", "展厅", "Exhibition hall"),
        Code("rehearsal", "排练厅", "Rehearsal room"),
        Code("classroom", "教室", "Classroom"),
        Code("computer_room", "计算机教室", "Computer room"),
        Code("piano_room", "琴房", "Practice room"),
        Code("recording_studio", "录音棚", "Recording studio"),
        Code("photo_studio", "摄影棚", "Photo studio"),
        Code("streaming_studio", "直播间", "Streaming studio"),
        Code("ich_workshop", "非遗传习所", "Heritage workshop"),
        Code("experience_hall", "体验馆", "Experience hall"),
        Code("culture_hall", "文化礼堂", "Village culture hall"),
        Code("old_stage", "古戏台", "Historic opera stage"),
        Code("fixed_stage", "固定戏台", "Permanent open-air stage"),
        Code("square", "广场", "Square"),
        Code("open_air", "露天剧场", "Open-air theatre"),
        Code("gymnasium", "体育馆", "Sports hall"),
        Code("reading_room", "阅览室", "Reading room"),
        Code("study_room", "独立学习室", "Study room"),
        Code("activity_room", "活动室", "Activity room"),
        Code("display_corridor", "宣传廊", "Display corridor"),
        Code("lodging", "住宿", "Lodging"),
    ),
)

FREE_VENUE_TYPES = frozenset(
    {
        "multipurpose",
        "exhibition",
        "display_corridor",
        "classroom",
        "computer_room",
        "rehearsal",
        "study_room",
        "activity_room",
    }
)
"""Rooms that must be open free of charge by the rules on free opening."""

STAGE_FORM = CodeList(
    "stage_form",
    "舞台形式",
    "Form of stage",
    (
        Code("proscenium", "镜框式", "Proscenium"),
        Code("thrust", "伸出式", "Thrust"),
        Code("black_box", "黑匣子", "Black box"),
        Code("flat", "平地", "Flat floor"),
    ),
)

SEATING = CodeList(
    "seating",
    "座席形式",
    "Seating",
    (
        Code("fixed", "固定座席", "Fixed seats"),
        Code("movable", "活动座席", "Movable seats"),
        Code("standing", "站席", "Standing"),
    ),
)

VENUE_LIMIT = CodeList(
    "venue_limit",
    "使用限制",
    "Restrictions",
    (
        Code("no_open_fire", "禁明火", "No open flames"),
        Code("sound_limit", "限声", "Sound limit"),
        Code("no_smoke_effect", "禁烟雾效果", "No smoke effects"),
        Code("no_food", "禁止饮食", "No food or drink"),
    ),
)

STAGE_EFFECT = CodeList(
    "stage_effect",
    "特殊效果",
    "Stage effects",
    (
        Code("smoke", "烟雾", "Smoke or haze"),
        Code("strobe", "频闪", "Strobe light"),
        Code("open_fire", "明火", "Open flames"),
    ),
)

PLACE_TYPE = CodeList(
    "place_type",
    "站点类型",
    "Type of place",
    (
        Code("village", "乡村", "Village"),
        Code("works", "厂矿", "Factory or mine"),
        Code("square", "广场", "Square"),
        Code("community", "社区", "Neighbourhood"),
        Code("campus", "校园", "School or campus"),
        Code("barracks", "军营", "Barracks"),
        Code("scenic", "景区", "Scenic area"),
        Code("shopping", "商圈", "Shopping district"),
        Code("care_home", "养老机构", "Care home"),
        Code("culture_hall", "文化礼堂", "Village culture hall"),
        Code("building_site", "工地", "Building site"),
    ),
)

GROUND = CodeList(
    "ground",
    "地面",
    "Ground",
    (
        Code("paved", "硬化地面", "Paved"),
        Code("compacted", "压实土地", "Compacted earth"),
        Code("grass", "草地", "Grass"),
        Code("soft", "松软地面", "Soft ground"),
    ),
)

VEHICLE_TYPE = CodeList(
    "vehicle_type",
    "车辆类型",
    "Type of vehicle",
    (
        Code("stage_truck", "舞台车", "Stage truck"),
        Code("stage_single", "单展舞台车", "Stage truck opening on one side", "stage_truck"),
        Code("stage_double", "双展舞台车", "Stage truck opening on two sides", "stage_truck"),
        Code("stage_triple", "三展舞台车", "Stage truck opening on three sides", "stage_truck"),
        Code("stage_semitrailer", "半挂舞台车", "Semi-trailer stage", "stage_truck"),
        Code("small_stage", "小型舞台车", "Small stage truck"),
        Code("music", "音乐车", "Music truck"),
        Code("exhibition", "展览车", "Exhibition truck"),
        Code("books", "图书车", "Mobile library"),
        Code("film", "放映车", "Mobile cinema"),
        Code("streaming", "直播车", "Outside-broadcast van"),
        Code("equipment", "设备运输车", "Equipment truck"),
        Code("generator", "发电车", "Generator truck"),
    ),
)

OPENS = CodeList(
    "opens",
    "展开方式",
    "Opens",
    (
        Code("one_side", "单侧", "On one side"),
        Code("both_sides", "双侧", "On both sides"),
        Code("three_sides", "三面", "On three sides"),
    ),
)

LICENCE_CLASS = CodeList(
    "licence_class",
    "准驾车型",
    "Driving licence",
    (
        Code("c1", "C1", "C1 (small vehicles)"),
        Code("b2", "B2", "B2 (large goods vehicles)"),
        Code("a2", "A2", "A2 (articulated heavy vehicles)"),
    ),
)

POWER = CodeList(
    "power",
    "供电方式",
    "Power",
    (
        Code("generator", "自带发电机", "On-board generator"),
        Code("mains_220", "外接 220 V", "Outside supply, 220 V"),
        Code("mains_380", "外接 380 V", "Outside supply, 380 V three-phase"),
    ),
)

SLOT = CodeList(
    "slot",
    "时段",
    "Slot",
    (
        Code("morning", "上午", "Morning"),
        Code("early_afternoon", "下午前段", "Early afternoon"),
        Code("late_afternoon", "下午后段", "Late afternoon"),
        Code("evening", "晚上", "Evening"),
        Code("whole_day", "全天", "Whole day"),
    ),
)

SLOT_TIMES: dict[str, tuple[time, time]] = {
    "morning": (time(9), time(11, 30)),
    "early_afternoon": (time(13), time(15)),
    "late_afternoon": (time(15, 30), time(17)),
    "evening": (time(18), time(20, 30)),
    "whole_day": (time(9), time(20, 30)),
}
"""Local times a new venue starts from; a venue's own template replaces them."""

WEEKDAY = CodeList(
    "weekday",
    "星期",
    "Day of the week",
    (
        Code("mon", "周一", "Monday"),
        Code("tue", "周二", "Tuesday"),
        Code("wed", "周三", "Wednesday"),
        Code("thu", "周四", "Thursday"),
        Code("fri", "周五", "Friday"),
        Code("sat", "周六", "Saturday"),
        Code("sun", "周日", "Sunday"),
    ),
)

LISTS = (
    VENUE_TYPE,
    STAGE_FORM,
    SEATING,
    VENUE_LIMIT,
    STAGE_EFFECT,
    PLACE_TYPE,
    GROUND,
    VEHICLE_TYPE,
    OPENS,
    LICENCE_CLASS,
    POWER,
    SLOT,
    WEEKDAY,
)
