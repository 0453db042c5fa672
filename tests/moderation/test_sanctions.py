"""Sanctions by rule: what is proposed, decided, refused meanwhile, and over by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from alliance import clock
from alliance.centres import membership
from alliance.centres.membership import STEPS
from alliance.errors import Conflict, Invalid
from alliance.exchange import listing, requests
from alliance.exchange.models import Leg
from alliance.moderation import sanctioning
from alliance.moderation.sanctioning import RULE, called_for
from tests import make
from tests.conftest import BOTH
from tests.exchange.stage import NOW, START, TO_CONFIRMED, Stage, build, form

WHY = "一年内三次爽约，轮值主席单位讨论决定"
DAY = timedelta(days=1)
UNTIL = date(2025, 6, 30)


@pytest.fixture
def stage(session: Session) -> Stage:
    return build(session)


def breach(stage: Stage, times: int) -> list[Leg]:
    """The borrower does not come, so often, a week apart."""
    made = []
    for n in range(times):
        start = START + n * 7 * DAY
        leg = stage.leg(starts_at=start, ends_at=start + timedelta(hours=8), second_starts_at=None, second_ends_at=None)
        leg = stage.play(leg, *TO_CONFIRMED)
        made.append(stage.act("staff", leg, "report_no_show", at=start + timedelta(hours=3)))
    return made


def decide(stage: Stage, name: str, until: date | None = None) -> None:
    membership.decide(stage.session, stage.people["admin"], centre=stage.borrower, step=STEPS[name], reason=WHY, until=until)


def proposed(stage: Stage) -> list[tuple[str, str]]:
    return [(centre.name, cause.step.name) for centre, cause in sanctioning.proposals(stage.session)]


def test_the_gravest_step_that_fits_is_proposed_once() -> None:
    assert [called_for(count, set()) for count in range(7)] == [None, None, "warn", "bar", "bar", "suspend", "suspend"]
    assert called_for(2, {"warn"}) is None
    assert called_for(3, {"warn"}) == "bar"
    assert called_for(2, {"bar"}) is None
    assert {name for name, _count in RULE} <= set(STEPS)


@BOTH
def test_what_is_counted_is_proposed_until_it_is_decided(app: Flask, stage: Stage) -> None:
    with app.test_request_context(), clock.moved(START + 30 * DAY):
        breach(stage, 1)
        assert proposed(stage) == []
        breach_more = stage.leg(starts_at=START + 20 * DAY, ends_at=START + 20 * DAY + timedelta(hours=8))
        breach_more = stage.play(breach_more, *TO_CONFIRMED)
        stage.act("staff", breach_more, "report_no_show", at=START + 20 * DAY + timedelta(hours=3))
        assert proposed(stage) == [(stage.borrower.name, "warn")]
        cause = sanctioning.cause(stage.session, stage.borrower)
        assert cause is not None
        assert cause.url == f"/figures/scorecard/{stage.borrower.slug}/breached?since=2024-05-01"
        decide(stage, "warn")
        stage.session.flush()
        assert proposed(stage) == []
        assert stage.borrower.is_active
    with app.test_request_context(), clock.moved(START + 400 * DAY):
        assert proposed(stage) == []


@time_machine.travel(START + 360 * DAY, tick=False)
def test_the_breaches_counted_are_listed_over_new_year(write: Callable[..., Any], signed_in: Callable[[int], FlaskClient]) -> None:
    """Those of last April, opened in March."""

    def run(session: Session) -> tuple[int, str, list[str]]:
        stage = build(session)
        return stage.people["admin"].id, stage.borrower.slug, [leg.number for leg in breach(stage, 3)]

    admin_id, slug, numbers = write(run)
    admin = signed_in(admin_id)
    address = f"/figures/scorecard/{slug}/breached?since=2025-03-27"
    assert address in admin.get("/admin/").text
    page = admin.get(address).text
    assert all(number in page for number in numbers)
    assert "2025年3月27日（周四）起" in page
    assert numbers[0] not in admin.get(f"/figures/scorecard/{slug}/breached?since=2025-04-02").text
    assert numbers[0] not in admin.get(f"/figures/scorecard/{slug}/breached?since=soon").text


@BOTH
def test_a_second_suspension_within_two_years_calls_for_leaving(app: Flask, stage: Stage) -> None:
    """Proposed while it stands suspended, with the suspensions it counts; restored it stays."""
    with app.test_request_context():
        with clock.moved(NOW):
            decide(stage, "suspend")
            stage.session.flush()
            assert proposed(stage) == []
            assert sanctioning.cause_again(stage.session, stage.borrower) is None
            decide(stage, "restore")
        with clock.moved(NOW + 700 * DAY):
            stage.session.flush()
            assert proposed(stage) == []
            decide(stage, "suspend")
            stage.session.flush()
            assert proposed(stage) == [(stage.borrower.name, "withdraw")]
            (cause,) = membership.causes(stage.session, stage.borrower)
            assert cause.text == "两年内2次被暂停成员资格"
            assert cause.url == f"/admin/audit?action=centre.suspended&centre={stage.borrower.slug}&first=2025-02-08"
            assert cause.step in membership.steps(stage.borrower)
            assert membership.causes(stage.session, stage.owner) == []
        with clock.moved(NOW + 731 * DAY):
            assert proposed(stage) == []
        with clock.moved(NOW + 701 * DAY):
            decide(stage, "restore")
            stage.session.flush()
            assert proposed(stage) == []
            decide(stage, "suspend")
            stage.session.flush()
            assert proposed(stage) == [(stage.borrower.name, "withdraw")]
            decide(stage, "withdraw")
            stage.session.flush()
            assert proposed(stage) == []


@time_machine.travel(NOW, tick=False)
def test_leaving_is_proposed_on_the_board_and_decided_as_a_step(
    write: Callable[..., Any], signed_in: Callable[[int], FlaskClient], send: Any
) -> None:
    def run(session: Session) -> tuple[int, str]:
        stage = build(session)
        for name in ("suspend", "restore", "suspend"):
            decide(stage, name)
        return stage.people["admin"].id, stage.borrower.slug

    admin_id, slug = write(run)
    admin, page = signed_in(admin_id), f"/admin/centres/{slug}/withdraw"
    board = admin.get("/admin/").text
    assert f'href="{page}"' in board
    assert "两年内2次被暂停成员资格" in board
    counted = admin.get(f"/admin/audit?action=centre.suspended&centre={slug}&first=2023-03-11").text
    assert counted.count('<th scope="row">暂停成员资格') == 2
    assert "按规则建议" in admin.get(page).text
    assert send(admin, page, page, reason=WHY).status_code == 302
    assert "两年内2次被暂停成员资格" not in admin.get("/admin/").text
    assert f'href="{page}"' not in admin.get(f"/admin/centres/{slug}").text


@BOTH
def test_who_may_not_borrow_is_refused_with_the_day_and_may_again_afterwards(stage: Stage) -> None:
    with clock.moved(NOW):
        running = stage.play(stage.leg(), *TO_CONFIRMED)
        waiting = stage.act("borrower", stage.leg(starts_at=START + DAY, ends_at=START + DAY + timedelta(hours=8)), "submit")
        draft = stage.leg(starts_at=START + 3 * DAY, ends_at=START + 3 * DAY + timedelta(hours=8))
        later = stage.leg(starts_at=START + 5 * DAY, ends_at=START + 5 * DAY + timedelta(hours=8))
        offered = stage.play(later, ("borrower", "submit"), ("handler", "offer", {"conditions": [{"text": "自带饮水"}]}))
        decide(stage, "bar", UNTIL)
        assert stage.borrower.barred_until == UNTIL
        assert "6月30日" in str(listing.why_not(stage.thing, stage.borrower))
        with pytest.raises(Conflict, match="暂停借入"):
            stage.act("borrower", draft, "submit")
        assert stage.act("handler", waiting, "approve", choice=1).state == "confirmed"
        items = [{"item": "排练厅", "counted": 1}]
        running = stage.act("staff", running, "hand_over", items=items)
        assert stage.act("borrower", running, "receive", items=items).state == "in_use"
        with pytest.raises(Conflict, match="暂停借入"):
            stage.act("borrower", running, "ask_extension", until=START + DAY)
        with pytest.raises(Conflict, match="暂停借入"):
            stage.act("borrower", offered, "counter", note="能否改到下午？")
        with pytest.raises(Conflict, match="暂停借入"):
            stage.act("borrower", offered, "accept_offer", terms_version=2)
        assert stage.act("borrower", offered, "decline_offer", reason="正在暂停借入，现在不能接受。").state == "declined"
        own = make.resource(stage.session, stage.borrower)
        assert listing.why_not(own, stage.owner) is None
        with pytest.raises(Conflict):
            decide(stage, "bar", UNTIL)
    with clock.moved(NOW.replace(year=2025, month=7, day=1)):
        assert stage.borrower.barred_until is None
        assert listing.why_not(stage.thing, stage.borrower) is None
        assert requests.start(stage.session, stage.people["borrower"], resource=stage.thing, form=form()).legs[0].state == "draft"


@pytest.mark.parametrize("until", [None, date(2025, 3, 9), date(2026, 3, 20)])
def test_a_term_is_owed_and_at_most_a_year(stage: Stage, until: date | None) -> None:
    with clock.moved(NOW), pytest.raises(Invalid) as refused:
        decide(stage, "bar", until)
    assert list(refused.value.fields) == ["until"]
    assert stage.borrower.barred_until is None


def test_it_is_lifted_earlier_with_a_reason(stage: Stage) -> None:
    with clock.moved(NOW):
        with pytest.raises(Conflict):
            decide(stage, "unbar")
        decide(stage, "bar", UNTIL)
        decide(stage, "unbar")
        assert stage.borrower.barred_until is None
        assert stage.borrower.is_active


@time_machine.travel(NOW, tick=False)
def test_through_the_pages(write: Callable[..., Any], signed_in: Callable[[int], FlaskClient], send: Any) -> None:
    def run(session: Session) -> tuple[int, int, str, str]:
        made = build(session)
        people = made.people
        return people["admin"].id, people["borrower"].id, made.borrower.slug, made.thing.code

    admin_id, borrower_id, slug, code = write(run)
    admin, borrower = signed_in(admin_id), signed_in(borrower_id)
    page = f"/admin/centres/{slug}/bar"
    assert "到期自动恢复" in admin.get(page).text
    refused = send(admin, page, page, reason=WHY, until="")
    assert refused.status_code == 422
    assert WHY in refused.text
    assert send(admin, page, page, reason=WHY, until=UNTIL.isoformat()).status_code == 302
    assert "暂停借入，到" in admin.get(f"/admin/centres/{slug}").text
    asked = borrower.get(f"/agreements/new?resource={code}")
    assert asked.status_code == 409
    assert "暂停借入" in asked.text
    lift = f"/admin/centres/{slug}/unbar"
    assert send(admin, lift, lift, reason=WHY).status_code == 302
    assert borrower.get(f"/agreements/new?resource={code}").status_code == 200
    assert "建议处置" in admin.get("/admin/").text
