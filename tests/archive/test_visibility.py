"""Row, SQL and search tokens say the same; every pair of the two axes, asked of the file's address by every role."""

import io
import random
from datetime import timedelta

import sqlalchemy as sa

from alliance.archive.models import Asset, today
from alliance.archive.visibility import openable_by, tokens_for, tokens_of, visible_to
from alliance.codes.media import FILE_ACCESS, RECORD_VISIBILITY
from alliance.codes.rights import RIGHTS_STATUS
from alliance.permissions import may
from alliance.storage import files
from alliance.storage.files import Received
from tests import make
from tests.archive.samples import png
from tests.conftest import BOTH

STATES = ("draft", "in_review", "needs_work", "published", "published", "published", "withdrawn")


def cast(session):
    """A visitor and everybody who stands differently to an asset of `main` or `branch`."""
    main, far, resting = make.centre(session), make.centre(session), make.centre(session, membership="suspended")
    branch = make.centre(session, role="branch", parent_id=main.id)
    people = {
        "visitor": None,
        "nobody": make.person(session),
        "owner": make.person(session, main, "staff"),
        "branch": make.person(session, branch, "staff"),
        "main_director": make.person(session, main, "director"),
        "member": make.person(session, far, "centre_admin"),
        "suspended": make.person(session, resting, "director"),
        "admin": make.admin(session),
    }
    return (main, branch, resting), people


@BOTH
def test_row_sql_and_tokens_agree(session):
    centres, people = cast(session)
    choose = random.Random(11)
    ends = (*[None] * 9, today() - timedelta(days=1), today(), today() + timedelta(days=1))
    for _ in range(400):
        make.asset(
            session,
            choose.choice(centres),
            file=None,
            state=choose.choice(STATES),
            record_visibility=choose.choice(RECORD_VISIBILITY.ids),
            file_access=choose.choice(FILE_ACCESS.ids),
            rights_status=choose.choice(RIGHTS_STATUS.ids),
            licence_until=choose.choice(ends),
            consent_until=choose.choice(ends),
            minor_consent_until=choose.choice(ends),
            embargo_until=choose.choice(ends),
            lease_until=choose.choice(ends),
        )
    session.flush()
    published = [asset for asset in session.scalars(sa.select(Asset)) if asset.state == "published"]
    assert len(published) > 80
    seen = {}
    for who, person in people.items():
        by_row = {asset.id for asset in published if may(person, "asset.read", asset)}
        by_sql = set(session.scalars(sa.select(Asset.id).where(visible_to(person))))
        by_token = {asset.id for asset in published if set(tokens_of(asset)) & set(tokens_for(person))}
        assert by_row == by_sql == by_token, who
        opened = {asset.id for asset in published if may(person, "asset.open", asset)}
        assert opened == set(session.scalars(sa.select(Asset.id).where(openable_by(person)))), who
        assert opened <= by_row
        seen[who] = (len(by_row), len(opened))
    assert 0 < seen["visitor"][0] == seen["nobody"][0] < seen["member"][0] < seen["owner"][0] < seen["admin"][0]
    assert 0 < seen["visitor"][1] < seen["member"][1] < seen["owner"][1]


@BOTH
def test_nothing_unpublished_is_in_the_index(session):
    centres, _people = cast(session)
    for state in ("draft", "in_review", "needs_work", "withdrawn"):
        assert tokens_of(make.asset(session, centres[0], state=state)) == ()


def kept(session) -> object:
    """A real picture in the store, with its row."""
    content = png()
    stored = files.the_store().put("files/aa/sample", io.BytesIO(content), size_limit=10**6)
    return files.keep(session, None, Received(stored.key, stored.sha256, stored.size, "image/png", "灯会.png"))


def test_no_state_but_published_opens_a_file_to_others(write, signed_in, client):
    def build(session):
        (_, branch, _), people = cast(session)
        file = kept(session)
        states = ("draft", "needs_work", "in_review", "withdrawn")
        codes = {state: make.asset(session, branch, state=state, decided_above=True, file=file).code for state in states}
        return {who: person.id if person else None for who, person in people.items()}, codes

    people, codes = write(build)
    opened = {
        (who, state)
        for who, number in people.items()
        for state, code in codes.items()
        if (signed_in(number) if number else client).get(f"/archive/{code}/file").status_code == 200
    }
    assert opened == {("branch", state) for state in codes} | {("main_director", "in_review"), ("admin", "in_review")}


def test_a_suspended_centre_shows_its_files_to_nobody_else(write, signed_in, client):
    def build(session):
        (_, _, resting), people = cast(session)
        return make.asset(session, resting, file=kept(session)).code, people["member"].id, people["suspended"].id

    code, member, own = write(build)
    assert client.get(f"/archive/{code}/file").status_code == 404
    assert signed_in(member).get(f"/archive/{code}/file").status_code == 404
    assert signed_in(own).get(f"/archive/{code}/file").status_code == 200


def test_a_childs_lapsed_consent_closes_the_record_too(write, signed_in, client):
    def build(session):
        (main, _, _), people = cast(session)
        lapsed = {"minor_consent_until": today() - timedelta(days=1)}
        return make.asset(session, main, file=kept(session), **lapsed).code, people["member"].id

    code, member = write(build)
    for browser in (client, signed_in(member)):
        assert browser.get(f"/archive/{code}").status_code == 404
        assert browser.get(f"/archive/{code}/file").status_code == 404
