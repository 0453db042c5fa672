"""What belongs together: relations between works, works made from loans, later corrections, collections."""

RELATIONS: tuple[tuple[str, str, str, int | None], ...] = (
    ("luogu1", "in_series", "p_luogu", 1),
    ("luogu2", "in_series", "p_luogu", 2),
    ("luogupu", "related", "luogu2", None),
    ("xiaokaimen", "related", "xiaokaimenpu", None),
    ("jmd_miaohui", "related", "shuangxiashan", None),
    ("chuntai", "related", "shuangxiashan", None),
    ("zhuanxie", "version_of", "koushu_sg", None),
    ("hechang", "part_of", "jmd_lihua", None),
    ("kuaiban", "part_of", "jmd_lihua", None),
    ("jianzhi", "part_of", "tulu", None),
    ("p_jianzhi", "related", "tulu", None),
    ("hechang20", "related", "hechang98", None),
    ("haozi", "related", "caifeng84", None),
    ("paizi", "related", "haozi", None),
    ("piyingying", "related", "koushu", None),
    ("yudeng", "related", "denghui", None),
    ("xiaoyudeng", "related", "p_xiaoyudeng", None),
)
"""Work, what it says of the other, the other, its number in a series."""

FROM_LOANS: tuple[tuple[str, str], ...] = (
    ("huibao", "渔歌合唱汇报演出"),
    ("chungeng", "春耕送戏下乡三场"),
    ("shange", "茶歌录音"),
)
"""Work, the title of the loan that it was made from."""

CHANGES: tuple[tuple[str, int, dict[str, str]], ...] = (
    ("luoguzhao", 70, {"created_text": "1985-10-01", "place_text": "省城解放大道", "place_text_en": "Jiefang Avenue, provincial capital"}),
    ("chuntai", 21, {"creator": "傅保山", "creator_en": "Fu Baoshan", "description": "春耕前的三天台戏。照片右侧举灯者是县馆第一任馆长傅保山，由其家人辨认；拍摄者为随队通讯员。"}),
    ("haozi", 30, {"description": "开湖第一天随船拍摄，领唱鲍渔生时年七十一岁。船离岸后风浪大，号子的快板部分由后生接唱，一领众和的老规矩看得很清楚。字幕按船家口音校过两遍。"}),
)  # fmt: skip
"""Work, days before today, what was put right after it had been published."""

BY_RULE: tuple[tuple[str, str], ...] = (("local", "nuomian"), ("qunxing", "hechang"))
"""Standing collection that fills itself, the work on its cover."""

BY_HAND: tuple[tuple[str, str | None, str, tuple[str, ...]], ...] = (
    ("popular", None, "chungeng", ("chungeng", "hechang", "songxi", "xiaoyudeng", "p_jiewu", "guangchangwu", "luogujing")),
    ("lake-songs", "linhu", "haozi", ("haozi", "caifeng84", "paizi", "yuchuan74", "hechang20", "huibao", "hechang98")),
    ("plays-on-the-road", None, "gongchang", ("gongchang", "chuntai", "yuchuan74", "luogujing", "tiange", "shuangxiashan", "yushui", "songxi", "chungeng")),
)  # fmt: skip
"""Collection, whose it is (None: the alliance's), the work on its cover, its works in their order."""

TEXTS: dict[str, dict[str, str]] = {
    "lake-songs": {
        "title": "湖上的歌", "title_en": "Songs of the lake",
        "text": "从 1984 年的采风开盘带，到今天老年大学的合唱：同一片湖上，号子怎样从船头走上舞台。\n\n先听船上的，再看台上的。",
        "text_en": "From the tapes of 1984 to the senior choir of today: how the work songs went from the bow of a boat to the stage.\n\nHear the boats first.",
    },
    "plays-on-the-road": {
        "title": "把戏送到门口", "title_en": "Plays on the road",
        "text": "工棚、渔船、晒谷场、舞台车。七十年里，戏一直在路上。\n\n这里按年份放九件：照片、录音和一盘录像带，看台子怎样变大，路怎样变近。",
        "text_en": "A hut, a boat, a threshing floor, a truck: for seventy years the plays have been on the road.\n\nNine items in the order of their years.",
    },
}  # fmt: skip
