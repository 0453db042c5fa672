"""The demo, made by driving the services with a moved clock; dates are relative to today."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog
from flask import Flask

from alliance import clock, indexing, jobs
from alliance.catalogue import occupancy, parts, service
from alliance.catalogue.models import Resource
from alliance.centres.models import Centre
from alliance.db import db, transaction
from alliance.demo import (
    answering,
    archive,
    bought,
    foundation,
    harvested,
    joining,
    listings,
    loans,
    lookedfor,
    together,
    touring,
    wanted,
    windows,
)
from alliance.demo.archive import Assets
from alliance.demo.asked import CASES
from alliance.demo.people import cast, writer
from alliance.demo.stories import STORIES
from alliance.demo.venues import PARTS
from alliance.demo.works import WORKS
from alliance.errors import Refusal
from alliance.storage import renditions

Say = Callable[[str], None]
log = structlog.get_logger()


def is_empty() -> bool:
    """Whether there is no centre yet."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(Centre)) == 0


def seed(app: Flask, say: Say) -> None:
    """Everything, told step by step; the files of the archive are made meanwhile, their renditions by the worker afterwards."""
    today = clock.now()
    steps: tuple[tuple[str, Callable[[], object]], ...] = (
        ("centres and people", lambda: _people(today)),
        ("trucks, halls and talents", lambda: _listings(today)),
        ("halls and their parts", lambda: _halls(today)),
        ("pictures of the listings", lambda: jobs.work(app, until_idle=True, only=renditions.JOBS)),
        ("works of the archive", lambda: codes.update(archive.keep_all(folder, today))),
        ("loans", lambda: _loans(folder, today)),
        ("swaps and joint projects", lambda: _play(together.TOLD, together.play, today)),
        ("tours", lambda: _play(touring.TOURS, touring.play, today)),
        ("needs and supplies", lambda: wanted.put_up(today)),
        ("what belongs together: series, collections", lambda: _joined(folder, codes, today)),
        ("licences and secondments", lambda: _play(windows.TOLD, windows.play, today)),
        ("bought programmes", lambda: _bought(today)),
        ("what the public asked", lambda: _cases(codes, today)),
        ("what is not in order: drafts, maintenance, blocks", lambda: _odds(today)),
        ("what was looked for", lambda: lookedfor.count(app, today)),
        ("index", lambda: _index(app)),
    )
    codes: Assets = {}
    with archive.workshop() as folder:
        for number, (title, step) in enumerate(steps, 1):
            say(f"{number}/{len(steps)} {title}")
            with app.app_context():
                step()


def _index(app: Flask) -> None:
    indexing.reindex(app)


def _people(today: datetime) -> None:
    since = today - timedelta(days=500)
    with clock.moved(since), transaction() as session:
        alliance = foundation.found(session, since)
        admin = foundation.appoint(session, alliance)["secretariat"]
        foundation.staff(session, admin, foundation.settle(session, admin, alliance))


def _listings(today: datetime) -> None:
    rows = list(listings.all_rows())
    counters: dict[str, int] = {}
    for number, (kind, form, row) in enumerate(rows):
        index = counters[kind] = counters.get(kind, -1) + 1
        typed = today - timedelta(days=300 - number * 2)
        got = [(name, listings.received(name)) for name in listings.pictures_of(kind, row, index)]
        with clock.moved(typed), transaction() as session:
            people = cast(session)
            person = writer(people, row[0])
            assert person.centre is not None
            resource = listings.type_in(session, person, person.centre, kind, form(row, today.date(), index), index)
            listings.illustrate(session, person, resource, got)
            with clock.moved(typed + timedelta(hours=5)):
                listings.publish(session, people["secretariat"], resource)
            if number % 9 and (verified := today - timedelta(days=number % 11 * 12)) > typed:
                with clock.moved(verified):
                    service.verify(session, person, resource=resource)


def _halls(today: datetime) -> None:
    """What belongs together is lent together."""
    with clock.moved(today - timedelta(days=120)), transaction() as session:
        found = {one.title: one for one in session.scalars(sa.select(Resource).where(Resource.kind == "venue"))}
        people = cast(session)
        for owner, whole, part in PARTS:
            parts.add(session, writer(people, owner), whole=found[whole], part=found[part])


def _joined(folder: Path, codes: Assets, today: datetime) -> None:
    faces = {work.key: face for work in WORKS if (face := archive.pictured(folder, work)) is not None}
    with transaction() as session:
        joining.join(session, codes, faces, today)


def _cases(codes: Assets, today: datetime) -> None:
    for number, asked in enumerate(sorted(CASES, key=lambda one: -one.ago)):
        with transaction() as session:
            answering.play(session, cast(session), asked, codes, number=number, today=today)


def _loans(folder: Path, today: datetime) -> None:
    for index, story in enumerate(sorted(STORIES, key=lambda s: -s.asked)):
        left = harvested.taken_in(folder, story.title)
        try:
            with transaction() as session:
                number = loans.Player(session, cast(session), story, index, left).play(today).id
        except Refusal as refusal:  # weekends move stories about: two may want the same days, as in life
            log.info("a story of the demo did not come about", story=story.title, why=str(refusal.sentence))
        else:
            if left:
                harvested.keep(number)
    harvested.put_out()


def _play(stories: Iterable[Any], play: Callable[..., None], today: datetime) -> None:
    """Each in a transaction of its own; as with loans, one that does not come about is left out."""
    for index, told in enumerate(stories):
        try:
            with transaction() as session:
                play(session, cast(session), told, index, today)
        except Refusal as refusal:
            log.info("a story of the demo did not come about", story=getattr(told, "story", told).title, why=str(refusal.sentence))


def _bought(today: datetime) -> None:
    """What the owner of one used itself, and a swap of what is left."""
    bought.use(today)
    _play((bought.EXHIBITION,), bought.play, today)


def _odds(today: datetime) -> None:
    """Listings in the states that a busy season leaves behind."""
    with transaction() as session:
        people = cast(session)
        found = {r.title: r for r in session.scalars(sa.select(Resource))}
        lake, old, booth = found["临湖水乡舞蹈队"], found["岭上古戏台"], found["渡口区馆摄影棚"]
        service.pause(session, writer(people, "linhu"), resource=lake, reason="年底集训，一月恢复。")
        service.set_maintenance(session, writer(people, "wangling"), resource=old)
        start = clock.local(today + timedelta(days=6)).replace(hour=0, minute=0, second=0, microsecond=0)
        occupancy.block(
            session,
            writer(people, "dukou"),
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
            person = writer(people, slug)
            assert person.centre is not None
            draft = service.create(session, person, centre=person.centre, kind=kind)
            service.save(session, person, resource=draft, values={"title": title, "summary": "资料还在收集，先存草稿。"})
        kind, form, row = next(r for r in listings.all_rows() if r[0] == "venue")
        for slug, title in (("donghe", "东河区馆二号排练厅"), ("baita", "白塔竹编展示厅"), ("chating", "")):
            if title:
                person = writer(people, slug)
                assert person.centre is not None
                listings.type_in(session, person, person.centre, kind, form(row, today.date(), 3) | {"title": title}, 3)
