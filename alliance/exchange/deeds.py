"""What each action of the table does: its name is that of the function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from alliance.exchange import answering, asking, closing, differing, endings, handover, offers
from alliance.exchange.case import Case, Outcome

Effect = Callable[[Case, Any], Outcome]
EFFECTS: dict[str, Effect] = {
    effect.__name__: effect
    for effect in (
        asking.submit,
        asking.ask_endorsement,
        asking.endorse,
        asking.refuse_endorsement,
        asking.complete,
        asking.withdraw,
        answering.accept_handling,
        answering.transfer,
        answering.return_for_completion,
        answering.survey,
        answering.record_consent,
        answering.approve,
        answering.decline,
        offers.offer,
        offers.counter,
        offers.accept_offer,
        offers.decline_offer,
        offers.meet,
        offers.reopen,
        offers.fall_back,
        endings.commit,
        endings.fall,
        endings.expire,
        endings.ask_cancel,
        endings.agree_cancel,
        endings.refuse_cancel,
        endings.force_cancel,
        endings.report_no_show,
        handover.hand_over,
        handover.receive,
        handover.report_damage,
        handover.ask_extension,
        handover.grant,
        handover.refuse,
        handover.recall,
        handover.send_back,
        handover.supplement,
        differing.note_differences,
        differing.agree_note,
        differing.refuse_note,
        handover.check_in,
        handover.resolve_line,
        handover.agree_line,
        handover.refuse_line,
        endings.do_without,
        endings.lapse,
        endings.go_on,
        endings.leave,
        endings.silence,
        closing.close,
        closing.rate,
        closing.reply,
        closing.dispute,
        closing.settle,
    )
}
