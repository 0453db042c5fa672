"""Default deny, errors as pages and as JSON, headers, CSRF, cookies for display, and who may what."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pydantic import BaseModel, Field

from alliance import forms, permissions
from alliance.config import SettingsError, keyed, read_settings
from alliance.errors import Conflict, Invalid, TooLarge, Unavailable
from alliance.receiving import LARGEST
from tests.conftest import BOTH, settings


class Wish(BaseModel):
    title: str = Field(min_length=2, max_length=5)
    hours: int = Field(ge=1, le=24)
    forms: list[str] = Field(min_length=1)


def test_wrong_fields_are_named_in_words(app: Flask) -> None:
    form = {"title": "超过五个字的名称", "hours": "很久", "forms": []}
    with app.test_request_context(method="POST", data=form), pytest.raises(Invalid) as caught:
        forms.read_form(Wish)
    assert caught.value.fields == {"title": "最多 5 个字。", "hours": "请填数字。", "forms": "请填写。"}


def test_a_view_without_a_verb_is_refused_to_everyone(app: Flask) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    answer = app.test_client().get("/forgotten")
    assert answer.status_code == 403
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Conflict("档期已被占用。"), 409),
        (TooLarge("文件太大。"), 413),
        (Unavailable("稍后再试。"), 503),
        (RuntimeError("inner detail"), 500),
    ],
)
def test_errors_become_pages_and_json(app: Flask, error: Exception, status: int) -> None:
    @permissions.guarded("public.read")
    def fail() -> str:
        raise error

    app.add_url_rule("/fail", "fail", fail)
    page = app.test_client().get("/fail")
    assert page.status_code == status
    assert "<h1" in page.text
    assert "inner detail" not in page.text
    assert "Traceback" not in page.text
    json = app.test_client().get("/fail", headers={"Accept": "application/json"})
    assert json.status_code == status
    assert json.json is not None
    assert json.json["error"]["status"] == status
    assert "inner detail" not in json.text


def test_unknown_page_and_wrong_method(client: FlaskClient) -> None:
    assert client.get("/没有这一页").status_code == 404
    assert client.post("/healthz").status_code == 405


PARTS = (*("0", "-1", "01", "1.0", "１", "٣", "²", "abc"), *map(str, (2**31, 2**63, 10**30)), "9" * 5000)


@BOTH
@pytest.mark.parametrize("address", ["/rules/{}", "/admin/outbox/{}", "/people/x/{}", "/resources/x/photos/{}/card"])
def test_an_odd_number_in_an_address_is_not_found(client: FlaskClient, address: str) -> None:
    assert [part for part in PARTS if client.get(address.format(part)).status_code != 404] == []
    assert client.get(f"/rules/{LARGEST}").status_code == 404


@BOTH
@pytest.mark.parametrize("address", ["/resources/{}", "/archive/{}", "/centres/{}", "/agreements/{}", "/invitations/{}"])
def test_what_cannot_be_printed_in_an_address_is_not_found(client: FlaskClient, address: str) -> None:
    for part in ("%00", "a%00b", "%0A", "%1F", "%C2%85", "%E2%80%AE", "%EF%BF%BE"):
        assert client.get(address.format(part)).status_code == 404, part


def test_a_form_drawn_again_is_json_for_programs(client: FlaskClient) -> None:
    client.application.config["WTF_CSRF_ENABLED"] = False
    wanted = client.post("/centres/join", data={"name": "甲"}, headers={"Accept": "application/json"})
    assert (wanted.status_code, wanted.mimetype) == (422, "application/json")
    assert wanted.json is not None
    assert wanted.json["error"]["detail"] == "有几处需要改正，已填的内容都还在。"
    assert "level" in wanted.json["error"]["fields"]
    assert client.post("/centres/join", data={"name": "甲"}).mimetype == "text/html"


def test_security_headers_and_request_id(client: FlaskClient) -> None:
    answer = client.get("/没有", headers={"X-Request-ID": "abc123"})
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Request-ID"] == "abc123"
    assert client.get("/没有", headers={"X-Request-ID": "a\tb'<x>"}).headers["X-Request-ID"] != "a\tb'<x>"


def test_a_post_without_token_is_refused_with_a_sentence(client: FlaskClient) -> None:
    answer = client.post("/sign-out")
    assert answer.status_code == 400
    assert "刷新后再交一次" in answer.text


def test_display_choices_are_cookies_and_never_lead_away(client: FlaskClient) -> None:
    answer = client.get("/display?lang=en&theme=dark&type=large&next=/rules")
    assert answer.location == "/rules"
    assert {cookie.split("=")[0] for cookie in answer.headers.getlist("Set-Cookie")} == {"lang", "theme", "type"}
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nX: y"):
        assert client.get("/display", query_string={"next": target}).location == "/", target
    assert client.get("/display?theme=<b>&lang=fr").headers.getlist("Set-Cookie") == []


def test_pages_answer_in_the_language_asked_for(client: FlaskClient) -> None:
    assert 'lang="zh-Hans"' in client.get("/nothing").text
    assert 'lang="en"' in client.get("/nothing", headers={"Accept-Language": "en-GB,en;q=0.9"}).text


def test_health_answers_in_json_and_tells_no_secrets(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json is not None
    assert ready.json["parts"]["database"] == {"ok": True}


def test_every_verb_is_known_and_unknown_ones_are_errors() -> None:
    with pytest.raises(KeyError):
        permissions.may(None, "everything.delete")
    with pytest.raises(KeyError):
        permissions.guarded("everything.delete")


def test_production_refuses_to_start_without_its_secret(tmp_path: object) -> None:
    with pytest.raises(SettingsError, match="ALLIANCE_SECRET_KEY"):
        read_settings({"ALLIANCE_MODE": "production"})
    with pytest.raises(SettingsError, match="ALLIANCE_SECRET_KEY"):
        read_settings({"ALLIANCE_MODE": "production", "ALLIANCE_SECRET_KEY": "short"})
    with pytest.raises(SettingsError, match="ALLIANCE_PORT"):
        read_settings({"ALLIANCE_PORT": "eighty"})
    assert settings(tmp_path).address == "http://127.0.0.1:8000"  # type: ignore[arg-type]


def test_production_shows_no_demo_unless_it_is_asked_for() -> None:
    production = {"ALLIANCE_MODE": "production", "ALLIANCE_SECRET_KEY": "k" * 32}
    assert read_settings({}).demo
    assert not read_settings(production).demo
    assert read_settings(production | {"ALLIANCE_DEMO": "true"}).demo


def test_without_a_key_each_data_folder_has_its_own(tmp_path: Path) -> None:
    keys = [keyed(settings(tmp_path / name)).secret_key for name in ("one", "one", "other")]
    assert keys[0] == keys[1] != keys[2]
    assert len(keys[0]) >= 32
    assert [(path.name, path.stat().st_mode & 0o777) for path in (tmp_path / "one").iterdir()] == [("secret.key", 0o600)]
    assert keyed(settings(tmp_path, secret_key="x")).secret_key == "x"
