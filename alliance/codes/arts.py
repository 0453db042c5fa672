"""Art forms, people who practise them, heritage and awards."""

from alliance.codes.codelist import Code, CodeList

ART_FORM = CodeList(
    "art_form",
    "文艺门类",
    "Art form",
    (
        Code("music", "音乐", "Music"),
        Code("vocal", "声乐", "Singing", "music"),
        Code("choral", "合唱", "Choral singing", "music"),
        Code("instrumental", "器乐", "Instrumental music", "music"),
        Code("chinese_instruments", "民乐", "Chinese instruments", "music"),
        Code("folk_song", "民歌", "Folk song", "music"),
        Code("drumming", "鼓乐", "Drum and wind music", "music"),
        Code("dance", "舞蹈", "Dance"),
        Code("square_dance", "广场舞", "Square dancing", "dance"),
        Code("folk_dance", "民族民间舞", "Ethnic and folk dance", "dance"),
        Code("street_dance", "街舞", "Street dance", "dance"),
        Code("ballroom", "国标舞", "Ballroom dance", "dance"),
        Code("children_dance", "少儿舞蹈", "Children’s dance", "dance"),
        Code("drama", "戏剧", "Drama"),
        Code("skit", "小品", "Comic skit", "drama"),
        Code("spoken_drama", "话剧", "Spoken drama", "drama"),
        Code("children_drama", "儿童剧", "Children’s theatre", "drama"),
        Code("musical", "音乐剧", "Musical", "drama"),
        Code("xiqu", "戏曲", "Chinese opera"),
        Code("jingju", "京剧", "Peking opera", "xiqu"),
        Code("yueju_zhejiang", "越剧", "Yue (Shaoxing) opera", "xiqu"),
        Code("huangmei", "黄梅戏", "Huangmei opera", "xiqu"),
        Code("yueju_guangdong", "粤剧", "Cantonese opera", "xiqu"),
        Code("huju", "沪剧", "Shanghai opera", "xiqu"),
        Code("qinqiang", "秦腔", "Qinqiang opera", "xiqu"),
        Code("yuju", "豫剧", "Henan opera", "xiqu"),
        Code("pingju", "评剧", "Ping opera", "xiqu"),
        Code("kunqu", "昆曲", "Kunqu opera", "xiqu"),
        Code("wuju", "婺剧", "Wu opera", "xiqu"),
        Code("huaiju", "淮剧", "Huai opera", "xiqu"),
        Code("xiju", "锡剧", "Wuxi opera", "xiqu"),
        Code("chuanju", "川剧", "Sichuan opera", "xiqu"),
        Code("huagu", "花鼓戏", "Flower-drum opera", "xiqu"),
        Code("errentai", "二人台", "Errentai duet opera", "xiqu"),
        Code("shadow_play", "皮影", "Shadow play", "xiqu"),
        Code("puppetry", "木偶", "Puppetry", "xiqu"),
        Code("quyi", "曲艺", "Storytelling and comic arts"),
        Code("crosstalk", "相声", "Crosstalk", "quyi"),
        Code("kuaiban", "快板", "Clapper rhymes", "quyi"),
        Code("pingshu", "评书", "Storytelling", "quyi"),
        Code("dagu", "大鼓", "Drum ballads", "quyi"),
        Code("tanci", "弹词", "Tanci ballads", "quyi"),
        Code("daoqing", "道情", "Daoqing ballads", "quyi"),
        Code("shulaibao", "数来宝", "Rhymed patter", "quyi"),
        Code("dujiaoxi", "独脚戏", "Solo comedy", "quyi"),
        Code("fine_art", "美术", "Fine art"),
        Code("calligraphy", "书法", "Calligraphy"),
        Code("photography", "摄影", "Photography"),
        Code("literature", "文学", "Literature"),
        Code("ich", "非遗", "Intangible heritage"),
        Code("folk_art", "民间文艺", "Folk arts"),
        Code("acrobatics", "杂技魔术", "Acrobatics and magic"),
        Code("film_tv", "影视", "Film and television"),
        Code("recital", "朗诵主持", "Recitation and presenting"),
        Code("theory", "理论研究", "Research"),
        Code("digital", "数字技术", "Digital skills"),
        Code("stagecraft", "舞美灯光音响", "Stagecraft, light and sound"),
        Code("life_aesthetics", "茶艺花艺", "Tea and flower arts"),
        Code("other", "其他", "Other"),
    ),
)

TALENT_KIND = CodeList(
    "talent_kind",
    "人才类别",
    "Talent",
    (Code("person", "个人", "Person"), Code("troupe", "艺术团队", "Troupe or ensemble")),
)

TALENT_TIER = CodeList(
    "talent_tier",
    "人才层次",
    "Standing",
    (
        Code("expert", "专家", "Expert"),
        Code("professional", "专业人员", "Professional"),
        Code("backbone", "文艺骨干", "Leading local artist"),
        Code("volunteer", "文化志愿者", "Cultural volunteer"),
    ),
)

TITLE_RANK = CodeList(
    "title_rank",
    "职称",
    "Professional title",
    (
        Code("research_fellow", "研究馆员（正高）", "Research fellow in public culture (full senior)"),
        Code("associate_fellow", "副研究馆员（副高）", "Associate research fellow in public culture (senior)"),
        Code("officer", "馆员（中级）", "Public culture officer (intermediate)"),
        Code("assistant_officer", "助理馆员（初级）", "Assistant public culture officer (junior)"),
        Code("clerk", "管理员", "Public culture clerk"),
        Code("performer_1", "一级演员", "National first-class performer"),
        Code("performer_2", "二级演员", "National second-class performer"),
        Code("performer_3", "三级演员", "National third-class performer"),
        Code("performer_4", "四级演员", "National fourth-class performer"),
        Code("sports_instructor", "社会体育指导员", "Community sports instructor"),
        Code("bearer", "代表性传承人", "Heritage bearer"),
        Code("none", "无职称", "No title"),
    ),
)

BEARER_LEVEL = CodeList(
    "bearer_level",
    "传承人级别",
    "Heritage bearer",
    (
        Code("national", "国家级传承人", "National bearer"),
        Code("province", "省级传承人", "Provincial bearer"),
        Code("city", "市级传承人", "City bearer"),
        Code("county", "县级传承人", "County bearer"),
    ),
)

TEACHING_LEVEL = CodeList(
    "teaching_level",
    "授课程度",
    "Teaching level",
    (
        Code("beginner", "零基础", "Beginners"),
        Code("intermediate", "提高", "Intermediate"),
        Code("advanced", "骨干", "Advanced"),
    ),
)

CONSENT_METHOD = CodeList(
    "consent_method",
    "同意方式",
    "How consent was given",
    (
        Code("written", "书面", "In writing"),
        Code("in_person", "当面", "In person"),
        Code("phone", "电话", "By phone"),
        Code("message", "短信、微信", "By message"),
    ),
)

HERITAGE_CLASS = CodeList(
    "heritage_class",
    "非遗门类",
    "Heritage class",
    (
        Code("folk_literature", "民间文学", "Folk literature"),
        Code("music", "传统音乐", "Traditional music"),
        Code("dance", "传统舞蹈", "Traditional dance"),
        Code("drama", "传统戏剧", "Traditional drama"),
        Code("quyi", "曲艺", "Storytelling and comic arts"),
        Code("sports", "传统体育、游艺与杂技", "Traditional sports, games and acrobatics"),
        Code("fine_art", "传统美术", "Traditional fine art"),
        Code("craft", "传统技艺", "Traditional crafts"),
        Code("medicine", "传统医药", "Traditional medicine"),
        Code("custom", "民俗", "Folk customs"),
    ),
)

HERITAGE_LEVEL = CodeList(
    "heritage_level",
    "非遗级别",
    "Heritage level",
    (
        Code("national", "国家级", "National"),
        Code("province", "省级", "Provincial"),
        Code("city", "市级", "City"),
        Code("county", "县级", "County"),
    ),
)

AWARD = CodeList(
    "award",
    "奖项",
    "Award",
    (
        Code("qunxing", "群星奖", "Qunxing (Stars) Award"),
        Code("shanhua", "山花奖", "Shanhua Award for folk arts"),
        Code("peony", "牡丹奖", "Peony Award for storytelling arts"),
        Code("lotus", "荷花奖", "Lotus Award for dance"),
        Code("golden_bell", "金钟奖", "Golden Bell Award for music"),
        Code("province", "省级奖项", "Provincial award"),
        Code("city", "市级奖项", "City award"),
        Code("other", "其他奖项", "Other award"),
    ),
)

QUNXING_CATEGORY = CodeList(
    "qunxing_category",
    "群星奖门类",
    "Qunxing category",
    (
        Code("music", "音乐", "Music"),
        Code("dance", "舞蹈", "Dance"),
        Code("drama", "戏剧", "Drama"),
        Code("quyi", "曲艺", "Storytelling and comic arts"),
        Code("square_dance", "广场舞", "Square dancing"),
        Code("mass_choir", "群众合唱", "Community choir"),
    ),
)

LISTS = (
    ART_FORM,
    TALENT_KIND,
    TALENT_TIER,
    TITLE_RANK,
    BEARER_LEVEL,
    TEACHING_LEVEL,
    CONSENT_METHOD,
    HERITAGE_CLASS,
    HERITAGE_LEVEL,
    AWARD,
    QUNXING_CATEGORY,
)
