"""Somebody does the same while the first has written it and not yet committed: done once, or refused in words, never half."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from alliance import codes
from alliance.archive import collections, relations, service, uploads
from alliance.archive.arriving import Upload
from alliance.archive.models import Asset, AssetRelation, Collection, CollectionMember
from alliance.centres import membership, rules
from alliance.centres.forms import Application, Rules
from alliance.centres.models import Alliance, Centre, Disclosure, RuleDocument
from alliance.centres.service import disclose, the_alliance
from alliance.codes.rows import CodeLabel
from alliance.db import db, transaction
from alliance.errors import Refusal
from alliance.jobs import Job
from alliance.moderation import calendar, labels
from alliance.notifications import choices
from alliance.notifications.models import NoticeChoice
from alliance.people import accounts, duties, invitations, letters, posts, sessions
from alliance.people.models import Absence, Duty, Invitation, Person, Post, SignedOut
from alliance.storage import renditions
from alliance.storage.drafts import Draft
from alliance.storage.models import File
from alliance.worktime.models import CalendarDay
from tests import make
from tests.conftest import BOTH

TODAY = date(2030, 1, 7)
AFRESH = sa.text("SELECT pg_stat_clear_snapshot()")
WAITS = sa.text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
Act = Callable[[Session], Any]


def meanwhile(app: Flask, first: Act, second: Act) -> str:
    """What the second is told, who begins before the first has committed; empty when nothing is refused."""

    def run() -> str:
        with app.app_context():
            try:
                with transaction() as session:
                    second(session)
            except Refusal as refusal:
                return str(refusal.sentence)
            return ""

    with ThreadPoolExecutor(1) as pool, app.app_context():
        with transaction() as session:
            first(session)
            session.flush()
            other = pool.submit(run)
            _let_it_wait(session, other)
        return other.result(60)


def _let_it_wait(session: Session, other: Future[str]) -> None:
    """Until it is done, or waits for the first; SQLite lets nobody begin to write before."""
    until = time.monotonic() + 20
    while session.get_bind().dialect.name == "postgresql" and not other.done():
        assert time.monotonic() < until, "it neither ends nor waits"
        session.execute(AFRESH)  # a transaction sees the activity of others as it was when it first looked
        if session.scalar(WAITS):
            return
        time.sleep(0.02)


@dataclass(frozen=True)
class Town:
    """The numbers of those who act, and of what they act on."""

    centre: int
    admin: int
    staff: int
    assets: tuple[int, int]
    shelf: int
    upload: int
    file: int


@pytest.fixture
def town(write: Callable[..., Any]) -> Town:
    def build(session: Session) -> Town:
        centre = make.centre(session, name="甲县文化馆")
        admin, staff = make.admin(session), make.person(session, centre, "staff", "centre_admin", "director")
        assets = [make.asset(session, centre) for _nth in range(2)]
        values = {"slug": "tea-songs", "title": "茶歌", "text": "采茶时唱的。"}
        shelf = collections.create(session, staff, owner=centre, values=values)
        draft = Draft("incoming/x", "x", 5, 5)
        upload = uploads.begin(session, staff, centre=centre, code="x", draft=draft, name="茶歌.wav")
        file = make.file(session)
        session.flush()
        return Town(centre.id, admin.id, staff.id, (assets[0].id, assets[1].id), shelf.id, upload.id, file.id)

    made: Town = write(build)
    return made


def count(app: Flask, model: Any, *conditions: Any) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*conditions)) or 0


def admin(session: Session, town: Town) -> Person:
    return session.get_one(Person, town.admin)


def staff(session: Session, town: Town) -> Person:
    return session.get_one(Person, town.staff)


def centre(session: Session, town: Town) -> Centre:
    return session.get_one(Centre, town.centre)


def asset(session: Session, town: Town, nth: int) -> Asset:
    return session.get_one(Asset, town.assets[nth])


# Sent twice, done once -----------------------------------------------------


def relabels(session: Session, town: Town) -> None:
    labels.keep(session, admin(session, town), codes.get("venue_type"), {"zh.theatre": "大戏台"})


def chooses(session: Session, town: Town) -> None:
    usual = {name: group.usual for name, group in choices.GROUPS.items()}
    choices.choose(session, staff(session, town), given=usual | {"loans": "portal"})


def discloses(session: Session, town: Town) -> None:
    disclose(session, staff(session, town), centre=centre(session, town), texts={"duties": ("办活动。", "")})


def assigns(session: Session, town: Town) -> None:
    duties.assign(session, staff(session, town), centre=centre(session, town), a=town.staff, b=None)


def gives_roles(session: Session, town: Town) -> None:
    who, roles = staff(session, town), {"staff", "centre_admin", "director", "handler"}
    posts.set_roles(session, admin(session, town), centre=centre(session, town), who=who, roles=roles)


def signs_out(session: Session, town: Town) -> None:
    sessions.finish(session, staff(session, town), "uniq.68000000-mark")


def begins_a_record(session: Session, town: Town) -> None:
    service.begin(session, staff(session, town), owner=centre(session, town), values={"title": "茶歌"}, key="form")


def puts_on_the_shelf(session: Session, town: Town) -> None:
    shelf = session.get_one(Collection, town.shelf)
    collections.put(session, staff(session, town), shelf, assets=[asset(session, town, 0)])


def finishes_the_upload(session: Session, town: Town) -> None:
    uploads.finish(session, staff(session, town), session.get_one(Upload, town.upload))


def invites(session: Session, town: Town) -> None:
    given = {"email": "new@example.org", "roles": {"staff"}}
    invitations.invite(session, staff(session, town), centre=centre(session, town), **given)


def asks_for_a_new_password(session: Session, _town: Town) -> None:
    letters.ask_reset(session, f"{'a' * 60}@{'b' * 60}.{'c' * 60}.{'d' * 60}.example.org")


def has_pictures_made(session: Session, town: Town) -> None:
    renditions.plan(session, session.get_one(File, town.file))


OPEN = (Invitation.withdrawn_at.is_(None),)
ONCE: dict[Callable[[Session, Town], None], tuple[Any, tuple[Any, ...], int]] = {
    relabels: (CodeLabel, (), 1),
    chooses: (NoticeChoice, (), 1),
    discloses: (Disclosure, (), 1),
    assigns: (Duty, (), 1),
    gives_roles: (Post, (), 4),
    signs_out: (SignedOut, (), 1),
    begins_a_record: (Asset, (Asset.state == "draft",), 1),
    puts_on_the_shelf: (CollectionMember, (), 1),
    finishes_the_upload: (Job, (Job.kind == "archive.assemble",), 1),
    invites: (Invitation, OPEN, 1),
    asks_for_a_new_password: (Job, (Job.kind == "people.reset",), 1),
    has_pictures_made: (Job, (Job.kind.startswith("renditions."),), 1),
}


@BOTH
@pytest.mark.parametrize("act", ONCE, ids=lambda act: act.__name__)
def test_the_same_sent_twice_is_done_once(app: Flask, town: Town, act: Callable[[Session, Town], None]) -> None:
    """A second click while the first is on its way is no mistake."""
    model, conditions, rows = ONCE[act]
    assert meanwhile(app, lambda session: act(session, town), lambda session: act(session, town)) == ""
    assert count(app, model, *conditions) == rows


@BOTH
def test_the_alliance_is_made_once(app: Flask) -> None:
    assert meanwhile(app, the_alliance, the_alliance) == ""
    assert count(app, Alliance) == 1


@BOTH
def test_centres_of_one_sound_get_addresses_of_their_own(app: Flask, town: Town) -> None:
    def apply(name: str) -> Act:
        given = {"level": "county", "type": "centre", "division_code": "990101", "phone": "0900-555 0121", "address": "青山路1号"}
        given |= {"contact_name": "刘老师", "contact_email": "liu@example.org", "name": name}
        return lambda session: membership.apply(session, None, form=Application.model_validate(given))

    assert meanwhile(app, apply("青山县文化馆"), apply("青山县文化站")) == ""
    assert count(app, Centre, Centre.slug.like("qingshan%")) == 2
    assert "该馆已在联盟中或正在申请" in meanwhile(app, apply("绿水县文化馆"), apply("绿水县文化馆"))


# What only one can have done -----------------------------------------------


def goes_away(session: Session, town: Town) -> None:
    accounts.away(session, staff(session, town), starts_on=TODAY, ends_on=TODAY + timedelta(days=3))


def puts_rules_in_force(session: Session, town: Town) -> None:
    rules.publish(
        session,
        admin(session, town),
        form=Rules(title="章程", text="# 总则\n成员馆自愿加入，平等相待。", change_note="第一版", based_on=0),
    )


def enters_a_day(session: Session, town: Town) -> None:
    row = calendar.Row(day=date(2031, 5, 1), working=False, name="劳动节", source="国办发明电〔2030〕1号")
    calendar.add(session, admin(session, town), row=row)


def enters_all_days(session: Session, town: Town) -> None:
    calendar.seed(session, admin(session, town), year=2026)


def makes_a_shelf(session: Session, town: Town) -> None:
    values = {"slug": "boat-songs", "title": "船歌", "text": "行船时唱的。"}
    collections.create(session, staff(session, town), owner=centre(session, town), values=values)


def edits_the_shelf(session: Session, town: Town) -> None:
    shelf, said = session.get_one(Collection, town.shelf), {"title": "茶歌集"}
    collections.save(session, staff(session, town), shelf, values=said, expected_version=1)


def relates(session: Session, town: Town) -> None:
    relations.relate(session, staff(session, town), asset(session, town, 0), kind="related", other=asset(session, town, 1))


REFUSED: dict[Callable[[Session, Town], None], tuple[str, Any, tuple[Any, ...], int]] = {
    goes_away: ("与已登记的外出日子重叠", Absence, (), 1),
    puts_rules_in_force: ("别人刚发布了新的一版", RuleDocument, (), 1),
    enters_a_day: ("这一天已有记录", CalendarDay, (), 1),
    enters_all_days: ("没有可补的官方日期", CalendarDay, (sa.extract("year", CalendarDay.day) != 2026,), 0),
    makes_a_shelf: ("有几处需要改正", Collection, (Collection.slug == "boat-songs",), 1),
    edits_the_shelf: ("这个专题刚刚被别人改过", Collection, (Collection.version == 2,), 1),
    relates: ("这一条关系已经有了", AssetRelation, (), 1),
}


@BOTH
@pytest.mark.parametrize("act", REFUSED, ids=lambda act: act.__name__)
def test_what_the_first_has_done_the_second_is_told(app: Flask, town: Town, act: Callable[[Session, Town], None]) -> None:
    sentence, model, conditions, rows = REFUSED[act]
    assert sentence in meanwhile(app, lambda session: act(session, town), lambda session: act(session, town))
    assert count(app, model, *conditions) == rows


@BOTH
def test_two_who_put_one_into_the_other_make_no_circle(app: Flask, town: Town) -> None:
    def inside(one: int, other: int) -> Act:
        return lambda session: relations.relate(
            session, staff(session, town), asset(session, town, one), kind="part_of", other=asset(session, town, other)
        )

    assert "绕成一圈" in meanwhile(app, inside(0, 1), inside(1, 0))
    assert count(app, AssetRelation) == 1
