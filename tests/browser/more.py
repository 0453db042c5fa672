"""What the demo has no example of: a page for it stands only after something was done."""

import io
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from alliance import clock
from alliance.archive import collections, performers, uploads
from alliance.archive.models import Asset
from alliance.cases import filing, forms
from alliance.cases.actions import act
from alliance.cases.models import Case
from alliance.centres.models import Centre
from alliance.db import db, transaction
from alliance.demo.people import cast
from alliance.moderation import announcements
from alliance.people import standing
from alliance.people.models import Person
from alliance.storage import files
from tests.archive.samples import png

ANNOUNCED = {
    "title": "腊月送戏下乡开始报名",
    "title_en": "Sign up for the winter tour of the villages",
    "text": "请各馆在月底前报来场次。\n\n- 每乡至少两场\n- 车辆优先山区",
    "text_en": "Please send in your dates by the end of the month.\n\n- two shows in each township at least\n- trucks go to the hills first",
}
QUESTION = {"text": "周末开放到几点？", "public": True}
USE = {"text": "小学四年级音乐课上播放，只在课堂上用。", "name": "汪老师", "contact": "wang@example.org"}
PERFORMERS = (
    {"name": "贺婆婆", "role": "领唱", "consent_scope": "online", "is_minor": False},
    {"name": "小禾", "role": "和声", "consent_scope": "online", "is_minor": True},
)
KEY = "0123456789abcdef"
"""How the key of a form begins that sent a case; its secret code follows from it."""
SONGS = "yangge"
SUSPENDED = "tian"
ARRIVED, COMING = "灯会之夜.png", "采茶戏.mp4"


def add(app: Flask) -> None:
    """To the demo in that portal; the file that has arrived still waits for its job."""
    with app.app_context():
        today = clock.local(clock.now()).date()
        with transaction() as session:
            people = cast(session)
            admin = people["secretariat"]
            for reach in ("public", "members"):
                days = {"starts_on": today, "ends_on": today + timedelta(days=14)}
                announcements.publish(session, admin, words=announcements.Words(reach=reach, **ANNOUNCED, **days))
            standing.suspend(session, admin, who=people[SUSPENDED], reason="已调离本馆。")
            work = sung(session)
            performers.arrange(work, [one | {"consent_until": today + timedelta(days=300)} for one in PERFORMERS])
            collect(session, admin, work)
            ask(session, admin, work)
        sender = cast(db.session)["liu"].id
        send(sender, ARRIVED, png(shade=7), whole=True)
        send(sender, COMING, b"\0" * 2048, whole=False)


def sung(session: Session) -> Asset:
    """A public picture of 禾丰's, to be described with those who are in it."""
    hefeng = sa.select(Centre.id).where(Centre.slug == "hefeng").scalar_subquery()
    shown = sa.select(Asset).where(Asset.owner_id == hefeng, Asset.state == "published", Asset.record_visibility == "public")
    shown = shown.where(Asset.type == "still_image")
    return next(iter(session.scalars(shown.order_by(Asset.id)).unique()))


def collect(session: Session, admin: Person, work: Asset) -> None:
    """A collection of the alliance's, shown."""
    values = {"slug": SONGS, "title": "田间的歌", "title_en": "Songs of the fields", "text": "收割时节唱的歌。"}
    made = collections.create(session, admin, owner=None, values=values)
    session.flush()
    collections.put(session, admin, made, assets=[work])
    session.flush()
    collections.publish(session, admin, made, expected_version=made.version)


def ask(session: Session, admin: Person, work: Asset) -> None:
    """A request for use that waits, a question with its public answer."""
    until = clock.local(clock.now()).date() + timedelta(days=365)
    for kind, typed, thing in (
        ("use", USE | {"until": until.isoformat()}, filing.About(asset=work, centre=work.owner)),
        ("question", QUESTION, filing.About()),
    ):
        form = forms.KIND_FORMS[kind].model_validate(typed)
        case = filing.file(session, None, kind=kind, form=form, thing=thing, key=KEY + kind)
        session.flush()
        if kind == "question":
            answer(session, admin, case)


def answer(session: Session, admin: Person, case: Case) -> None:
    form = forms.Finish(answer="周末开放到晚上九点，节假日照常。", public_text=str(QUESTION["text"]))
    act(session, admin, case, "explain", form=form, expected_version=case.version)


def send(number: int, name: str, content: bytes, *, whole: bool) -> None:
    """A file on its way to the archive, or one that has come and waits for its description."""
    code, draft = uploads.reserve(len(content))
    if whole:
        files.the_store().part(draft, 1, io.BytesIO(content))
    with transaction() as session:
        person = session.get_one(Person, number)
        assert person.centre is not None
        upload = uploads.begin(session, person, centre=person.centre, code=code, draft=draft, name=name)
        session.flush()
        if whole:
            uploads.finish(session, person, upload)
