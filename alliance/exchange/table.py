"""The workflow of a leg as data: who may do what from where to where. Server, buttons, docs and tests all read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from pydantic import BaseModel

from alliance.exchange import forms
from alliance.exchange.hints import HINTS
from alliance.exchange.materials import SendBack, Statement, Supplement
from alliance.exchange.request_form import RequestForm

SAME: Final = "same"
SYSTEM: Final = "system"
ADMIN: Final = "alliance_admin"
OPEN: Final = frozenset({"draft", "endorsing", "requested", "incomplete", "offered", "agreed"})
LAPSING: Final = OPEN - {"draft"}
OUT: Final = frozenset({"handed_over", "in_use", "sent_back", "partly_returned"})
BOOKED: Final = OUT | {"agreed", "confirmed", "returned", "disputed"}
ENDED: Final = frozenset({"closed", "declined", "withdrawn", "expired", "cancelled", "no_show"})
STATES: Final = OPEN | BOOKED | ENDED
GONE: Final = frozenset({"declined", "withdrawn", "expired"})
"""Ended before it was fixed."""
LOST: Final = frozenset({"cancelled", "no_show"})
"""Ended after it was fixed, and not by being done."""
FIXED: Final = OUT | {"confirmed", "returned", "closed"}
ANSWERS: Final = frozenset({"agree_cancel", "refuse_cancel", "grant", "refuse", "agree_line", "refuse_line"})
NOTED: Final = frozenset({"agree_note", "refuse_note"})
"""Answers to what the other side asks, and to what it wants noted by both."""


@dataclass(frozen=True)
class Action:
    """One action: `targets` may hold SAME; `roles` are relations to the leg; `ask` needs a second look before it is done,
    and `locks` says that it takes the resource's lock before the leg's, because it writes time or figures.
    Always in this order: the other way round two of them could wait for one another."""

    name: str
    label: Any
    hint: Any
    sources: frozenset[str]
    targets: frozenset[str]
    roles: frozenset[str]
    guard: str | None = None
    needs: type[BaseModel] | None = None
    tone: str = "plain"
    ask: bool = False
    locks: bool = False

    def reaches(self, source: str) -> frozenset[str]:
        """The states to which it may lead from `source`."""
        return frozenset(source if target == SAME else target for target in self.targets)

    def serves(self, kind: str, source: str) -> bool:
        """Whether an agreement of that kind knows it there: a licence opens and shuts, and is never handed over or back."""
        if kind != "licence":
            return self.name not in _WINDOW
        return self.name not in _THINGS and (self.name, source) != ("force_cancel", "in_use")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _action(name: str, label: Any, sources: str, targets: str, roles: str, **more: Any) -> Action:
    return Action(name, label, HINTS[name], _words(sources), _words(targets), _words(roles), locks=name in _LOCKING, **more)


_WINDOW = _words("open_window end_window revoke")
_THINGS = _words(
    "report_no_show hand_over receive report_damage ask_extension grant refuse recall "
    "send_back check_in resolve_line agree_line refuse_line close agree_note refuse_note"
)
_LOCKING = _words(
    "submit endorse withdraw approve decline offer counter accept_offer decline_offer "
    "fall fall_back expire leave agree_cancel force_cancel report_no_show ask_extension grant recall "
    "check_in agree_line close rate settle agree_proposal"
)
_LAPSING = " ".join(LAPSING)
_CONDITIONAL = "offered confirmed handed_over in_use"
_OPEN = " ".join(OPEN)
_HANDLED = "requested incomplete offered agreed confirmed handed_over in_use sent_back partly_returned returned"
_GOING = " ".join(OUT | {"confirmed", "returned"})
_NOTING = "in_use sent_back partly_returned returned"
_DISPUTABLE = " ".join(OUT | {"returned", "closed", "no_show"})
_ROWS = (
    # asking
    _action(
        "submit", lazy_pgettext("button", "提交"), "draft", "requested agreed", "borrower_staff", guard="may_submit", tone="primary"
    ),
    _action("ask_endorsement", _l("报总馆"), "draft", "endorsing", "borrower_staff", guard="endorsement_due", tone="primary"),
    _action(
        "endorse",
        _l("同意报送"),
        "endorsing",
        "requested agreed",
        "endorser",
        guard="may_endorse",
        needs=forms.Note,
        tone="primary",
    ),
    _action("refuse_endorsement", _l("不予报送"), "endorsing", "draft", "endorser", needs=forms.Why, tone="danger", ask=True),
    _action(
        "complete",
        _l("补正后再交"),
        "incomplete",
        "requested",
        "borrower_staff",
        guard="both_active",
        needs=RequestForm,
        tone="primary",
    ),
    _action(
        "withdraw",
        _l("撤回"),
        _OPEN,
        "withdrawn",
        "borrower_staff owner_staff",
        guard="may_withdraw",
        needs=forms.Note,
        tone="danger",
        ask=True,
    ),
    # answering
    _action("accept_handling", _l("受理"), "requested", SAME, "owner_handler", guard="not_in_hand", tone="primary"),
    _action("transfer", _l("转办"), _HANDLED, SAME, "owner_handler", guard="may_transfer", needs=forms.Transfer),
    _action(
        "return_for_completion",
        _l("退回补正"),
        "requested",
        "incomplete",
        "owner_handler",
        guard="first_return",
        needs=forms.Return,
    ),
    _action("survey", _l("现场勘察"), "requested", SAME, "owner_handler", guard="survey_open", needs=forms.Survey),
    _action(
        "record_consent", _l("登记本人同意"), "requested draft", SAME, "owner_handler", guard="may_consent", needs=forms.Consent
    ),
    _action(
        "approve",
        _l("同意"),
        "requested",
        f"{SAME} agreed offered",
        "owner_handler owner_director substitute_director",
        guard="my_step",
        needs=forms.Approve,
        tone="primary",
        ask=True,
    ),
    _action(
        "decline",
        _l("不同意"),
        "requested offered agreed",
        "declined",
        "owner_handler owner_director",
        needs=forms.Decline,
        tone="danger",
        ask=True,
    ),
    # offers
    _action(
        "offer",
        _l("有条件同意／改期"),
        "requested draft",
        "requested offered",
        "owner_handler",
        guard="may_offer",
        needs=forms.Offer,
    ),
    _action("counter", _l("再议"), "offered", "requested", "borrower_staff", guard="may_take", needs=forms.Counter),
    _action(
        "accept_offer",
        _l("确认条件"),
        "offered",
        "agreed",
        "borrower_staff",
        guard="may_take",
        needs=forms.Accept,
        tone="primary",
        ask=True,
    ),
    _action("decline_offer", _l("不接受"), "offered", "declined", "borrower_staff", needs=forms.Why, tone="danger", ask=True),
    # conditions
    _action("meet", _l("条件已落实"), _CONDITIONAL, SAME, "owner_handler borrower_staff", guard="has_unmet", needs=forms.Met),
    _action("reopen", _l("条件还没有落实"), _CONDITIONAL, SAME, "owner_handler", guard="has_met", needs=forms.Reopened),
    _action("fall_back", _l("条件逾期未落实，退回待确认"), "confirmed", "offered", SYSTEM, guard="condition_is_overdue"),
    # by the system
    _action("commit", _l("确定"), "agreed", "confirmed", SYSTEM),
    _action("fall", _l("档期已定"), _OPEN, "declined", SYSTEM, needs=forms.Cause),
    _action("expire", _l("失效"), _OPEN, "expired", SYSTEM, guard="is_over"),
    # a leg of several that is lost
    _action(
        "do_without",
        _l("不要这一项，其余照办"),
        " ".join(GONE),
        SAME,
        "borrower_staff",
        guard="is_lacking",
        needs=forms.Note,
        ask=True,
    ),
    _action("lapse", _l("候补期满"), " ".join(GONE), SAME, SYSTEM, guard="lacks_no_longer"),
    _action(
        "go_on", _l("其余照办"), _GOING, SAME, "owner_staff borrower_staff", guard="is_asked", needs=forms.Note, tone="primary"
    ),
    _action(
        "leave",
        _l("退出这一项"),
        "confirmed",
        "cancelled",
        "owner_staff borrower_staff",
        guard="is_asked",
        needs=forms.Why,
        tone="danger",
        ask=True,
    ),
    _action("silence", _l("逾期未答，视为继续"), " ".join(LOST), SAME, SYSTEM, guard="answers_are_due"),
    # calling it off
    _action(
        "ask_cancel",
        _l("提出取消"),
        "confirmed",
        SAME,
        "owner_staff borrower_staff",
        guard="nothing_asked",
        needs=forms.Why,
        tone="danger",
    ),
    _action(
        "agree_cancel",
        _l("同意取消"),
        "confirmed",
        "cancelled",
        "owner_handler borrower_staff",
        guard="cancel_asked_of_us",
        needs=forms.Note,
        tone="danger",
        ask=True,
    ),
    _action(
        "refuse_cancel",
        _l("不同意取消"),
        "confirmed",
        SAME,
        "owner_handler borrower_staff",
        guard="cancel_asked_of_us",
        needs=forms.Note,
    ),
    _action(
        "force_cancel",
        _l("紧急取消"),
        "confirmed handed_over in_use",
        "cancelled in_use",
        f"owner_director {ADMIN}",
        needs=forms.Force,
        tone="danger",
        ask=True,
    ),
    _action(
        "report_no_show",
        _l("对方爽约"),
        "confirmed",
        "no_show",
        "owner_staff borrower_staff",
        guard="two_hours_late",
        needs=forms.Note,
        tone="danger",
        ask=True,
    ),
    # hand-over and return
    _action("hand_over", _l("交出"), "confirmed", "handed_over", "owner_staff", needs=forms.Report, tone="primary"),
    _action("receive", _l("接收"), "handed_over", "in_use", "borrower_staff", needs=forms.Report, tone="primary"),
    _action("report_damage", _l("异常上报"), "in_use", SAME, "borrower_staff", needs=forms.Damage),
    _action("ask_extension", _l("申请续借"), "in_use", SAME, "borrower_staff", guard="may_extend", needs=forms.Extension),
    _action("grant", _l("同意续借"), "in_use", SAME, "owner_handler", guard="extension_asked", needs=forms.Note, tone="primary"),
    _action("refuse", _l("不同意续借"), "in_use", SAME, "owner_handler", guard="extension_asked", needs=forms.Note),
    _action(
        "recall", _l("召回"), "in_use", SAME, "owner_director", guard="not_recalled", needs=forms.Recall, tone="danger", ask=True
    ),
    _action("send_back", _l("送还"), "in_use", "sent_back", "borrower_staff", needs=SendBack, tone="primary"),
    _action("supplement", _l("补交材料"), "sent_back partly_returned returned", SAME, "borrower_staff", needs=Supplement),
    _action(
        "check_in",
        _l("验收"),
        "handed_over in_use sent_back partly_returned",
        "partly_returned returned",
        "owner_staff",
        needs=forms.Report,
        tone="primary",
    ),
    _action(
        "note_differences",
        _l("请对方注记差异"),
        _NOTING,
        SAME,
        "owner_staff borrower_staff",
        guard="differences_open",
        needs=forms.Note,
    ),
    _action(
        "agree_note",
        _l("双方注记"),
        _NOTING,
        SAME,
        "owner_staff borrower_staff",
        guard="note_asked_of_us",
        needs=forms.Note,
        tone="primary",
    ),
    _action(
        "refuse_note",
        _l("不认可注记"),
        _NOTING,
        SAME,
        "owner_staff borrower_staff",
        guard="note_asked_of_us",
        needs=forms.Note,
    ),
    _action(
        "resolve_line",
        _l("提出未归还物品的处理"),
        "partly_returned",
        SAME,
        "owner_staff",
        guard="nothing_asked",
        needs=forms.Resolve,
    ),
    _action(
        "agree_line",
        _l("确认处理"),
        "partly_returned",
        f"{SAME} returned",
        "borrower_staff",
        guard="line_asked",
        needs=forms.Note,
        tone="primary",
    ),
    _action("refuse_line", _l("不认可处理"), "partly_returned", SAME, "borrower_staff", guard="line_asked", needs=forms.Note),
    # a licence: the file opens and shuts by itself
    _action("open_window", _l("授权开始"), "confirmed", "in_use", SYSTEM, guard="window_begins"),
    _action("end_window", _l("授权到期"), "in_use", "closed", SYSTEM, guard="window_is_over"),
    _action(
        "revoke",
        _l("收回这份授权"),
        "in_use disputed",
        f"closed {SAME}",
        "owner_director",
        guard="window_runs",
        needs=forms.Why,
        tone="danger",
        ask=True,
    ),
    # closing
    _action("close", _l("办结"), "returned", "closed", f"owner_staff {SYSTEM}", guard="may_close", tone="primary"),
    _action("rate", _l("评价"), "closed", SAME, "owner_staff borrower_staff", guard="may_rate", needs=forms.Rate),
    _action("reply", _l("回应评价"), "closed", SAME, "owner_staff borrower_staff", guard="may_reply", needs=forms.Reply),
    _action(
        "dispute",
        _l("提出争议"),
        _DISPUTABLE,
        "disputed",
        "owner_staff borrower_staff",
        guard="may_dispute",
        needs=forms.Why,
        tone="danger",
        ask=True,
    ),
    _action("state_view", _l("陈述意见"), "disputed", SAME, "owner_staff borrower_staff", guard="may_state", needs=Statement),
    _action(
        "propose",
        _l("提出调解方案"),
        "disputed",
        SAME,
        ADMIN,
        guard="nothing_proposed",
        needs=forms.Settle,
        tone="primary",
        ask=True,
    ),
    _action(
        "agree_proposal",
        _l("接受方案"),
        "disputed",
        f"{SAME} {_DISPUTABLE} cancelled",
        "owner_handler borrower_staff",
        guard="proposal_asked",
        needs=forms.Note,
        tone="primary",
        ask=True,
    ),
    _action(
        "refuse_proposal",
        _l("不接受方案"),
        "disputed",
        SAME,
        "owner_handler borrower_staff",
        guard="proposal_asked",
        needs=forms.Why,
        ask=True,
    ),
    _action("settle", _l("裁定"), "disputed", f"{_DISPUTABLE} cancelled", ADMIN, needs=forms.Settle, tone="primary", ask=True),
)

ACTIONS: Final[dict[str, Action]] = {action.name: action for action in _ROWS}
