"""Several who change one asset in the same moment: one is first, nobody undoes what another did."""

import itertools
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from alliance.archive import performers, room, service, sheet, uploads
from alliance.archive.arriving import Upload
from alliance.archive.models import Asset, today
from alliance.db import db, transaction
from alliance.errors import Refusal
from alliance.people.models import Person
from alliance.storage.models import File
from alliance.storage.store import Draft
from tests import make
from tests.conftest import BOTH

pytestmark = BOTH
TIMES = 6


def at_once(app, *acts):
    """Run each act in a transaction of its own, all begun together; returns what was refused."""
    gate, refused = threading.Barrier(len(acts)), []

    def run(act):
        with app.app_context():
            gate.wait()
            try:
                with transaction() as session:
                    act(session)
            except Refusal as refusal:
                refused.append(str(refusal.sentence))
            db.session.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return refused


@pytest.fixture
def stage(write):
    def build(session):
        centre = make.centre(session)
        asset = make.asset(session, centre)
        make.performer(asset, is_minor=True, consent_until=today() + timedelta(days=90))
        session.flush()
        return asset.code, make.person(session, centre).id

    return write(build)


def test_one_file_is_described_once_however_often_the_sheet_is_sent(app, write):
    """And what arrives in the same moment is in the draft."""
    staff = write(lambda session: make.person(session, make.centre(session)).id)

    def announced(session):
        person = session.get(Person, staff)
        given = {"part": 8, "size": 8, "mark": "0" * 32, "name": "灯会.png", "state": "assembling"}
        upload = Upload(code=f"{next(codes):032x}", person_id=staff, centre_id=person.centre.id, **given)
        session.add(upload)
        session.flush()
        return upload.code, make.file(session).id

    def arrive(code, number):
        def change(session):
            upload = session.scalars(sa.select(Upload).where(Upload.code == code)).one()
            upload = session.get_one(Upload, upload.id, with_for_update=True, populate_existing=True)
            upload.file, upload.state = session.get_one(File, number), "done"
            if upload.asset is not None:
                service.attach(session, session.get(Person, staff), upload.asset, file=upload.file)

        return change

    def describe(code):
        def change(session):
            person = session.get(Person, staff)
            sheet.describe(session, person, person.centre, uploads.find(session, person, code), {"title": "灯会"})

        return change

    codes = itertools.count(1)
    for turn in range(1, TIMES + 1):
        code, number = write(announced)
        assert at_once(app, describe(code), arrive(code, number), describe(code)) == []
        told = write(
            lambda session: session.execute(sa.select(Asset.file_id).where(Asset.title == "灯会").order_by(Asset.id)).all()
        )
        assert (len(told), told[-1]) == (turn, (number,))


@pytest.mark.parametrize("what", ["files", "room"])
def test_who_begins_at_once_gets_no_more_than_there_is(app, write, monkeypatch, what):
    """Files that one person may have on the way, and gigabytes of a centre whose people send together."""
    monkeypatch.setattr(uploads, "MOST", 2 if what == "files" else 100)

    def build(session):
        centre = make.centre(session)
        people = [make.person(session, centre).id for _ in range(TIMES)]
        return people if what == "room" else people[:1] * TIMES

    def begin(number, staff):
        def act(session):
            person = session.get_one(Person, staff)
            draft = Draft(f"incoming/{number}", "0" * 32, room.GIGABYTE // 2, uploads.PART)
            given = {"centre": person.centre, "code": f"{number:032x}", "draft": draft, "name": "采茶戏.mp4"}
            uploads.begin(session, person, **given, gigabytes=1)

        return act

    refused = at_once(app, *(begin(number, staff) for number, staff in enumerate(write(build), 1)))
    assert len(refused) == TIMES - 2
    assert all(("没有传完" if what == "files" else "放不下") in sentence for sentence in refused)
    assert write(lambda session: session.scalar(sa.select(sa.func.count()).select_from(Upload))) == 2


@pytest.mark.parametrize("state", ["draft", "published"])
def test_of_many_who_save_the_same_version_one_does(app, write, stage, state):
    """Of what was published the database itself keeps one former record a version; a draft has only the lock."""
    code, staff = stage

    def set_back(session):
        asset = service.find(session, code)
        asset.state, asset.published_at = state, asset.published_at if state == "published" else None

    write(set_back)

    def save(number):
        def act(session):
            asset = service.find(session, code)
            person = session.get_one(Person, staff)
            service.save(session, person, asset, values={"title": f"第{number}个"}, expected_version=1)

        return act

    refused = at_once(app, *(save(number) for number in range(TIMES)))
    assert len(refused) == TIMES - 1
    assert write(lambda session: service.find(session, code).version) == 2


def test_a_consent_taken_back_survives_whoever_saves_the_performers_meanwhile(app, write, stage):
    code, staff = stage

    def take_back(session):
        asset = service.find(session, code)
        one, person = asset.performers[0].id, session.get_one(Person, staff)
        performers.withdraw_consent(session, person, asset, performer_id=one, expected_version=asset.version)

    def save(session):
        asset = service.find(session, code)
        row = {"id": asset.performers[0].id, "name": "小冬", "role": "童声", "is_minor": True}
        person = session.get_one(Person, staff)
        values = {"performers": [row, {"name": "新来的", "consent_until": today() + timedelta(days=9)}]}
        service.save(session, person, asset, values=values, expected_version=asset.version)

    at_once(app, take_back, save)

    def look(session):
        asset = service.find(session, code)
        withdrawn = [one.withdrawn_on for one in asset.performers if one.is_minor]
        return withdrawn, asset.minor_consent_lapsed, asset.is_listed

    withdrawn, lapsed, listed = write(look)
    # Whoever came second read what the first wrote, or was refused; the record is closed as soon as the consent is gone.
    assert lapsed == (withdrawn[0] is not None)
    assert listed == (not lapsed)
