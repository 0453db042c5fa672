"""What the public may ask for, how far it is, why it is refused."""

from alliance.codes.codelist import Code, CodeList

CASE_KIND = CodeList(
    "case_kind",
    "事项类型",
    "What it is about",
    (
        Code("use", "授权申请", "Permission to use"),
        Code("removal", "下架申请", "Request for removal"),
        Code("correction", "更正", "Correction"),
        Code("question", "咨询", "Question"),
        Code("complaint", "投诉", "Complaint"),
        Code("suggestion", "建议", "Suggestion"),
    ),
)

CASE_STATE = CodeList(
    "case_state",
    "办理状态",
    "How far it is",
    (
        Code("filed", "待受理", "Received"),
        Code("in_hand", "办理中", "In hand"),
        Code("asked", "待您补充", "Waiting for your answer"),
        Code("granted", "已同意", "Granted"),
        Code("refused", "未同意", "Not granted"),
        Code("done", "已办理", "Done"),
        Code("explained", "已答复", "Answered"),
    ),
)

CASE_REFUSAL = CodeList(
    "case_refusal",
    "未同意的理由",
    "Why it was not granted",
    (
        Code("01", "权利人没有授权", "Not licensed by the rights holder"),
        Code("02", "用途不是公益性的", "Not for the public benefit"),
        Code("03", "说明不足，无法核实", "Too little said to be checked"),
        Code("04", "与作品的关系无法确认", "Relation to the work not confirmed"),
        Code("05", "经核实内容无误", "Checked and found correct"),
        Code("06", "不属于联盟受理的范围", "Not a matter for the alliance"),
        Code("99", "其他（须写明）", "Other (please explain)"),
    ),
)

CASE_RELATION = CodeList(
    "case_relation",
    "与本人关系",
    "Relation to the work",
    (
        Code("self", "我在作品里", "I am in it"),
        Code("guardian", "我的孩子在作品里", "My child is in it"),
        Code("family", "我的家人在作品里", "My family is in it"),
        Code("holder", "我是作者或权利人", "I made it or hold the rights"),
        Code("agent", "受本人或权利人委托", "I act for one of these"),
        Code("other", "其他", "Other"),
    ),
)

LISTS = (CASE_KIND, CASE_STATE, CASE_REFUSAL, CASE_RELATION)
