"""Where a centre stands with the rights in what it keeps."""

from alliance.codes.codelist import Code, CodeList

RIGHTS_STATUS = CodeList(
    "rights_status",
    "版权状态",
    "Rights",
    (
        Code("own", "本馆享有著作权", "The centre holds the copyright"),
        Code("licensed", "已获授权", "Licensed to the centre"),
        Code("performer_pending", "表演者授权待补", "Performers’ consent outstanding"),
        Code("public_domain", "公有领域", "Public domain"),
        Code("cc_by", "知识共享 署名", "Creative Commons BY"),
        Code("cc_by_sa", "知识共享 署名—相同方式共享", "Creative Commons BY-SA"),
        Code("cc_by_nd", "知识共享 署名—禁止演绎", "Creative Commons BY-ND"),
        Code("cc_by_nc", "知识共享 署名—非商业性使用", "Creative Commons BY-NC"),
        Code("cc_by_nc_sa", "知识共享 署名—非商业性使用—相同方式共享", "Creative Commons BY-NC-SA"),
        Code("cc_by_nc_nd", "知识共享 署名—非商业性使用—禁止演绎", "Creative Commons BY-NC-ND"),
        Code("unknown", "版权不明", "Rights unknown"),
    ),
)

ALLOWED_USE = CodeList(
    "allowed_use",
    "允许的用途",
    "Allowed uses",
    (
        Code("on_site", "馆内播放", "Showing on site"),
        Code("online", "网络传播", "Online"),
        Code("classroom", "课堂教学", "Teaching"),
        Code("research", "研究", "Research"),
        Code("print", "印刷出版", "In print"),
        Code("broadcast", "广播电视", "Broadcast"),
        Code("adapt", "改编", "Adaptation"),
        Code("perform", "排演", "Staging"),
    ),
)

CONSENT_SCOPE = CodeList(
    "consent_scope",
    "同意的范围",
    "Scope of consent",
    (
        Code("online", "网上公开", "Online, to everybody"),
        Code("members", "成员馆之间", "Among members"),
        Code("on_site", "只在馆内", "On site only"),
        Code("archive", "只存档", "For keeping only"),
    ),
)

TERRITORY = CodeList(
    "territory",
    "授权地域",
    "Territory",
    (
        Code("centre", "本馆", "The centre itself"),
        Code("county", "本县（区）", "Its county"),
        Code("city", "本市", "Its city"),
        Code("province", "本省", "Its province"),
        Code("country", "全国", "The whole country"),
        Code("anywhere", "不限地域", "Anywhere"),
    ),
)

CHANNEL = CodeList(
    "channel",
    "使用渠道",
    "Channels",
    (
        Code("on_site", "馆内放映、展示", "Shown on site"),
        Code("class", "课堂", "In class"),
        Code("village", "下乡巡展巡映", "Touring villages"),
        Code("website", "本馆网站", "The centre’s website"),
        Code("wechat", "公众号、视频号", "WeChat channels"),
        Code("broadcast", "广播电视", "Broadcast"),
        Code("print", "印刷品", "Print"),
    ),
)

LISTS = (RIGHTS_STATUS, ALLOWED_USE, CONSENT_SCOPE, TERRITORY, CHANNEL)
