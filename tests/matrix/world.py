"""One world for the whole matrix: every role, and each kind of thing in the states and scopes that matter."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from alliance import clock, indexing, journal
from alliance.archive import uploads
from alliance.archive.arriving import Upload
from alliance.archive.models import Asset, AssetRelation, Collection
from alliance.boards import service as boards
from alliance.boards.forms import NeedForm, SupplyForm
from alliance.boards.models import Entry
from alliance.calendars import service as feeds
from alliance.calendars.models import Feed
from alliance.cases import filing
from alliance.cases.forms import KIND_FORMS
from alliance.cases.models import Case, CaseFile
from alliance.catalogue.imports.models import ImportBatch, ImportRow
from alliance.catalogue.models import (
    Opening,
    OpeningException,
    Resource,
    ResourcePaper,
    ResourcePhoto,
    Review,
)
from alliance.centres.models import AllianceTerm, Centre, Disclosure, RuleDocument
from alliance.db import transaction
from alliance.exchange import requests
from alliance.exchange.actions import act
from alliance.exchange.models import Agreement, Leg
from alliance.jobs import Job
from alliance.moderation.models import Announcement
from alliance.notifications.models import Mail, Notice
from alliance.people import accounts, invitations
from alliance.people.models import Absence, AlliancePost, Invitation, Person, Post
from alliance.storage import files, foreman, renditions
from alliance.storage.models import File
from alliance.worktime import rows
from tests import make
from tests.archive import samples
from tests.exchange import stage

LISTING_PHONE = "0900-777 0142"
PERSON_PHONE = "0900-777 0999"
PLATE = "岚A·S7777"
PAPER_NAME = "机密保险单.pdf"
SUSPENDED_NAME = "停牌县文化馆"
SECRET = "not-a-real-secret-of-an-invitation"
KINDS = ("staff", "handler", "director", "centre_admin")
ROLES = (
    "visitor",
    *(f"{place}_{kind}" for place in ("owner", "near", "far") for kind in KINDS),
    *(
        "suspended_staff",
        "suspended_director",
        "main_director",
        "main_handler",
        "branch_staff",
        "admin",
        "evaluator",
        "both",
        "idle",
    ),
)
Moves = tuple[tuple[Any, ...], ...]
AGREEMENTS: dict[str, Moves] = {
    "draft": (),
    "requested": (("near_staff", "submit"),),
    "confirmed": (("near_staff", "submit"), ("owner_handler", "accept_handling"), ("owner_handler", "approve", {"choice": 1})),
}
AGREEMENTS["in_use"] = (
    *AGREEMENTS["confirmed"],
    ("owner_staff", "hand_over", {"items": stage.ITEMS, "photos": "photo"}),
    ("near_staff", "receive", {"items": stage.ITEMS}),
)
AGREEMENTS["returned"] = (
    *AGREEMENTS["in_use"],
    ("near_staff", "send_back", {"sessions": 3, "attendances": 600}),
    ("owner_staff", "check_in", {"items": stage.ITEMS}),
)


@dataclass
class World:
    """The numbers and codes of all rows; `things` names each thing that somebody may stand in a relation to."""

    app: Flask
    people: dict[str, int] = field(default_factory=dict)
    things: dict[str, tuple[type, int]] = field(default_factory=dict)
    ids: dict[str, Any] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def session(self) -> Iterator[Session]:
        with self.app.app_context(), transaction() as session:
            yield session

    def named(self, prefix: str) -> list[str]:
        """The names of all things of a sort, such as listing or asset."""
        return [name for name in self.things if name.startswith(f"{prefix}:")]

    def person(self, session: Session, role: str) -> Person | None:
        return session.get_one(Person, self.people[role]) if role != "visitor" else None

    def thing(self, session: Session, name: str) -> Any:
        model, number = self.things[name]
        return session.get_one(model, number)


def build(app: Flask) -> World:
    """Everything, through the services where a state has a past, as rows elsewhere; then the search index."""
    world = World(app)
    with world.session() as session:
        rows.seed_calendar(session)
        _files(world, session)
        centres = _centres(world, session)
        _people(world, session, centres)
        _listings(world, session, centres)
        _assets(world, session, centres)
        _uploads(world, session)
        _desk(world, session, centres)
    with world.session() as session:
        _agreements(world, session)
        _cases(world, session)
    with app.app_context():
        for name in ("photo", "paper"):
            foreman.make({"file": world.files[name]})
    with world.session() as session:
        _renditions(world, session)
    indexing.reindex(app)
    return world


def _files(world: World, session: Session) -> None:
    for name, content, kinds, called in (
        ("photo", samples.jpeg(2200, 60), files.PICTURES, "全景.jpg"),
        ("paper", samples.pdf(), files.PAPERS, PAPER_NAME),
        ("report", samples.png(), files.PICTURES, "交接.png"),
    ):
        upload = FileStorage(io.BytesIO(content), filename=called)
        kept = files.keep(session, None, files.receive(upload, kinds=kinds, limit_mb=5))
        world.files[name] = kept.id
        if name != "report":
            renditions.plan(session, kept)


def _renditions(world: World, session: Session) -> None:
    """The addresses of what was made of the photo, and one thing that could not be made of the broken paper."""
    made = renditions.of(session, session.get_one(File, world.files["photo"]))
    for name in world.named("asset"):
        world.ids |= {f"{one}:{name.partition(':')[2]}": made[one].made.digest[:16] for one in ("card", "zoom")}
    world.ids["rendition"] = renditions.of(session, session.get_one(File, world.files["paper"]))["cover"].id


def _centres(world: World, session: Session) -> dict[str, Centre]:
    made = {
        "owner": make.centre(session, slug="owner", name="甲县文化馆", division_code="990101"),
        "near": make.centre(session, slug="near", name="乙县文化馆", division_code="990102"),
        "far": make.centre(session, slug="far", name="丙县文化馆", division_code="990201"),
        "suspended": make.centre(session, slug="suspended", name=SUSPENDED_NAME, membership="suspended", division_code="990103"),
        "applied": make.centre(session, slug="applied", name="丁县文化馆", membership="applied", division_code="990104"),
        "main": make.centre(session, slug="main", name="戊县文化馆", division_code="990105"),
    }
    made["branch"] = make.centre(
        session, slug="branch", name="戊县二分馆", division_code="990105", role="branch", parent=made["main"], endorsed=True
    )
    alliance = make.alliance(session)
    session.add(AllianceTerm(alliance_id=alliance.id, centre=made["main"], starts_on=date(2024, 1, 1)))
    session.add(Disclosure(centre=made["owner"], heading="services", text="周二至周日开放。"))
    session.add(RuleDocument(alliance_id=alliance.id, version=1, title="章程", text="# 总则\n自愿。", published_at=clock.now()))
    world.things |= {f"centre:{name}": (Centre, centre.id) for name, centre in made.items()}
    return made


def _people(world: World, session: Session, centres: dict[str, Centre]) -> None:
    def add(role: str, centre: str | None, *kinds: str) -> Person:
        at = centres[centre] if centre else None
        who = make.person(session, at, *kinds, name=f"某{role}", email=f"{role.replace('_', '.')}@example.org", phone=PERSON_PHONE)
        world.people[role] = who.id
        return who

    for place in ("owner", "near", "far"):
        for kind in KINDS:
            add(f"{place}_{kind}", place, kind)
    add("suspended_staff", "suspended", "staff")
    add("suspended_director", "suspended", "director", "centre_admin")
    add("main_director", "main", "director")
    add("main_handler", "main", "handler")
    add("branch_staff", "branch", "staff")
    add("idle", None)
    for role, post in (("admin", "alliance_admin"), ("evaluator", "evaluator")):
        who = add(role, None)
        session.add(AlliancePost(person=who, alliance_id=make.alliance(session).id, role=post, since=date(2024, 1, 1)))
    both = add("both", "owner", "handler")
    session.add(Post(person=both, centre=centres["near"], role="staff", since=date(2024, 1, 1)))
    make.duty(session, centres["owner"], session.get_one(Person, world.people["owner_handler"]), "A")
    today = clock.local(clock.now()).date()
    absence = Absence(person_id=world.people["near_staff"], starts_on=today, ends_on=today)
    session.add(absence)
    session.flush()
    world.ids["absence"] = absence.id
    world.things |= {f"person:{role}": (Person, number) for role, number in world.people.items()}


LISTINGS: dict[str, tuple[str, dict[str, Any]]] = {
    "draft": ("owner", {"state": "draft"}),
    "in_review": ("owner", {"state": "in_review", "share_scope": "public", "submitted_at": True}),
    "needs_work": ("owner", {"state": "needs_work", "submitted_at": True}),
    "alliance": ("owner", {}),
    "city": ("owner", {"share_scope": "city"}),
    "county": ("owner", {"share_scope": "county"}),
    "public": ("owner", {"share_scope": "public"}),
    "maintenance": ("owner", {"state": "maintenance", "share_scope": "public"}),
    "paused": ("owner", {"state": "paused"}),
    "withdrawn": ("owner", {"state": "withdrawn", "share_scope": "public"}),
    "truck": ("owner", {"kind": "stage_truck", "share_scope": "public", "details": {"plate_no": PLATE, "length_m": 9.6}}),
    "child": ("owner", {"kind": "talent", "share_scope": "public", "details": {"minor": True, "consent_scope": "public"}}),
    "singer": ("owner", {"kind": "talent", "share_scope": "public", "details": {"minor": False, "consent_scope": "public"}}),
    "shy": ("owner", {"kind": "talent", "share_scope": "public", "details": {"minor": False, "consent_scope": "alliance"}}),
    "suspended": ("suspended", {"share_scope": "public", "title": "停牌馆的剧场"}),
    "near_draft": ("near", {"state": "draft"}),
    "branch_review": ("branch", {"state": "in_review", "submitted_at": True}),
    "branch_draft": ("branch", {"state": "draft"}),
}


def _listings(world: World, session: Session, centres: dict[str, Centre]) -> None:
    today = clock.local(clock.now()).date()
    for name, (owner, given) in LISTINGS.items():
        values = {"contact_phone": LISTING_PHONE, "contact_name": "刘老师", "title": f"{name}号厅", **given}
        if values.pop("submitted_at", False):
            values["submitted_at"] = clock.now()
        one = make.resource(session, centres[owner], **values)
        photo = ResourcePhoto(file_id=world.files["photo"], alt="全景")
        paper = ResourcePaper(file_id=world.files["paper"], kind="insurance", expires_on=today + timedelta(days=20))
        exception = OpeningException(day=today + timedelta(days=9), note="检修")
        one.photos.append(photo)
        one.papers.append(paper)
        one.openings.append(Opening(weekday=1, opens=time(9), closes=time(21)))
        one.exceptions.append(exception)
        block = make.occupancy(session, one, clock.now() + timedelta(days=3), kind="block")
        if name in ("needs_work", "branch_review"):
            one.reviews.append(Review(person_id=world.people["admin"], outcome="needs_work", checklist={}, remarks="请补照片。"))
        session.flush()
        world.things[f"listing:{name}"] = (Resource, one.id)
        world.ids |= {
            f"listing:{name}": one.code,
            f"photo:{name}": photo.id,
            f"paper:{name}": paper.id,
            f"exception:{name}": exception.id,
            f"block:{name}": block.id,
        }


def _assets(world: World, session: Session, centres: dict[str, Centre]) -> None:
    given: dict[str, tuple[str, dict[str, Any]]] = {
        f"{sight}_{access}": ("owner", {"record_visibility": sight, "file_access": access})
        for sight in ("public", "members", "own_centre")
        for access in ("public", "members", "own_centre", "on_site", "on_request")
    }
    given |= {
        "draft": ("owner", {"state": "draft", "public_at": None}),
        "in_review": ("owner", {"state": "in_review", "decided_above": False, "record_visibility": "members", "public_at": None}),
        "branch_review": ("branch", {"state": "in_review", "decided_above": True, "public_at": None}),
        "tombstone": ("owner", {"state": "withdrawn", "withdrawn_at": clock.now(), "withdrawn_why": "权利人要求"}),
        "withdrawn": ("owner", {"state": "withdrawn", "withdrawn_at": clock.now(), "public_at": None}),
        "lapsed": ("owner", {"licence_until": date(2020, 1, 1)}),
        "suspended": ("suspended", {"title": "停牌馆的旧照"}),
        "near_draft": ("near", {"state": "draft", "public_at": None}),
    }
    photo = session.get_one(File, world.files["photo"])
    for name, (owner, values) in given.items():
        one = make.asset(session, centres[owner], file=photo, **values)
        performer = make.performer(one)
        session.flush()
        world.things[f"asset:{name}"] = (Asset, one.id)
        caption = make.caption(session, one)
        world.ids |= {f"asset:{name}": one.code, f"performer:{name}": performer.id}
        world.ids |= {f"caption:{name}": caption.id, f"track:{name}": caption.file.digest[:16]}
    for name in given:
        other = world.things["asset:members_public" if name == "public_public" else "asset:public_public"][1]
        relation = AssetRelation(asset_id=world.things[f"asset:{name}"][1], kind="related", other_id=other)
        session.add(relation)
        session.flush()
        world.ids[f"relation:{name}"] = relation.id
    for owner in ("owner", "near"):
        first = session.get_one(Asset, world.things["asset:public_public"][1])
        made = make.collection(session, centres[owner], first, state="published" if owner == "owner" else "draft")
        world.things[f"collection:{owner}"] = (Collection, made.id)
        world.ids |= {f"collection:{owner}": made.id, f"slug:{owner}": made.slug}


def _uploads(world: World, session: Session) -> None:
    """A file on its way from each side, of which nothing has arrived yet."""
    for name, who in (("owner", "owner_staff"), ("near", "near_staff")):
        person = session.get_one(Person, world.people[who])
        code, draft = uploads.reserve(100)
        one = uploads.begin(session, person, centre=person.centre, code=code, draft=draft, name="灯会.png")
        world.things[f"upload:{name}"], world.ids[f"upload:{name}"] = (Upload, one.id), code


def _desk(world: World, session: Session, centres: dict[str, Centre]) -> None:
    """Notices, mails, jobs, invitations, imports, a holiday."""
    owner = centres["owner"]
    handler = session.get_one(Person, world.people["owner_handler"])
    one = session.get_one(Resource, world.things["listing:alliance"][1])
    journal.record(session, "resource.published", one, person=handler, centre_id=owner.id, data={})
    session.flush()
    event = session.scalars(sa.select(journal.Event.id)).first()
    notices = [
        Notice(person_id=world.people[who], event_id=event, template="resource.published", data={}, url="/desk")
        for who in ("owner_handler", "near_handler")
    ]
    invitation = Invitation(
        email="new@example.org",
        name="新人",
        centre=owner,
        roles=["staff"],
        digest=invitations.digest_of(SECRET),
        invited_by=world.people["owner_centre_admin"],
        expires_at=clock.now() + timedelta(days=10),
    )
    mail = Mail(to="new@example.org", subject="邀请", body="请打开链接。", error="no route")
    job = Job(kind="mail", payload={}, state="failed", error="no route", attempts=3)
    batch = ImportBatch(centre=owner, person_id=handler.id, kind="venue", name="场馆.xlsx", state="checked")
    batch.columns = {"sheet": "", "first": 2, "headings": ["名称"], "fields": [["title"]]}
    batch.rows = [ImportRow(number=2, cells={"名称": "小剧场"}, values={}, faults={}, outcome="new")]
    days = {"starts_on": clock.now().date() - timedelta(days=2), "ends_on": clock.now().date() + timedelta(days=9)}
    said = [
        Announcement(reach=reach, title="年会通知", text="年会改期。", created_by=world.people["admin"], **days)
        for reach in ("public", "members")
    ]
    session.add_all([*notices, invitation, mail, job, batch, *said])
    session.flush()
    world.ids |= {"announced_public": said[0].id, "announced_members": said[1].id}
    _boards(world, session)
    feeds.make(session, world.person(session, "owner_staff"), None)
    session.flush()
    world.things["feed:owner"] = (Feed, session.scalars(sa.select(Feed.id)).one())
    world.things |= {"notice:owner": (Notice, notices[0].id), "notice:near": (Notice, notices[1].id)}
    world.things["import:owner"] = (ImportBatch, batch.id)
    world.ids |= {"invitation": invitation.id, "mail": mail.id, "job": job.id, "import": batch.id}
    world.ids["token"] = accounts.reset_token(session.get_one(Person, world.people["idle"]))
    day = session.scalar(sa.text("SELECT max(day) FROM calendar_day"))
    world.ids["day"] = str(day)


def _agreements(world: World, session: Session) -> None:
    gather(world, session)
    tour(world, session)
    for name, moves in AGREEMENTS.items():
        lend(world, session, name, moves)
    branch = _leg(world, session, "branch_staff", world.thing(session, "listing:alliance"), _starts())
    _play(world, session, branch, (("branch_staff", "ask_endorsement"),))
    _kept(world, branch, "endorsing")


def _cases(world: World, session: Session) -> None:
    """A question to the owner with a file, one to another centre, one that only the secretariat has."""
    photo = session.get_one(File, world.files["photo"])
    for name, place in (("owner", "owner"), ("near", "near"), ("alliance", None)):
        form = KIND_FORMS["question"].model_validate({"text": "周末开放到几点？"})
        about = filing.About(centre=world.thing(session, f"centre:{place}") if place else None)
        one = filing.file(session, None, kind="question", form=form, thing=about, key=f"case{name}")
        one.files.append(CaseFile(file=photo))
        world.things[f"case:{name}"] = (Case, one.id)
        world.ids[f"case:{name}"] = one.number


def lend(world: World, session: Session, name: str, moves: Moves) -> None:
    """An agreement of that name about a hall of its own, as it is after these moves."""
    number = len(world.named("agreement"))
    hall = make.resource(session, world.thing(session, "centre:owner"), title=f"约定厅{number}", share_scope="city")
    leg = _leg(world, session, "near_staff", hall, _starts() + timedelta(days=number * 3))
    _play(world, session, leg, moves)
    _kept(world, leg, name)


def gather(world: World, session: Session) -> None:
    """A joint project that is being put together."""
    lend(world, session, "bundle", ())
    agreement = world.thing(session, "agreement:bundle")
    agreement.kind = "bundle"
    world.ids["agreement:bundle"] = agreement.number


def tour(world: World, session: Session) -> None:
    """A tour whose stops are being put in order."""
    lend(world, session, "tour", ())
    leg = world.thing(session, "agreement:tour").legs[0]
    leg.agreement.kind = "tour"
    first = leg.starts_at
    place = {"place": "下河村文化礼堂", "division_code": "990102", "audience": 200}
    stops = [{**place, "starts_at": first + timedelta(days=n), "ends_at": first + timedelta(days=n, hours=3)} for n in range(2)]
    form = stage.form(stops=stops, contact_phone=PERSON_PHONE)
    requests.revise(session, world.person(session, "near_staff"), leg, form=form, expected_version=leg.version)


def _starts() -> datetime:
    return clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=30)


def _leg(world: World, session: Session, who: str, hall: Resource, starts: Any) -> Leg:
    asked = {"starts_at": starts, "ends_at": starts + timedelta(hours=8)}
    asked |= {"second_starts_at": starts + timedelta(days=14), "second_ends_at": starts + timedelta(days=14, hours=8)}
    form = stage.form(**asked, contact_phone=PERSON_PHONE)
    return requests.start(session, world.person(session, who), resource=hall, form=form).legs[0]  # type: ignore[arg-type]


def _play(world: World, session: Session, leg: Leg, moves: Moves) -> None:
    for who, name, *given in moves:
        inputs = dict(given[0]) if given else {}
        if "photos" in inputs:
            inputs["photos"] = [world.files["report"]]
        act(session, world.person(session, who), leg, name, expected_version=leg.version, **inputs)


def _kept(world: World, leg: Leg, name: str) -> None:
    world.things[f"agreement:{name}"] = (Agreement, leg.agreement_id)
    world.ids[f"agreement:{name}"] = leg.agreement.number


def _boards(world: World, session: Session) -> None:
    """What the owner's staff looks for, out and not yet; and what it has free, for its county only."""
    today, who = clock.now().date(), world.person(session, "owner_staff")
    said: dict[str, Any] = {
        "title": "要一台舞台车",
        "starts_on": today,
        "ends_on": today + timedelta(days=20),
        "answer_by": today + timedelta(days=9),
    }
    said |= {"division_code": "990102", "place": "下河村", "contact_name": "周莉", "contact_phone": PERSON_PHONE}
    need = NeedForm.model_validate(said | {"kind": "stage_truck", "activity_type": "performance"})
    code = session.get_one(*world.things["listing:alliance"]).code
    supply = SupplyForm.model_validate(said | {"resource": code, "scope": "county"})
    for name, side, form, publish in (
        ("need", "need", need, True),
        ("drafted", "need", need, False),
        ("supply", "supply", supply, True),
    ):
        entry = boards.begin(session, who, side=side, form=form, publish=publish)
        world.things[f"entry:{name}"], world.ids[f"entry:{name}"] = (Entry, entry.id), entry.number
