"""Every address of a file, asked by every role for every pair of the two axes, before and after whatever opens or closes it by
itself; the row, the SQL conditions, the search tokens and the real answers say the same."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa

from alliance import clock
from alliance.archive import performers, service
from alliance.archive.documents import access_of
from alliance.archive.models import Asset, today
from alliance.archive.opening import SHORT
from alliance.archive.visibility import openable_by, tokens_for, tokens_of, visible_to
from alliance.codes.media import FILE_ACCESS, RECORD_VISIBILITY
from alliance.db import db, transaction
from alliance.people.models import Person
from alliance.permissions import may, verb_of
from alliance.storage import files, renditions
from alliance.storage.files import Received
from tests import make
from tests.archive.samples import jpeg, png
from tests.conftest import BOTH

NOON = datetime(2026, 11, 16, 4, tzinfo=UTC)
PAIRS = list(product(RECORD_VISIBILITY.ids, FILE_ACCESS.ids))
OWNERS = ("owner", "owner_director")
MEMBERS = ("member", "main_staff", "main_director")
ROLES = ("visitor", "nobody", *OWNERS, *MEMBERS, "suspended", "admin")
ASKING = ("visitor", *OWNERS, "member", "main_director", "suspended", "admin")
TILE = "0,0,512,60/512,60/0/default.jpg"


@dataclass(frozen=True)
class Step:
    """So many days later, after `act`: whether the record is out, and whether the file is open to whom its axis names."""

    day: int
    record: bool
    file: bool
    act: Callable[[Any, Any, Asset], Any] | None = None
    gone: bool = False


@dataclass(frozen=True)
class Case:
    """What an asset of each pair is like, in days from the first; who performs in it; what becomes of it."""

    steps: tuple[Step, ...]
    values: dict[str, Any] = field(default_factory=dict)
    performer: dict[str, Any] | None = None


def taken_back(session: Any, person: Any, asset: Asset) -> None:
    one = asset.performers[0]
    performers.withdraw_consent(session, person, asset, performer_id=one.id, expected_version=asset.version)


def withdrawn(session: Any, person: Any, asset: Asset) -> None:
    service.withdraw(session, person, asset, why="权利人要求撤下。", expected_version=asset.version)


def suspended(_session: Any, _person: Any, asset: Asset) -> None:
    asset.owner.membership.state = "suspended"


ENDS = (Step(3, True, True), Step(4, True, False))
CASES = {
    "nothing": Case((Step(0, True, True),)),
    "rights unknown": Case((Step(0, True, False),), {"rights_status": "unknown"}),
    "performers' consent outstanding": Case((Step(0, True, False),), {"rights_status": "performer_pending"}),
    "embargo": Case((Step(2, True, False), Step(3, True, True)), {"embargo_until": 3}),
    "lease": Case(ENDS, {"lease_until": 3}),
    "licence": Case(ENDS, {"licence_until": 3}),
    "embargo, then lease": Case(
        (Step(0, True, False), Step(1, True, True), Step(2, True, True), Step(3, True, False)),
        {"embargo_until": 1, "lease_until": 2},
    ),
    "consent": Case(ENDS, performer={"consent_until": 3}),
    "a child's consent": Case((Step(3, True, True), Step(4, False, False)), performer={"consent_until": 3, "is_minor": True}),
    "consent taken back": Case((Step(0, True, True), Step(0, True, False, taken_back)), performer={"consent_until": 9}),
    "a child's consent taken back": Case(
        (Step(0, True, True), Step(0, False, False, taken_back)), performer={"is_minor": True, "consent_until": 9}
    ),
    "withdrawal": Case((Step(0, True, True), Step(0, False, False, withdrawn, gone=True))),
    "suspension": Case((Step(0, True, True), Step(0, False, False, suspended))),
}


def dated(values: dict[str, Any]) -> dict[str, Any]:
    return {name: today() + timedelta(days=v) if type(v) is int else v for name, v in values.items()}


class Archive:
    """A branch with an asset for each pair, and everybody who stands differently to it."""

    def __init__(self, session: Any, case: Case, file: Any) -> None:
        main, far, resting = make.centre(session), make.centre(session), make.centre(session, membership="suspended")
        branch = make.centre(session, role="branch", parent_id=main.id)
        people = {
            "nobody": make.person(session),
            "owner": make.person(session, branch, "staff"),
            "owner_director": make.person(session, branch, "director"),
            "member": make.person(session, far, "director"),
            "main_staff": make.person(session, main, "staff"),
            "main_director": make.person(session, main, "director"),
            "suspended": make.person(session, resting, "director"),
            "admin": make.admin(session),
        }
        self.people = {"visitor": None} | {who: person.id for who, person in people.items()}
        self.codes, self.captions = {}, {}
        for sight, access in PAIRS:
            asset = make.asset(session, branch, record_visibility=sight, file_access=access, file=file, **dated(case.values))
            caption = make.caption(session, asset)
            self.captions[asset.code] = (caption.id, caption.file.digest[:SHORT])
            if case.performer is not None:
                make.performer(asset, **dated(case.performer))
            self.codes[sight, access] = asset.code
        session.flush()


def reaches(who: str, axis: str) -> bool:
    return axis == "public" or (axis == "members" and who in MEMBERS)


def sees(who: str, sight: str, step: Step) -> bool:
    """The record: always the owner's; the secretariat's while it is published; others' by its axis."""
    return who in OWNERS or who == "admin" or (step.record and reaches(who, sight))


def opens(who: str, sight: str, access: str, step: Step) -> bool:
    """The file: always the owner's; others' by both axes, and never the secretariat's by its office alone."""
    return who in OWNERS or (step.file and reaches(who, sight) and reaches(who, access))


def answer(who: str, sight: str, access: str, step: Step) -> int:
    """What an address of the file answers: 404 where not even the record may be seen, 302 to sign in, 403 to who is."""
    if opens(who, sight, access, step):
        return 200
    if not sees(who, sight, step):
        return 404
    return 302 if who == "visitor" else 403


def acted(session: Any, archive: Archive, step: Step) -> None:
    if step.act is not None:
        person = session.get_one(Person, archive.people["owner"])
        for code in archive.codes.values():
            step.act(session, person, service.find(session, code))


@BOTH
@pytest.mark.parametrize("case", CASES)
def test_row_conditions_and_tokens_say_the_same(app, write, case):
    with clock.moved(NOON):
        archive = write(lambda session: Archive(session, CASES[case], make.file(session, media_type="image/png")))
    for step in CASES[case].steps:
        with clock.moved(NOON + timedelta(days=step.day)), app.app_context():
            with transaction() as session:
                acted(session, archive, step)
            session = db.session
            readable, openable = {}, {}
            for who, number in archive.people.items():
                person = session.get_one(Person, number) if number else None
                readable[who] = set(session.scalars(sa.select(Asset.code).where(visible_to(person))))
                openable[who] = set(session.scalars(sa.select(Asset.code).where(openable_by(person))))
            for ((sight, access), code), who in product(archive.codes.items(), ROLES):
                asset = service.find(session, code)
                number = archive.people[who]
                person = session.get_one(Person, number) if number else None
                at = (case, step.day, sight, access, who)
                found = bool(set(tokens_of(asset)) & set(tokens_for(person)))
                assert found == (code in readable[who]) == (sees(who, sight, step) and not step.gone), at
                assert (code in openable[who]) == (opens(who, sight, access, step) and not step.gone), at
                assert may(person, "asset.read", asset) == sees(who, sight, step), at
                assert may(person, "asset.open", asset) == opens(who, sight, access, step), at
                if access in ("public", "members") and step.record:
                    assert access_of(asset) == (access if step.file else "own_centre"), at


def addresses(app: Any, made: dict[str, str], caption: tuple[int, str]) -> list[tuple[str, dict[str, Any]]]:
    """Every route that serves a file, by the verb that guards it: a new one is tried as soon as it is there; `made` are digests."""
    given = {
        "archive.file": {},
        "archive.made": {"digest": made["card"], "name": "card"},
        "archive.zoom": {"digest": made["zoom"]},
        "archive.track": {"caption_id": caption[0], "digest": caption[1]},
        "archive.tile": {"digest": made["zoom"], "place": TILE},
    }
    found = []
    for rule in app.url_map.iter_rules():
        if verb_of(app.view_functions[rule.endpoint]) == "asset.open" and "GET" in (rule.methods or ()):
            found.append((rule.endpoint, given[rule.endpoint]))
    return found


@pytest.mark.long
@pytest.mark.parametrize("case", CASES)
def test_every_address_answers_every_role_as_the_axes_say(app, write, signed_in, client, work_off, case):
    def build(session: Any) -> Archive:
        stored = files.the_store().put("files/aa/sample", io.BytesIO(jpeg(2200, 60)), size_limit=10**6)
        file = files.keep(session, None, Received(stored.key, stored.sha256, stored.size, "image/jpeg", "灯会.jpg"))
        renditions.plan(session, file)
        return Archive(session, CASES[case], file)

    with clock.moved(NOON):
        archive = write(build)
    work_off()  # the safe copies are made
    browsers = {who: signed_in(archive.people[who]) if archive.people[who] else client for who in ASKING}
    with app.test_request_context():
        asset = service.find(db.session, next(iter(archive.codes.values())))
        made = {name: one.made.digest[:SHORT] for name, one in renditions.of(db.session, asset.file).items() if one.made}
        ways = [
            (pair, app.url_for(endpoint, code=code, **given, _external=False))
            for pair, code in archive.codes.items()
            for endpoint, given in addresses(app, made, archive.captions[code])
        ]
    assert len(ways) >= 2 * len(PAIRS)
    for step in CASES[case].steps:
        with clock.moved(NOON + timedelta(days=step.day)):
            write(lambda session, step=step: acted(session, archive, step))
            for who, browser in browsers.items():
                for (sight, access), way in ways:
                    status = browser.get(way).status_code
                    assert status == answer(who, sight, access, step), (case, step.day, who, sight, access, way)


@pytest.mark.parametrize("case", ["embargo", "lease", "consent", "a child's consent"])
def test_the_page_and_the_card_say_what_is_open_and_from_when(write, client, case):
    with clock.moved(NOON):
        archive = write(lambda session: Archive(session, CASES[case], make.file(session, media_type="image/png")))
    said = {
        ("embargo", False): ("2026年11月19日起开放", "文件从2026年11月19日起开放。"),
        ("embargo", True): ("公开，可打开",),
        ("lease", True): ("公开，可打开", "开放到"),
        ("lease", False): ("限本馆", "文件已收回"),
        ("consent", True): ("公开，可打开",),
        ("consent", False): ("文件暂不开放", "表演者的同意已到期"),
        ("a child's consent", True): ("公开，可打开",),
    }
    for step in CASES[case].steps:
        with clock.moved(NOON + timedelta(days=step.day)):
            code = archive.codes["public", "public"]
            page = client.get(f"/archive/{code}")
            assert page.status_code == (200 if step.record else 404)
            for words in said.get((case, step.file), ()):
                assert words in page.text, words
            assert (f"/archive/{code}/file" in page.text) == step.file
            assert (code in client.get("/archive").text) == step.record


def test_no_cache_keeps_a_file_past_the_midnight_on_which_it_may_close(write, client):
    def build(session):
        stored = files.the_store().put("files/ab/sample", io.BytesIO(png()), size_limit=10**6)
        file = files.keep(session, None, Received(stored.key, stored.sha256, stored.size, "image/png", "灯会.png"))
        return make.asset(session, make.centre(session), file=file, lease_until=today()).code

    late = datetime(2026, 11, 16, 15, 58, tzinfo=UTC)  # two minutes to midnight in China
    with clock.moved(NOON):
        code = write(build)
        assert client.get(f"/archive/{code}/file").cache_control.max_age == 150
    with clock.moved(late):
        assert client.get(f"/archive/{code}/file").cache_control.max_age == 120
    with clock.moved(late + timedelta(minutes=2)):
        assert client.get(f"/archive/{code}/file").status_code == 302
