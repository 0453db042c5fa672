"""The invented venues."""

from typing import Any

PARTS = (("hefeng", "禾丰县影剧院", "禾丰县馆报告厅"),)
"""Owner, whole and part: who has the whole has the part."""

POOLS = {"石桥区馆琴房（8 间）": 8, "鹤川市馆培训教室（4 间）": 4}
"""Rooms that are alike, listed once and lent by number."""

# owner, title, type, area m², seats, stage form, proscenium width, depth, power kW, piano, accessible seats, instant, summary
VENUES: tuple[tuple[Any, ...], ...] = (
    ("qingze", "清泽市馆小剧场", "black_box", 420, 268, "proscenium", 9.0, 7.5, 80, "三角钢琴一架", 6, False, "268 座，台口 9 米，儿童剧、曲艺、小型音乐会都合适，装台半天。"),
    ("qingze", "清泽市馆一楼展厅", "exhibition", 520, 0, None, None, None, 20, "", 0, False, "挂线 120 米，恒湿，展柜 24 组可借用。"),
    ("qingze", "清泽市馆多功能厅", "multipurpose", 360, 220, "flat", 8.0, 4.0, 40, "立式钢琴一架", 4, True, "椅子可撤，会议、讲座、排练三用，周末早八点开。"),
    ("qingze", "清泽市馆合唱排练厅", "rehearsal", 180, 80, "flat", None, None, 10, "立式钢琴一架", 2, True, "阶梯站台固定好的，八十人合唱站得开。"),
    ("qingze", "清泽市馆美术教室", "classroom", 120, 40, None, None, None, 5, "", 2, True, "北向天光，画架四十副。"),
    ("shiqiao", "石桥区馆二楼舞蹈排练厅", "rehearsal", 210, 40, "flat", None, None, 10, "", 2, True, "三面镜墙、把杆和木地板，早六点半开门，晨练队伍多。"),
    ("shiqiao", "石桥区馆小剧场", "theatre", 380, 268, "proscenium", 9.0, 6.5, 60, "三角钢琴一架", 6, False, "老城里的小剧场，装台时间 3 小时，卸货从桥头巷进。"),
    ("shiqiao", "石桥区馆琴房（8 间）", "piano_room", 96, 16, None, None, None, 5, "立式钢琴八架", 1, True, "八间一样的琴房，要几间借几间，一小时一段，学生优先。"),
    ("shiqiao", "石桥老年大学书画教室", "classroom", 110, 45, None, None, None, 5, "", 2, True, "长案十张，毛毡齐备，可上书法、国画、篆刻。"),
    ("shiqiao", "石桥广场露天舞台", "open_air", 900, 600, "thrust", 14.0, 9.0, 100, "", 20, False, "社区广场上的固定舞台，晚九点半后限声。"),
    ("hefeng", "禾丰县影剧院", "cinema_theatre", 1200, 860, "proscenium", 14.0, 10.0, 150, "", 12, False, "县里最大的剧场，带吊杆 18 道，货梯能进布景车。"),
    ("hefeng", "禾丰县馆报告厅", "lecture_hall", 260, 180, "flat", 7.0, 3.0, 20, "", 4, True, "影剧院二楼，带同声传译间，讲座、评审、培训都行；影剧院整座借出时一起借。"),
    ("hefeng", "禾丰县馆排练厅", "rehearsal", 160, 40, "flat", None, None, 10, "立式钢琴一架", 2, True, "木地板，一面镜墙，周四晚留给村文艺队。"),
    ("hefeng", "禾丰稻香广场戏台", "fixed_stage", 300, 800, "thrust", 12.0, 8.0, 60, "", 10, False, "县城中心的固定戏台，收获节主会场。"),
    ("wangling", "望岭县馆排练厅", "rehearsal", 150, 40, "flat", None, None, 10, "立式钢琴一架", 2, True, "山城里最大的一间排练厅，可住宿八人。"),
    ("wangling", "望岭县馆展厅", "exhibition", 180, 0, None, None, None, 10, "", 0, True, "小而亮，适合摄影和剪纸小展。"),
    ("wangling", "岭上古戏台", "old_stage", 60, 300, "thrust", 7.6, 5.5, 20, "", 6, False, "清代戏台，禁明火和烟雾，限声，庙会期间不外借。"),
    ("xiahe", "下河村古戏台", "old_stage", 55, 400, "thrust", 7.6, 5.2, 15, "", 4, False, "祠堂前的戏台，供电 380 V，台前晒谷场能坐四百人。"),
    ("xiahe", "下河村文化礼堂", "culture_hall", 220, 160, "flat", 6.0, 4.0, 10, "", 4, True, "祠堂改的礼堂，婚丧日子不外借。"),
    ("dongan", "东岸镇文化站活动室", "activity_room", 90, 50, "flat", None, None, 5, "", 2, True, "棋牌、排练、放电影都在这里。"),
    ("linhu", "临湖县馆音乐厅", "concert_hall", 340, 310, "flat", 11.0, 6.0, 40, "九尺三角钢琴一架", 6, False, "混响 1.6 秒，合唱和室内乐首选，每周二调律。"),
    ("linhu", "湖滨露天剧场", "open_air", 1500, 1200, "thrust", 16.0, 10.0, 120, "", 30, False, "背靠湖面，汛期和大风停用。"),
    ("linhu", "临湖县馆渔歌传习所", "ich_workshop", 130, 60, "flat", None, None, 5, "", 2, True, "渔歌号子传习，周三周六开班。"),
    ("linhu", "临湖县馆舞蹈教室", "rehearsal", 140, 30, "flat", None, None, 5, "", 1, True, "地胶地面，可晚借。"),
    ("pingdu", "平渡大剧院小厅", "theatre", 450, 318, "proscenium", 10.0, 8.0, 100, "三角钢琴一架", 8, False, "市里代管的小厅，318 座，演出季紧，请早申请。"),
    ("pingdu", "平渡市馆剪纸展厅", "exhibition", 400, 0, None, None, None, 20, "", 0, False, "可拆展墙 80 米，布展队随借。"),
    ("pingdu", "平渡市馆木偶工坊", "ich_workshop", 160, 30, None, None, None, 10, "", 1, True, "制偶、排练一体，戏台一座可拆借。"),
    ("pingdu", "平渡市馆报告厅", "lecture_hall", 300, 240, "flat", 8.0, 3.5, 20, "", 6, True, "阶梯座，直播设备齐。"),
    ("dukou", "渡口区馆录音棚", "recording_studio", 85, 12, None, None, None, 15, "电钢琴一架", 1, False, "A 棚 45 平方米，可录四十人合唱，带录音师。"),
    ("dukou", "渡口区馆直播间", "streaming_studio", 60, 8, None, None, None, 15, "", 1, True, "三机位，绿幕，馆际共用，提前三天约。"),
    ("dukou", "渡口老街活动室", "activity_room", 100, 60, "flat", None, None, 5, "", 2, True, "临街一层，无障碍，老人爱来。"),
    ("dukou", "渡口区馆摄影棚", "photo_studio", 80, 6, None, None, None, 15, "", 1, False, "影室灯六只，非遗器物拍摄做过上百件。"),
    ("yunping", "云坪茶山讲堂", "lecture_hall", 150, 100, "flat", None, None, 10, "", 4, True, "茶季改作品茶会，其余时间讲座排练。"),
    ("yunping", "云坪县馆排练厅", "rehearsal", 130, 40, "flat", None, None, 10, "立式钢琴一架", 2, True, "靠山安静，适合录前排练。"),
    ("meixi", "梅溪县馆美术馆", "exhibition", 680, 0, None, None, None, 30, "", 0, False, "天光展厅三间，书画大展可挂 160 幅。"),
    ("meixi", "梅溪少儿美术教室", "classroom", 120, 36, None, None, None, 5, "", 1, True, "小桌小凳，水槽四个，周末满班。"),
    ("meixi", "梅溪文化广场舞台", "square", 800, 700, "thrust", 12.0, 8.0, 60, "", 20, False, "文化广场固定台，雨棚覆盖台面。"),
    ("hechuan", "鹤川市馆非遗展厅", "exhibition", 600, 0, None, None, None, 30, "", 0, False, "展柜 30 组，带恒湿，可整套外借。"),
    ("hechuan", "鹤川市馆黑匣子剧场", "black_box", 300, 160, "black_box", 10.0, 10.0, 80, "", 4, False, "座位可变，实验戏剧、曲艺专场常用。"),
    ("hechuan", "鹤川市馆培训教室（4 间）", "classroom", 240, 120, None, None, None, 10, "", 4, True, "四间连排，轮训班常年用。"),
    ("donghe", "东河区馆街舞排练厅", "rehearsal", 190, 40, "flat", None, None, 15, "", 2, True, "弹性地面，音响带话放，周末到晚十点。"),
    ("donghe", "东河体育馆（文体共用）", "gymnasium", 1600, 1500, "flat", 18.0, 12.0, 200, "", 30, False, "文体共用馆，大型活动须报备。"),
    ("songguan", "松关县馆礼堂", "theatre", 500, 420, "proscenium", 11.0, 7.0, 60, "", 6, False, "老礼堂新翻修，冬天有暖气。"),
    ("songguan", "松关林场文化礼堂", "culture_hall", 200, 150, "flat", 6.0, 4.0, 15, "", 4, True, "林场职工的礼堂，进山限高 3.6 米。"),
    ("baita", "白塔蓝印花布传习所", "ich_workshop", 260, 50, None, None, None, 15, "", 2, True, "染缸十二口，晒场一块，研学可约。"),
    ("baita", "白塔竹编传习所", "ich_workshop", 180, 40, None, None, None, 10, "", 2, True, "师傅常驻，可办两天体验班。"),
    ("lanjiang", "省文化馆音乐厅", "concert_hall", 800, 620, "flat", 14.0, 9.0, 120, "九尺三角钢琴两架", 10, False, "全省群星奖音乐类决赛场地，公益演出免场租。"),
    ("lanjiang", "省文化馆培训楼", "classroom", 900, 320, None, None, None, 40, "", 10, False, "可住宿六十人，轮训、集训整租。"),
    ("lihua", "梨花镇文化站排练室", "activity_room", 80, 40, "flat", None, None, 5, "电钢琴一架", 1, True, "梨花合唱队的老地方，周一周四晚有人。"),
)  # fmt: skip
