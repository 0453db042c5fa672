"""Over HTTP, without script: a visitor files each kind, a handler answers it, the visitor reads the answer."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from alliance import clock
from alliance.app import create_app
from alliance.cases import clockwork
from alliance.cases.models import Case
from alliance.config import Settings
from alliance.db import alembic, db
from tests import make
from tests.archive import samples
from tests.browsing import token_of
from tests.cases.conftest import House, filed, shown
from tests.conftest import BOTH, settings

TYPED: dict[str, dict[str, Any]] = {
    "use": {"text": "音乐课上播放给四年级。", "name": "王老师", "contact": "wang@example.org", "until": "2099-06-30"},
    "removal": {"text": "第二排左起第三个是我。", "name": "李四", "relation": "self", "contact": "13900001111"},
    "correction": {"text": "演唱者应为陆小凤。"},
    "question": {"public": "1"},
    "complaint": {"text": "约好的时间没有人开门。", "contact": "0900-777 0001", "public": "1"},
    "suggestion": {"text": "希望增加戏曲班的名额。", "public": "1"},
}
ANSWERS: dict[str, tuple[str, dict[str, Any], str]] = {
    "use": ("grant", {"until": "2099-06-30", "conditions": "注明出处"}, "可以使用到"),
    "removal": ("settle", {"measure": "withdraw", "why": "应当事人申请", "answer": "已经撤下这件照片，请放心。"}, "已经撤下"),
    "correction": ("finish", {"answer": "已经改正演唱者的姓名。"}, "已经改正演唱者"),
    "question": ("explain", {"answer": "周末开放到晚上九点整。", "public_text": "周末几点关门？"}, "晚上九点整"),
    "complaint": ("finish", {"answer": "已安排专人值守，向您致歉。", "public_text": "约好没人开门"}, "安排专人值守"),
    "suggestion": ("explain", {"answer": "下学期增加二十个名额。", "public_text": "增加戏曲班名额"}, "二十个名额"),
}
HANDLED_BY = {"complaint": "main_handler"}


@pytest.mark.parametrize("kind", sorted(TYPED))
def test_each_kind_from_the_form_to_the_answer(house: House, client: FlaskClient, kind: str) -> None:
    number, code = shown(client, filed(client, kind, code=house.work, **TYPED[kind]))
    page = client.get(f"/cases/{number}").text
    assert "待受理" in page
    assert TYPED[kind].get("text", "周末开放") in page
    who = HANDLED_BY.get(kind, "handler")
    desk = house.as_(who).get("/desk").text
    assert number in desk
    assert house.as_("stranger").get(f"/cases/desk/{number}").status_code == 404
    case = house.as_(who).get(f"/cases/desk/{number}").text
    assert TYPED[kind].get("contact", "") in case
    assert house.answer(who, number, "take").status_code == 302
    assert "首问责任人" in client.get(f"/cases/{number}").text
    action, typed, said = ANSWERS[kind]
    done = house.answer(who, number, action, **typed)
    assert done.status_code == 302, re.findall(r'class="error"[^>]*>([^<]+)', done.text)
    assert said in client.get(f"/cases/{number}").text
    again = FlaskClient(client.application, client.response_wrapper)
    assert said not in again.get(f"/cases/{number}").text
    assert again.get(f"/cases/{number}/open/{code}").headers["Location"].endswith(f"/cases/{number}")
    assert said in again.get(f"/cases/{number}").text
    public = client.get("/cases/answered").text
    assert (said in public) == (kind in ("question", "complaint", "suggestion"))
    assert not any(str(TYPED[kind].get(name, "–")) in public for name in ("name", "contact"))


@BOTH
def test_status_by_number_and_code_alone(app: Flask, house: House, client: FlaskClient) -> None:
    number, code = shown(client, filed(client, "question", code=house.work, public="1"))
    other = app.test_client()
    page = other.get("/cases/").text
    for given in (code, code.lower(), code.replace("-", " ")):
        looked = other.post("/cases/look", data={"csrf_token": token_of(page), "number": number.lower(), "code": given})
        assert (looked.status_code, looked.headers.get("Location")) == (302, f"/cases/{number}")
    assert "周末开放" in other.get(f"/cases/{number}").text
    other.post("/cases/leave", data={"csrf_token": token_of(page)})
    assert "周末开放" not in other.get(f"/cases/{number}").text


def without_token(page: str) -> str:
    return re.sub(r'(csrf-token" content=|csrf_token" value=)"[^"]+"', "", page)


def test_nothing_is_told_about_other_numbers(app: Flask, house: House, client: FlaskClient) -> None:
    """A number that exists and one that does not look the same, with every wrong code and without one."""
    number, code = shown(client, filed(client, "question", code=house.work))
    wrong = number[:-5] + "99999"
    other = app.test_client()
    token = token_of(other.get("/cases/").text)

    def look(which: str, given: str) -> tuple[int, str]:
        answer = other.post("/cases/look", data={"csrf_token": token, "number": which, "code": given})
        return answer.status_code, without_token(answer.text).replace(which, "N")

    for given in ("", "AAAA-BBBB-CCCC", code[:-1], code[::-1], code + "A"):
        assert look(number, given) == look(wrong, given), given
        assert look(number, given)[0] == 422
    pages = [without_token(other.get(f"/cases/{which}").text).replace(which, "N") for which in (number, wrong)]
    assert pages[0] == pages[1]
    links = [other.get(f"/cases/{which}/open/AAAA-BBBB-CCCC") for which in (number, wrong)]
    assert {answer.status_code for answer in links} == {422}
    first, second = filed(client, "question", code=house.work), None
    second, _code = shown(client, first)
    assert look(second, code)[0] == 422, "the code of one case opened another"
    done = other.post(f"/cases/{number}/do/rate", data={"csrf_token": token, "stars": 1})
    assert (done.status_code, house.case(number, "stars")) == (302, None)


def test_what_was_typed_is_kept(house: House, client: FlaskClient) -> None:
    answer = filed(client, "removal", code="DA-99999", text="短", name="李四", relation="aunt", contact="12", organisation="三中")
    assert answer.status_code == 422
    for kept in ("DA-99999", "短", "李四", "12", "三中"):
        assert f'"{kept}"' in answer.text or f">{kept}<" in answer.text, kept
    for name in ("text", "relation", "contact"):
        assert f'href="#f-{name}"' in answer.text
    assert house.read(lambda session: session.scalar(sa.select(sa.func.count(Case.id)))) == 0
    unknown = filed(
        client, "removal", code="DA-99999", text="照片里有我，不愿公开。", name="李四", relation="self", contact="13900001111"
    )
    assert unknown.status_code == 422
    assert "没有编号为 DA-99999 的档案" in unknown.text


@pytest.mark.parametrize("kind", ["question", "complaint", "suggestion"])
def test_nobody_publishes_who_was_not_told_to(house: House, client: FlaskClient, kind: str) -> None:
    box = r'<input[^>]*name="public"[^>]*>'
    (asked,) = re.findall(box, client.get(f"/cases/new/{kind}").text)
    assert "checked" not in asked
    (kept,) = re.findall(box, filed(client, kind, text="短", public="1").text)
    assert "checked" in kept, "what was ticked stays ticked"
    number, _code = shown(client, filed(client, kind, code=house.work, contact="0900-555 0100"))
    who, said = HANDLED_BY.get(kind, "handler"), "只答复提问的人，不公开。"
    house.answer(who, number, "take")
    house.answer(who, number, "finish" if kind == "complaint" else "explain", answer=said, public_text="问题")
    assert said in client.get(f"/cases/{number}").text
    assert said not in client.get("/cases/answered").text


def test_a_contact_is_needed_where_somebody_has_to_be_reached(house: House, client: FlaskClient) -> None:
    for kind in ("use", "removal", "complaint"):
        assert "请留下联系方式" in filed(client, kind, code=house.work, **TYPED[kind] | {"contact": ""}).text
    for contact in ("somewhere", "12345", "a@b", "a@b@c.org"):
        assert filed(client, "question", contact=contact).status_code == 422
    assert filed(client, "question", contact="0900-555 0100 转 2").status_code == 302


def test_works_that_one_may_not_see_do_not_exist(house: House, client: FlaskClient, write: Any) -> None:
    hidden = write(lambda s: make.asset(s, make.centre(s), record_visibility="members", title="内部资料").code)
    page = client.get(f"/cases/new/use?code={hidden}").text
    assert "内部资料" not in page
    answer = filed(client, "use", **TYPED["use"] | {"code": hidden})
    assert (answer.status_code, "内部资料" in answer.text) == (422, False)


def test_sent_twice_it_is_one_case_with_the_same_code(house: House, client: FlaskClient) -> None:
    page = client.get("/cases/new/question").text
    key = re.search(r'name="key" value="([0-9a-f]+)"', page)[1]  # type: ignore[index]
    data = {"csrf_token": token_of(page), "key": key, "text": "周末开放到几点？"}
    first, second = (client.post("/cases/new/question", data=data) for _n in range(2))
    assert shown(client, first) == shown(client, second)
    assert house.read(lambda session: session.scalar(sa.select(sa.func.count(Case.id)))) == 1


def test_answered_twice_it_is_one_answer(house: House, client: FlaskClient) -> None:
    number, _code = shown(client, filed(client, "question", code=house.work))
    browser = house.as_("handler")
    page = browser.get(f"/cases/desk/{number}").text
    data = {"csrf_token": token_of(page), "version": "1", "key": "abc1", "answer": "周末开放到晚上九点整。"}
    assert [browser.post(f"/cases/desk/{number}/explain", data=data).status_code for _n in range(2)] == [302, 302]
    assert house.case(number, "version") == 2
    late = browser.post(f"/cases/desk/{number}/explain", data=data | {"key": "abc2", "answer": "周末开放到晚上八点整。"})
    assert late.status_code == 409
    assert "又有新的进展" in late.text


def test_a_robot_that_fills_every_field_is_thanked_and_forgotten(house: House, client: FlaskClient) -> None:
    answer = filed(client, "question", website="https://example.org")
    assert (answer.status_code, "已收到" in answer.text) == (200, True)
    assert house.read(lambda session: session.scalar(sa.select(sa.func.count(Case.id)))) == 0


def test_attachments_are_sniffed_and_never_shown_in_the_page(house: House, client: FlaskClient) -> None:
    bad = filed(client, "question", code=house.work, files=(io.BytesIO(b"<html><script>1</script>"), "照片.jpg"))
    assert (bad.status_code, "照片.jpg" in bad.text, "周末开放" in bad.text) == (415, True, True)
    many = filed(client, "question", files=[(io.BytesIO(samples.png()), f"{n}.png") for n in range(4)])
    assert many.status_code == 422
    large = filed(client, "question", files=(io.BytesIO(samples.pdf() + b"\0" * (5 * 1024 * 1024)), "大.pdf"))
    assert (large.status_code, "周末开放" in large.text) == (413, True)
    sent = filed(
        client,
        "question",
        code=house.work,
        files=[(io.BytesIO(samples.jpeg()), "现场.jpg"), (io.BytesIO(samples.pdf()), "证明.pdf")],
    )
    number, _code = shown(client, sent)
    page = house.as_("handler").get(f"/cases/desk/{number}").text
    links = re.findall(rf"/cases/desk/{number}/files/\d+", page)
    assert len(links) == 2
    answer = house.as_("handler").get(links[0])
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert house.as_("stranger").get(links[0]).status_code == 404
    assert house.as_("staff").get(links[0]).status_code == 404
    assert client.get(links[0]).status_code == 302


def test_the_asker_answers_rates_and_says_whether_it_is_solved(house: House, client: FlaskClient) -> None:
    number, _code = shown(client, filed(client, "correction", code=house.work, text="演唱者应为陆小凤。"))
    house.answer("handler", number, "take")
    assert house.answer("handler", number, "ask_back", text="请说明是第几段的演唱者。").status_code == 302
    page = client.get(f"/cases/{number}").text
    assert "请说明是第几段" in page

    def send(action: str, **typed: Any) -> int:
        return client.post(f"/cases/{number}/do/{action}", data={"csrf_token": token_of(page), **typed}).status_code

    assert send("reply", text="短") == 422
    assert send("reply", text="第二段的演唱者。") == 302
    assert send("reply", text="第二段的演唱者。") == 409
    assert send("grant", until="2099-01-01") == 403
    house.answer("handler", number, "finish", answer="已经改正，谢谢您的指正。")
    assert send("follow_up", solved="1") == 409
    assert (send("rate", stars="9"), send("rate", stars="4"), send("rate", stars="5")) == (422, 302, 409)
    assert house.case(number, "stars") == 4
    with clock.moved(clock.now() + timedelta(days=31)):
        house.read(lambda session: clockwork.look(session, _id(session, number)))
    assert "是否已解决" in client.get(f"/cases/{number}").text
    assert (send("follow_up", solved="0"), house.case(number, "solved")) == (302, False)


def _id(session: Any, number: str) -> int:
    return int(session.scalar(sa.select(Case.id).where(Case.number == number)))


def test_refusals_need_a_code_and_ten_characters(house: House, client: FlaskClient) -> None:
    number, _code = shown(client, filed(client, "use", code=house.work, **TYPED["use"]))
    for typed in ({"code": "01", "answer": "太短了"}, {"code": "77", "answer": "权利人没有授权给我馆使用。"}, {}):
        answer = house.answer("handler", number, "refuse", **typed)
        assert answer.status_code == 422
        assert "<details" in answer.text
        assert typed.get("answer", "") in answer.text
    assert house.answer("handler", number, "refuse", code="01", answer="权利人没有授权给我馆使用。").status_code == 302
    assert "权利人没有授权" in client.get(f"/cases/{number}").text


def test_the_queue_and_the_morning_board_count_and_open_the_same(house: House, client: FlaskClient, work_off: Any) -> None:
    numbers = [shown(client, filed(client, "question", code=house.work, text=f"第{n}个问题是这样的"))[0] for n in range(3)]
    house.answer("handler", numbers[0], "explain", answer="请看门口的公告，谢谢。")
    board = house.as_("admin").get("/admin/").text
    assert re.search(r'公众事项未办结</dt><dd><a href="/cases/desk\?show=open">2<', board)
    queue = house.as_("admin").get("/cases/desk?show=open").text
    assert [number in queue for number in numbers] == [False, True, True]
    assert numbers[0] in house.as_("handler").get("/cases/desk?show=closed").text
    for who, status in (("staff", 403), ("keeper", 403), ("handler", 200)):
        assert house.as_(who).get("/cases/desk").status_code == status
    assert numbers[1] not in house.as_("stranger").get("/cases/desk").text
    nav = house.as_("handler").get("/desk").text
    assert re.search(r'我的待办 <span class="count">2</span>', nav)
    work_off()
    assert (
        f"/cases/desk/{numbers[1]}" in house.as_("handler").get("/notices/").text
        or numbers[1] in house.as_("handler").get("/notices/").text
    )


def test_item_page_leads_to_the_forms(house: House, client: FlaskClient) -> None:
    page = client.get(f"/archive/{house.work}").text
    for kind in ("use", "removal", "correction", "question"):
        address = f"/cases/new/{kind}?code={house.work}"
        assert address in page
        assert house.work in client.get(address).text


def test_english_pages(house: House, client: FlaskClient) -> None:
    number, _code = shown(client, filed(client, "use", code=house.work, **TYPED["use"]))
    client.set_cookie("lang", "en")
    for path in (
        "/cases/",
        "/cases/new/use",
        "/cases/new/complaint",
        "/cases/answered",
        f"/cases/{number}",
        "/cases/SL-2020-00001",
    ):
        page = client.get(path).text
        assert 'lang="en"' in page
        bare = re.sub(r'<span lang="zh">.*?</span>|<[^>]*lang="zh[^>]*>[^<]*<|<option.*?</option>', "", page, flags=re.S)
        assert not re.search(r">[^<]*[㐀-鿿][^<]*<", bare.replace("中文", "")), path


def limited(data: Any, **given: object) -> Settings:
    return settings(data, **given)


def test_rates(tmp_path: Any) -> None:
    """So many filed an hour, so many looked up a minute; a form that does not hold costs nothing."""
    app = create_app(limited(tmp_path, case_rate="2 per hour", sign_in_rate="3 per minute"))
    with app.app_context():
        alembic.upgrade()
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = "192.0.2.77"
    codes = [
        filed(client, "question", text=text).status_code for text in ("短", "短", "开到几点呢？", "开到几点呢？", "开到几点呢？")
    ]
    assert codes == [422, 422, 302, 302, 429]
    token = token_of(client.get("/cases/").text)
    looked = [
        client.post("/cases/look", data={"csrf_token": token, "number": "SL-2026-00001", "code": "A" * 12}) for _n in range(4)
    ]
    assert [answer.status_code for answer in looked] == [422, 422, 422, 429]
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("kind", ["nonsense", "9999999999", "<b>"])
def test_the_desk_leaves_a_kind_out_that_there_is_not(house: House, kind: str) -> None:
    assert house.as_("handler").get("/cases/desk", query_string={"kind": kind}).status_code == 200
