"""Wording of notices: From the first wish to the last word: asking, answering, offers, what the system ends, calling it off."""

from typing import Final

from flask_babel import lazy_gettext as _l

from alliance.notifications.template import WHEN, Template

ASKING: Final[dict[str, Template]] = {
    # asking
    "asked": Template(
        _l("请答复：%(borrower)s借用%(resource)s"),
        _l("%(borrower)s为《%(title)s》申请借用%(resource)s（编号%(number)s），请受理并答复。"),
        "due_at",
        *WHEN,
    ),
    "received": Template(
        _l("申请已送达：%(title)s"),
        _l("您向%(owner)s提交的《%(title)s》借用申请（编号%(number)s）已收到，按%(distance)s事项%(days)s个工作日内答复。"),
        "due_at",
    ),
    "endorsement_asked": Template(
        _l("请报送：%(borrower)s借用%(resource)s"),
        _l("%(borrower)s为《%(title)s》申请借用%(owner)s的%(resource)s（编号%(number)s），请贵馆审核后报送。"),
        *WHEN,
    ),
    "endorsement_waits": Template(
        _l("已报总馆：%(title)s"), _l("《%(title)s》借用申请（编号%(number)s）已报总馆，总馆同意后送%(owner)s。"), *WHEN
    ),
    "endorsement_refused": Template(
        _l("总馆未报送：%(title)s"), _l("总馆没有报送《%(title)s》借用申请（编号%(number)s），请修改后再报。"), "reason"
    ),
    "completed": Template(
        _l("已补正，请答复：%(title)s"), _l("%(borrower)s已补齐《%(title)s》（编号%(number)s）的材料，答复时限继续计算。"), "due_at"
    ),
    "completed_copy": Template(
        _l("已补正：%(title)s"), _l("《%(title)s》（编号%(number)s）补正后已再次送%(owner)s，答复时限继续计算。"), "due_at"
    ),
    "withdrawn": Template(
        _l("已撤回：%(title)s"), _l("%(borrower)s撤回了《%(title)s》对%(resource)s的申请（编号%(number)s）。"), "reason"
    ),
    "withdrawn_copy": Template(
        _l("已撤回：%(title)s"), _l("本馆撤回了《%(title)s》对%(resource)s的申请（编号%(number)s）。"), "reason"
    ),
    # answering
    "accepted": Template(
        _l("已受理：%(title)s"), _l("%(owner)s已受理《%(title)s》（编号%(number)s），首问责任人将负责到办结。"), "handler", "due_at"
    ),
    "transferred_to_you": Template(
        _l("转给您办理：%(title)s"),
        _l("《%(title)s》（编号%(number)s）已转给您办理，首问责任人不变。"),
        "handler",
        "due_at",
        "reason",
    ),
    "transferred": Template(
        _l("已转办：%(title)s"),
        _l("《%(title)s》（编号%(number)s）已转给同馆另一位办理，首问责任人不变。"),
        "now_with",
        "handler",
        "reason",
    ),
    "incomplete": Template(
        _l("请补正：%(title)s"), _l("请为《%(title)s》（编号%(number)s）一次补齐所列事项，补齐前不计时。"), "items", "note"
    ),
    "survey": Template(
        _l("将现场勘察：%(title)s"),
        _l("%(owner)s要为《%(title)s》（编号%(number)s）到现场勘察，答复时限相应调整。"),
        "visit_on",
        "visit_at",
        "due_at",
        "reason",
    ),
    "step_due": Template(
        _l("请审定：%(borrower)s借用%(resource)s"), _l("《%(title)s》（编号%(number)s）前一步已同意，请您审定。"), "due_at", *WHEN
    ),
    "declined": Template(
        _l("未能同意：%(title)s"),
        _l("很抱歉，%(owner)s未能同意《%(title)s》对%(resource)s的申请（编号%(number)s）。"),
        "code",
        "reason",
        "alternatives",
    ),
    "refusal_copied": Template(
        _l("否定报备：%(owner)s未同意%(borrower)s"),
        _l("%(owner)s未同意%(borrower)s《%(title)s》对%(resource)s的申请（编号%(number)s），按规定报备。"),
        "code",
        "reason",
    ),
    # offers
    "offered": Template(
        _l("请确认条件：%(title)s"),
        _l("%(owner)s有条件同意《%(title)s》对%(resource)s的申请（编号%(number)s）。请按期确认，逾期自动释放档期。"),
        "substitute",
        "conditions",
        *WHEN,
        "hold_at",
        "note",
    ),
    "countered": Template(
        _l("对方再议，请答复：%(title)s"),
        _l("%(borrower)s对《%(title)s》（编号%(number)s）的条件提出了新的意见，请答复。"),
        "note",
        *WHEN,
        "due_at",
    ),
    "offer_declined": Template(
        _l("对方不接受条件：%(title)s"),
        _l("%(borrower)s没有接受《%(title)s》（编号%(number)s）的条件，暂留的档期已释放。"),
        "reason",
    ),
    # by the system
    "confirmed": Template(
        _l("已确定：%(title)s"),
        _l("%(owner)s已同意，《%(title)s》借用%(resource)s（编号%(number)s）已确定，请按时交接并带上借用函。"),
        *WHEN,
        "place",
        "handler",
    ),
    "confirmed_by_you": Template(
        _l("已确定借出：%(resource)s"),
        _l("%(resource)s已确定借给%(borrower)s用于《%(title)s》（编号%(number)s），请备好交接单。"),
        *WHEN,
    ),
    "fallen": Template(
        _l("档期已定给他馆：%(title)s"),
        _l("%(resource)s在该档期已确定给其他馆，《%(title)s》（编号%(number)s）因此结束，不算拒绝。"),
        "alternatives",
    ),
    "suspended_fall": Template(
        _l("因一方停用而结束：%(title)s"), _l("因一方的成员资格暂停，《%(title)s》（编号%(number)s）由系统结束，不算拒绝。")
    ),
    "need_met": Template(
        _l("需求已有着落：%(title)s"),
        _l(
            "%(borrower)s的需求《%(title)s》已有着落或已撤下，贵馆用%(resource)s作的应答（编号%(number)s）不再办理，档期已放开。谢谢支援。"
        ),
        *WHEN,
    ),
    "failed_fall": Template(
        _l("整份约定未达成：%(title)s"),
        _l("《%(title)s》另有一项没有谈成，%(resource)s的这一项（编号%(number)s）随之结束，不算拒绝，保留的档期已释放。"),
    ),
    "left": Template(
        _l("对方退出：%(title)s"),
        _l("因另有一项落空，对方不再办《%(title)s》中的%(resource)s（编号%(number)s），不算违约。"),
        "reason",
    ),
    "remains": Template(
        _l("有一项落空，请答复是否照办：%(title)s"),
        _l("《%(title)s》中的%(resource)s（编号%(number)s）不再进行。请在限期内答复贵馆的各项照办还是退出；逾期未答，按照办算。"),
        "reason",
    ),
    "fallen_owner": Template(
        _l("已由系统结束：%(title)s"), _l("%(borrower)s的《%(title)s》（编号%(number)s）已由系统结束，不必再答复。")
    ),
    "expired": Template(
        _l("逾期失效：%(title)s"), _l("《%(title)s》对%(resource)s的申请（编号%(number)s）已逾期失效。"), "alternatives"
    ),
    "condition_met": Template(
        _l("登记了条件已落实：%(title)s"),
        _l("对方登记了《%(title)s》（编号%(number)s）的一条条件已经落实，请留意核对。"),
        "condition",
    ),
    "condition_reopened": Template(
        _l("条件还没有落实：%(title)s"),
        _l("%(owner)s认为《%(title)s》（编号%(number)s）的一条条件还没有落实。"),
        "condition",
        "reason",
    ),
    "condition_soon": Template(
        _l("条件将到期：%(title)s"),
        _l(
            "《%(title)s》（编号%(number)s）有条件明天到期，落实后请登记；到期没有落实，单项的约定退回待确认，多项的由对方馆决定是否取消。"
        ),
        "condition",
    ),
    "condition_due": Template(
        _l("条件逾期未落实：%(title)s"),
        _l("《%(title)s》（编号%(number)s）有条件到期没有落实。需要停止的，请分管领导办理紧急取消。"),
        "condition",
    ),
    "condition_missed": Template(
        _l("条件已到期，请尽快落实：%(title)s"),
        _l(
            "《%(title)s》（编号%(number)s）有条件到期没有落实，约定暂时照旧，%(owner)s可以因此取消。已经落实的请登记，还没有的请尽快联系对方。"
        ),
        "condition",
    ),
    "fell_back": Template(
        _l("条件逾期，请重新确认：%(title)s"),
        _l("《%(title)s》（编号%(number)s）的同意是有条件的，条件到期没有落实，约定退回待贵馆确认，档期暂留到所写的时间。"),
        "condition",
        "due_at",
    ),
    "fell_back_owner": Template(
        _l("条件逾期，已退回：%(title)s"),
        _l("%(borrower)s没有按期落实《%(title)s》（编号%(number)s）的条件，约定退回待对方确认。"),
        "condition",
    ),
    "expired_owner": Template(
        _l("逾期失效：%(title)s"), _l("%(borrower)s《%(title)s》（编号%(number)s）已逾期失效，暂留的档期已释放。")
    ),
    # calling it off
    "cancel_asked": Template(
        _l("对方要求取消，请答复：%(title)s"),
        _l("对方要求取消《%(title)s》的约定（%(resource)s，编号%(number)s），请答复。"),
        "reason",
        *WHEN,
    ),
    "cancelled": Template(
        _l("已取消：%(title)s"), _l("双方同意取消《%(title)s》的约定（%(resource)s，编号%(number)s），档期已释放。"), "reason"
    ),
    "cancel_refused": Template(
        _l("未同意取消：%(title)s"), _l("对方没有同意取消，《%(title)s》（编号%(number)s）的约定继续有效。"), "note"
    ),
    "force_cancelled": Template(
        _l("紧急取消：%(title)s"), _l("《%(title)s》的约定（%(resource)s，编号%(number)s）已紧急取消，不算违约。"), "reason"
    ),
    "recalled_now": Template(
        _l("请立即送还：%(resource)s"), _l("《%(title)s》（编号%(number)s）借用的%(resource)s须立即收回。"), "reason"
    ),
    "partner_recalled": Template(
        _l("另一项须立即收回：%(title)s"),
        _l("《%(title)s》中%(owner)s给%(borrower)s的%(resource)s（编号%(number)s）须立即收回，请核对贵馆的各项是否受影响。"),
    ),
    "no_show": Template(
        _l("对方报告爽约：%(title)s"),
        _l("对方报告贵馆没有按约到场（《%(title)s》，编号%(number)s）。如与事实不符，可在30天内提出争议。"),
    ),
}
