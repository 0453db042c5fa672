"""What a listing says about itself: for whom, on what terms, in which state."""

from alliance.codes.codelist import Code, CodeList

SCOPE = CodeList(
    "scope",
    "共享范围",
    "Sharing scope",
    (
        Code("county", "本县", "Own county"),
        Code("city", "本市", "Own city"),
        Code("province", "本省", "Own province"),
        Code("alliance", "全联盟", "Whole alliance"),
        Code("public", "公开", "Public"),
    ),
)

WHO_MAY_ASK = CodeList(
    "who_may_ask",
    "可申请的馆",
    "Who may ask",
    (
        Code("in_scope", "范围内的成员馆", "Any member centre in scope"),
        Code("main_centres", "中心馆和总馆", "Hub and main centres only"),
        Code("own_branches", "本馆的分馆和服务点", "Our own branches and service points"),
    ),
)

SERVICE_MODE = CodeList(
    "service_mode",
    "服务方式",
    "Service",
    (
        Code("delivered", "送上门", "We come to you"),
        Code("on_site", "到馆", "At the centre"),
        Code("online", "线上", "Online"),
    ),
)

LISTING_STATE = CodeList(
    "listing_state",
    "上架状态",
    "Listing",
    (
        Code("draft", "草稿", "Draft"),
        Code("in_review", "待审", "In review"),
        Code("needs_work", "退回", "Needs work"),
        Code("published", "已上架", "Published"),
        Code("maintenance", "维护", "Maintenance"),
        Code("paused", "停借", "Paused"),
        Code("withdrawn", "下架", "Withdrawn"),
    ),
)

ACQUIRED_BY = CodeList(
    "acquired_by",
    "来源",
    "How it was acquired",
    (
        Code("purchased", "采购", "Purchased"),
        Code("allocated", "配发", "Allocated by the state"),
        Code("self_made", "自建", "Made by the centre"),
        Code("donated", "受赠", "Donated"),
    ),
)

FEE_TYPE = CodeList(
    "fee_type",
    "费用方式",
    "Fee",
    (
        Code("free", "免费", "Free"),
        Code("cost", "成本", "At cost"),
        Code("negotiated", "协议", "By agreement"),
    ),
)

COST_ITEM = CodeList(
    "cost_item",
    "费用项目",
    "Cost",
    (
        Code("fuel", "油料费", "Fuel"),
        Code("tolls", "过路费", "Tolls"),
        Code("transport", "运输费", "Transport"),
        Code("driver", "驾驶员劳务", "Driver"),
        Code("crew", "随行人员劳务", "Crew"),
        Code("lesson_fee", "课酬", "Lesson fee"),
        Code("performance_fee", "演出劳务", "Performance fee"),
        Code("meals", "餐费", "Meals"),
        Code("lodging", "住宿费", "Lodging"),
        Code("insurance", "保险费", "Insurance"),
        Code("set_up", "装台布展费", "Set-up"),
        Code("electricity", "电费", "Electricity"),
        Code("cleaning", "保洁费", "Cleaning"),
        Code("royalty", "版权使用费", "Royalties"),
        Code("other", "其他", "Other"),
    ),
)

COST_UNIT = CodeList(
    "cost_unit",
    "计费单位",
    "Per",
    (
        Code("occasion", "次", "Each time"),
        Code("session", "场", "Session"),
        Code("day", "天", "Day"),
        Code("hour", "小时", "Hour"),
        Code("lesson_hour", "课时", "Lesson hour"),
        Code("km", "公里", "Kilometre"),
        Code("person", "人", "Person"),
        Code("item", "件", "Item"),
    ),
)

COST_BEARER = CodeList(
    "cost_bearer",
    "费用承担方",
    "Who pays",
    (
        Code("owner", "出借方", "Lender"),
        Code("borrower", "借用方", "Borrower"),
        Code("shared", "双方分担", "Shared"),
        Code("host", "主办单位", "Host of the event"),
    ),
)

AUDIENCE = CodeList(
    "audience",
    "服务对象",
    "Audience",
    (
        Code("everyone", "公众", "Everyone"),
        Code("preschool", "学龄前", "Under-sixes"),
        Code("children", "少年儿童", "Children"),
        Code("youth", "青年", "Young people"),
        Code("older", "中老年", "Older people"),
        Code("disabled", "残疾人", "Disabled people"),
        Code("migrant_workers", "外来务工人员", "Migrant workers"),
        Code("left_behind", "留守儿童妇女老人", "Families left behind"),
        Code("employees", "企业职工", "Company employees"),
        Code("students", "在校学生", "Students"),
        Code("families", "亲子家庭", "Families with children"),
        Code("armed_forces", "部队官兵", "Armed forces"),
        Code("foreigners", "外籍人士", "Foreign residents"),
    ),
)

ACTIVITY_TYPE = CodeList(
    "activity_type",
    "活动类型",
    "Type of activity",
    (
        Code("performance", "演出", "Performance"),
        Code("exhibition", "展览", "Exhibition"),
        Code("lecture", "讲座", "Lecture"),
        Code("training", "培训", "Training"),
        Code("coaching", "辅导", "Coaching"),
        Code("contest", "比赛", "Contest"),
        Code("field_work", "创作采风", "Field trip for new work"),
        Code("folk_event", "民俗活动", "Folk custom event"),
        Code("ich_show", "非遗展示", "Heritage showcase"),
        Code("reading", "阅读推广", "Reading promotion"),
        Code("film", "电影放映", "Film screening"),
        Code("online", "直播、线上", "Live stream or online"),
        Code("exchange_visit", "文化走亲", "Exchange visit"),
        Code("outreach", "送戏下乡", "Shows for the countryside"),
        Code("volunteering", "志愿服务", "Volunteering"),
        Code("secondment", "轮训挂职", "Rotation training or secondment"),
        Code("meeting", "会议", "Meeting"),
    ),
)

PURPOSE = CodeList(
    "purpose",
    "活动性质",
    "Nature of the event",
    (
        Code("public_benefit", "公益性", "Public benefit"),
        Code("commercial", "营业性", "Commercial"),
    ),
)

DELIVERY_CLASS = CodeList(
    "delivery_class",
    "配送类别",
    "Delivery class",
    (
        Code("performance", "文艺演出", "Performance"),
        Code("guided_art", "艺术导赏", "Guided art appreciation"),
        Code("exhibition", "展览展示", "Exhibition and display"),
        Code("special", "特色活动", "Special activity"),
    ),
)

PRODUCT_CLASS = CodeList(
    "product_class",
    "产品等级",
    "Price class",
    (
        Code("a", "A类", "Class A"),
        Code("b", "B类", "Class B"),
        Code("c", "C类", "Class C"),
        Code("d", "D类", "Class D"),
    ),
)

PAPER_KIND = CodeList(
    "paper_kind",
    "证照",
    "Papers",
    (
        Code("vehicle_licence", "行驶证", "Vehicle licence"),
        Code("insurance", "保险单", "Insurance policy"),
        Code("inspection", "年检合格证明", "Inspection certificate"),
        Code("fire_safety", "消防检查合格证明", "Fire safety certificate"),
        Code("qualification", "资格、职称证书", "Certificate of qualification"),
        Code("consent", "本人或监护人同意书", "Letter of consent"),
        Code("licence", "授权书", "Licence of rights"),
        Code("supplier_consent", "供应商同意书", "Supplier's consent"),
        Code("other", "其他", "Other"),
    ),
)

LISTS = (
    PAPER_KIND,
    SCOPE,
    WHO_MAY_ASK,
    SERVICE_MODE,
    LISTING_STATE,
    ACQUIRED_BY,
    FEE_TYPE,
    COST_ITEM,
    COST_UNIT,
    COST_BEARER,
    AUDIENCE,
    ACTIVITY_TYPE,
    PURPOSE,
    DELIVERY_CLASS,
    PRODUCT_CLASS,
)
