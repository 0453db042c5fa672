"""Refusals by code and centre for the secretariat; what was expedited, for everybody."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.conftest import BOTH
from tests.exchange.stage import NOW, build

NO = {"code": "04", "reason": "该时段本馆另有演出安排，无法外借。"}


@BOTH
def test_refused_and_expedited(write: Callable[..., Any], signed_in: Callable[[int], FlaskClient], client: FlaskClient) -> None:
    def run(session: Session) -> dict[str, Any]:
        stage = build(session)
        leg = stage.play(stage.leg(), ("borrower", "submit"), ("handler", "decline", NO))
        fast = stage.play(stage.leg(), ("borrower", "submit"))
        fast.expedited, fast.requested_at = "relief", NOW + timedelta(days=1)
        people = {name: stage.people[name].id for name in ("staff", "admin")}
        return people | {"number": leg.number, "owner": leg.owner.slug, "borrower": leg.borrower.short_name}

    made = write(run)
    admin = signed_in(made["admin"])
    page = admin.get("/admin/figures/refusals?year=2025").text
    assert NO["reason"] in page
    assert "/admin/figures/refusals?year=2025&amp;code=04" in page
    assert made["number"] in admin.get(f"/admin/figures/refusals?year=2025&code=04&centre={made['owner']}").text
    assert made["number"] not in admin.get("/admin/figures/refusals?year=2025&code=02").text
    assert admin.get("/admin/figures/refusals/refusals-by-code.csv?year=2025").text.splitlines()[1].endswith(",1")
    assert signed_in(made["staff"]).get("/admin/figures/refusals").status_code == 403
    public = client.get("/figures/expedited?year=2025")
    assert made["borrower"] in public.text
    assert "救灾慰问" in public.text
    assert client.get("/figures/expedited/expedited-by-centre.csv?year=2025").text.splitlines()[1] == f"{made['borrower']},1"
    assert client.get("/figures/expedited/none.csv").status_code == 404
