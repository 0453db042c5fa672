"""The secretariat's pages: numbers open their records; jobs are put back; holidays move deadlines; the trail and its CSV."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from alliance import clock, health, jobs, journal
from alliance.catalogue.models import ResourcePaper
from alliance.db import db, transaction
from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from alliance.exchange.models import Dispute, Leg, Terms
from alliance.jobs import Job
from alliance.journal import Event
from alliance.moderation import audit, calendar, morning
from alliance.moderation.actions import WORDS
from alliance.moderation.calendar import Row
from alliance.storage.models import File
from alliance.worktime import official_days, rows
from alliance.worktime.models import CalendarDay
from tests import make
from tests.conftest import BOTH
from tests.notifications.stage import happens, stage
from tests.notifications.test_notices import statements

NOW = datetime(2026, 11, 10, 2, tzinfo=UTC)  # Tuesday, 10:00 in Shanghai
PAGES = (
    "/admin/",
    "/admin/legs",
    "/admin/legs?show=late",
    "/admin/papers",
    "/admin/jobs",
    "/admin/holidays",
    "/admin/audit",
    "/admin/audit.csv",
)


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def admin(app: Flask, write: Callable[..., Any], signed_in: Callable[[int], FlaskClient]) -> FlaskClient:
    """The secretariat's browser."""
    app.config["WTF_CSRF_ENABLED"] = False
    return signed_in(write(lambda session: make.admin(session, name="樊老师").id))


def busy(session: Session) -> None:
    """One of everything that the board counts."""
    overdue, people = stage(session, due_at=NOW - timedelta(hours=20))
    stage(session, due_at=NOW + timedelta(hours=2))
    stage(session, due_at=NOW + timedelta(days=6))
    stage(session, state="in_use", due_at=None, ends_at=NOW - timedelta(hours=1))
    stage(session, state="in_use", due_at=None, ends_at=NOW + timedelta(days=3), recalled_until=NOW - timedelta(hours=1))
    disputed, others = stage(session, state="disputed", due_at=None)
    session.add(Dispute(leg_id=disputed.id, side="borrower", person_id=others["submitter"].id, reason="少了鼓槌两副"))
    declined, theirs = stage(session, state="declined", due_at=None, ended_code="04", ended_reason="台口高度不足，无法装台")
    happens(session, declined, "decline", theirs["a"], code="04", reason="台口高度不足，无法装台")
    make.centre(session, membership="applied", name="云坪县文化馆")
    make.resource(session, overdue.owner, state="in_review", title="鹤川露天剧场", submitted_at=NOW - timedelta(days=1))
    make.asset(session, overdue.owner, state="in_review", title="鹤川庙会", submitted_at=NOW, decided_above=True)
    make.resource(session, overdue.owner, kind="stage_truck", title="平渡一号舞台车", details={"insurance_until": "2026-11-20"})
    make.resource(session, overdue.owner, kind="stage_truck", title="保险还早", details={"insurance_until": "2027-06-01"})
    file = File(key="k", digest="d", size=1, media_type="application/pdf", name="p.pdf")
    session.add(file)
    hall = make.resource(session, overdue.owner, title="证照馆")
    session.add(ResourcePaper(resource=hall, file=file, kind="policy", expires_on=date(2026, 12, 1)))
    session.add(Job(kind="index", payload={}, state="failed", error="TimeoutError('the engine is down')", attempts=8))
    assert people


def numbers(page: str) -> dict[str, tuple[str, str]]:
    """Label -> (value, address) of the figures on a page."""
    found = re.findall(r"<dt>([^<]+)</dt><dd><a href=\"([^\"]+)\">(\d+)</a>", page)
    return {label: (value, url.replace("&amp;", "&")) for label, url, value in found}


@BOTH
def test_every_number_opens_the_records_it_is_made_of(app: Flask, write: Callable[..., Any], admin: FlaskClient) -> None:
    write(busy)
    page = admin.get("/admin/").text
    found = numbers(page)
    assert {label: value for label, (value, _url) in found.items()} == {
        "超期未答": "1",
        "将到期": "1",
        "逾期未还": "2",
        "待审上架": "1",
        "待审档案": "1",
        "争议": "1",
        "公众事项未办结": "0",
        "公众事项超期": "0",
        "建议处置的馆": "0",
        "入盟申请": "1",
        "30日内否定": "1",
        "证照30日内到期": "2",
        "没办成的后台任务": "1",
        "未发邮件": "0",
        "本月没有结果的查找": "0",
        "不通的部件": "0",
        "缺历法的年份": "2",
        "年底前到期未用的场次": "0",
    }
    for label, (value, url) in found.items():
        if url.startswith("#"):
            assert f'id="{url[1:]}"' in page, label
            continue
        listed = admin.get(url)
        assert listed.status_code == 200, label
        entries = len(re.findall(r'<th scope="row">', listed.text)) or len(re.findall(r"/resources/", listed.text))
        assert label == "缺历法的年份" or entries == int(value), label
    for text in ("少了鼓槌两副", "台口高度不足", "云坪县文化馆", "鹤川露天剧场", "平渡一号舞台车", "证照馆"):
        assert text in page
    assert "保险还早" not in page


def test_the_overdue_are_shown_with_who_is_responsible(app: Flask, write: Callable[..., Any], admin: FlaskClient) -> None:
    write(busy)
    page = admin.get("/admin/legs?show=overdue").text
    assert "超期1日" in page
    assert "清泽大篷车" in page
    assert "刘老师" in page
    assert "B角" in page
    assert admin.get("/admin/legs?show=nonsense").status_code == 404


def test_a_part_that_does_not_answer_is_named(app: Flask, admin: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def down() -> str:
        raise OSError("no route to the engine")

    monkeypatch.setitem(health.checks, "search", down)
    page = admin.get("/admin/").text
    assert numbers(page)["不通的部件"][0] == "1"
    assert "no route to the engine" in page


def test_parts_are_told_in_words_and_their_addresses_in_a_fold(app: Flask, admin: FlaskClient) -> None:
    panel = admin.get("/admin/").text.split('id="parts"')[1].split("</section>")[0]
    told = dict(re.findall(r"<span>([^<]+)<small>([^<]+)</small>", panel))
    assert told == {"数据库": "内置数据库", "文件库": "本机文件", "查找引擎": "内置检索"}
    folded = "".join(re.findall(r"<details.*?</details>", panel))
    assert "schema" in folded
    assert "schema" not in re.sub(r"<details.*?</details>", "", panel)
    assert "ALLIANCE_" not in admin.get("/admin/outbox").text


@BOTH
def test_the_board_costs_the_same_for_many(app: Flask, write: Callable[..., Any], admin: FlaskClient) -> None:
    write(busy)
    admin.get("/admin/")
    few = statements(app, lambda: admin.get("/admin/"))

    def more(session: Session) -> None:
        for _ in range(6):
            _again(session)

    write(more)
    assert statements(app, lambda: admin.get("/admin/")) == few


def _again(session: Session) -> None:
    n = session.scalar(sa.select(sa.func.count(Leg.id)))
    leg, people = stage(session, due_at=NOW - timedelta(hours=20), handler_id=None)
    leg.handler_id = people["handler"].id
    declined, theirs = stage(session, state="declined", due_at=None, ended_code="04", ended_reason="台口高度不足")
    happens(session, declined, "decline", theirs["a"], code="04", reason="台口高度不足")
    make.centre(session, membership="applied", name=f"申请馆{n}")
    make.resource(session, leg.owner, state="in_review", submitted_at=NOW)
    make.resource(session, leg.owner, kind="stage_truck", details={"inspection_until": "2026-11-20"})
    session.add(Dispute(leg_id=leg.id, side="owner", person_id=people["a"].id, reason="争议"))


# Who may ------------------------------------------------------------------


def test_only_the_secretariat_comes_in(app: Flask, write: Callable[..., Any], signed_in: Callable[[int], FlaskClient]) -> None:
    director = signed_in(write(lambda session: make.person(session, make.centre(session), "director", "centre_admin").id))
    app.config["WTF_CSRF_ENABLED"] = False
    for path in PAGES:
        assert app.test_client().get(path).status_code == 302, path
        assert director.get(path).status_code == 403, path
    for path in ("/admin/jobs/1/retry", "/admin/holidays", "/admin/holidays/official", "/admin/holidays/2026-10-01/remove"):
        assert director.post(path, data={"sure": "yes"}).status_code == 403, path


def test_every_page_speaks_english_with_chinese_marked(app: Flask, write: Callable[..., Any], admin: FlaskClient) -> None:
    write(busy)
    write(lambda session: rows.seed_calendar(session))
    admin.set_cookie("lang", "en")
    for path in PAGES[:-1]:
        page = admin.get(path).text
        body = page[page.index("<main") : page.index("</main>")]
        bare = re.sub(r'<(\w+)[^>]* lang="zh"[^>]*>.*?</\1>', "", body, flags=re.S)
        assert re.findall("[㐀-鿿]+", bare) == [], path


# Jobs ---------------------------------------------------------------------


@BOTH
def test_a_job_that_gave_up_is_put_back_and_runs(app: Flask, write: Callable[..., Any], admin: FlaskClient) -> None:
    done: list[int] = []
    jobs.handles("test.note", lambda payload: done.append(payload["n"]))
    try:
        number = write(lambda session: _failed(session))
        page = admin.get("/admin/jobs?state=failed").text
        assert "the engine is down" in page
        assert "&lt;b&gt;" in page
        assert admin.post(f"/admin/jobs/{number}/retry?state=failed").location == "/admin/jobs?state=failed"
        jobs.work(app, until_idle=True)
        assert done == [7]
    finally:
        jobs.handlers.pop("test.note")
    with app.app_context():
        assert db.session.get_one(Job, number).state == "done"
        assert db.session.scalar(sa.select(Event.action).where(Event.subject_type == "job")) == "job.retried"
    assert admin.post(f"/admin/jobs/{number}/retry").status_code == 409
    assert admin.post("/admin/jobs/999999/retry").status_code == 404
    assert "test.note" not in admin.get("/admin/jobs?kind=index").text.split("</form>")[-1]


def _failed(session: Session) -> int:
    job = Job(kind="test.note", payload={"n": 7}, state="failed", error="the engine is down <b>", attempts=8)
    session.add(job)
    session.flush()
    return job.id


# Holidays -----------------------------------------------------------------

ROW = {"day": "2026-11-12", "working": "no", "name": "校庆停办", "source": "联盟通知〔2026〕9号"}


def _open_legs(session: Session) -> None:
    """Two requests that hang on 12 November, one that does not, an offer that does."""
    for days in (3, 5, 1):
        leg, _people = stage(session, requested_at=NOW, distance_class={3: "city", 5: "province", 1: "county"}[days])
        leg.limit_days = days
    leg, people = stage(session, state="offered", distance_class="city", terms_version=1)
    choices = [{"starts_at": "2026-12-20T01:00:00+00:00", "ends_at": "2026-12-20T09:00:00+00:00"}]
    session.add(Terms(leg_id=leg.id, version=1, side="owner", person_id=people["a"].id, sent_at=NOW, content={"choices": choices}))


@BOTH
def test_a_holiday_first_shows_how_many_deadlines_move(app: Flask, write: Callable[..., Any], admin: FlaskClient) -> None:
    write(rows.seed_calendar)
    write(_open_legs)
    page = admin.post("/admin/holidays", data=ROW)
    assert page.status_code == 200
    assert "会有3个未办的时限随之移动" in page.text
    assert page.text.count(" → ") == 3
    assert "11月13日（周五）17:30 → 11月16日（周一）17:30" in page.text
    with app.app_context():
        assert db.session.get(CalendarDay, date(2026, 11, 12)) is None
    assert admin.post("/admin/holidays", data=ROW | {"sure": "yes"}).location == "/admin/holidays?year=2026"
    assert "校庆停办" in admin.get("/admin/holidays?year=2026").text
    with app.app_context():
        event = db.session.scalars(sa.select(Event).where(Event.action == "calendar.changed")).one()
        assert (event.subject_id, event.data["added"]) == (2026, {"2026-11-12": False})
    assert "会有3个未办的时限随之移动" in admin.post("/admin/holidays/2026-11-12/remove").text
    admin.post("/admin/holidays/2026-11-12/remove", data={"sure": "yes"})
    assert "校庆停办" not in admin.get("/admin/holidays?year=2026").text
    assert admin.post("/admin/holidays/2026-11-12/remove", data={"sure": "yes"}).status_code == 404
    assert admin.post("/admin/holidays/someday/remove").status_code == 404


def test_years_are_marked_and_the_shipped_notice_can_be_entered(app: Flask, admin: FlaskClient) -> None:
    page = admin.get("/admin/holidays?year=2026").text
    assert "暂定" in page
    assert "记入官方日期" in page
    assert admin.post("/admin/holidays/official", data={"year": "2026"}).status_code == 200
    admin.post("/admin/holidays/official", data={"year": "2026", "sure": "yes"})
    with app.app_context():
        days = sum(day.date.year == 2026 for day in official_days())
        assert db.session.scalar(sa.select(sa.func.count()).select_from(CalendarDay)) == days
    assert "官方" in admin.get("/admin/holidays?year=2026").text
    assert admin.post("/admin/holidays/official", data={"year": "2026", "sure": "yes"}).status_code == 409
    assert numbers(admin.get("/admin/").text)["缺历法的年份"] == ("1", "/admin/holidays?year=2027")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"day": "十一月"}, "day"),
        ({"day": "1999-01-01"}, "day"),
        ({"working": "yes"}, "working"),
        ({"name": ""}, "name"),
        ({"source": "x"}, "source"),
        ({"name": "长" * 41}, "name"),
    ],
)
def test_a_wrong_row_is_refused_with_its_field(admin: FlaskClient, wrong: dict[str, str], field: str) -> None:
    page = admin.post("/admin/holidays", data=ROW | wrong | {"sure": "yes"})
    assert page.status_code == 422
    assert f'href="#f-{field}"' in page.text
    assert "联盟通知" in page.text or field == "source"


@BOTH
def test_the_service_refuses_by_itself(session: Session) -> None:
    with transaction() as writing:
        admin, staff = make.admin(writing), make.person(writing, make.centre(writing), "director")
        row = Row.model_validate(ROW)
        calendar.add(writing, admin, row=row)
        with pytest.raises(Conflict):
            calendar.add(writing, admin, row=row)
        with pytest.raises(Forbidden):
            calendar.remove(writing, staff, day=row.day)
        with pytest.raises(NotFound):
            calendar.remove(writing, admin, day=date(2026, 11, 13))
        with pytest.raises(Invalid):
            calendar.add(writing, admin, row=Row.model_validate(ROW | {"day": "2026-11-13", "working": True}))
    assert rows.calendar(session).is_working_day(date(2026, 11, 12)) is False


# The trail ----------------------------------------------------------------


@BOTH
def test_the_trail_is_filtered_and_paged_without_gaps(app: Flask, write: Callable[..., Any], admin: FlaskClient) -> None:
    def history(session: Session) -> None:
        leg, people = stage(session)
        for _ in range(60):
            happens(session, leg, "survey", people["a"])
        with clock.moved(NOW - timedelta(days=2)):
            happens(session, leg, "submit", people["submitter"])
        journal.record(session, "resource.published", leg.lines[0].resource, centre_id=leg.owner_id)

    write(history)
    seen: list[str] = []
    url: str | None = "/admin/audit?action=leg.surv"
    while url:
        page = admin.get(url).text
        seen += re.findall(r"<time datetime", page.split("<tbody>")[1])
        older = re.search(r'href="([^"]+)" rel="next"', page)
        url = older[1].replace("&amp;", "&") if older else None
    assert len(seen) == 60
    assert _count(admin, action="resource.") == 1
    assert _count(admin, action="resource.", by="people") == 0
    system = f'<th scope="row">{WORDS["resource.published"]}'
    assert system not in admin.get("/admin/audit").text
    assert system in admin.get("/admin/audit?by=all").text
    assert _count(admin, person="刘老师", action="leg.") == 50
    assert _count(admin, centre="清泽市文化馆", action="resource") == 1
    assert _count(admin, action="leg.", last="2026-11-08") == 1
    assert _count(admin, action="leg.", first="2026-11-09", last="2026-11-09") == 0
    assert _count(admin, action="leg.", first="不是日期") == 50
    assert _count(admin, action="%") == 0
    assert admin.get("/admin/audit?before=x&first=9999-99-99").status_code == 200


def _count(admin: FlaskClient, **wanted: str) -> int:
    return len(re.findall(r'<th scope="row">', admin.get("/admin/audit", query_string=wanted).text))


@BOTH
@pytest.mark.parametrize("asked", ["first=0001-01-01", "last=9999-12-31", "first=x&last=2026-02-30"])
def test_a_day_beyond_all_calendars_is_left_out(admin: FlaskClient, asked: str) -> None:
    assert admin.get(f"/admin/audit?{asked}").status_code == 200
    assert admin.get(f"/admin/audit.csv?{asked}").status_code == 200


def test_the_csv_holds_all_and_no_formula(app: Flask, write: Callable[..., Any], admin: FlaskClient) -> None:
    def history(session: Session) -> None:
        leg, people = stage(session)
        people["a"].name = "=HYPERLINK(1)"
        for n in range(120):
            happens(session, leg, "survey", people["a"], note=f"第{n}次")

    write(history)
    answer = admin.get("/admin/audit.csv?action=leg.")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    table = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert len(table) == 120
    assert {row["person"] for row in table} == {"'=HYPERLINK(1)"}
    assert "第119次" in table[0]["data"]
    assert table[0]["at"] == "2026-11-10T10:00:00+08:00"


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", " =1", "\n@x", "＝1+1", "＠a"])
def test_a_cell_that_would_be_a_formula_is_quoted(cell: str) -> None:
    assert audit.safe(cell) == f"'{cell}"
    assert audit.safe("借用") == "借用"
    assert audit.safe(None) == ""


def test_papers_are_sorted_by_their_end(write: Callable[..., Any], session: Session) -> None:
    with transaction() as writing:
        busy(writing)
    assert [paper.kind for paper in morning.papers(session, date(2026, 11, 10))] == ["insurance_until", "policy"]
