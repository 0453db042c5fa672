"""The words of borrowing and lending: states, reasons, what is counted."""

from alliance.codes.codelist import Code, CodeList

AGREEMENT_KIND = CodeList(
    "agreement_kind",
    "约定类型",
    "Kind of agreement",
    (
        Code("loan", "借用", "Loan"),
        Code("swap", "互换", "Swap"),
        Code("bundle", "联合项目", "Joint project"),
        Code("tour", "巡演", "Tour"),
        Code("licence", "授权", "Licence"),
        Code("secondment", "轮训", "Secondment"),
    ),
)

AGREEMENT_STATE = CodeList(
    "agreement_state",
    "约定状态",
    "Agreement",
    (
        Code("draft", "草稿", "Draft"),
        Code("negotiating", "商议中", "Being negotiated"),
        Code("committed", "已确定", "Confirmed"),
        Code("running", "进行中", "Under way"),
        Code("settling", "收尾中", "Winding up"),
        Code("closed", "已办结", "Closed"),
        Code("broken", "待各方表态", "Waiting for the remaining parties"),
        Code("cancelled", "已取消", "Cancelled"),
        Code("failed", "未达成", "Not concluded"),
    ),
)

LEG_STATE = CodeList(
    "leg_state",
    "分项状态",
    "Leg",
    (
        Code("draft", "草稿", "Draft"),
        Code("endorsing", "待总馆报送", "Awaiting endorsement"),
        Code("requested", "待答复", "Awaiting an answer"),
        Code("incomplete", "待补正", "To be completed"),
        Code("offered", "待借方确认", "Offer awaiting the borrower"),
        Code("agreed", "已同意", "Approved"),
        Code("confirmed", "已确定", "Confirmed"),
        Code("handed_over", "已交出", "Handed over"),
        Code("in_use", "使用中", "In use"),
        Code("sent_back", "已送还", "Sent back"),
        Code("partly_returned", "部分归还", "Partly returned"),
        Code("returned", "已归还", "Returned"),
        Code("closed", "已办结", "Closed"),
        Code("declined", "未同意", "Declined"),
        Code("withdrawn", "已撤回", "Withdrawn"),
        Code("expired", "逾期失效", "Expired"),
        Code("cancelled", "已取消", "Cancelled"),
        Code("no_show", "爽约", "No-show"),
        Code("disputed", "争议中", "In dispute"),
    ),
)

ENDED_LEG_STATES = frozenset({"closed", "declined", "withdrawn", "expired", "cancelled", "no_show"})
"""States a leg rests in: nobody's turn, no live hold."""

ASK_KIND = CodeList(
    "ask_kind",
    "待对方答复的事项",
    "Waiting on the other side",
    (
        Code("cancel", "取消", "Cancellation"),
        Code("extension", "续借", "Extension"),
        Code("resolve_line", "未归还物品处理", "Items not returned"),
        Code("differences", "交接差异注记", "Differences at hand-over"),
    ),
)

REFUSAL = CodeList(
    "refusal",
    "不同意的理由",
    "Reason for declining",
    (
        Code("01", "已被占用", "Already booked"),
        Code("02", "维修保养", "Under repair or maintenance"),
        Code("03", "本馆重大活动", "Needed for a major event of our own"),
        Code("04", "条件不符（场地、电源、道路）", "Site unsuitable (ground, power or road)"),
        Code("05", "无随车人员", "No crew available"),
        Code("06", "距离超范围", "Too far away"),
        Code("07", "保险或资质缺失", "Insurance or papers missing"),
        Code("08", "费用未议妥", "Costs not settled"),
        Code("09", "版权受限", "Restricted by rights"),
        Code("10", "申请过迟", "Asked too late"),
        Code("11", "信用受限", "Borrower’s record"),
        Code("99", "其他（须写明）", "Other (please explain)"),
    ),
)

EXPEDITED_REASON = CodeList(
    "expedited_reason",
    "加急理由",
    "Why expedited",
    (
        Code("relief", "救灾慰问", "Disaster relief"),
        Code("festival", "重大节庆", "Major festival"),
        Code("assigned", "上级任务", "Assigned from above"),
    ),
)

LIGHT = CodeList(
    "light",
    "电子监察",
    "Deadline light",
    (
        Code("green", "绿灯", "On time"),
        Code("yellow", "黄灯", "Due soon"),
        Code("red", "红灯", "Overdue"),
        Code("off", "不计时", "Clock stopped"),
    ),
)

DISTANCE_CLASS = CodeList(
    "distance_class",
    "办理范围",
    "Distance",
    (
        Code("county", "同县", "Same county"),
        Code("city", "同市", "Same city"),
        Code("province", "同省", "Same province"),
        Code("across", "跨省", "Another province"),
    ),
)

DIRECTION = CodeList(
    "direction",
    "联动方向",
    "Direction",
    (
        Code("up", "向上级馆", "To a higher level"),
        Code("down", "向下级馆", "To a lower level"),
        Code("sideways", "同级之间", "Between equals"),
    ),
)

OCCUPANCY_KIND = CodeList(
    "occupancy_kind",
    "占用类型",
    "Calendar entry",
    (
        Code("hold", "暂留", "Held"),
        Code("confirmed", "已占用", "Booked"),
        Code("block", "不外借", "Not for loan"),
        Code("maintenance", "维修保养", "Maintenance"),
    ),
)

LINE_OUTCOME = CodeList(
    "line_outcome",
    "未归还物品去向",
    "What became of it",
    (
        Code("lost", "遗失", "Lost"),
        Code("damaged", "损坏", "Damaged"),
        Code("consumed", "消耗", "Used up"),
        Code("given", "赠予", "Given away"),
    ),
)

CONDITION = CodeList(
    "condition",
    "交接状况",
    "Condition",
    (
        Code("good", "完好", "Good"),
        Code("worn", "有磨损", "Worn"),
        Code("damaged", "损坏", "Damaged"),
        Code("missing", "缺失", "Missing"),
    ),
)

BALANCE_UNIT = CodeList(
    "balance_unit",
    "往来计量单位",
    "Unit of account",
    (
        Code("session", "场", "Sessions"),
        Code("day", "天", "Days"),
        Code("lesson_hour", "课时", "Lesson hours"),
    ),
)

CHOICE_RANK = CodeList(
    "choice_rank",
    "志愿",
    "Choice",
    (Code("first", "首选", "First choice"), Code("second", "备选", "Second choice")),
)

DEFICIENCY = CodeList(
    "deficiency",
    "需补正的事项",
    "What is missing",
    (
        Code("dates", "日期与场次", "Dates and sessions"),
        Code("place", "地点与区划", "Place and division"),
        Code("site_photo", "现场照片", "Photos of the site"),
        Code("power", "电源情况", "Power supply"),
        Code("road", "道路限高限宽", "Road height and width limits"),
        Code("rain_plan", "雨天预案", "Plan for rain"),
        Code("safety_plan", "安全预案", "Safety plan"),
        Code("permit", "大型活动许可", "Large-event permit"),
        Code("contact", "现场负责人", "On-site contact"),
        Code("audience", "预计人数", "Expected audience"),
        Code("costs", "费用承担", "Who bears the costs"),
        Code("insurance", "保险", "Insurance"),
        Code("licence", "驾驶员准驾证明", "Driver’s licence"),
        Code("rights", "授权材料", "Proof of rights"),
        Code("other", "其他", "Other"),
    ),
)

LISTS = (
    AGREEMENT_KIND,
    AGREEMENT_STATE,
    LEG_STATE,
    ASK_KIND,
    REFUSAL,
    EXPEDITED_REASON,
    LIGHT,
    DISTANCE_CLASS,
    DIRECTION,
    OCCUPANCY_KIND,
    LINE_OUTCOME,
    CONDITION,
    BALANCE_UNIT,
    CHOICE_RANK,
    DEFICIENCY,
)
