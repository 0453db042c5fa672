"""Wording of notices: public cases. Nothing about who asked."""

from typing import Final

from flask_babel import lazy_gettext as _l

from alliance.notifications.template import Template

PUBLIC_CASES: Final[dict[str, Template]] = {
    "case_filed": Template(
        _l("请受理：%(case_kind)s %(number)s"),
        _l("收到公众的%(case_kind)s（编号%(number)s），关于%(work)s，请受理并答复。"),
        "due_at",
    ),
    "case_transferred_to_you": Template(
        _l("转给贵处办理：%(case_kind)s %(number)s"),
        _l("%(case_kind)s（编号%(number)s），关于%(work)s，已转到这里办理，时限照算。"),
        "due_at",
        "handler",
    ),
    "case_transferred": Template(
        _l("已转办：%(case_kind)s %(number)s"),
        _l("%(case_kind)s（编号%(number)s）已转给%(centre)s办理，您仍是首问责任人。"),
        "due_at",
    ),
    "case_replied": Template(
        _l("对方已补充：%(case_kind)s %(number)s"), _l("%(case_kind)s（编号%(number)s）已补充，答复时限继续计算。"), "due_at"
    ),
    "case_resumed": Template(
        _l("逾期未补充：%(case_kind)s %(number)s"),
        _l("%(case_kind)s（编号%(number)s）15天内没有补充，请按现有内容答复，时限继续计算。"),
        "due_at",
    ),
    "case_refused": Template(
        _l("否定报备：%(case_kind)s %(number)s"),
        _l("%(centre)s没有同意%(case_kind)s（编号%(number)s），关于%(work)s，按规定报备。"),
        "case_code",
    ),
    "case_rated": Template(
        _l("对方已评价：%(case_kind)s %(number)s"), _l("%(case_kind)s（编号%(number)s）的办理得到评价。"), "stars"
    ),
    "case_unsolved": Template(
        _l("回头看：没有解决 %(number)s"), _l("%(case_kind)s（编号%(number)s）办结30天后，对方说还没有解决，请联系对方。")
    ),
    "case_redated": Template(
        _l("时限随历法更新：%(number)s"), _l("节假日安排有变，%(case_kind)s（编号%(number)s）的答复时限已重算。"), "due_at"
    ),
    "case_reminder": Template(_l("请答复：%(case_kind)s %(number)s"), _l("%(case_kind)s（编号%(number)s）还没有答复。"), "due_at"),
    "case_yellow": Template(
        _l("将到期：%(case_kind)s %(number)s"), _l("%(case_kind)s（编号%(number)s）将到期，请A/B角办理。"), "due_at"
    ),
    "case_red": Template(
        _l("已超期：%(case_kind)s %(number)s"),
        _l("%(case_kind)s（编号%(number)s）%(over)s，下一个工作日抄送分管领导和联盟秘书处。"),
        "due_at",
        "handler",
    ),
}
