"""The demo, made by driving the services with a moved clock; dates are relative to today."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from flask import Flask

from alliance import clock, indexing, jobs
from alliance.archive import checklist, intake, record
from alliance.archive import service as archive
from alliance.archive.models import Asset
from alliance.catalogue import occupancy, service
from alliance.catalogue.models import Resource
from alliance.centres.models import Centre
from alliance.db import db, transaction
from alliance.demo import foundation, listings, loans, lookedfor, pictures
from alliance.demo.stories import STORIES
from alliance.demo.works import WORKS
from alliance.errors import Refusal
from alliance.forms import faults
from alliance.people.models import Person
from alliance.storage import files, renditions

Say = Callable[[str], None]
log = structlog.get_logger()


def is_empty() -> bool:
    """Whether there is no centre yet."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(Centre)) == 0


def seed(app: Flask, say: Say) -> None:
    """Everything, told step by step; each step is a transaction of its own."""
    today = clock.now()
    with app.app_context():
        say("1/6 centres and people")
        _people(today)
    with app.app_context():
        say("2/6 trucks, halls and talents")
        _listings(today)
    with app.app_context():
        say("3/6 works of the archive")
        _works(today)
    with app.app_context():
        say("4/6 loans")
        _loans(today)
    with app.app_context():
        say("5/6 what is not in order: drafts, maintenance, blocks")
        _odds(today)
    with app.app_context():
        lookedfor.count(app, today)
    say("6/6 pictures and index")
    jobs.work(app, until_idle=True, only=renditions.JOBS)
    indexing.reindex(app)


def _people(today: datetime) -> None:
    since = today - timedelta(days=500)
    with clock.moved(since), transaction() as session:
        alliance = foundation.found(session, since)
        admin = foundation.appoint(session, alliance)["secretariat"]
        foundation.staff(session, admin, foundation.settle(session, admin, alliance))


def cast(session: Any) -> dict[str, Person]:
    """The demo's people by the first part of their mail address."""
    return {person.email.split("@")[0]: person for person in session.scalars(sa.select(Person))}


def _writer(people: dict[str, Person], slug: str) -> Person:
    return next(p for p in people.values() if p.centre is not None and p.centre.slug == slug and "staff" in p.roles_in(p.centre.id))


def _listings(today: datetime) -> None:
    rows = list(listings.all_rows())
    counters: dict[str, int] = {}
    for number, (kind, form, row) in enumerate(rows):
        index = counters[kind] = counters.get(kind, -1) + 1
        typed = today - timedelta(days=300 - number * 2)
        got = [(name, listings.received(name)) for name in listings.pictures_of(kind, row, index)]
        with clock.moved(typed), transaction() as session:
            people = cast(session)
            person = _writer(people, row[0])
            assert person.centre is not None
            resource = listings.type_in(session, person, person.centre, kind, form(row, today.date(), index), index)
            listings.illustrate(session, person, resource, got)
            with clock.moved(typed + timedelta(hours=5)):
                listings.publish(session, people["secretariat"], resource)
            if number % 9 and (verified := today - timedelta(days=number % 11 * 12)) > typed:
                with clock.moved(verified):
                    service.verify(session, person, resource=resource)


def _file_of(work: tuple[Any, ...], index: int) -> files.Received:
    title, picture, text = work[1], work[12], work[13]
    if picture == "tone":
        return intake.receive(pictures.tone(title, pitch=index % 5 - 2), limit_mb=50)
    if picture == "handout":
        said = json.dumps({"title": title, "lines": [text, "（演示用讲义，内容虚构。）"]}, ensure_ascii=False)
        return intake.receive(pictures.handout(title, said), limit_mb=50)
    return intake.receive(pictures.picture(picture, width=1600), limit_mb=50)


def _works(today: datetime) -> None:
    for index, work in enumerate(WORKS):
        (owner, title, english, dcmi, form, arts, dated, _year, place, rights, shown, opened, _picture, text) = work
        received = _file_of(work, index)
        with clock.moved(today - timedelta(days=260 - index * 9)), transaction() as session:
            people = cast(session)
            person = _writer(people, owner)
            values = {
                "title": title, "title_en": english, "description": text, "creator": "佚名" if rights in ("unknown", "public_domain") else f"{_name(person)}采录",
                "art_forms": list(arts), "created_text": dated, "type": dcmi, "genre": form, "language": "zh", "place_code": place, "rights_status": rights,
                "rights_holder": _name(person) if rights == "own" else "", "record_visibility": shown, "file_access": opened, "allowed_uses": ["classroom", "research"],
                "licence_until": (today + timedelta(days=400)).date().isoformat() if rights == "licensed" else "",
            }  # fmt: skip
            assert person.centre is not None
            held, wrong = record.sift(values, faults)
            if wrong:
                raise RuntimeError(f"{title}: {wrong}")
            asset = archive.create(session, person, owner=person.centre, values=held)
            archive.attach(session, person, asset, file=files.keep(session, person, received))
            archive.submit(session, person, asset, expected_version=asset.version)
            if index % 12 != 11:
                marks = {key: {"ok": True} for key, _label in checklist.items(asset)}
                archive.publish(session, _publisher(people, asset), asset, marks=marks, expected_version=asset.version)
            if asset.state == "published" and opened in ("public", "members") and index % 2 == 0:
                _share(session, people, person, asset, today)


def _name(person: Person) -> str:
    return person.centre.name if person.centre is not None else person.name


def _publisher(people: dict[str, Person], asset: Asset) -> Person:
    """The secretariat to the public; else the owner's director, or the main centre's."""
    if asset.record_visibility == "public":
        return people["secretariat"]
    centre = asset.owner if any("director" in p.roles_in(asset.owner_id) for p in people.values()) else asset.owner.parent
    assert centre is not None
    return next(p for p in people.values() if "director" in p.roles_in(centre.id))


def _share(session: Any, people: dict[str, Person], person: Person, asset: Asset, today: datetime) -> None:
    """A listing that shares the asset with the members."""
    values = {
        "title": f"{asset.title}·共享", "summary": f"可供成员馆在展览、课堂和活动中使用。{asset.description}", "art_forms": asset.art_forms, "asset": asset.code,
        "allowed_uses": ["classroom", "on_site"], "licence_until": (today + timedelta(days=700)).date().isoformat(), "credit_line": f"来源：{_name(person)}",
        "fee_type": "free", "lead_days": 1, "service_mode": "online",
        "share_scope": "public" if asset.record_visibility == "public" else "alliance", "acquired_by": "self_made",
    }  # fmt: skip
    assert person.centre is not None
    listings.publish(session, people["secretariat"], listings.type_in(session, person, person.centre, "media", values, asset.id))


def _loans(today: datetime) -> None:
    for index, story in enumerate(sorted(STORIES, key=lambda s: -s.asked)):
        try:
            with transaction() as session:
                loans.Player(session, cast(session), story, index).play(today)
        except Refusal as refusal:  # weekends move stories about: two may want the same days, as in life
            log.info("a story of the demo did not come about", story=story.title, why=str(refusal.sentence))


def _odds(today: datetime) -> None:
    """Listings in the states that a busy season leaves behind."""
    with transaction() as session:
        people = cast(session)
        found = {r.title: r for r in session.scalars(sa.select(Resource))}
        lake, old, booth = found["临湖水乡舞蹈队"], found["岭上古戏台"], found["渡口区馆摄影棚"]
        service.pause(session, _writer(people, "linhu"), resource=lake, reason="年底集训，一月恢复。")
        service.set_maintenance(session, _writer(people, "wangling"), resource=old)
        start = clock.local(today + timedelta(days=6)).replace(hour=0, minute=0, second=0, microsecond=0)
        occupancy.block(
            session,
            _writer(people, "dukou"),
            resource=booth,
            start=start,
            end=start + timedelta(days=3),
            kind="maintenance",
            note="更换影室灯",
        )
        for slug, kind, title in (
            ("songguan", "venue", "松关林场露天影院"),
            ("yunping", "talent", "茶亭山歌婆婆们"),
            ("meixi", "stage_truck", "梅溪新购舞台车"),
        ):
            person = _writer(people, slug)
            assert person.centre is not None
            draft = service.create(session, person, centre=person.centre, kind=kind)
            service.save(session, person, resource=draft, values={"title": title, "summary": "资料还在收集，先存草稿。"})
        kind, form, row = next(r for r in listings.all_rows() if r[0] == "venue")
        for slug, title in (("donghe", "东河区馆二号排练厅"), ("baita", "白塔竹编展示厅"), ("chating", "")):
            if title:
                person = _writer(people, slug)
                assert person.centre is not None
                listings.type_in(session, person, person.centre, kind, form(row, today.date(), 3) | {"title": title}, 3)
