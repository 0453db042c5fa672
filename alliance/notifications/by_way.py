"""Wording of notices where no thing goes out and comes back: files are opened, people are sent, a hall is opened.

(head, sentence) by way (`exchange.words.way_of`) and template; what is not here is said as for any loan.
"""

from typing import Any, Final

from flask_babel import lazy_gettext as _l

Wording = dict[str, tuple[Any, Any]]

LICENCE: Final[Wording] = {
    "asked": (
        _l("请答复：%(borrower)s申请使用%(resource)s"),
        _l("%(borrower)s为《%(title)s》申请授权使用%(resource)s（编号%(number)s），请受理并答复。"),
    ),
    "received": (
        _l("申请已送达：%(title)s"),
        _l("您向%(owner)s提交的《%(title)s》授权申请（编号%(number)s）已收到，按%(distance)s事项%(days)s个工作日内答复。"),
    ),
    "endorsement_asked": (
        _l("请报送：%(borrower)s申请使用%(resource)s"),
        _l("%(borrower)s为《%(title)s》申请授权使用%(owner)s的%(resource)s（编号%(number)s），请贵馆审核后报送。"),
    ),
    "endorsement_waits": (
        _l("已报总馆：%(title)s"),
        _l("《%(title)s》授权申请（编号%(number)s）已报总馆，总馆同意后送%(owner)s。"),
    ),
    "endorsement_refused": (
        _l("总馆未报送：%(title)s"),
        _l("总馆没有报送《%(title)s》授权申请（编号%(number)s），请修改后再报。"),
    ),
    "step_due": (
        _l("请审定：%(borrower)s申请使用%(resource)s"),
        _l("《%(title)s》（编号%(number)s）前一步已同意，请您审定。"),
    ),
    "confirmed": (
        _l("已授权：%(title)s"),
        _l("%(owner)s已同意授权《%(title)s》使用%(resource)s（编号%(number)s），到开始时自动开放，约定页上可以下载。"),
    ),
    "confirmed_by_you": (
        _l("已确定授权：%(resource)s"),
        _l("%(resource)s已授权%(borrower)s用于《%(title)s》（编号%(number)s），到时自动开放和关闭。"),
    ),
}
SECONDMENT: Final[Wording] = {
    "asked": (
        _l("请答复：%(borrower)s请%(resource)s来轮训挂职"),
        _l("%(borrower)s为《%(title)s》请%(resource)s来馆轮训挂职（编号%(number)s），请受理并答复。"),
    ),
    "received": (
        _l("申请已送达：%(title)s"),
        _l("您向%(owner)s提交的《%(title)s》轮训申请（编号%(number)s）已收到，按%(distance)s事项%(days)s个工作日内答复。"),
    ),
    "endorsement_asked": (
        _l("请报送：%(borrower)s请%(resource)s来轮训挂职"),
        _l("%(borrower)s为《%(title)s》请%(owner)s的%(resource)s来馆轮训挂职（编号%(number)s），请贵馆审核后报送。"),
    ),
    "endorsement_waits": (
        _l("已报总馆：%(title)s"),
        _l("《%(title)s》轮训申请（编号%(number)s）已报总馆，总馆同意后送%(owner)s。"),
    ),
    "endorsement_refused": (
        _l("总馆未报送：%(title)s"),
        _l("总馆没有报送《%(title)s》轮训申请（编号%(number)s），请修改后再报。"),
    ),
    "step_due": (
        _l("请审定：%(resource)s到%(borrower)s轮训挂职"),
        _l("《%(title)s》（编号%(number)s）前一步已同意，请您审定。"),
    ),
    "confirmed": (
        _l("已确定：%(title)s"),
        _l("%(owner)s已同意，%(resource)s的轮训挂职《%(title)s》（编号%(number)s）已确定，请安排好岗位和带教。"),
    ),
    "confirmed_by_you": (
        _l("已确定派出：%(resource)s"),
        _l("%(resource)s已确定到%(borrower)s轮训挂职《%(title)s》（编号%(number)s），请通知本人按时到岗。"),
    ),
    "handed_over": (
        _l("请确认到岗：%(resource)s"),
        _l("%(owner)s已派出%(resource)s（《%(title)s》，编号%(number)s），人到岗后请确认。"),
    ),
    "taken_over": (
        _l("已到岗：%(resource)s"),
        _l("%(borrower)s确认%(resource)s已到岗（《%(title)s》，编号%(number)s）。"),
    ),
    "extension_asked": (
        _l("请答复延长轮训：%(resource)s"),
        _l("%(borrower)s请求延长%(resource)s的轮训挂职（《%(title)s》，编号%(number)s），请答复。"),
    ),
    "extended": (
        _l("已同意延长轮训：%(resource)s"),
        _l("%(owner)s同意延长%(resource)s的轮训挂职（《%(title)s》，编号%(number)s）。"),
    ),
    "extension_refused": (
        _l("未同意延长轮训：%(resource)s"),
        _l("%(owner)s没有同意延长%(resource)s的轮训挂职，请按原定时间离岗（《%(title)s》，编号%(number)s）。"),
    ),
    "recalled": (
        _l("需提前召回：%(resource)s"),
        _l("%(owner)s需提前召回%(resource)s（《%(title)s》，编号%(number)s），请安排离岗。"),
    ),
    "recalled_copy": (
        _l("已召回：%(resource)s"),
        _l("贵馆召回了派到%(borrower)s的%(resource)s（《%(title)s》，编号%(number)s）。"),
    ),
    "recalled_now": (
        _l("请立即离岗：%(resource)s"),
        _l("《%(title)s》（编号%(number)s）派来的%(resource)s须立即回馆。"),
    ),
    "sent_back": (
        _l("请确认离岗：%(resource)s"),
        _l("%(borrower)s已为%(resource)s办理离岗（《%(title)s》，编号%(number)s），请核对天数或课时后确认。"),
    ),
    "returned": (
        _l("已离岗回馆：%(resource)s"),
        _l("%(owner)s确认%(resource)s已回馆（《%(title)s》，编号%(number)s），轮训天数已核对。"),
    ),
    "start_soon": (
        _l("明日到岗：%(resource)s"),
        _l("《%(title)s》（编号%(number)s）的%(resource)s明日到岗，请安排好岗位和带教。"),
    ),
    "return_soon": (
        _l("明日期满：%(resource)s"),
        _l("%(resource)s的轮训挂职（《%(title)s》，编号%(number)s）明日期满，请填好天数或课时办离岗。"),
    ),
    "return_overdue": (
        _l("期满未办离岗：%(resource)s"),
        _l("%(resource)s的轮训挂职（《%(title)s》，编号%(number)s）已期满，请尽快办理离岗，回%(owner)s。"),
    ),
    "return_overdue_owner": (
        _l("对方还没有办离岗：%(resource)s"),
        _l("%(borrower)s还没有为%(resource)s办理离岗（《%(title)s》，编号%(number)s）。"),
    ),
}
VENUE: Final[Wording] = {
    "confirmed_by_you": (
        _l("已确定借出：%(resource)s"),
        _l("%(resource)s已确定借给%(borrower)s用于《%(title)s》（编号%(number)s），请按时开放场地。"),
    ),
    "handed_over": (
        _l("请进场确认：%(resource)s"),
        _l("%(owner)s已开放%(resource)s（《%(title)s》，编号%(number)s），请逐项核对后确认进场。"),
    ),
    "taken_over": (
        _l("对方已进场：%(resource)s"),
        _l("%(borrower)s已进场使用%(resource)s（《%(title)s》，编号%(number)s）。"),
    ),
    "extension_refused": (
        _l("未同意续借：%(resource)s"),
        _l("%(owner)s没有同意续借%(resource)s，请按原定时间交还场地（《%(title)s》，编号%(number)s）。"),
    ),
    "recalled": (
        _l("需提前收回：%(resource)s"),
        _l("%(owner)s需提前收回%(resource)s（《%(title)s》，编号%(number)s），请安排交还场地。"),
    ),
    "recalled_now": (
        _l("请立即交还：%(resource)s"),
        _l("《%(title)s》（编号%(number)s）使用的%(resource)s须立即收回，请清场交还。"),
    ),
    "sent_back": (
        _l("请验收场地：%(resource)s"),
        _l("%(borrower)s已交还%(resource)s（《%(title)s》，编号%(number)s），请逐项验收。"),
    ),
    "returned": (
        _l("已验收：%(resource)s"),
        _l("%(owner)s已验收场地%(resource)s（《%(title)s》，编号%(number)s）。"),
    ),
    "start_soon": (
        _l("明日进场：%(resource)s"),
        _l("《%(title)s》（编号%(number)s）明日使用%(resource)s，请备好清单和借用函，按时开放和进场。"),
    ),
    "return_soon": (
        _l("明日交还场地：%(resource)s"),
        _l("%(resource)s（《%(title)s》，编号%(number)s）明日用完，请按清单核对后交还。"),
    ),
    "return_overdue": (
        _l("逾期未交还：%(resource)s"),
        _l("%(resource)s（《%(title)s》，编号%(number)s）的使用时间已过，请尽快向%(owner)s交还场地。"),
    ),
    "return_overdue_owner": (
        _l("对方逾期未交还：%(resource)s"),
        _l("%(borrower)s还没有交还%(resource)s（《%(title)s》，编号%(number)s）。"),
    ),
}
TALENT: Final[Wording] = {
    "asked": (
        _l("请答复：%(borrower)s请%(resource)s"),
        _l("%(borrower)s为《%(title)s》申请请派%(resource)s（编号%(number)s），请问过本人后受理并答复。"),
    ),
    "endorsement_asked": (
        _l("请报送：%(borrower)s请%(resource)s"),
        _l("%(borrower)s为《%(title)s》申请请派%(owner)s的%(resource)s（编号%(number)s），请贵馆审核后报送。"),
    ),
    "step_due": (
        _l("请审定：%(borrower)s请%(resource)s"),
        _l("《%(title)s》（编号%(number)s）前一步已同意，请您审定。"),
    ),
    "confirmed": (
        _l("已确定：%(title)s"),
        _l("%(owner)s已同意，《%(title)s》请%(resource)s（编号%(number)s）已确定，请按约定安排接待和场地。"),
    ),
    "confirmed_by_you": (
        _l("已确定派出：%(resource)s"),
        _l("%(resource)s已确定派往%(borrower)s参加《%(title)s》（编号%(number)s），请通知本人。"),
    ),
    "handed_over": (
        _l("请确认到场：%(resource)s"),
        _l("%(owner)s已派出%(resource)s（《%(title)s》，编号%(number)s），人到场后请确认。"),
    ),
    "taken_over": (
        _l("已到场：%(resource)s"),
        _l("%(borrower)s确认%(resource)s已到场（《%(title)s》，编号%(number)s）。"),
    ),
    "extension_asked": (
        _l("请答复延长：%(resource)s"),
        _l("%(borrower)s请求延长%(resource)s的时间（《%(title)s》，编号%(number)s），请答复。"),
    ),
    "extended": (
        _l("已同意延长：%(resource)s"),
        _l("%(owner)s同意延长%(resource)s的时间（《%(title)s》，编号%(number)s）。"),
    ),
    "extension_refused": (
        _l("未同意延长：%(resource)s"),
        _l("%(owner)s没有同意延长%(resource)s的时间，请按原定时间结束（《%(title)s》，编号%(number)s）。"),
    ),
    "recalled": (
        _l("需提前召回：%(resource)s"),
        _l("%(owner)s需提前召回%(resource)s（《%(title)s》，编号%(number)s），请安排返程。"),
    ),
    "recalled_copy": (
        _l("已召回：%(resource)s"),
        _l("贵馆召回了派到%(borrower)s的%(resource)s（《%(title)s》，编号%(number)s）。"),
    ),
    "recalled_now": (
        _l("请立即安排返程：%(resource)s"),
        _l("《%(title)s》（编号%(number)s）派来的%(resource)s须立即返回。"),
    ),
    "sent_back": (
        _l("请确认返回：%(resource)s"),
        _l("%(borrower)s已为%(resource)s办理返程（《%(title)s》，编号%(number)s），人和器材回来后请确认。"),
    ),
    "returned": (
        _l("已确认返回：%(resource)s"),
        _l("%(owner)s确认%(resource)s已返回（《%(title)s》，编号%(number)s）。"),
    ),
    "start_soon": (
        _l("明日到场：%(resource)s"),
        _l("《%(title)s》（编号%(number)s）的%(resource)s明日到场，请安排好接待、场地和借用函。"),
    ),
    "return_soon": (
        _l("明日结束：%(resource)s"),
        _l("%(resource)s（《%(title)s》，编号%(number)s）明日结束，请填好场次、人次办返程。"),
    ),
    "return_overdue": (
        _l("逾期未办返程：%(resource)s"),
        _l("%(resource)s（《%(title)s》，编号%(number)s）的时间已过，请尽快办理返程，回%(owner)s。"),
    ),
    "return_overdue_owner": (
        _l("对方还没有办返程：%(resource)s"),
        _l("%(borrower)s还没有为%(resource)s办理返程（《%(title)s》，编号%(number)s）。"),
    ),
}
BY_WAY: Final[dict[str, Wording]] = {"licence": LICENCE, "secondment": SECONDMENT, "venue": VENUE, "talent": TALENT}
