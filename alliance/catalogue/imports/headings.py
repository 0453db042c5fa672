"""Headings under which other offices' and programs' tables keep the same things; the forms' own synonyms stand with the fields."""

ALL: dict[str, tuple[str, ...]] = {
    "title": ("名称", "资源名", "name", "name_zh", "name_zh_hans", "title_zh"),
    "title_en": ("英文名", "name_en"),
    "summary": ("简要介绍", "描述", "内容", "description", "summary_zh", "note", "remarks"),
    "art_forms": ("艺术种类", "discipline"),
    "audiences": ("服务人群", "适用人群"),
    "contact_name": ("经办人", "contact", "contact_person"),
    "contact_phone": ("联系人电话", "手机号", "手机号码", "phone", "phone_fake", "telephone", "mobile"),
    "division_code": ("行政区划代码", "所在地区划代码", "所在地区", "所在区县", "区划", "adcode", "base_division"),
    "address": ("住址", "addr"),
    "lat": ("纬度", "latitude"),
    "lng": ("经度", "longitude", "lon"),
    "lead_days": ("提前预约", "预约提前天数"),
}

BY_KIND: dict[str, dict[str, tuple[str, ...]]] = {
    "stage_truck": {
        "title": ("车辆名称", "舞台车名称"),
        "vehicle_type": ("车辆种类", "type_zh", "type"),
        "plate_no": ("plate", "plate_no_fake"),
        "year": ("出厂日期", "出厂时间"),
        "gross_t": ("最大总质量", "总重"),
        "crew": ("随车工作人员", "crew_min"),
        "deck_width_m": ("舞台宽度", "stage_width_m"),
        "deck_depth_m": ("舞台深度", "stage_depth_m"),
        "deck_area_m2": ("舞台面积", "stage_area_m2"),
        "clear_height_m": ("clearance_m",),
        "setup_min": ("setup_minutes",),
        "wind_limit": ("抗风等级", "max_wind_grade"),
        "led_m2": ("LED屏面积", "led_screen_m2"),
        "inspection_until": ("年审到期", "年检日期", "annual_inspection_due"),
    },
    "venue": {
        "title": ("场馆名称", "场地名称", "活动室名称"),
        "seats": ("容量", "capacity", "capacity_synth"),
        "opening_hours": ("开放时段",),
    },
    "talent": {
        "title": ("姓名", "人员姓名", "团队名"),
        "skills": ("专业特长", "discipline_zh"),
        "heritage_class": ("ich_category",),
        "title_rank": ("职称等级", "grade"),
        "travel_km": ("可服务半径", "max_travel_km"),
        "summary": ("个人简介", "bio", "bio_zh"),
        "consent_until": ("同意有效期",),
    },
    "media": {"title": ("题名",)},
    "centre": {"type": ("机构类别", "kind"), "lng": ("lon",)},
}

JOINED: dict[tuple[str, ...], tuple[str, ...]] = {
    ("length_m", "width_m", "height_m"): ("外形尺寸", "车辆外形尺寸", "车辆尺寸", "车身尺寸", "尺寸"),
    ("deck_width_m", "deck_depth_m"): ("台面尺寸", "舞台尺寸", "舞台规格"),
    ("opened_length_m", "opened_width_m", "opened_height_m"): ("展开尺寸", "展开后尺寸"),
    ("site_length_m", "site_width_m"): ("场地尺寸", "场地要求"),
    ("proscenium_width_m", "proscenium_height_m"): ("台口尺寸", "台口"),
    ("dock_width_m", "dock_height_m"): ("装卸门尺寸",),
    ("lat", "lng"): ("坐标", "经纬度", "纬度经度"),
}
"""One column in which several figures stand: 9.6×6.4."""

WORDS: dict[str, dict[str, str]] = {
    "centre_type": {
        "cultural_centre": "centre",
        "群艺馆": "centre",
        "群众艺术馆": "centre",
        "文化站": "station",
        "ich_centre": "heritage_centre",
        "非遗中心": "heritage_centre",
    },
    "venue_type": {
        "lecture_theatre": "lecture_hall",
        "activities_hall": "multipurpose",
        "open_space": "square",
        "studio_room": "rehearsal",
        "小剧场": "black_box",
        "黑匣子": "black_box",
        "排练室": "rehearsal",
    },
}
"""Other words for a code of a list."""
