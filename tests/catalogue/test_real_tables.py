"""Tables of real offices (and invented people and trucks): imported, completed, found, borrowed; killed, resumed, undone.

The folder is ALLIANCE_TEST_DATA, else `shared/data` in a parent folder of the project; without it these tests are not there.
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from alliance import clock, indexing, jobs
from alliance.app import create_app
from alliance.catalogue import kinds
from alliance.catalogue.imports import service, work
from alliance.catalogue.imports.models import ImportBatch, ImportRow
from alliance.catalogue.models import Resource
from alliance.centres.models import Centre
from alliance.db import alembic, db, transaction
from alliance.jobs import Job
from alliance.people.models import Person
from alliance.worktime import rows as calendar
from benchmarks.search_corpus import folder
from tests import make
from tests.catalogue.tables import upload
from tests.catalogue.test_imports import dump
from tests.catalogue.test_pages import form
from tests.catalogue.values import COMPLETE
from tests.conftest import BOTH, settings
from tests.exchange import stage

ROOT = Path(__file__).resolve().parents[2]
TABLES = {
    "centre": ("centres.csv", 995),
    "venue": ("venues.csv", 134),
    "talent": ("talent_fictional.csv", 300),
    "stage_truck": ("stage_trucks_synthetic.csv", 48),
}
LEAST_READ = {
    "centre": {"title", "aliases", "type", "division_code", "lat", "lng"},
    "venue": {"title", "title_en", "venue_type", "lat", "lng", "division_code", "seats"},
    "talent": {
        "title",
        "skills",
        "heritage_class",
        "title_rank",
        "division_code",
        "languages",
        "travel_km",
        "contact_phone",
        "summary",
    },
    "stage_truck": {"title", "plate_no", "length_m", "deck_width_m", "deck_area_m2", "generator_kw", "inspection_until", "lat"},
}
TEN = 10


DATA = folder()
pytestmark = [
    pytest.mark.long,
    pytest.mark.real_data,
    pytest.mark.timeout(900),
]


def bring(app: Flask, kind: str, person_id: int, centre_id: int | None) -> int:
    """Upload a table and try it out; the number of the batch."""
    assert DATA is not None
    name, _count = TABLES[kind]
    with app.test_request_context():
        received = service.receive(upload((DATA / name).read_bytes(), name))
        with transaction() as session:
            centre = session.get_one(Centre, centre_id) if centre_id else None
            number = service.begin(session, session.get_one(Person, person_id), centre=centre, kind=kind, received=received).id
    with app.app_context():
        work.check({"batch": number})
    return number


def order(app: Flask, number: int, person_id: int, what: Any) -> None:
    with app.app_context(), transaction() as session:
        what(session, session.get_one(Person, person_id), batch=session.get_one(ImportBatch, number))


def outcomes(app: Flask, number: int) -> Counter[str]:
    with app.app_context():
        return Counter(db.session.scalars(sa.select(ImportRow.outcome).where(ImportRow.batch_id == number)))


# Killed, resumed, undone ---------------------------------------------------


@BOTH
def test_995_centres_killed_in_the_middle_resumed_and_undone(app: Flask, database: str, tmp_path: Path) -> None:
    with app.app_context(), transaction() as session:
        make.centre(session)
        admin = make.admin(session).id
    before = dump(app)
    number = bring(app, "centre", admin, None)
    told = outcomes(app, number)
    assert told.total() == 995
    wanted = told["new"] + told["draft"]
    assert wanted > 950
    assert dump(app) == before
    order(app, number, admin, service.commit)
    made = kill_in_the_middle(app, number, database, tmp_path)
    assert 0 < made < wanted
    with app.app_context(), transaction() as session:
        session.execute(sa.update(Job).where(Job.state == "running").values(leased_until=clock.now() - timedelta(seconds=1)))
    jobs.work(app, until_idle=True)
    with app.app_context():
        assert db.session.get_one(ImportBatch, number).state == "done"
        subjects = list(db.session.scalars(sa.select(ImportRow.subject_id).where(ImportRow.subject_id.is_not(None))))
        assert len(subjects) == len(set(subjects)) == wanted
        names = list(db.session.scalars(sa.select(Centre.name)))
        assert len(names) == len(set(names)) == wanted + 1
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Job).where(Job.state == "failed")) == 0
    order(app, number, admin, service.undo)
    jobs.work(app, until_idle=True)
    assert outcomes(app, number)["removed"] == wanted
    assert dump(app) == before


def kill_in_the_middle(app: Flask, number: int, database: str, data: Path) -> int:
    """Start a real worker, kill -9 it once it has written a hundred rows; how many it had made."""
    environment = os.environ | {"ALLIANCE_DATA": str(data), "ALLIANCE_DATABASE_URL": database, "ALLIANCE_DEMO": "false"}
    command = [sys.executable, "-m", "alliance.cli", "work"]
    worker = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 120
        while made_so_far(app, number) < 100:
            assert worker.poll() is None, "the worker ended by itself"
            assert time.monotonic() < until, "the worker made nothing"
            time.sleep(0.01)
        os.kill(worker.pid, signal.SIGKILL)
    finally:
        worker.kill()
        assert worker.wait() == -signal.SIGKILL
    return made_so_far(app, number)


def made_so_far(app: Flask, number: int) -> int:
    with app.app_context():
        return service.counts(db.session, db.session.get_one(ImportBatch, number))["made"]


# Completed, published, found, borrowed --------------------------------------


@pytest.fixture(params=["embedded", "servers"])
def portal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The portal on its embedded parts, or on PostgreSQL, Elasticsearch and S3."""
    given: dict[str, Any] = {}
    url = ""
    if request.param == "servers":
        given["search_url"] = f"{request.getfixturevalue('elasticsearch_url')}/{request.getfixturevalue('index_prefix')}real"
        given["storage_url"] = request.getfixturevalue("s3_url")
        url = request.getfixturevalue("new_database")(request.getfixturevalue("migrated_postgres"))
    made = create_app(settings(tmp_path, url, ask_rate="100000 per minute", search_rate="100000 per minute", **given))
    made.config["WTF_CSRF_ENABLED"] = False
    with made.app_context():
        if not url:
            alembic.upgrade()
    yield made
    with made.app_context():
        db.engine.dispose()


def browser_of(app: Flask, person_id: int) -> FlaskClient:
    with app.app_context():
        uniquifier = db.session.get_one(Person, person_id).fs_uniquifier
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = uniquifier, True
    return browser


def test_drafts_of_three_tables_are_completed_published_found_and_borrowed(portal: Flask) -> None:
    with portal.app_context(), transaction() as session:
        calendar.seed_calendar(session)
        owner = make.centre(session, division_code="990101", name="禾丰县文化馆")
        borrower = make.centre(session, division_code="990102", name="望岭县文化馆")
        people = {name: one.id for name, one in stage.people(session, owner, borrower).items()}
        ends = {"owner": owner.id, "borrower": borrower.id}
    for kind in ("venue", "talent", "stage_truck"):
        number = imported(portal, kind, people["staff"], ends["owner"])
        codes = completed(portal, kind, number, people)
        jobs.work(portal, until_idle=True)
        found_by_others(portal, kind, codes, people)
        assert borrowed(portal, kind, codes[0], people, ends) == (kind, "returned")


def imported(app: Flask, kind: str, staff: int, centre: int) -> int:
    """All rows of the table as drafts, its columns plausibly read."""
    number = bring(app, kind, staff, centre)
    with app.app_context():
        match = service.match_of(db.session.get_one(ImportBatch, number))
        assert LEAST_READ[kind] <= {name for names in match.fields for name in names}
        told = db.session.execute(sa.select(ImportRow.outcome, ImportRow.values).where(ImportRow.batch_id == number)).all()
        assert len(told) == TABLES[kind][1]
        names = {values["title"] for _outcome, values in told}
        assert sum(outcome == "draft" for outcome, _values in told) == len(names)
    order(app, number, staff, service.commit)
    jobs.work(app, until_idle=True)
    with app.app_context():
        made = sa.select(Resource.state, sa.func.count()).where(Resource.kind == kind).group_by(Resource.state)
        assert dict(db.session.execute(made).all()) == {"draft": len(names)}
    return number


def completed(app: Flask, kind: str, number: int, people: dict[str, int]) -> list[str]:
    """Ten of the drafts, filled in on the form and published by review; their codes."""
    staff, admin = browser_of(app, people["staff"]), browser_of(app, people["admin"])
    with app.app_context():
        rows = sa.select(Resource.code).join(ImportRow, ImportRow.id == Resource.import_row_id).where(ImportRow.batch_id == number)
        codes = list(db.session.scalars(rows.order_by(ImportRow.number).limit(TEN)))
    for code in codes:
        with app.app_context():
            resource = db.session.scalars(sa.select(Resource).where(Resource.code == code)).unique().one()
            kind_of = kinds.kind_of(resource)
            empty = {name for name, value in kind_of.values(resource).items() if kind_of.by_name[name].is_empty(value)}
            anew = empty | {"insurance_until", "inspection_until", "share_scope", "fee_type", "costs"}
            given = form({name: value for name, value in COMPLETE[kind].items() if name in anew}) | {"action": "submit"}
            del given["all"]
        early = staff.post(f"/resources/{code}/edit", data={"action": "submit"})
        assert early.status_code == 422
        sent = staff.post(f"/resources/{code}/edit", data=given)
        assert sent.status_code == 303, sent.text
        ticks = {f"ok.{key}": "1" for key, _label in kinds.checklist(kind)} | {"outcome": "published"}
        assert admin.post(f"/admin/reviews/{code}", data=ticks).status_code == 303
    with app.app_context():
        listed = sa.select(sa.func.count()).where(Resource.code.in_(codes), Resource.state == "published")
        assert db.session.scalar(listed) == TEN
    return codes


def found_by_others(app: Flask, kind: str, codes: list[str], people: dict[str, int]) -> None:
    """Each of the ten is found by its name, by another centre; drafts are not."""
    browser = browser_of(app, people["borrower"])
    with app.app_context():
        indexing.engine().refresh()  # a cluster shows what it was told only after a moment
        titles = dict(db.session.execute(sa.select(Resource.code, Resource.title).where(Resource.code.in_(codes))).all())
        drafts = sa.select(Resource.code, Resource.title).where(Resource.kind == kind, Resource.state == "draft")
        hidden = dict(db.session.execute(drafts.order_by(Resource.id).limit(3)).all())
    for code, title in titles.items():
        page = browser.get("/search", query_string={"q": title, "kind": kind})
        assert page.status_code == 200
        assert f"/resources/{code}" in page.text, title
    for code, title in hidden.items():
        assert f"/resources/{code}" not in browser.get("/search", query_string={"q": title, "kind": kind}).text


def borrowed(app: Flask, kind: str, code: str, people: dict[str, int], ends: dict[str, int]) -> tuple[str, str]:
    """One is asked for, granted, handed over, given back; its kind and the state of the loan."""
    now = clock.now()
    start = (now + timedelta(days=30)).replace(hour=2, minute=0, second=0, microsecond=0)
    asked = {"starts_at": start, "ends_at": start + timedelta(hours=2)}
    asked |= {"second_starts_at": start + timedelta(days=7), "second_ends_at": start + timedelta(days=7, hours=2)}
    with app.app_context(), transaction() as session:
        thing = session.scalars(sa.select(Resource).where(Resource.code == code)).unique().one()
        who = {name: session.get_one(Person, number) for name, number in people.items()}
        ours, theirs = session.get_one(Centre, ends["owner"]), session.get_one(Centre, ends["borrower"])
        play = stage.Stage(session, ours, theirs, thing, who, now)
        leg = play.play(play.leg(**asked), *stage.TO_CONFIRMED[:2])
        if kind == "talent":
            leg = play.act("handler", leg, "record_consent", given_on=clock.local(now).date(), how="phone")
        leg = play.act("handler", leg, "approve", choice=1)
        for step in ("director", "head"):
            leg = play.act(step, leg, "approve", choice=1) if leg.state != "confirmed" else leg
        leg = play.play(leg, *stage.TO_RETURNED[len(stage.TO_CONFIRMED) :])
        return thing.kind, leg.state


def test_the_tables_can_be_brought_from_the_command_line(tmp_path: Path, migrated_sqlite: Path) -> None:
    assert DATA is not None
    (tmp_path / "alliance.db").write_bytes(migrated_sqlite.read_bytes())
    app = create_app(settings(tmp_path))
    with app.app_context(), transaction() as session:
        make.person(session, make.centre(session, slug="hefeng"), "centre_admin")
        db.engine.dispose()
    environment = os.environ | {"ALLIANCE_DATA": str(tmp_path), "ALLIANCE_DATABASE_URL": "", "ALLIANCE_DEMO": "false"}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "alliance.cli", *words]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    table = str(DATA / TABLES["stage_truck"][0])
    tried = run("import", "stage_truck", table, "--centre", "hefeng")
    assert (tried.returncode, "checked" in tried.stdout, "made: 0" in tried.stdout) == (0, True, True), tried.stderr
    done = run("import", "stage_truck", table, "--centre", "hefeng", "--commit")
    assert (done.returncode, "done" in done.stdout, "made: 48" in done.stdout) == (0, True, True), done.stdout
    assert run("import", "stage_truck", table, "--centre", "nobody").returncode == 1
    for ending in ("csv", "xlsx"):
        out = tmp_path / f"trucks.{ending}"
        assert "48 rows" in run("export", "stage_truck", str(out), "--centre", "hefeng").stdout
        assert out.stat().st_size > 3000
