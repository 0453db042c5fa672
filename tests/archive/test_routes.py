"""The staff pages: a record kept as it is typed, a file taken in, a decision, a withdrawal."""

import io
import re

import pytest

from alliance.app import create_app
from alliance.archive.checklist import BY_TYPE, COMMON
from alliance.archive.models import Asset
from alliance.db import db
from alliance.storage.models import File
from tests import make
from tests.archive.conftest import Browser, version
from tests.archive.samples import BAD, mp4, png
from tests.conftest import BOTH, settings

RECORD = {
    "title": "岭上庙会采茶戏",
    "description": "一九九三年春，岭上村庙会的最后一晚。戏台是用门板和脚手架临时搭的，两位演员唱完全本，台下有人举着手电照谱。",
    "creator": "岭上业余采茶剧团",
    "created_text": "1993年4月18日",
    "type": "still_image",
    "art_forms": ["xiqu"],
    "rights_status": "own",
    "record_visibility": "public",
    "file_access": "public",
}

TICKED = {f"ok.{key}": "1" for key, _label in (*COMMON, *(item for items in BY_TYPE.values() for item in items))}


def begun(browser, **values):
    """The code of a new draft."""
    answer = browser.post("/archive/new", **RECORD | values)
    assert answer.status_code == 302, answer.text
    return answer.location.split("/")[2]


def sent(browser, code, content, name):
    return browser.post(f"/archive/{code}/upload", file=(io.BytesIO(content), name))


def submit(browser, code):
    return browser.post(f"/archive/{code}/submit", version=version(browser.get(f"/archive/{code}").text))


def published(staff, admin, content=None, name="庙会.png", **values):
    code = begun(staff, **values)
    assert sent(staff, code, content or png(), name).status_code == 302
    assert submit(staff, code).status_code == 302
    page = admin.get(f"/archive/{code}/review")
    assert admin.post(f"/archive/{code}/review", version=version(page.text), decision="publish", **TICKED).status_code == 302
    return code


@BOTH
def test_from_an_empty_record_to_a_public_page(browsers, client, work_off):
    people = browsers()
    staff, admin = people["staff"], people["admin"]
    code = begun(staff)
    assert client.get(f"/archive/{code}").status_code == 404
    assert "请上传文件" in staff.get(f"/archive/{code}").text
    sent(staff, code, png(), "庙会.png")
    assert submit(staff, code).status_code == 302
    assert RECORD["title"] in admin.get("/archive/reviews").text
    assert RECORD["title"] not in people["director"].get("/archive/reviews").text
    page = admin.get(f"/archive/{code}/review")
    admin.post(f"/archive/{code}/review", version=version(page.text), decision="publish", **TICKED)
    shown = client.get(f"/archive/{code}")
    assert shown.status_code == 200
    assert "1993年4月18日" in shown.text
    assert "SHA-256" in shown.text
    assert client.get(f"/archive/{code}/file").data == png()
    assert "正在生成浏览用的版本，约几分钟后可看。" in shown.text
    assert f"/archive/{code}/made/" not in shown.text
    work_off()
    page = client.get(f"/archive/{code}").text
    assert "正在生成" not in page
    found = re.search(rf'src="(/archive/{code}/made/[0-9a-f]{{16}}/page)"', page)
    assert found
    assert client.get(found[1]).mimetype == "image/webp"
    assert client.get(found[1].replace("/page", "/huge")).status_code == 404


def test_a_draft_keeps_what_holds_and_shows_the_rest_as_it_was_typed(browsers):
    staff = browsers()["staff"]
    answer = staff.post("/archive/new", **RECORD | {"minutes": "三刻钟", "created_text": "很久以前"})
    assert answer.status_code == 422
    for typed in ("三刻钟", "很久以前", RECORD["title"], 'href="#f-minutes"', 'id="f-created_text-e"'):
        assert typed in answer.text
    kept = staff.get("/archive/DA-00001/edit").text
    assert RECORD["title"] in kept
    assert "三刻钟" not in kept
    answer = staff.post("/archive/DA-00001/edit", version=version(kept), **RECORD | {"minutes": "45"})
    assert answer.status_code == 302
    assert "45分钟" in staff.get("/archive/DA-00001").text


def test_two_who_edit_at_once_lose_nothing(browsers):
    people = browsers()
    code = begun(people["staff"])
    old = version(people["staff"].get(f"/archive/{code}/edit").text)
    assert people["director"].post(f"/archive/{code}/edit", version=old, **RECORD | {"title": "馆长改的"}).status_code == 302
    answer = people["staff"].post(f"/archive/{code}/edit", version=old, **RECORD | {"title": "我改的"})
    assert answer.status_code == 409
    assert "我改的" in answer.text
    assert "刚刚被别人改过" in answer.text
    assert "馆长改的" in people["staff"].get(f"/archive/{code}").text


@pytest.mark.parametrize("bad", ["", "x", "-1", "9" * 30, "１"])
def test_a_version_that_is_none_is_a_conflict(browsers, bad):
    staff = browsers()["staff"]
    code = begun(staff)
    assert staff.post(f"/archive/{code}/edit", version=bad, **RECORD).status_code == 409


def test_submitting_too_early_shows_every_gap(browsers):
    staff = browsers()["staff"]
    code = begun(staff, creator="", art_forms=[])
    text = staff.get(f"/archive/{code}/edit").text
    answer = staff.post(f"/archive/{code}/submit", version=version(text))
    assert answer.status_code == 422
    for name in ("creator", "art_forms", "file"):
        assert f'href="#f-{name}"' in answer.text


@pytest.mark.parametrize("name", BAD)
def test_a_hostile_file_is_refused_on_the_page_and_leaves_no_row(app, browsers, name):
    staff = browsers()["staff"]
    code = begun(staff)
    answer = sent(staff, code, BAD[name][0], name)
    assert answer.status_code == 415
    assert name in answer.text
    assert 'href="#f-file"' in answer.text
    with app.app_context():
        assert db.session.query(File).count() == 0


def test_a_form_without_a_file_is_told(browsers):
    staff = browsers()["staff"]
    code = begun(staff)
    assert staff.post(f"/archive/{code}/upload").status_code == 422
    assert sent(staff, code, b"", "").status_code == 422


def test_a_file_over_the_limit_is_413_on_the_same_page_and_the_record_is_safe(database, tmp_path):
    app = create_app(settings(tmp_path, database, upload_mb=1))
    with app.app_context():
        session = db.session
        staff = make.person(session, make.centre(session))
        session.commit()
        mark = staff.fs_uniquifier
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = mark, True
    browser = Browser(client)
    code = begun(browser)
    for size in (1024 * 1024 + 1, 1024 * 1024 * 2):
        answer = sent(browser, code, mp4(size=size), "长.mp4")
        assert answer.status_code == 413, size
        assert "1 MB" in answer.text
        assert "上传文件" in answer.text
    assert sent(browser, code, mp4(size=1024 * 1024 - 500), "长.mp4").status_code == 302
    assert RECORD["title"] in browser.get(f"/archive/{code}").text


def test_too_much_typed_or_sent_by_a_stranger_is_refused_and_never_an_error_of_ours(browsers, client):
    people = browsers()
    code = begun(people["staff"])
    long = {"csrf_token": people["staff"].token, "version": "1", "description": "长" * 1_000_000}
    for multipart, status, words in ((True, 413, "太长"), (False, 422, "最多 8000 个字")):
        kind = "multipart/form-data" if multipart else None
        answer = people["staff"].client.post(f"/archive/{code}/edit", data=long, content_type=kind)
        assert answer.status_code == status
        assert words in answer.text
    path = f"/archive/{code}/upload"
    assert client.post(path, data=long, content_type="multipart/form-data").status_code == 404
    assert people["stranger"].client.post(path, data=long, content_type="multipart/form-data").status_code == 404


def test_the_same_file_twice_is_told(browsers):
    staff = browsers()["staff"]
    first, second = begun(staff), begun(staff, title="另一件")
    sent(staff, first, png(), "一.png")
    answer = sent(staff, second, png(), "二.png")
    assert answer.status_code == 302
    assert f"已有同一文件：{first}" in staff.get(answer.location).text


def test_a_returned_item_carries_its_remarks(browsers):
    people = browsers()
    code = begun(people["staff"], record_visibility="members", file_access="members")
    sent(people["staff"], code, png(), "图.png")
    submit(people["staff"], code)
    page = people["director"].get(f"/archive/{code}/review").text
    short = people["director"].post(f"/archive/{code}/review", version=version(page), decision="return", remarks="改")
    assert short.status_code == 422
    remarks = "说明里有电话，请去掉。"
    done = people["director"].post(f"/archive/{code}/review", version=version(page), decision="return", remarks=remarks)
    assert done.status_code == 302
    assert "说明里有电话" in people["staff"].get(f"/archive/{code}").text
    assert (
        people["director"].post(f"/archive/{code}/review", version=version(page), decision="publish", **TICKED).status_code == 409
    )


def test_withdrawal_leaves_a_page_that_says_so(browsers, client):
    people = browsers()
    code = published(people["staff"], people["admin"])
    page = people["staff"].get(f"/archive/{code}/withdraw").text
    assert people["staff"].post(f"/archive/{code}/withdraw", version=version(page), why="不").status_code == 422
    assert people["stranger"].post(f"/archive/{code}/withdraw", version=version(page), why="我不喜欢它").status_code == 403
    assert people["staff"].post(f"/archive/{code}/withdraw", version=version(page), why="捐赠人收回授权。").status_code == 302
    gone = client.get(f"/archive/{code}")
    assert gone.status_code == 410
    for word in (RECORD["title"], "捐赠人收回授权。", "已经撤下"):
        assert word in gone.text
    assert RECORD["creator"] not in gone.text
    assert client.get(f"/archive/{code}/file").status_code == 404
    assert people["staff"].get(f"/archive/{code}").status_code == 200
    restore = people["staff"].post(f"/archive/{code}/restore", version=version(people["staff"].get(f"/archive/{code}").text))
    assert restore.status_code == 302
    assert client.get(f"/archive/{code}").status_code == 404


def test_widening_says_that_it_is_reviewed_again(browsers, client):
    people = browsers()
    code = published(people["staff"], people["admin"], file_access="own_centre")
    text = people["staff"].get(f"/archive/{code}/edit").text
    answer = people["staff"].post(f"/archive/{code}/edit", version=version(text), **RECORD)
    assert "要重新审核" in people["staff"].get(answer.location).text
    assert client.get(f"/archive/{code}").status_code == 404


STAFF_PAGES = ("/archive/mine", "/archive/new", "/archive/{code}/edit", "/archive/{code}/upload", "/archive/{code}/withdraw")


@pytest.mark.parametrize("path", STAFF_PAGES)
def test_nobody_else_reaches_a_draft(browsers, client, path):
    people = browsers()
    path = path.format(code=begun(people["staff"]))
    assert people["staff"].get(path).status_code == 200
    assert client.get(path).status_code == 302
    if "DA-" in path:
        assert people["stranger"].get(path).status_code == 404
        assert people["stranger"].post(path, version="1", why="随便写一些", **RECORD).status_code == 404


@pytest.mark.parametrize("method", ["edit", "upload", "submit", "withdraw", "restore", "review"])
def test_a_form_without_the_pages_token_does_nothing(browsers, method):
    staff = browsers()["staff"]
    code = begun(staff)
    assert staff.client.post(f"/archive/{code}/{method}", data=RECORD | {"version": "1"}).status_code == 400


@pytest.mark.parametrize("code", ["DA-99999", "da-00001", "..", "%00", "🎭", "x" * 300, "mine'--"])
def test_odd_codes_are_not_found(browsers, client, code):
    browsers()
    for path in (f"/archive/{code}", f"/archive/{code}/file"):
        assert client.get(path).status_code in (404, 308, 302)


def test_a_code_is_found_in_small_letters_too(write, client):
    code = write(lambda session: make.asset(session, make.centre(session)).code)
    assert client.get(f"/archive/{code.lower()}").status_code == 200


def test_lists_take_as_many_queries_for_many_as_for_few(browsers, write, count_queries):
    people = browsers()
    begun(people["staff"])

    def more(count):
        def add(session):
            owner = session.query(Asset).first().owner
            for n in range(count):
                make.asset(session, owner, state="in_review", decided_above=True, title=f"送审第{n}件")

        return add

    def counts():
        return [count_queries(people[who].get, path) for who, path in (("staff", "/archive/mine"), ("admin", "/archive/reviews"))]

    write(more(2))
    counts()
    few = counts()
    write(more(25))
    assert counts() == few
    assert "送审第24件" in people["admin"].get("/archive/reviews").text
