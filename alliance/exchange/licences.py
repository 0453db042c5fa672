"""What a licence does by itself: it opens the file to the borrower's staff, and shuts it at the end or when it is revoked."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from alliance.archive import grants
from alliance.exchange import forms
from alliance.exchange.case import Case, Outcome


def open_window(case: Case, _form: None) -> Outcome:
    """From now on the borrower's staff may open the file, until the end that was agreed."""
    leg, asset = case.leg, case.resource.asset
    assert leg.starts_at is not None
    assert leg.ends_at is not None
    if asset is not None:
        grants.let(
            case.session, asset_id=asset.id, centre_id=leg.borrower_id, leg_id=leg.id, since=leg.starts_at, until=leg.ends_at
        )
    return Outcome("in_use")


def end_window(case: Case, _form: None) -> Outcome:
    case.leg.closed_at = case.now
    return Outcome("closed", shut(case))


def revoke(case: Case, form: forms.Why) -> Outcome:
    """The owner takes it back before its end; a dispute that is open goes on about what is closed by then."""
    leg = case.leg
    leg.closed_at, leg.ended_reason = case.now, form.reason
    if leg.state == "disputed":
        leg.disputed_from = "closed"
    return Outcome("disputed" if leg.state == "disputed" else "closed", {"reason": form.reason} | shut(case))


def shut(case: Case) -> dict[str, str]:
    """Nobody opens the file by this licence any more."""
    grants.withdraw(case.session, leg_id=case.leg.id, at=case.now)
    return {"shut_at": case.now.isoformat()}


# Guards -------------------------------------------------------------------


def window_begins(case: Case) -> Any:
    return None if case.leg.starts_at is not None and case.now >= case.leg.starts_at else _("授权还没有开始。")


def window_runs(case: Case) -> Any:
    return None if case.leg.standing == "in_use" else _("这份授权已经结束。")


def window_is_over(case: Case) -> Any:
    return None if case.leg.ends_at is not None and case.now >= case.leg.ends_at else _("授权还没有到期。")
