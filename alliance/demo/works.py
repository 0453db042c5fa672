"""The invented works of the archive; their files are drawn and sounded by the seed itself."""

from typing import Any

# owner, title, English title, DCMI type, form, art forms, date as known, year, place code, rights, record, file, picture, description
WORKS: tuple[tuple[Any, ...], ...] = (
    ("wangling", "岭上庙会采茶戏《双下山》", "“Down the Mountain Together”, tea-picking opera at the Lingshang temple fair", "still_image", "recording", ("xiqu",), "1993-04-18", 1993, "990123", "own", "public", "public", "opera", "1993 年春，岭上村庙会的最后一晚。两位演员在临时搭起的台上唱完全本，台下有人举着手电给乐队照谱。"),
    ("qingze", "水袖二十四式（教学图解）", "Twenty-four water-sleeve movements", "still_image", "course", ("dance", "xiqu"), "2024", 2024, "990100", "own", "public", "public", "dancer", "分解二十四个水袖动作，供基层戏曲班教学使用。"),
    ("linhu", "渔歌号子采风录音（封面）", "Fishing work songs, field recording", "still_image", "oral_history", ("folk_song",), "1984", 1984, "990124", "own", "public", "public", "cassette", "1984 年在临湖渔船上录下的十二种号子，领唱者为当地渔民。"),
    ("yunping", "《小开门》工尺谱抄本", "“Xiao Kaimen”, a hand-copied gongche score", "still_image", "score", ("music", "ich"), "1930s", 1935, "990222", "public_domain", "public", "public", "score", "民国抄本一册三十二页，工尺谱，纸面完整，蓝布面。"),
    ("shiqiao", "石桥元宵灯会图集", "Lantern Festival at Shiqiao", "still_image", "pictures", ("folk_art",), "2025-02", 2025, "990101", "own", "public", "public", "lanterns", "灯会三晚的图集，有鱼灯、船灯、走马灯。"),
    ("pingdu", "威风锣鼓入门八讲（海报）", "Gongs and drums, eight lessons", "still_image", "course", ("drumming",), "2023", 2023, "990200", "own", "public", "members", "drum", "从握槌到合套，八讲教学配套海报。"),
    ("pingdu", "剪纸展《对折之间》图录", "“Between the Folds”, a paper-cut exhibition", "still_image", "pictures", ("folk_art", "ich"), "2025-05", 2025, "990200", "own", "public", "public", "fold", "八十件剪纸，按一次、两次、三次对折分三个单元。"),
    ("qingze", "儿童剧《小鱼灯》剧照", "“The Little Fish Lantern”, production still", "still_image", "pictures", ("children_drama",), "2025-06", 2025, "990100", "licensed", "public", "public", "fishlantern", "采购剧目，剧照授权联盟内外宣传使用。"),
    ("linhu", "老年大学合唱团二十周年", "Twenty years of the senior choir", "still_image", "pictures", ("choral",), "2024-10", 2024, "990124", "own", "public", "public", "choir", "建团二十周年音乐会现场。"),
    ("xiahe", "下河村古戏台测绘图", "The old stage of Xiahe, measured drawing", "still_image", "paper", ("ich",), "2019", 2019, "990123102203", "own", "public", "public", "oldstage", "村民与省馆一道测绘，供修缮使用。"),
    ("hefeng", "禾丰收获节舞台设计", "Stage design for the harvest festival", "still_image", "pictures", ("stagecraft",), "2025-09", 2025, "990122", "own", "members", "members", "truck-open", "双展舞台车上的主舞台设计，可供兄弟馆参考。"),
    ("baita", "蓝印花布纹样集（馆内观摩）", "Resist-dyed cloth patterns (to be seen on site)", "still_image", "pictures", ("folk_art", "ich"), "1960s", 1965, "990322", "own", "public", "on_site", "cloth", "六十年代刻版拓样二百幅，纹样权益属村集体，只在馆内观摩。"),
    ("hechuan", "鹤川皮影老艺人口述", "A shadow-puppet master remembers", "still_image", "oral_history", ("ich",), "2017", 2017, "990300", "performer_pending", "public", "own_centre", "teacher", "口述史访谈，讲述人授权待补。"),
    ("donghe", "东河街舞进校园海报", "Street dance goes to school, poster", "still_image", "pictures", ("street_dance",), "2025-11", 2025, "990301", "own", "public", "public", "rehearsal", "街舞进校园三十场的总海报。"),
    ("meixi", "梅溪山水写生长卷（局部）", "Meixi landscape scroll, detail", "still_image", "pictures", ("fine_art",), "1978", 1978, "990223", "unknown", "members", "own_centre", "gallery", "画家不详，正在查找权利人。"),
    ("lanjiang", "全省群星奖选拔二十年图集", "Twenty years of award selections", "still_image", "pictures", ("theory",), "2024", 2024, "990000", "own", "public", "public", "hall", "历届选拔现场与获奖节目剧照。"),
    ("songguan", "林场工棚里的一场戏", "A play in a forest hut", "still_image", "recording", ("xiqu",), "1987-12", 1987, "990321", "own", "public", "public", "truck-road", "大雪封山前的最后一场，观众四十七人。"),
    ("lihua", "梨花合唱队第一次登台", "The Lihua choir's first concert", "still_image", "pictures", ("choral",), "2014", 2014, "990122101", "own", "public", "public", "truck-deck", "十二年前镇礼堂，队员十一人。"),
    ("yunping", "云坪茶歌（无歌词旋律示范）", "Tea song, melody", "sound", "audio", ("folk_song",), "2022", 2022, "990222", "own", "public", "public", "tone", "用单音示范茶歌旋律，供教唱。"),
    ("hefeng", "田歌《插秧》旋律示范", "Field song, melody", "sound", "audio", ("folk_song",), "2021", 2021, "990122", "own", "public", "public", "tone", "孙老师采集的田歌，旋律示范。"),
    ("linhu", "渔歌号子节拍示范", "Work-song rhythm", "sound", "audio", ("folk_song", "ich"), "2020", 2020, "990124", "own", "public", "members", "tone", "撒网、拉网两种号子的节拍。"),
    ("lanjiang", "文化馆服务标准解读（讲义）", "The service standard explained, handout", "text", "lecture", ("theory",), "2024", 2024, "990000", "own", "public", "public", "handout", "解读文化馆服务标准的讲义，附评估用表。"),
    ("pingdu", "锣鼓谱八套（文本）", "Eight drum patterns, text", "text", "score", ("drumming",), "1999", 1999, "990200", "own", "public", "public", "handout", "八套鼓谱的锣鼓经记谱。"),
    ("wangling", "采茶戏《补背褡》唱词", "“Mending the Vest”, libretto", "text", "score", ("xiqu",), "1956", 1956, "990123", "public_domain", "public", "public", "handout", "1956 年油印本整理，全本唱词。"),
)  # fmt: skip
