"""A dispute: what both sides say, what is proposed, accepted or not, decided, and appealed against once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from alliance import clock
from alliance.db import transaction
from alliance.errors import Conflict, Forbidden, Invalid
from alliance.exchange import contested, disputing, replay, turns
from alliance.exchange.actions import act
from alliance.exchange.models import Leg
from tests import make
from tests.conftest import BOTH
from tests.exchange.browsers import counted, photo
from tests.exchange.cast import Cast
from tests.exchange.stage import START, TO_CONFIRMED, TO_IN_USE, TO_RETURNED, build
from tests.exchange.test_pages import handed

WHY = {"reason": "两只话筒头网变形，双方说法不一。"}
SAID = {"statement": "收场时头网完好，我馆文书在场清点。"}
PLAN = {"decision": "resume", "reason": "双方各担一半，照常办结。"}


@BOTH
def test_both_accept_and_it_is_settled_as_proposed(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session)
        leg = stage.play(stage.leg(), *TO_RETURNED, ("staff", "dispute", WHY), ("borrower", "state_view", SAID))
        with pytest.raises(Forbidden):
            stage.act("stranger", leg, "state_view", **SAID)
        with pytest.raises(Forbidden):
            stage.act("handler", leg, "propose", **PLAN)
        with pytest.raises(Conflict, match="没有等贵馆"):
            stage.act("borrower", leg, "agree_proposal")
        with pytest.raises(Invalid):
            stage.act("admin", leg, "propose", decision="no_breach", **WHY)
        assert turns.turn(leg, stage.now).side == "alliance"
        stage.act("admin", leg, "propose", **PLAN)
        assert [turns.turn(leg, stage.now, [centre]).side for centre in (stage.owner, stage.borrower)] == ["owner", "borrower"]
        stage.act("borrower", leg, "agree_proposal")
        assert turns.turn(leg, stage.now, [stage.borrower]).side == "owner"
        assert leg.state == "disputed"
        with pytest.raises(Conflict, match="没有等贵馆"):
            stage.act("borrower", leg, "refuse_proposal", **WHY)
        with pytest.raises(Conflict, match="还在等"):
            stage.act("admin", leg, "propose", **PLAN)
        stage.act("handler", leg, "agree_proposal")
        one = contested.latest(session, leg)
        assert (leg.state, one.decision, one.decided_by) == ("returned", "resume", stage.people["admin"].id)
        assert [said["side"] for said in one.statements] == ["borrower"]
        with clock.moved(stage.now):
            assert replay.differences(session) == []


@BOTH
def test_accepted_and_closed_cannot_be_appealed(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session)
        leg = stage.play(stage.leg(), *TO_IN_USE, ("borrower", "dispute", WHY), ("admin", "propose", PLAN | {"decision": "close"}))
        stage.play(leg, ("handler", "agree_proposal"), ("borrower", "agree_proposal"))
        assert leg.state == "closed"
        assert stage.thing.lent_count == 1
        with pytest.raises(Conflict, match="就此了结"):
            stage.act("borrower", leg, "dispute", **WHY)
        with clock.moved(stage.now):
            assert replay.differences(session) == []


def test_refused_then_decided_then_appealed_once(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session)
        leg = stage.play(stage.leg(), *TO_CONFIRMED)
        stage.now = START + timedelta(hours=2)
        stage.play(
            leg, ("staff", "report_no_show"), ("borrower", "dispute", WHY), ("admin", "propose", PLAN | {"decision": "no_show"})
        )
        stage.play(leg, ("handler", "agree_proposal"), ("borrower", "refuse_proposal", WHY))
        assert contested.waiting(contested.latest(session, leg)) is None
        stage.play(leg, ("admin", "propose", PLAN | {"decision": "no_breach"}), ("admin", "settle", {"decision": "no_show", **WHY}))
        assert leg.state == "no_show"
        with pytest.raises(Conflict, match="不能再申诉"):
            stage.act("borrower", leg, "dispute", at=stage.now + timedelta(days=25), **WHY)
        stage.play(leg, ("borrower", "dispute", WHY), ("admin", "propose", PLAN | {"decision": "no_breach"}))
        stage.play(leg, ("handler", "agree_proposal"), ("borrower", "agree_proposal"))
        assert (leg.state, leg.breach_by) == ("cancelled", None)


def test_nobody_talks_without_end(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session)
        leg = stage.play(stage.leg(), *TO_IN_USE, ("borrower", "dispute", WHY), *[("staff", "state_view", SAID)] * disputing.MOST)
        with pytest.raises(Conflict, match="已陈述"):
            stage.act("staff", leg, "state_view", **SAID)
        stage.act("borrower", leg, "state_view", **SAID)


def test_evidence_is_called_as_it_was_sent(cast: Cast) -> None:
    """The same bytes may have come from somebody else before, under a name that is nobody's business here."""
    number = cast.confirmed()
    with clock.moved(START):
        handed(cast.staff, number, "hand_over")
        cast.borrower.act(number, "dispute", **WHY)
    with cast.app.app_context(), transaction() as session:
        paper = make.file(session, name="别人的名字.pdf", media_type="application/pdf")
        leg = session.scalars(sa.select(Leg)).one()
        given = {"evidence": [paper.id], "names": {paper.id: "交接照片.pdf"}, "expected_version": leg.version}
        with clock.moved(START):
            act(session, leg.submitter, leg, "state_view", **SAID, **given)
    with clock.moved(START):
        page = cast.staff.get(f"/agreements/{number}/room")
    assert "交接照片.pdf" in page
    assert "别人的名字" not in page


def test_the_room_shows_both_sides_and_says_whose_turn_it_is(cast: Cast) -> None:
    number = cast.confirmed()
    at = f"/agreements/{number}/room"
    with clock.moved(START):
        assert "没有争议" in cast.borrower.get(at)
        here = f"/agreements/{number}"
        handed(cast.staff, number, "hand_over")
        to = f"/agreements/{number}/receive"
        form = cast.borrower.fields(to, to)
        cast.borrower.send(to, form | counted(form, r0={"counted": "0", "condition": "missing", "note": "钥匙没有给"}))
        cast.borrower.act(number, "dispute", **WHY)
        assert "前陈述意见，过期按已有的记录裁定" in cast.staff.get(here)
        assert "前陈述意见，过期按已有的记录裁定" not in cast.borrower.get(here), "it has said its side with the dispute"
        cast.staff.act(number, "state_view", statement="钥匙当面交给了贵馆司机，有照片。", **{"up-evidence": photo("钥匙.png")})
        page = cast.borrower.get(at)
        assert "钥匙没有给" in page
        assert "不一致" in page
        assert "钥匙当面交给了贵馆司机" in page
        assert "钥匙.png" in page
        assert "轮到联盟秘书处提出方案或裁定" in page
        assert "照原来的步骤接着办" in page
        file = page.partition(f"/agreements/{number}/files/")[2].partition('"')[0]
        assert cast.borrower.client.get(f"/agreements/{number}/files/{file}").status_code == 200
        assert at in cast.admin.get("/admin/")
        cast.admin.act(number, "propose", **PLAN)
        assert "秘书处提出了调解方案" in cast.staff.get(here)
        assert "答复调解方案" in cast.staff.get("/agreements")
        assert "双方都接受，即按方案了结" in cast.borrower.get(at)
        assert "双方各担一半" in cast.borrower.get(f"/agreements/{number}/agree_proposal")
        cast.borrower.act(number, "agree_proposal")
        assert "已接受" in cast.staff.get(at)
        cast.handler.act(number, "agree_proposal")
        assert cast.state(number) == "in_use"
        assert "双方接受的方案" in cast.borrower.get(at)
