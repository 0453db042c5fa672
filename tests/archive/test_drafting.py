"""A draft kept as one types, copied from another, looked at before it is published, several changed at once."""

import pytest

from alliance.archive import bulk, service
from alliance.archive.models import Asset
from alliance.archive.record import sift
from alliance.errors import Forbidden, Invalid
from alliance.forms import faults
from tests import make
from tests.archive.conftest import version
from tests.archive.samples import png
from tests.archive.test_routes import RECORD, TICKED, begun, published, sent, submit
from tests.conftest import BOTH

CAST = {
    "performers.0.name": "周阿婆",
    "performers.0.role": "领唱",
    "performers.0.consent_scope": "online",
    "performers.0.consent_until": "2099-01-01",
    "performers.1.name": "小冬",
    "performers.1.is_minor": "1",
    "performers.1.consent_until": "2098-01-01",
    "performers.2.name": "",
}


def test_a_new_record_is_kept_as_one_types_and_makes_one_draft_whatever_happens(browsers, write):
    staff = browsers()["staff"]
    page = staff.get("/archive/new").text
    assert 'data-autosave="/archive/new/draft"' in page
    key = page.split('name="form_key" value="')[1].split('"')[0]
    answer = staff.post("/archive/new/draft", form_key=key, version="0", title="采茶")
    assert answer.status_code == 200
    assert answer.headers["Draft-Location"] == "/archive/DA-00001/edit"
    assert answer.text == "草稿已存好"
    again = staff.post("/archive/new/draft", form_key=key, version=answer.headers["Draft-Version"], title="采茶戏", minutes="三刻")
    assert "没有存上的：时长" in again.text
    assert int(again.headers["Draft-Version"]) > int(answer.headers["Draft-Version"])
    done = staff.post("/archive/new", form_key=key, version=again.headers["Draft-Version"], **RECORD)
    assert done.location == "/archive/DA-00001/upload"
    assert write(lambda session: session.query(Asset).count()) == 1


def test_a_form_of_somebody_else_does_not_lead_into_their_draft(browsers, write):
    people = browsers()
    people["staff"].post("/archive/new/draft", form_key="same", title="甲")
    people["director"].post("/archive/new/draft", form_key="same", title="乙")
    assert write(lambda session: session.query(Asset).count()) == 2


def test_a_draft_is_kept_and_what_is_out_is_not(browsers):
    people = browsers()
    staff = people["staff"]
    code = begun(staff)
    page = staff.get(f"/archive/{code}/edit").text
    assert f'data-autosave="/archive/{code}/draft"' in page
    answer = staff.post(f"/archive/{code}/draft", version=version(page), **RECORD | {"title": "改了"})
    assert answer.status_code == 200
    assert staff.post(f"/archive/{code}/draft", version=version(page), **RECORD).status_code == 409
    assert people["stranger"].post(f"/archive/{code}/draft", version="1", **RECORD).status_code == 404
    out = published(staff, people["admin"])
    page = staff.get(f"/archive/{out}/edit").text
    assert "data-autosave=" not in page
    assert staff.post(f"/archive/{out}/draft", version=version(page), **RECORD).status_code == 409


def test_a_page_left_open_does_not_write_over_what_was_sent_to_review(browsers):
    staff = browsers()["staff"]
    staff.post("/archive/new/draft", form_key="left open", version="0", **RECORD)
    code = "DA-00001"
    sent(staff, code, png(), "庙会.png")
    assert submit(staff, code).status_code == 302
    late = staff.post("/archive/new/draft", form_key="left open", version="0", **RECORD | {"title": "早先的题名"})
    assert late.status_code == 409
    assert "早先的题名" not in staff.get(f"/archive/{code}").text


def test_performers_are_rows_of_the_form_and_each_fault_is_at_its_cell(browsers):
    staff = browsers()["staff"]
    code = begun(staff, **CAST)
    page = staff.get(f"/archive/{code}/edit").text
    for typed in ('value="周阿婆"', 'value="领唱"', 'value="2098-01-01"', 'name="performers.4.name"'):
        assert typed in page, typed
    assert "周阿婆（领唱）、小冬" in staff.get(f"/archive/{code}").text
    wrong = CAST | {"performers.1.consent_until": "明年", "performers.0.name": "长" * 121}
    answer = staff.post(f"/archive/{code}/edit", version=version(page), **RECORD, **wrong)
    assert answer.status_code == 422
    for name in ("performers.1.consent_until", "performers.0.name"):
        assert f'href="#f-{name}"' in answer.text
        assert f'id="f-{name}-e"' in answer.text
    assert "明年" in answer.text


def test_what_the_page_does_not_show_is_left_as_it_is(browsers):
    """A sheet without rows of performers changes none of them."""
    staff = browsers()["staff"]
    code = begun(staff, **CAST)
    page = staff.get(f"/archive/{code}/edit").text
    staff.post(f"/archive/{code}/edit", version=version(page), **RECORD | {"title": "换个题名"})
    assert "周阿婆" in staff.get(f"/archive/{code}").text


def test_the_last_one_is_copied_without_anybodys_consent(browsers):
    people = browsers()
    staff = people["staff"]
    code = begun(staff, title_en="Tea opera", embargo_until="2099-01-01", **CAST)
    for way in ("last", code, code.lower()):
        page = staff.get(f"/archive/new?copy={way}").text
        for words in (RECORD["title"], RECORD["creator"], 'value="周阿婆"', f"照{code}填好了"):
            assert words in page
        for words in ("2099-01-01", "2098-01-01", "Tea opera", 'value="online" selected'):
            assert words not in page
    assert RECORD["title"] not in people["stranger"].get(f"/archive/new?copy={code}").text


def test_the_preview_shows_who_will_see_and_open_what(browsers):
    people = browsers()
    staff = people["staff"]
    code = begun(staff, record_visibility="public", file_access="members", embargo_until="2099-01-01")
    page = staff.get(f"/archive/{code}/preview").text
    assert "2099年1月1日起开放" in page
    assert "请上传文件" in page
    assert RECORD["title"] in page
    sent(staff, code, png(), "图.png")
    assert "送审" in staff.get(f"/archive/{code}/preview").text
    assert people["stranger"].get(f"/archive/{code}/preview").status_code == 404


def test_a_review_wants_every_item_ticked_and_keeps_what_was_typed(browsers):
    people = browsers()
    code = begun(people["staff"])
    sent(people["staff"], code, png(), "图.png")
    submit(people["staff"], code)
    path = f"/archive/{code}/review"
    page = people["admin"].get(path).text
    assert "能认出的人知情" in page
    part = dict.fromkeys(list(TICKED)[:2], "1") | {"note.people": "请补监护人同意"}
    answer = people["admin"].post(path, version=version(page), decision="publish", **part)
    assert answer.status_code == 422
    assert 'href="#f-ok.people"' in answer.text
    assert 'href="#f-ok.record"' not in answer.text
    assert "请补监护人同意" in answer.text
    done = people["admin"].post(path, version=version(page), decision="return", **part)
    assert done.status_code == 302
    assert "请补监护人同意" in people["staff"].get(f"/archive/{code}").text


def test_several_drafts_are_changed_together_from_the_list(browsers):
    people = browsers()
    staff = people["staff"]
    first, second, third = (begun(staff, title=f"第{n}件") for n in "一二三")
    out = published(staff, people["admin"])
    page = staff.get("/archive/mine").text
    assert page.count('name="code"') == 3
    change = {"code": [first, second, out], "art_forms": "dance", "place_text": "鹤川老街", "file_access": "own_centre"}
    answer = staff.post("/archive/mine", **change)
    assert answer.status_code == 303
    told = staff.get(answer.location).text
    assert "改好了2件草稿" in told
    assert f"没有改：{out}" in told
    for code in (first, second):
        assert "鹤川老街" in staff.get(f"/archive/{code}").text
    for code in (third, out):
        assert "鹤川老街" not in staff.get(f"/archive/{code}").text
    for wrong in ({"code": first}, {"place_text": "村"}, {"code": first, "file_access": "x"}, {"code": first, "collection": "999"}):
        assert staff.post("/archive/mine", **wrong).status_code == 422, wrong
    assert people["stranger"].post("/archive/mine", code=first, place_text="别处").status_code == 303
    assert "别处" not in staff.get(f"/archive/{first}").text


@BOTH
def test_a_change_to_many_keeps_to_ones_own_and_reaches_a_collection(app, session):
    centre, far = make.centre(session), make.centre(session)
    staff, stranger = make.person(session, centre), make.person(session, far)
    drafts = [service.create(session, staff, owner=centre, values={"title": title}) for title in "甲乙"]
    foreign = service.create(session, stranger, owner=far, values={"title": "远"})
    shelf, closed = make.collection(session, centre), make.collection(session, far)
    codes = [one.code for one in (*drafts, foreign)]
    with app.test_request_context():
        values, _wrong = sift({"rights_status": "own", "title": "不许改的"}, faults)
    done = bulk.change(session, staff, centre, codes=codes, values=values, collection=shelf)
    assert [one.rights_status for one in drafts] == ["own", "own"]
    assert [one.title for one in drafts] == ["甲", "乙"]
    assert (done.changed, done.skipped) == (drafts, [foreign.code])
    with pytest.raises(Forbidden):
        bulk.change(session, staff, centre, codes=codes, values={}, collection=closed)
    with pytest.raises(Forbidden):
        bulk.change(session, stranger, centre, codes=codes, values=values)
    for codes, given in (([], values), (["x"] * 2, {}), ([str(n) for n in range(101)], values)):
        with pytest.raises(Invalid):
            bulk.change(session, staff, centre, codes=codes, values=given)


def test_consents_are_taken_back_from_their_page(browsers, client):
    people = browsers()
    staff = people["staff"]
    code = published(staff, people["admin"], **CAST)
    page = staff.get(f"/archive/{code}/consents").text
    number = page.split(f"/archive/{code}/consents/")[1].split("/")[0]
    path = f"/archive/{code}/consents/{number}/withdraw"
    assert client.get(f"/archive/{code}/file").status_code == 200
    assert people["stranger"].post(path, version=version(page)).status_code == 403
    assert staff.post(path, version=version(page)).status_code == 303
    assert client.get(f"/archive/{code}/file").status_code == 302
    assert client.get(f"/archive/{code}").status_code == 200
    page = staff.get(f"/archive/{code}/consents").text
    assert "已撤回" in page
    assert staff.post(path, version=version(page)).status_code == 409
    child = page.split(f"/archive/{code}/consents/")[1].split("/")[0]
    staff.post(f"/archive/{code}/consents/{child}/withdraw", version=version(page))
    assert client.get(f"/archive/{code}").status_code == 404


def test_performers_come_in_rows_and_a_field_of_that_name_is_no_row(browsers, write):
    answer = browsers()["staff"].post("/archive/new", form_key="once", version="0", **RECORD, performers="周阿婆")
    assert answer.status_code == 302
    assert write(lambda session: list(session.query(Asset).one().performers)) == []
