"""What the main centre of a borrower reads: what goes through it, and nothing else of the centres below it."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from alliance import permissions
from alliance.db import transaction
from alliance.exchange import routes
from alliance.exchange.models import Leg
from tests.conftest import BOTH
from tests.exchange.stage import Stage, endorsed


def reads(stage: Stage, leg: Leg) -> bool:
    """Whether the handler above the borrower may open the agreement in full."""
    return routes.is_full(stage.people["endorser"], leg)


@BOTH
def test_a_branch_is_read_from_above_from_when_it_asks_to_be_endorsed(session: Session) -> None:
    with transaction() as writing:
        stage = endorsed(writing)
        leg = stage.leg()
        assert not reads(stage, leg)
        stage.act("borrower", leg, "ask_endorsement")
        assert reads(stage, leg)
        stage.act("endorser", leg, "refuse_endorsement", reason="请改到下个月再报，本月已有安排。")
        assert reads(stage, leg)
        stage.play(leg, ("borrower", "ask_endorsement"), ("endorser", "endorse"), ("handler", "approve"))
        assert reads(stage, leg)


@pytest.mark.parametrize("role", ["main", "hub"])
def test_a_centre_that_asks_by_itself_is_not_read_from_above(session: Session, role: str) -> None:
    with transaction() as writing:
        stage = endorsed(writing)
        stage.borrower.role, stage.borrower.endorsed = role, False
        leg = stage.leg()
        assert not reads(stage, leg)
        stage.play(leg, ("borrower", "submit"), ("handler", "approve"))
        assert not reads(stage, leg)
        assert not permissions.may(stage.people["endorser"], "agreement.read", leg)
        assert permissions.may(stage.people["borrower"], "agreement.read", leg)
