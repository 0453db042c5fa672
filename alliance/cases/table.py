"""The life of a case as data: who may do what, from which state to which. Server, pages and tests read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from pydantic import BaseModel

from alliance.cases import forms

DESK: Final = "desk"  # whoever the verb case.answer admits
ASKER: Final = "asker"  # whoever opened the case by its secret
SYSTEM: Final = "system"
KINDS: Final = frozenset({"use", "removal", "correction", "question", "complaint", "suggestion"})
PUBLIC: Final = frozenset({"question", "complaint", "suggestion"})  # published with the answer, unless private
OPEN: Final = frozenset({"filed", "in_hand", "asked"})
CLOSED: Final = frozenset({"granted", "refused", "done", "explained"})
STATES: Final = OPEN | CLOSED
SAME: Final = "same"


@dataclass(frozen=True)
class Action:
    """One action: `sources` to `target` (SAME: it stays), by whom, for which kinds; `guard` names a function of guards.py."""

    name: str
    label: Any
    sources: frozenset[str]
    target: str
    by: frozenset[str]
    needs: type[BaseModel] | None = None
    guard: str | None = None
    kinds: frozenset[str] = KINDS
    tone: str = "quiet"

    @property
    def closes(self) -> bool:
        """Whether it is an answer."""
        return self.target in CLOSED

    def reaches(self, source: str) -> str:
        """The state after it."""
        return source if self.target == SAME else self.target


def _action(name: str, label: Any, sources: str, target: str, by: str, *, kinds: str = "", **more: Any) -> Action:
    wanted = frozenset(kinds.split()) or KINDS
    return Action(name, label, frozenset(sources.split()), target, frozenset(by.split()), kinds=wanted, **more)


_OPEN = "filed in_hand asked"
_CLOSED = "granted refused done explained"
_ROWS = (
    _action("take", _l("受理"), "filed in_hand", "in_hand", DESK, guard="not_in_hand", tone="primary"),
    _action("transfer", _l("转办"), "filed in_hand", "filed", f"{DESK} {SYSTEM}", needs=forms.Transfer, guard="may_transfer"),
    _action("ask_back", _l("请对方补充"), "in_hand", "asked", DESK, needs=forms.AskBack, guard="first_question"),
    _action("reply", _l("补充"), "asked", "in_hand", ASKER, needs=forms.Reply),
    _action("resume", _l("逾期未补充，恢复计时"), "asked", "in_hand", SYSTEM),
    # answers
    _action("grant", _l("同意使用"), _OPEN, "granted", DESK, needs=forms.Grant, kinds="use", tone="primary"),
    _action("settle", _l("已办理"), _OPEN, "done", DESK, needs=forms.Settle, kinds="removal", tone="primary"),
    _action(
        "finish",
        _l("已办理"),
        _OPEN,
        "done",
        DESK,
        needs=forms.Finish,
        kinds="correction complaint suggestion",
        tone="primary",
    ),
    _action(
        "explain",
        _l("答复说明"),
        _OPEN,
        "explained",
        DESK,
        needs=forms.Finish,
        kinds="question complaint suggestion correction removal",
    ),
    _action("refuse", _l("不同意"), _OPEN, "refused", DESK, needs=forms.Refuse, kinds="use removal correction", tone="stop"),
    # afterwards
    _action("revoke", _l("收回授权"), "granted", SAME, DESK, needs=forms.Why, guard="grant_runs", kinds="use", tone="stop"),
    _action("rate", _l("评价办理"), _CLOSED, SAME, ASKER, needs=forms.Rate, guard="unrated"),
    _action("look_back", _l("问是否已解决"), _CLOSED, SAME, SYSTEM, guard="not_looked_back"),
    _action("follow_up", _l("回头看"), _CLOSED, SAME, ASKER, needs=forms.FollowUp, guard="asked_whether_solved"),
)
ACTIONS: Final[dict[str, Action]] = {action.name: action for action in _ROWS}
