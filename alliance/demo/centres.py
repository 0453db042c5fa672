"""The invented centres: eighteen over five levels, and who works there."""

from typing import NamedTuple


class DemoCentre(NamedTuple):
    """A centre of the demo; `names` are former names (prefixed by 原) and aliases."""

    slug: str
    name: str
    name_en: str
    short_name: str
    level: str
    role: str
    type: str
    division: str
    parent: str | None
    address: str
    phone: str
    names: tuple[str, ...]
    summary: str
    summary_en: str
    membership: str = "active"


CENTRES: tuple[DemoCentre, ...] = (
    DemoCentre("lanjiang", "岚江省文化馆", "Lanjiang Provincial Cultural Centre", "省文化馆", "province", "hub", "centre", "990000", None,
        "岚江省清泽市江滨大道 1 号", "0900-555 0100", ("原岚江省群众艺术馆", "省群艺馆"),
        "全省文化馆的业务指导单位，承担群星奖选拔、骨干轮训和数字文化馆建设。", "Guides all cultural centres of the province: award selection, training, the digital centre."),
    DemoCentre("qingze", "清泽市文化馆", "Qingze Cultural Centre", "清泽市馆", "city", "hub", "centre", "990100", "lanjiang",
        "清泽市文庙路 18 号", "0900-555 0110", ("原清泽市群众艺术馆", "清泽群艺馆"),
        "国家一级馆，有小剧场、展厅和两台舞台车，儿童剧和采茶戏是长项。", "A first-grade centre with a small theatre, a gallery and two stage trucks; strong in children's plays and tea-picking opera."),
    DemoCentre("shiqiao", "石桥区文化馆", "Shiqiao District Cultural Centre", "石桥区馆", "county", "main", "centre", "990101", "qingze",
        "清泽市石桥区桥头街 6 号", "0900-555 0120", ("石桥文化馆",),
        "老城区里的馆，排练厅从早开到晚，合唱和广场舞队伍多。", "A centre in the old town whose rehearsal rooms are open from morning to night; many choirs and square-dance groups."),
    DemoCentre("hefeng", "禾丰县文化馆", "Hefeng County Cultural Centre", "禾丰县馆", "county", "main", "centre", "990122", "qingze",
        "禾丰县稻香路 32 号", "0900-555 0140", ("原禾丰县群众文化馆",),
        "产粮县，送戏下乡走得最勤，双展舞台车一年跑六十多场。", "A rice county that tours most: its double-sided stage truck gives more than sixty shows a year."),
    DemoCentre("wangling", "望岭县文化馆", "Wangling County Cultural Centre", "望岭县馆", "county", "main", "centre", "990123", "qingze",
        "望岭县山门街 9 号", "0900-555 0150", ("望岭文化馆",),
        "山区县，岭上庙会采茶戏传了三百年，缺能进山的小车。", "A mountain county with a temple-fair opera three centuries old; it lacks a truck small enough for its roads."),
    DemoCentre("linhu", "临湖县文化馆", "Linhu County Cultural Centre", "临湖县馆", "county", "main", "centre", "990124", "qingze",
        "临湖县湖滨路 51 号", "0900-555 0160", ("临湖文化馆",),
        "湖区渔歌之乡，老年大学合唱团和渔歌号子班是特色。", "The lake county of fishing songs; known for its senior choir and work-song class."),
    DemoCentre("pingdu", "平渡市文化馆", "Pingdu Cultural Centre", "平渡市馆", "city", "hub", "centre", "990200", "lanjiang",
        "平渡市码头路 27 号", "0901-555 0160", ("原平渡市群众艺术馆", "平渡群艺馆"),
        "剪纸、木偶和锣鼓三样拿得出手，展览巡得远。", "Paper-cutting, puppetry and gongs and drums; its exhibitions travel far."),
    DemoCentre("dukou", "渡口区文化馆", "Dukou District Cultural Centre", "渡口区馆", "county", "main", "centre", "990201", "pingdu",
        "平渡市渡口区老街 44 号", "0901-555 0170", (),
        "新建的馆，录音棚和直播间设备新，愿意和兄弟馆共用。", "A new building whose recording and streaming studios are meant to be shared."),
    DemoCentre("yunping", "云坪县文化馆", "Yunping County Cultural Centre", "云坪县馆", "county", "main", "centre", "990222", "pingdu",
        "云坪县茶场路 3 号", "0901-555 0180", ("云坪文化馆",),
        "茶山上的县，工尺谱抄本和山歌录音保存得多。", "A county of tea hills that keeps hand-copied gongche scores and recordings of mountain songs."),
    DemoCentre("meixi", "梅溪县文化馆", "Meixi County Cultural Centre", "梅溪县馆", "county", "main", "centre", "990223", "pingdu",
        "梅溪县溪口路 12 号", "0901-555 0190", (),
        "书画之乡，展厅光线好，少儿美术班办了二十年。", "A county of painters with a well-lit gallery and a children's art class of twenty years."),
    DemoCentre("hechuan", "鹤川市文化馆", "Hechuan Cultural Centre", "鹤川市馆", "city", "hub", "centre", "990300", "lanjiang",
        "鹤川市东河路 88 号", "0902-555 0110", ("原鹤川市群众艺术馆",),
        "非遗展柜和布展团队成熟，文旅融合做得早。", "Experienced in heritage displays and their mounting."),
    DemoCentre("donghe", "东河区文化馆", "Donghe District Cultural Centre", "东河区馆", "county", "main", "centre", "990301", "hechuan",
        "鹤川市东河区建设路 5 号", "0902-555 0120", (),
        "舞蹈是强项，街舞社团常去校园和厂矿。", "Strong in dance; its street-dance group visits schools and works."),
    DemoCentre("songguan", "松关县文化馆", "Songguan County Cultural Centre", "松关县馆", "county", "main", "centre", "990321", "hechuan",
        "松关县关前街 20 号", "0902-555 0130", (),
        "山高路远，靠流动舞台把戏送到林场和边远村。", "Remote and high; a mobile stage takes plays to forest farms and far villages."),
    DemoCentre("baita", "白塔县非物质文化遗产保护中心", "Baita County Intangible Heritage Centre", "白塔非遗中心", "county", "main", "heritage_centre", "990322", "hechuan",
        "白塔县塔下巷 1 号", "0902-555 0150", ("白塔非遗保护中心",),
        "蓝印花布、竹编和傩舞三项省级以上项目，有两间传习所。", "Keeps resist-dyed cloth, bamboo weaving and nuo dance, with two teaching workshops."),
    DemoCentre("lihua", "梨花镇综合文化站", "Lihua Town Cultural Station", "梨花镇站", "town", "branch", "station", "990122101", "hefeng",
        "禾丰县梨花镇文化路 2 号", "0900-555 0145", ("梨花文化站",),
        "有一台自改的小型舞台车和一支坚持了十二年的合唱队。", "Has a small stage truck of its own making and a choir that has kept going for twelve years."),
    DemoCentre("dongan", "东岸镇综合文化站", "Dong'an Town Cultural Station", "东岸镇站", "town", "branch", "station", "990123102", "wangling",
        "望岭县东岸镇渡头街 7 号", "0900-555 0155", (),
        "三个人管十一个村的戏和电影，最熟村里的路。", "Three people look after plays and films for eleven villages and know every road."),
    DemoCentre("xiahe", "下河村文化礼堂", "Xiahe Village Culture Hall", "下河村礼堂", "village", "point", "village_centre", "990123102203", "wangling",
        "望岭县东岸镇下河村祠堂前", "0900-555 0156", (),
        "祠堂改的礼堂，门前有座古戏台，逢会必演。", "A hall made from the ancestral temple, with an old stage at its door."),
    DemoCentre("chating", "茶亭镇综合文化站", "Chating Town Cultural Station", "茶亭镇站", "town", "branch", "station", "990222103", "yunping",
        "云坪县茶亭镇老街 15 号", "0901-555 0185", (),
        "逢圩有山歌，歌台就在站门口。", "Mountain songs on market days, on a stage at its own door.", "applied"),
    DemoCentre("gudu", "古渡县文化馆", "Gudu County Cultural Centre", "古渡县馆", "county", "main", "centre", "990224", "pingdu",
        "古渡县城关镇 10 号", "0901-555 0195", (),
        "因场馆改造暂停馆际借用。", "Paused while its building is being refurbished.", "suspended"),
)  # fmt: skip

# mailbox name, name, centre, roles, department; mailboxes end in @demo.example
PEOPLE: tuple[tuple[str, str, str, tuple[str, ...], str], ...] = (
    ("fan", "樊敬文", "lanjiang", ("handler",), "业务指导部"), ("luo", "罗守信", "lanjiang", ("director",), "馆办公室"), ("yan", "严立", "lanjiang", ("centre_admin",), "数字文化部"),
    ("zhou", "周雅琴", "qingze", ("handler",), "演艺部"), ("zheng", "郑明远", "qingze", ("handler",), "活动部"), ("tang", "唐海平", "qingze", ("director",), "馆办公室"), ("ning", "宁可", "qingze", ("centre_admin",), "办公室"),
    ("lu", "陆晓棠", "shiqiao", ("handler",), "演艺部"), ("shao", "邵一鸣", "shiqiao", ("staff",), "辅导部"), ("gu", "顾长河", "shiqiao", ("director",), "馆办公室"), ("jin", "金露", "shiqiao", ("centre_admin",), "办公室"),
    ("liu", "刘春生", "hefeng", ("handler",), "演艺部"), ("zheng2", "郑大田", "hefeng", ("handler",), "流动服务部"), ("he", "何为民", "hefeng", ("director",), "馆办公室"), ("mi", "米兰", "hefeng", ("centre_admin",), "办公室"),
    ("shi", "石小岭", "wangling", ("handler",), "业务部"), ("qiu", "邱玉梅", "wangling", ("staff",), "业务部"), ("tian", "田广", "wangling", ("director",), "馆办公室"), ("ye", "叶青", "wangling", ("centre_admin",), "办公室"),
    ("shui", "水清扬", "linhu", ("handler",), "辅导部"), ("bao", "鲍渔", "linhu", ("staff",), "演艺部"), ("pang", "庞大湖", "linhu", ("director", "centre_admin"), "馆办公室"),
    ("ding", "丁剪云", "pingdu", ("handler",), "展览部"), ("wen", "温以宁", "pingdu", ("handler",), "活动部"), ("cheng", "程渡", "pingdu", ("director",), "馆办公室"), ("qi", "齐整", "pingdu", ("centre_admin",), "办公室"),
    ("yin", "尹乐", "dukou", ("handler",), "数字部"), ("kong", "孔桥", "dukou", ("director", "centre_admin"), "馆办公室"),
    ("cha", "查雨前", "yunping", ("handler",), "业务部"), ("ai", "艾山", "yunping", ("director", "centre_admin"), "馆办公室"),
    ("mo", "莫砚", "meixi", ("handler",), "展览部"), ("mei", "梅疏影", "meixi", ("director", "centre_admin"), "馆办公室"),
    ("he2", "贺鸣皋", "hechuan", ("handler",), "非遗部"), ("bai", "柏川", "hechuan", ("director",), "馆办公室"), ("xu", "许诺", "hechuan", ("centre_admin",), "办公室"),
    ("wu", "武跃", "donghe", ("handler",), "舞蹈部"), ("dong", "董河", "donghe", ("director", "centre_admin"), "馆办公室"),
    ("song", "宋关山", "songguan", ("handler",), "流动服务部"), ("guan", "关林", "songguan", ("director", "centre_admin"), "馆办公室"),
    ("lan", "蓝布衣", "baita", ("handler",), "传习部"), ("ta", "塔先行", "baita", ("director", "centre_admin"), "中心办公室"),
    ("li", "李梨花", "lihua", ("handler",), "文化站"), ("du", "杜渡", "dongan", ("handler",), "文化站"), ("xia", "夏河", "xiahe", ("handler",), "文化礼堂"),
    ("gudu", "古道西", "gudu", ("director", "centre_admin"), "馆办公室"),
)  # fmt: skip

ADMINS: tuple[tuple[str, str], ...] = (("secretariat", "秘书处 沈和"), ("secretariat2", "秘书处 申公平"))
EVALUATORS: tuple[tuple[str, str], ...] = (("evaluator", "第三方评估 明察"),)
