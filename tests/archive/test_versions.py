"""What a record was before each change since its publication; compared, shown to staff, taken up again."""

from datetime import timedelta

import pytest

from alliance.archive import performers, service, versions
from alliance.archive.models import Asset, today
from alliance.archive.record import sift
from alliance.forms import faults
from tests import make
from tests.archive.conftest import version
from tests.archive.samples import png
from tests.archive.test_routes import RECORD, begun, published, sent
from tests.conftest import BOTH


@pytest.fixture
def kept(session):
    centre = make.centre(session)
    return make.asset(session, centre, published_at=None, state="draft"), make.person(session, centre, "staff")


def save(session, kept, **values):
    asset, person = kept
    service.save(session, person, asset, values=values, expected_version=asset.version)


@BOTH
def test_nothing_is_kept_before_publication_and_everything_after(session, kept):
    asset, person = kept
    save(session, kept, title="草稿的题名")
    assert versions.of(session, asset) == []
    asset.state, asset.published_at = "published", asset.created_at
    save(session, kept, title="灯会", minutes=45)
    save(session, kept, title="灯会", description="说明改了。")
    save(session, kept, title="灯会")  # nothing changed
    service.attach(session, person, asset, file=make.file(session))
    told = versions.of(session, asset)
    assert [former.action for former in told] == ["asset.file_attached", "asset.changed", "asset.changed"]
    assert [[name for name, _old, _new in former.changes] for former in told] == [["file"], ["description"], ["minutes", "title"]]
    assert told[2].changes == [("minutes", None, 45), ("title", "草稿的题名", "灯会")]
    assert {former.who for former in told} == {person.name}
    assert len({former.version for former in told}) == 3


@BOTH
def test_every_field_of_the_record_survives_being_kept_and_taken_up(session, kept):
    asset, _person = kept
    asset.state, asset.published_at = "published", asset.created_at
    ends = today() + timedelta(days=9)
    values = {
        "title_en": "Lanterns",
        "contributors": ["王一", "李二"],
        "licence_until": ends,
        "award": "qunxing",
        "award_year": 2019,
        "creator_en": "Anonymous",
        "allowed_uses": ["online", "print"],
    }
    save(session, kept, **values)
    before = versions.record_of(asset)
    save(
        session,
        kept,
        **dict.fromkeys(("title_en", "award", "creator_en"), ""),
        contributors=[],
        licence_until=None,
        award_year=None,
    )
    former = versions.of(session, asset)[0]
    found = versions.find(session, asset, former.version)
    assert found == before
    again = versions.taken_up(asset, found)
    assert again["licence_until"] == ends.isoformat()
    assert again["contributors"] == ["王一", "李二"]
    assert versions.find(session, asset, 999) is None


@BOTH
def test_a_consent_taken_back_does_not_come_back_with_an_older_version(app, session, kept):
    asset, person = kept
    asset.state, asset.published_at = "published", asset.created_at
    save(session, kept, performers=[{"name": "周阿婆", "consent_until": today() + timedelta(days=90)}, {"name": "李二"}])
    one = asset.performers[0]
    performers.withdraw_consent(session, person, asset, performer_id=one.id, expected_version=asset.version)
    save(session, kept, performers=[{"id": one.id, "name": "周阿婆", "role": "领唱"}])
    for former in versions.of(session, asset)[:2]:
        values = versions.taken_up(asset, versions.find(session, asset, former.version))
        rows = [
            {name: "" if value is None else value for name, value in row.items() if name != "withdrawn_on"}
            for row in values["performers"]
        ]
        with app.test_request_context():
            held, wrong = sift({"performers": rows}, faults)
        assert not wrong
        service.save(session, person, asset, values=held, expected_version=asset.version)
        assert asset.consent_lapsed


@BOTH
def test_the_page_tells_who_changed_what_and_leads_back(browsers, client):
    people = browsers()
    staff = people["staff"]
    code = published(staff, people["admin"])
    assert "发布以来没有改过" in staff.get(f"/archive/{code}/history").text
    form = staff.get(f"/archive/{code}/edit").text
    staff.post(f"/archive/{code}/edit", version=version(form), **RECORD | {"title": "改过的题名", "place_text": "岭上村"})
    page = staff.get(f"/archive/{code}/history").text
    for words in (RECORD["title"], "改过的题名", "岭上村", "修改著录"):
        assert words in page
    number = page.split(f"/archive/{code}/edit?version=")[1].split('"')[0]
    form = staff.get(f"/archive/{code}/edit?version={number}").text
    assert f'value="{RECORD["title"]}"' in form
    assert "存好后才生效" in form
    assert "data-autosave=" not in form
    assert "改过的题名" in client.get(f"/archive/{code}").text  # nothing has happened yet
    staff.post(f"/archive/{code}/edit", version=version(form), **RECORD)
    assert RECORD["title"] in client.get(f"/archive/{code}").text
    assert people["admin"].get(f"/archive/{code}/history").status_code == 200
    for who in (client, people["stranger"]):
        assert who.get(f"/archive/{code}/history").status_code in (302, 403)


def test_the_page_asks_as_often_for_many_as_for_few(browsers, write, count_queries):
    people = browsers()
    code = published(people["staff"], people["admin"])

    def more(count):
        def change(session):
            asset = service.find(session, code)
            for n in range(count):
                before = versions.record_of(asset)
                asset.title = f"第{n}次{count}"
                versions.keep(session, None, asset, before, action="asset.changed")
                asset.version += 1

        return change

    write(more(2))
    path = f"/archive/{code}/history"
    count_queries(people["staff"].get, path)
    few = count_queries(people["staff"].get, path)
    write(more(20))
    assert count_queries(people["staff"].get, path) == few


def test_another_file_is_told_with_both_names(browsers):
    people = browsers()
    code = begun(people["staff"], record_visibility="members")
    sent(people["staff"], code, png(), "第一版.png")
    page = people["staff"].get(f"/archive/{code}").text
    assert f"/archive/{code}/history" not in page
    code = published(people["staff"], people["admin"], name="第一版.png")
    sent(people["staff"], code, png(shade=20), "第二版.png")
    page = people["staff"].get(f"/archive/{code}/history").text
    assert "第一版.png" in page
    assert "第二版.png" in page


def test_a_version_calls_the_file_as_its_own_centre_does(session, kept):
    """Equal bytes are one file, which has the name under which somebody sent it first."""
    asset, person = kept
    service.attach(session, person, asset, file=make.file(session, name="别馆的名字.png"), name="本馆的名字.png")
    assert versions.record_of(asset)["file"]["name"] == "本馆的名字.png"


def test_a_version_is_of_its_own_asset(session, kept):
    asset, person = kept
    other: Asset = make.asset(session, asset.owner)
    service.save(session, person, other, values={"title": "别的"}, expected_version=other.version)
    number = versions.of(session, other)[0].version
    assert versions.find(session, asset, number) is None


def given(row, name):
    """As a form posts it: nothing is an empty text."""
    return "" if row[name] is None else row[name]
