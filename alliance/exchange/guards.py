"""What must hold beside role and state: each guard answers None, or the sentence that refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from alliance.centres.models import Centre
from alliance.exchange import conditions, deadlines, differing, disputing, licences, listing, series, together
from alliance.exchange.answering import directors
from alliance.exchange.case import Case
from alliance.exchange.closing import DISPUTES, rating_of
from alliance.exchange.drafts import missing
from alliance.exchange.labels import REQUEST, called
from alliance.exchange.models import Rating

Guard = Callable[[Case], Any]


def must_be_endorsed(borrower: Centre, owner_id: int) -> bool:
    """A point, and a branch whose rule says so, ask through their main centre, unless that one owns the thing or rests."""
    asks = borrower.role == "point" or (borrower.role == "branch" and borrower.endorsed)
    return asks and borrower.parent is not None and borrower.parent.is_active and borrower.parent_id != owner_id


def _may_begin(case: Case) -> Any:
    return is_filled_in(case) or may_pass_on(case) or is_whole(case)


def is_whole(case: Case) -> Any:
    """An exchange has something from either side before it is sent, and a substitute has a place to take."""
    if not together.has_a_place(case.leg.replaces, case.legs):
        return _("这一项的位置已经补上或不再要了。")
    if case.leg.agreement.kind != "swap" or len({one.owner_id for one in together.counted(case.legs)}) > 1:
        return None
    return _("互换还缺另一方的一项，请先添上。")


def may_withdraw(case: Case) -> Any:
    """Who asks takes back what it asked for; who offers, as long as nobody has seen it."""
    leg = case.leg
    if case.side == leg.begun_by == "owner":
        return None if leg.state == "draft" else _("已经发出的，请用“不同意”并写明理由。")
    return None if case.side == "borrower" else _("由借入馆撤回。")


def is_lacking(case: Case) -> Any:
    return None if together.is_lacking(case.leg, case.legs) else _("这一项不在等候补。")


def lacks_no_longer(case: Case) -> Any:
    until = case.leg.replace_until
    return None if until is not None and case.now >= until else _("还没有到期。")


def is_asked(case: Case) -> Any:
    """Whether the agreement is broken and this centre has not said yet what it does."""
    waits = (one.aftermath["answers"] for one in together.awaited(case.legs) if one.aftermath)
    return None if any(answers.get(str(case.centre_id), "") is None for answers in waits) else _("现在没有要答的。")


def answers_are_due(case: Case) -> Any:
    told = case.leg.aftermath
    over = told is not None and case.leg.next_at is not None and case.now >= case.leg.next_at
    return None if over and not together.given_up(case.leg) else _("还没有到期。")


def both_active(case: Case) -> Any:
    if case.leg.owner.is_active and case.leg.borrower.is_active:
        return None
    return _("有一方馆已停用，不能办理新的借用。")


def may_take(case: Case) -> Any:
    """Who may not borrow for a while takes nothing more either, also where it was asked for before."""
    return both_active(case) or listing.barred(case.leg.borrower)


def may_pass_on(case: Case) -> Any:
    return both_active(case) or listing.why_not(case.resource, case.leg.borrower)


def may_endorse(case: Case) -> Any:
    return may_pass_on(case) or is_whole(case)


def may_submit(case: Case) -> Any:
    if must_be_endorsed(case.leg.borrower, case.leg.owner_id):
        return _("贵馆的申请由总馆报送，请用“报总馆”。")
    return is_filled_in(case) or may_pass_on(case) or is_whole(case)


def endorsement_due(case: Case) -> Any:
    if not must_be_endorsed(case.leg.borrower, case.leg.owner_id):
        return _("贵馆可以直接提交，不需报总馆。")
    return is_filled_in(case) or may_pass_on(case) or is_whole(case)


def is_filled_in(case: Case) -> Any:
    if not (fields := missing(case.terms)):
        return None
    return _("还没有填好：%(fields)s。", fields=_("、").join(str(called(name)) for name in fields if name in REQUEST))


def not_in_hand(case: Case) -> Any:
    return _("已有人受理。") if case.leg.first_handler_id is not None else None


def may_transfer(case: Case) -> Any:
    if case.leg.transfers and "owner_director" not in case.relations:
        return _("已转办过一次，再次转办须由分管领导决定。")
    return None


def first_return(case: Case) -> Any:
    if case.leg.returned_for_version == case.leg.terms_version:
        return _("这一版已经退回补正过一次，不能再退。")
    return _("贵馆的方案还在审批，不能退回补正。") if case.terms.side == "owner" else None


def survey_open(case: Case) -> Any:
    return _("勘察期限已延长过一次，不能再延。") if case.leg.survey == "extended" else None


def may_consent(case: Case) -> Any:
    if case.leg.state == "draft" and case.leg.begun_by != "owner":
        return _("借入馆还没有提交。")
    return None if case.resource.kind == "talent" else _("只有人才类资源需要登记本人同意。")


def my_step(case: Case) -> Any:
    """Each step another person; the first a handler, the later ones directors, or who stands in for a missing one."""
    assert case.person is not None
    if any(made.person_id == case.person.id for made in case.steps):
        return _("您已审过这一版，下一步须由另一位审定。")
    if not case.steps:
        return None if "owner_handler" in case.relations else _("第一步由馆里的经办人审。")
    if "owner_director" in case.relations:
        return None
    if "substitute_director" not in case.relations:
        return _("这一步由分管副馆长或馆长审定。")
    return _("这一步由本馆馆长审定。") if directors(case) else None


def may_offer(case: Case) -> Any:
    """A draft is offered by the owner who began it, and nothing may be missing from it."""
    leg = case.leg
    if leg.state == "draft":
        return _may_begin(case) if leg.begun_by == "owner" else _("借入馆还没有提交。")
    return None if case.terms.side == "borrower" or len(case.steps) <= 1 else _("方案已在审批，请等审定结果。")


def nothing_asked(case: Case) -> Any:
    """A difference to be noted holds nothing else up."""
    return _("上一项还在等对方答复。") if case.ask is not None and case.ask.kind != differing.KIND else None


def differences_open(case: Case) -> Any:
    """Asked once more only after the last question was answered or lapsed."""
    if differing.standing(case) not in ("refused", "open"):
        return _("没有要注记的差异，或已在等对方注记。")
    return nothing_asked(case)


def note_asked_of_us(case: Case) -> Any:
    if case.ask is None or case.ask.kind != differing.KIND:
        return _("没有待注记的差异。")
    return _("注记是本方提出的，由对方答复。") if case.ask.side == case.side else None


def cancel_asked_of_us(case: Case) -> Any:
    if case.ask is None or case.ask.kind != "cancel":
        return _("没有提出取消。")
    return _("取消是本方提出的，由对方答复。") if case.ask.side == case.side else None


def extension_asked(case: Case) -> Any:
    return None if case.ask is not None and case.ask.kind == "extension" else _("没有待答复的续借。")


def line_asked(case: Case) -> Any:
    return None if case.ask is not None and case.ask.kind == "resolve_line" else _("没有待确认的处理。")


def may_extend(case: Case) -> Any:
    if case.leg.recalled_until is not None:
        return _("已被召回，不能续借。")
    if series.count(case.terms.content) > 1:
        return _("每周一次的已按次数定下，要再加几次，请另外申请。")
    return nothing_asked(case) or may_take(case)


def not_recalled(case: Case) -> Any:
    return _("已经召回。") if case.leg.recalled_until is not None else None


def two_hours_late(case: Case) -> Any:
    assert case.leg.starts_at is not None
    return None if case.now >= case.leg.starts_at + deadlines.LATE else _("开始两小时以后才能报爽约。")


def is_over(case: Case) -> Any:
    return None if case.leg.expires_at is not None and case.now >= case.leg.expires_at else _("还没有到期。")


def may_close(case: Case) -> Any:
    """By hand once the differences of the hand-over are noted by both or contested; by the system when the time is up."""
    if case.person is None:
        return _("还没有到期。") if case.leg.next_at is None or case.now < case.leg.next_at else None
    if differing.unsettled(case):
        return _("交接清单有差异，还没有双方注记：请对方注记，或提出争议，再办结。")
    return None


def may_rate(case: Case) -> Any:
    if _long_closed(case):
        return _("办结超过 30 天，不再评价。")
    query = sa.select(Rating.id).where(Rating.leg_id == case.leg.id, Rating.side == case.side)
    return _("贵馆已评价过。") if case.session.scalar(query) is not None else None


def may_reply(case: Case) -> Any:
    rating = rating_of(case)
    if rating is None:
        return _("对方还没有评价。")
    if rating.reply:
        return _("贵馆已回应过。")
    return _("对方评价已超过 30 天，不再回应。") if case.now > rating.at + deadlines.AFTERWARDS else None


def may_dispute(case: Case) -> Any:
    if case.leg.disputes >= DISPUTES:
        return _("已申诉过一次，裁定为最终结果。")
    if not case.leg.disputes and case.leg.state == "closed" and _long_closed(case):
        return _("办结超过 30 天，不能再提争议。")
    if case.leg.state == "no_show" and case.leg.breach_by != case.side:
        return _("由对方决定是否提出争议。")
    return disputing.appeal_refused(case) if case.leg.disputes else None


def _long_closed(case: Case) -> bool:
    return case.leg.closed_at is not None and case.now > case.leg.closed_at + deadlines.AFTERWARDS


GUARDS: dict[str, Guard] = {
    guard.__name__: guard
    for guard in (
        both_active,
        cancel_asked_of_us,
        differences_open,
        endorsement_due,
        extension_asked,
        first_return,
        is_over,
        may_consent,
        may_withdraw,
        is_lacking,
        lacks_no_longer,
        is_asked,
        answers_are_due,
        line_asked,
        may_close,
        may_dispute,
        disputing.may_state,
        disputing.nothing_proposed,
        disputing.proposal_asked,
        may_extend,
        may_offer,
        may_endorse,
        may_rate,
        may_reply,
        may_submit,
        may_take,
        may_transfer,
        my_step,
        not_in_hand,
        not_recalled,
        note_asked_of_us,
        conditions.has_unmet,
        conditions.has_met,
        conditions.condition_is_overdue,
        nothing_asked,
        survey_open,
        two_hours_late,
        licences.window_begins,
        licences.window_runs,
        licences.window_is_over,
    )
}
