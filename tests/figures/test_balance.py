"""The pages of the balance: who may see whose, every number opens its loans, downloads."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import make
from tests.conftest import BOTH
from tests.exchange.stage import START, TO_RETURNED, build

pytestmark = BOTH


@pytest.fixture
def made(write: Callable[..., Any]) -> Any:
    def run(session: Session) -> dict[str, Any]:
        stage = build(session)
        leg = stage.play(stage.leg(ends_at=START + timedelta(days=2)), *TO_RETURNED, ("staff", "close"))
        people = {name: stage.people[name].id for name in ("staff", "borrower", "admin")}
        other = make.person(session, make.centre(session))
        return people | {"owner": leg.owner.slug, "with": leg.borrower.slug, "number": leg.number, "other": other.id}

    return write(run)


def test_a_party_sees_its_own_balance_and_the_loans_behind(made: dict[str, Any], signed_in: Callable[[int], FlaskClient]) -> None:
    client = signed_in(made["staff"])
    page = client.get("/figures/balance", follow_redirects=True)
    assert page.status_code == 200
    assert page.request.path == f"/figures/balance/{made['owner']}"
    assert 'class="chart__s-1"' in page.text
    way = f"/figures/balance/{made['owner']}/loans?side=lent&amp;unit=day&amp;partner={made['with']}"
    assert way in page.text
    loans = client.get(way.replace("&amp;", "&"))
    assert made["number"] in loans.text
    assert "3 天" in loans.text
    assert made["number"] not in client.get(way.replace("&amp;", "&").replace("side=lent", "side=borrowed")).text
    assert client.get(f"/figures/balance/{made['with']}").status_code == 403
    assert "3" in client.get(f"/figures/balance/{made['owner']}/balance-day.csv").text.splitlines()[1]
    assert "天" in client.get(f"/agreements/{made['number']}").text.partition("已记往来账")[2][:60]


def test_the_secretariat_sees_all_and_others_nothing(made: dict[str, Any], signed_in: Callable[[int], FlaskClient]) -> None:
    admin = signed_in(made["admin"])
    page = admin.get("/figures/balance")
    assert f"/figures/balance/{made['owner']}" in page.text
    assert ">−3</a>" in page.text
    assert admin.get("/figures/balance/all/all.xlsx").status_code == 200
    assert "各馆净借出，按天" in page.text
    assert admin.get("/figures/balance/all/net-day.csv").status_code == 200
    admin.set_cookie("lang", "en")
    assert "Net lent</th>" in admin.get(f"/figures/balance/{made['with']}").text
    other = signed_in(made["other"])
    assert other.get(f"/figures/balance/{made['owner']}/loans").status_code == 403
    assert other.get("/figures/balance/all/all.csv").status_code == 403
    assert other.get("/figures/balance/none").status_code == 404
