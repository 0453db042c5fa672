"""Centres, the people who work there, and what a centre has to publish."""

from alliance.codes.codelist import Code, CodeList

CENTRE_LEVEL = CodeList(
    "centre_level",
    "层级",
    "Level",
    (
        Code("national", "国家", "National"),
        Code("province", "省", "Province"),
        Code("city", "市", "City"),
        Code("county", "县（区）", "County"),
        Code("town", "乡镇（街道）", "Township"),
        Code("village", "村（社区）", "Village"),
    ),
)

CENTRE_ROLE = CodeList(
    "centre_role",
    "总分馆角色",
    "Role",
    (
        Code("hub", "中心馆", "Hub centre"),
        Code("main", "总馆", "Main centre"),
        Code("branch", "分馆", "Branch"),
        Code("point", "服务点", "Service point"),
    ),
)

CENTRE_GRADE = CodeList(
    "centre_grade",
    "评估定级",
    "Grade",
    (
        Code("grade_1", "一级馆", "Grade 1"),
        Code("grade_2", "二级馆", "Grade 2"),
        Code("grade_3", "三级馆", "Grade 3"),
        Code("ungraded", "无等级", "Ungraded"),
    ),
)

CENTRE_TYPE = CodeList(
    "centre_type",
    "机构类型",
    "Type of institution",
    (
        Code("centre", "文化馆", "Cultural centre"),
        Code("station", "综合文化站", "Township cultural station"),
        Code("village_centre", "村（社区）综合性文化服务中心", "Village cultural service centre"),
        Code("troupe", "院团", "Performing company"),
        Code("museum", "博物馆", "Museum"),
        Code("heritage_centre", "非遗保护中心", "Heritage centre"),
    ),
)

MEMBERSHIP_STATE = CodeList(
    "membership_state",
    "成员状态",
    "Membership",
    (
        Code("applied", "申请中", "Applied"),
        Code("active", "正式成员", "Active"),
        Code("suspended", "已暂停", "Suspended"),
        Code("declined", "未通过", "Not admitted"),
        Code("left", "已退出", "Left"),
    ),
)

SANCTION = CodeList(
    "sanction",
    "责任追究",
    "Sanction",
    (
        Code("notice", "书面提醒", "Written notice"),
        Code("pause", "暂停借用", "Borrowing paused"),
        Code("removal", "退出联盟", "Removed from the alliance"),
    ),
)

DUTY = CodeList("duty", "值守", "Duty", (Code("a", "A角", "Duty A"), Code("b", "B角", "Duty B")))

CENTRE_PERSON_ROLE = CodeList(
    "person_role",
    "馆内角色",
    "Role in the centre",
    (
        Code("staff", "业务干部", "Staff"),
        Code("handler", "经办人", "Handler"),
        Code("director", "馆领导", "Director"),
        Code("centre_admin", "馆管理员", "Centre administrator"),
    ),
)

ALLIANCE_PERSON_ROLE = CodeList(
    "alliance_role",
    "联盟角色",
    "Role in the alliance",
    (
        Code("alliance_admin", "联盟秘书处", "Alliance secretariat"),
        Code("evaluator", "第三方评估", "Independent evaluator"),
    ),
)

DISCLOSURE_HEADING = CodeList(
    "disclosure_heading",
    "公开事项",
    "Disclosure",
    (
        Code("duties", "岗位职责", "Who does what"),
        Code("pledge", "服务承诺", "Service pledge"),
        Code("procedure", "办事程序", "How things are done"),
        Code("charges", "收费项目", "Charges"),
        Code("standards", "工作规范", "Working standards"),
        Code("discipline", "法规纪律", "Rules and discipline"),
        Code("affairs", "政务信息", "News and reports"),
        Code("supervision", "监督渠道", "How to complain"),
    ),
)

CASE_TYPE = CodeList(
    "case_type",
    "来件类型",
    "Type of case",
    (
        Code("question", "咨询", "Question"),
        Code("suggestion", "建议", "Suggestion"),
        Code("complaint", "投诉", "Complaint"),
        Code("help", "求助", "Call for help"),
        Code("use", "授权申请", "Request for use"),
        Code("removal", "下架申请", "Request for removal"),
        Code("correction", "更正", "Correction"),
        Code("contribution", "投稿", "Contribution"),
    ),
)

HOST_ROLE = CodeList(
    "host_role",
    "主承协办",
    "Part in the event",
    (
        Code("lead", "主办", "Host"),
        Code("organiser", "承办", "Organiser"),
        Code("co_organiser", "协办", "Co-organiser"),
    ),
)

LISTS = (
    CENTRE_LEVEL,
    CENTRE_ROLE,
    CENTRE_GRADE,
    CENTRE_TYPE,
    MEMBERSHIP_STATE,
    SANCTION,
    DUTY,
    CENTRE_PERSON_ROLE,
    ALLIANCE_PERSON_ROLE,
    DISCLOSURE_HEADING,
    CASE_TYPE,
    HOST_ROLE,
)
