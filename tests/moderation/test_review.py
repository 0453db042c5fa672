"""Reviewing listings: who may, what it takes, over services and pages."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from alliance import clock, journal
from alliance.catalogue import kinds
from alliance.catalogue import service as catalogue
from alliance.catalogue.models import Opening, Resource
from alliance.db import db, transaction
from alliance.errors import Conflict, Forbidden, Invalid
from alliance.moderation import service
from alliance.notifications.models import Notice
from alliance.people.models import AlliancePost, Person
from tests import make
from tests.catalogue.values import TRUCK
from tests.conftest import BOTH
from tests.queries import asked_of

NOW = datetime(2026, 10, 12, 2, tzinfo=UTC)
SignedIn = Callable[[int], FlaskClient]
ALL = {key: {"ok": True} for key, _label in kinds.checklist("stage_truck")}


def build(session: Session) -> Any:
    """A main centre with a branch; a hub above, a listing of each; the secretariat, one of whom works for the main centre."""
    hub = make.centre(session, role="hub", level="city")
    main = make.centre(session, parent=hub)
    branch = make.centre(session, parent=main, role="branch", level="town")
    other = make.centre(session)
    people = {
        "hub": make.person(session, hub, "director"),
        "director": make.person(session, main, "director"),
        "handler": make.person(session, main, "handler"),
        "branch": make.person(session, branch, "director"),
        "other": make.person(session, other, "director"),
        "admin": make.admin(session),
        "admin_of_main": make.person(session, main),
    }
    alliance = make.alliance(session)
    session.add(
        AlliancePost(
            person=people["admin_of_main"], alliance_id=alliance.id, role="alliance_admin", since=NOW.date() - timedelta(days=9)
        )
    )
    codes = {}
    for name, centre in (("of_main", main), ("of_branch", branch)):
        writer = make.person(session, centre)
        made = catalogue.create(session, writer, centre=centre, kind="stage_truck")
        assert catalogue.save(session, writer, resource=made, values=TRUCK | {"title": name}) == {}
        catalogue.submit(session, writer, resource=made)
        codes[name] = made.code
    return SimpleNamespace(**{name: person.id for name, person in people.items()}, **codes)


@pytest.fixture
def there(session: Session) -> Any:
    with clock.moved(NOW):
        with transaction() as writing:
            made = build(writing)
        yield made


def decide(session: Session, there: Any, who: str, what: str = "of_branch", **said: Any) -> Any:
    with transaction() as writing:
        resource = writing.scalars(sa.select(Resource).where(Resource.code == getattr(there, what))).unique().one()
        given = {"outcome": "published", "marks": ALL} | said
        return service.decide(writing, writing.get_one(Person, getattr(there, who)), resource=resource, **given)


def told(session: Session, there: Any, template: str) -> set[tuple[str, str]]:
    """Who was given which address by that notice."""
    session.rollback()
    names = {number: name for name, number in vars(there).items()}
    notices = session.scalars(sa.select(Notice).where(Notice.template == template, Notice.turn, Notice.read_at.is_(None)))
    return {(names.get(notice.person_id, "?"), notice.url) for notice in notices}


@BOTH
def test_whoever_may_review_is_told_and_a_decision_ends_their_turn(
    session: Session, there: Any, work_off: Callable[[], int]
) -> None:
    work_off()
    of_branch = f"/admin/reviews/{there.of_branch}"
    everybody = {("admin", of_branch), ("admin_of_main", of_branch), ("director", of_branch)}
    assert told(session, there, "listing_waits") == everybody | {("admin", f"/admin/reviews/{there.of_main}")}
    decide(session, there, "director")
    work_off()
    assert told(session, there, "listing_waits") == {("admin", f"/admin/reviews/{there.of_main}")}


def find(session: Session, code: str) -> Resource:
    session.rollback()
    return session.scalars(sa.select(Resource).where(Resource.code == code)).unique().one()


MAY = {
    ("admin", "of_main"): True,
    ("admin", "of_branch"): True,
    ("director", "of_branch"): True,
    ("director", "of_main"): False,
    ("handler", "of_branch"): False,
    ("branch", "of_branch"): False,
    ("other", "of_branch"): False,
    ("hub", "of_main"): False,
    ("hub", "of_branch"): False,
    ("admin_of_main", "of_main"): False,
    ("admin_of_main", "of_branch"): True,
}


@BOTH
def test_the_director_of_a_suspended_main_centre_reviews_nothing(session: Session, there: Any, signed_in: SignedIn) -> None:
    assert [one.code for one in service.queue(session, session.get_one(Person, there.director)).submitted] == [there.of_branch]
    session.rollback()
    with transaction() as writing:
        main = writing.get_one(Person, there.director).centres[0]
        assert main.membership is not None
        main.membership.state = "suspended"
    with pytest.raises(Forbidden):
        decide(session, there, "director")
    with pytest.raises(Forbidden):
        service.queue(session, session.get_one(Person, there.director))
    assert find(session, there.of_branch).state == "in_review"


@BOTH
@pytest.mark.parametrize(("who", "what"), MAY)
def test_who_reviews(session: Session, there: Any, who: str, what: str) -> None:
    if MAY[who, what]:
        decide(session, there, who, what)
        assert find(session, getattr(there, what)).state == "published"
    else:
        with pytest.raises(Forbidden):
            decide(session, there, who, what)
        assert find(session, getattr(there, what)).state == "in_review"


@BOTH
def test_the_queue_shows_what_one_may_review(session: Session, there: Any) -> None:
    def titles(who: str) -> list[str]:
        return [resource.title for resource in service.queue(session, session.get_one(Person, getattr(there, who))).submitted]

    assert titles("admin") == ["of_main", "of_branch"]
    assert titles("director") == ["of_branch"]
    assert titles("admin_of_main") == ["of_branch"]
    assert titles("other") == []
    with pytest.raises(Forbidden):
        titles("handler")


@BOTH
def test_publishing_wants_the_whole_checklist(session: Session, there: Any) -> None:
    marks = {key: mark for key, mark in ALL.items() if key != "papers"}
    with pytest.raises(Invalid) as refused:
        decide(session, there, "admin", marks=marks)
    assert refused.value.fields.keys() == {"ok.papers"}
    review = decide(session, there, "admin")
    made = find(session, there.of_branch)
    assert (made.published_at, made.verified_on, made.changed_since_review) == (NOW, NOW.date(), False)
    assert review.checklist.keys() == ALL.keys()
    assert journal.history(session, made)[-1].action == "resource.published"


@BOTH
def test_a_return_says_all_at_once_and_only_once(session: Session, there: Any) -> None:
    for marks, remarks in (({}, ""), ({}, "不行"), ({"papers": {"note": "缺"}}, "补")):
        with pytest.raises(Invalid):
            decide(session, there, "admin", outcome="needs_work", marks=marks, remarks=remarks)
    decide(session, there, "admin", outcome="needs_work", marks={"papers": {"note": "请补行驶证正页和副页"}}, remarks="")
    made = find(session, there.of_branch)
    assert made.state == "needs_work"
    assert made.reviews[-1].checklist["papers"]["note"] == "请补行驶证正页和副页"
    with pytest.raises(Conflict):
        decide(session, there, "admin", outcome="needs_work", marks={}, remarks="还有一处要改，请再补照片")
    with transaction() as writing:
        resource = writing.scalars(sa.select(Resource).where(Resource.code == there.of_branch)).unique().one()
        catalogue.submit(writing, writing.get_one(Person, there.branch), resource=resource)
    decide(session, there, "director")
    assert [review.outcome for review in find(session, there.of_branch).reviews] == ["needs_work", "published"]


@BOTH
def test_two_reviewers_decide_once(session: Session, there: Any) -> None:
    version = find(session, there.of_branch).version
    decide(session, there, "admin", expected_version=version)
    with pytest.raises(Conflict):
        decide(session, there, "director", expected_version=version)
    assert len(find(session, there.of_branch).reviews) == 1


@BOTH
def test_what_became_invalid_while_waiting_is_not_published(session: Session, there: Any) -> None:
    with clock.moved(NOW + timedelta(days=400)), pytest.raises(Invalid):
        decide(session, there, "admin")


@BOTH
def test_a_change_after_the_review_is_acknowledged(session: Session, there: Any) -> None:
    decide(session, there, "admin")
    with transaction() as writing:
        resource = writing.scalars(sa.select(Resource).where(Resource.code == there.of_branch)).unique().one()
        catalogue.save(writing, writing.get_one(Person, there.branch), resource=resource, values={"summary": "换了音响。"})
    session.rollback()
    changed = service.queue(session, session.get_one(Person, there.admin)).changed
    assert [resource.code for resource in changed] == [there.of_branch]
    with transaction() as writing:
        resource = writing.scalars(sa.select(Resource).where(Resource.code == there.of_branch)).unique().one()
        service.acknowledge(writing, writing.get_one(Person, there.admin), resource=resource)
    assert find(session, there.of_branch).changed_since_review is False


# Over the pages ------------------------------------------------------------


@pytest.fixture
def pages(app: Flask, write: Callable[..., Any]) -> Any:
    app.config["WTF_CSRF_ENABLED"] = False
    return write(build)


def posted(outcome: str, *, leave: str = "", **more: str) -> dict[str, str]:
    return {f"ok.{key}": "1" for key in ALL if key != leave} | {"outcome": outcome} | more


@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
def test_from_queue_to_published(app: Flask, pages: Any, signed_in: SignedIn, lang: str) -> None:
    browser = signed_in(pages.admin)
    browser.set_cookie("lang", lang)
    queue = browser.get("/admin/reviews").text
    assert pages.of_main in queue
    assert pages.of_branch in queue
    page = browser.get(f"/admin/reviews/{pages.of_branch}").text
    for label in ("行驶证、保险单、年检在有效期内", "过路限高") if lang == "zh-Hans" else ("Road clearance", "Checklist"):
        assert label in page
    assert "岚A·T4179" in page
    answer = browser.post(f"/admin/reviews/{pages.of_branch}", data=posted("published", leave="papers"))
    assert answer.status_code == 422
    assert 'href="#f-ok.papers"' in answer.text
    assert answer.text.count(" checked") == len(ALL) - 1
    assert browser.post(f"/admin/reviews/{pages.of_branch}", data=posted("published")).status_code == 303
    assert pages.of_branch not in browser.get("/admin/reviews").text
    assert browser.post(f"/admin/reviews/{pages.of_branch}", data=posted("published")).status_code == 409


def test_a_return_reaches_the_form_of_the_owner(app: Flask, pages: Any, signed_in: SignedIn) -> None:
    reviewer, owner = signed_in(pages.director), signed_in(pages.branch)
    assert reviewer.post(f"/admin/reviews/{pages.of_branch}", data={"outcome": "needs_work", "remarks": "改"}).status_code == 422
    said = posted("needs_work", leave="papers", remarks="请补行驶证，照片换清楚的") | {"note.papers": "缺行驶证副页"}
    assert reviewer.post(f"/admin/reviews/{pages.of_branch}", data=said).status_code == 303
    page = owner.get(f"/resources/{pages.of_branch}/edit").text
    for words in ("请补行驶证，照片换清楚的", "缺行驶证副页", "退回"):
        assert words in page


def test_review_pages_are_closed_to_others(app: Flask, pages: Any, signed_in: SignedIn, client: FlaskClient) -> None:
    for path in ("/admin/reviews", f"/admin/reviews/{pages.of_main}"):
        assert client.get(path).status_code == 302
        assert signed_in(pages.handler).get(path).status_code == 403
    for who in ("director", "hub", "other", "admin_of_main"):
        assert signed_in(getattr(pages, who)).get(f"/admin/reviews/{pages.of_main}").status_code == 403
        assert signed_in(getattr(pages, who)).post(f"/admin/reviews/{pages.of_main}", data=posted("published")).status_code == 403
    assert signed_in(pages.admin).get("/admin/reviews/WC-9999").status_code == 404


def test_a_draft_is_nobody_elses_business(app: Flask, pages: Any, signed_in: SignedIn) -> None:
    owner = signed_in(pages.branch)
    code = owner.post("/resources/new", data={"kind": "venue"}).headers["Location"].split("/")[2]
    assert signed_in(pages.admin).get(f"/admin/reviews/{code}").status_code == 404
    assert signed_in(pages.director).get(f"/admin/reviews/{code}").status_code == 404


def test_odd_marks_get_a_sentence(app: Flask, pages: Any, signed_in: SignedIn) -> None:
    browser = signed_in(pages.admin)
    for odd in ({}, {"outcome": "x"}, {"outcome": "needs_work", "remarks": "\x00" * 50}, {"outcome": "published", "version": "x"}):
        assert browser.post(f"/admin/reviews/{pages.of_branch}", data=odd).status_code in (400, 422)
    long = {"outcome": "needs_work", "remarks": "改" * 100_000, "note.papers": "补" * 10_000}
    assert browser.post(f"/admin/reviews/{pages.of_branch}", data=long).status_code == 303
    with app.app_context():
        review = db.session.scalars(sa.select(Resource).where(Resource.code == pages.of_branch)).unique().one().reviews[-1]
        assert (len(review.remarks), len(review.checklist["papers"]["note"])) == (2000, 300)


def test_the_queue_asks_the_same_number_of_questions_however_long(
    app: Flask, pages: Any, signed_in: SignedIn, write: Callable[..., Any]
) -> None:
    def more(session: Session) -> None:
        for kind in ("venue", "media", "stage_truck", "talent") * 2:
            owner = make.centre(session)
            given = {"asset": make.asset(session, owner)} if kind == "media" else {}
            made = make.resource(session, owner, kind=kind, state="in_review", submitted_at=NOW, **given)
            made.openings = [Opening(weekday=0, opens=time(9), closes=time(12))]

    browser, numbers = signed_in(pages.admin), []
    for _round in range(2):
        write(more)
        browser.get("/admin/reviews")
        with asked_of(app) as statements:
            assert browser.get("/admin/reviews").status_code == 200
        numbers.append(len(statements))
    assert numbers[0] == numbers[1] <= 16
