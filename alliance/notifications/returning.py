"""Wording of notices: Hand-over and return, closing, disputes, and what a date brings."""

from typing import Final

from flask_babel import lazy_gettext as _l

from alliance.notifications.template import WHEN, Template

RETURNING: Final[dict[str, Template]] = {
    # hand-over and return
    "handed_over": Template(
        _l("请接收：%(resource)s"), _l("%(owner)s已交出%(resource)s（《%(title)s》，编号%(number)s），请逐项核对后接收。")
    ),
    "taken_over": Template(
        _l("对方已接收：%(resource)s"), _l("%(borrower)s已接收%(resource)s（《%(title)s》，编号%(number)s）。"), "ends_at"
    ),
    "damaged": Template(
        _l("异常上报：%(resource)s"), _l("%(borrower)s上报%(resource)s使用中的异常（《%(title)s》，编号%(number)s）。"), "note"
    ),
    "extension_asked": Template(
        _l("请答复续借：%(resource)s"),
        _l("%(borrower)s请求延长借用%(resource)s（《%(title)s》，编号%(number)s），请答复。"),
        "until_at",
        "reason",
    ),
    "extended": Template(
        _l("已同意续借：%(resource)s"), _l("%(owner)s同意延长借用%(resource)s（《%(title)s》，编号%(number)s）。"), "ends_at"
    ),
    "extension_refused": Template(
        _l("未同意续借：%(resource)s"),
        _l("%(owner)s没有同意续借%(resource)s，请按原定时间归还（《%(title)s》，编号%(number)s）。"),
        "ends_at",
        "note",
    ),
    "recalled": Template(
        _l("需提前收回：%(resource)s"),
        _l("%(owner)s需提前收回%(resource)s（《%(title)s》，编号%(number)s），请安排送还。"),
        "until_at",
        "reason",
        "alternatives",
    ),
    "recalled_copy": Template(
        _l("已召回：%(resource)s"),
        _l("贵馆召回了借给%(borrower)s的%(resource)s（《%(title)s》，编号%(number)s）。"),
        "until_at",
        "reason",
    ),
    "sent_back": Template(
        _l("请验收：%(resource)s"), _l("%(borrower)s已送还%(resource)s（《%(title)s》，编号%(number)s），请逐项验收。"), "note"
    ),
    "note_asked": Template(
        _l("交接有出入，请核对：%(resource)s"),
        _l("%(resource)s（《%(title)s》，编号%(number)s）两方的交接清单不一致，请逐项核对，双方注记；不认可的可提出争议。"),
        "note",
    ),
    "note_agreed": Template(
        _l("交接差异已双方注记：%(resource)s"), _l("%(resource)s（《%(title)s》，编号%(number)s）的交接差异，对方已认可。"), "note"
    ),
    "note_refused": Template(
        _l("对方不认可注记：%(resource)s"),
        _l("%(resource)s（《%(title)s》，编号%(number)s）的交接差异，对方不认可；可以再商量，也可提出争议。"),
        "note",
    ),
    "supplemented": Template(
        _l("已补交材料：%(resource)s"), _l("%(borrower)s补交了%(resource)s的验收材料（《%(title)s》，编号%(number)s）。"), "note"
    ),
    "returned": Template(
        _l("已验收：%(resource)s"), _l("%(owner)s已验收%(resource)s，全部归还（《%(title)s》，编号%(number)s）。")
    ),
    "partly_returned": Template(
        _l("部分归还：%(resource)s"),
        _l("%(owner)s验收后还有物品没有归还（《%(title)s》，编号%(number)s），请补还或等对方提出处理。"),
    ),
    "line_asked": Template(
        _l("请确认未归还物品的处理：%(title)s"),
        _l("%(owner)s对没有归还的物品提出了处理意见（《%(title)s》，编号%(number)s），请确认。"),
        "item",
        "quantity",
        "outcome",
        "note",
    ),
    "line_agreed": Template(
        _l("对方已确认处理：%(title)s"), _l("%(borrower)s确认了未归还物品的处理（《%(title)s》，编号%(number)s）。"), "item"
    ),
    "line_refused": Template(
        _l("对方不认可处理：%(title)s"),
        _l("%(borrower)s不认可未归还物品的处理（《%(title)s》，编号%(number)s），该项仍算未归还。"),
        "note",
    ),
    # a licence
    "window_opened": Template(
        _l("可以使用了：%(resource)s"),
        _l("%(owner)s授权%(borrower)s使用的%(resource)s（《%(title)s》，编号%(number)s）已开放，约定页上可以下载。"),
        "ends_at",
    ),
    "window_ending": Template(
        _l("授权还有7天到期：%(resource)s"),
        _l("%(borrower)s使用%(resource)s的授权（《%(title)s》，编号%(number)s）7天后到期，到时文件自动关闭。"),
        "ends_at",
    ),
    "window_ended": Template(
        _l("授权已到期：%(resource)s"),
        _l("%(borrower)s使用%(resource)s的授权（《%(title)s》，编号%(number)s）已到期，文件已经关闭，留存的请删除。"),
    ),
    "window_revoked": Template(
        _l("授权已收回：%(resource)s"),
        _l("%(owner)s收回了%(resource)s的授权（《%(title)s》，编号%(number)s），文件已经关闭，请停止使用。"),
        "reason",
    ),
    # closing
    "rate": Template(
        _l("请评价：%(title)s"),
        _l("《%(title)s》（%(resource)s，编号%(number)s）已办结，请用1分钟评价本次交换（6题），30天内有效。"),
    ),
    "rated": Template(
        _l("对方已评价：%(title)s"),
        _l("对方评价了《%(title)s》（%(resource)s，编号%(number)s），贵馆可以公开回应一次。"),
        "stars",
    ),
    "replied": Template(
        _l("对方回应了评价：%(title)s"), _l("对方回应了贵馆对《%(title)s》（%(resource)s，编号%(number)s）的评价。"), "reply"
    ),
    "disputed": Template(
        _l("对方提出争议：%(title)s"),
        _l(
            "对方对《%(title)s》（%(resource)s，编号%(number)s）提出争议，由联盟秘书处裁定，双方记录已保留。贵馆可以在5个工作日内陈述意见，过期按已有的记录裁定。"
        ),
        "reason",
    ),
    "dispute_opened": Template(
        _l("请裁定：%(owner)s与%(borrower)s的争议"), _l("《%(title)s》（%(resource)s，编号%(number)s）有争议待裁定。"), "reason"
    ),
    "archived": Template(
        _l("已存为档案草稿：%(title)s"),
        _l("《%(title)s》（编号%(number)s）已办结，报来的材料存成了贵馆的档案草稿。请补全著录，记下表演者和出镜人的同意，再送审。"),
        "works",
        "refused",
    ),
    "dispute_stated": Template(
        _l("争议中有新的陈述：%(title)s"),
        _l("《%(title)s》（%(resource)s，编号%(number)s）的争议，一方陈述了意见，请到争议处理页看。"),
    ),
    "dispute_proposed": Template(
        _l("请答复调解方案：%(title)s"),
        _l("联盟秘书处对《%(title)s》（编号%(number)s）的争议提出了方案，请接受或不接受。双方都接受即按方案了结。"),
        "reason",
    ),
    "proposal_agreed": Template(
        _l("一方接受了调解方案：%(title)s"), _l("《%(title)s》（编号%(number)s）的争议，一方接受了调解方案。")
    ),
    "proposal_refused": Template(
        _l("一方不接受调解方案：%(title)s"),
        _l("《%(title)s》（编号%(number)s）的争议，一方不接受方案，由秘书处另提或裁定。"),
        "reason",
    ),
    "settled_together": Template(
        _l("已按方案了结：%(title)s"), _l("双方都接受了调解方案，《%(title)s》（编号%(number)s）的争议就此了结。"), "reason"
    ),
    "settled": Template(_l("已裁定：%(title)s"), _l("联盟秘书处裁定了《%(title)s》（编号%(number)s）的争议。"), "reason"),
    "appeal_ending": Template(
        _l("申诉期将满：%(title)s"),
        _l("《%(title)s》（%(resource)s，编号%(number)s）的争议已裁定，申诉期将满；过后裁定为最终结果。"),
        "due_at",
    ),
    "appeal_ended": Template(
        _l("裁定为最终结果：%(title)s"),
        _l("《%(title)s》（%(resource)s，编号%(number)s）的裁定没有人申诉，申诉期已满，裁定为最终结果。"),
    ),
    # dated
    "reminder": Template(_l("请按时办理：%(title)s"), _l("《%(title)s》（编号%(number)s）还等您办理。"), "due_at"),
    "yellow": Template(
        _l("还剩%(hours)s小时，请办理：%(title)s"),
        _l("《%(title)s》（编号%(number)s）还剩%(hours)s小时到期，请A角或B角办理。"),
        "due_at",
    ),
    "yellow_offer": Template(
        _l("还剩%(hours)s小时，请确认：%(title)s"),
        _l("%(owner)s为《%(title)s》（编号%(number)s）暂留的档期还剩%(hours)s小时，请确认条件，逾期自动释放。"),
        "due_at",
    ),
    "red": Template(
        _l("已超期：%(title)s"),
        _l(
            "%(owner)s对%(borrower)s《%(title)s》（编号%(number)s）的答复%(over)s，现在仍可答复。未答复的抄送分管领导和联盟秘书处。"
        ),
        "due_at",
        "now_with",
    ),
    "red_copy": Template(
        _l("对方超期未答：%(title)s"),
        _l("%(owner)s对《%(title)s》（编号%(number)s）的答复%(over)s，已转B角并将抄送分管领导和联盟秘书处。"),
        "due_at",
        "handler",
    ),
    "redated": Template(
        _l("期限有变：%(title)s"), _l("放假安排有更新，《%(title)s》（编号%(number)s）的期限已重新计算。"), "due_at"
    ),
    "start_soon": Template(
        _l("明日交接：%(resource)s"),
        _l("《%(title)s》（编号%(number)s）的%(resource)s明日交接，请备好清单和借用函。"),
        *WHEN,
        "place",
    ),
    "return_soon": Template(
        _l("明日归还：%(resource)s"), _l("%(resource)s（《%(title)s》，编号%(number)s）明日为归还日，请按清单核对。"), "ends_at"
    ),
    "return_overdue": Template(
        _l("逾期未还：%(resource)s"),
        _l("%(resource)s（《%(title)s》，编号%(number)s）已到归还时间，请尽快送还%(owner)s。"),
        "ends_at",
        "over",
    ),
    "return_overdue_owner": Template(
        _l("对方逾期未还：%(resource)s"),
        _l("%(borrower)s还没有送还%(resource)s（《%(title)s》，编号%(number)s）。"),
        "ends_at",
        "over",
    ),
}
