"""A small application around the look: frame and parts, with the addresses of other features as bare routes."""

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, Response, flash, render_template, render_template_string, request
from flask_babel import Babel, get_locale
from flask_babel import gettext as _
from flask_wtf import CSRFProtect
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape
from werkzeug.serving import make_server

from alliance.answers import this_page
from alliance.web import page_url

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = ROOT / "static/dist/manifest.json"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ELSEWHERE = {
    "portal": ["home", "search", "centres", "rules", "archive"],
    "desk": ["desk"],
    "catalogue": ["mine"],
    "cases": ["home"],
    "figures": ["public"],
    "exchange": ["agreements"],
    "people": ["sign_in", "profile"],
    "admin": ["board"],
}
CHINESE = re.compile(r"[\u3400-\u9fff]")


@pass_context  # else Jinja would fold a constant in the language of the first page asked for
def zh(context: Context, value: object) -> Markup:
    """Marks what was typed in Chinese as such on a page in another language."""
    if isinstance(value, Markup) or str(get_locale()) != "en" or not CHINESE.search(str(value)):
        return escape(value)
    return Markup('<span lang="zh">{}</span>').format(value)


def frame() -> dict[str, object]:
    """What base.html expects; who is signed in, theme, size and language are asked for in the address."""
    ask = request.args
    centre = SimpleNamespace(short_name="石桥区馆", name="石桥区文化馆")
    nav = [
        SimpleNamespace(key=key, label=label, url="/" + key, count=count)
        for key, label, count in [("desk", _("轮到我的"), 6), ("search", _("找资源"), 0), ("archive", _("数字档案"), 0)]
    ]
    return {
        "me": None if ask.get("me") == "none" else SimpleNamespace(name="陆老师", centre=centre, is_admin=True),
        "nav": nav,
        "here": "search",
        "lang": "en" if ask.get("lang") == "en" else "zh-Hans",
        "theme": ask.get("theme", "light"),
        "type_size": ask.get("type", "normal"),
        "alliance_name": "岚江省文化馆联盟",
        "query": None,
        "secretariat": SimpleNamespace(phone="0900-555 0100", hours="工作日 8:30–12:00，14:00–17:30"),
    }


def english(folder: Path) -> Path:
    """Compiles the English of the look into a catalogue of its own."""
    target = folder / "en/LC_MESSAGES"
    target.mkdir(parents=True)
    with (ROOT / "alliance/translations/en/look.po").open("rb") as source, (target / "messages.mo").open("wb") as out:
        write_mo(out, read_po(source, locale="en"))
    return folder


DRAFT = """
{% extends "base.html" %}
{% from "parts/form.html" import autosave_note, csrf %}
{% from "parts/checks.html" import checks %}
{% import "parts/field.html" as field %}
{% block title %}{{ _('草稿') }}{% endblock %}
{% block main %}
  <h1>{{ _('草稿') }}</h1>
  <form method="post" action="/draft" data-autosave="/draft">
    {{ csrf() }}<input type="hidden" name="version" value="1">
  {% set live = {'hx-post': '/checks', 'hx-trigger': 'input changed delay:100ms', 'hx-target': '#checks'} %}
    {{ field.text('title', _('活动名称'), attrs=dict(live, **{'hx-swap': 'outerHTML'})) }}
    {{ autosave_note() }}
  </form>
  {{ checks([]) }}
{% endblock %}
"""
CHECKED = """{% from "parts/checks.html" import checks %}{{ checks([{'tone': 'ok', 'title': request.form.title}]) }}"""
drafts: list[dict[str, str]] = []


def draft() -> Response:
    """Keeps what was posted; a title with "down" finds the server out of order, one with "no" is refused."""
    title = request.form.get("title", "")
    if "down" in title or "no" in title:
        return Response(status=503 if "down" in title else 409)
    drafts.append(request.form.to_dict())
    words = f"已存好，第{len(drafts)}次"
    return Response(words, headers={"Draft-Version": str(len(drafts) + 1)}, content_type="text/plain; charset=utf-8")


def styleguide() -> str:
    if request.args.get("flash"):
        flash(_("草稿已存好"), "ok")
    return render_template("styleguide.html")


def failed() -> str:
    ways = [(_("查一查"), "/search"), (_("首页"), "/")]
    sentence = _("网址可能抄漏了字，或者这项资源已下架。")
    return render_template("errors/error.html", status=404, title=_("没有这一页"), sentence=sentence, ways=ways)


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    if not MANIFEST.exists():
        pytest.skip("static/dist is not built: npm ci && npm run build")
    app = Flask("look", root_path=str(ROOT), static_folder="static", template_folder="templates")
    app.config.update(SECRET_KEY="look", TESTING=True)
    app.jinja_env.filters["zh"] = zh
    app.jinja_env.filters["place_name"] = {"990122": "岚江省清泽市禾丰县"}.get
    manifest = json.loads(MANIFEST.read_text())
    app.add_template_global(lambda name: f"/static/dist/{manifest[name]}", "asset")
    app.add_template_global(this_page, "this_page")
    app.add_template_global(page_url, "page_url")
    app.context_processor(frame)
    CSRFProtect(app)
    Babel(
        app,
        default_locale="zh_Hans",
        default_translation_directories=str(english(tmp_path_factory.mktemp("translations"))),
        locale_selector=lambda: "en" if request.args.get("lang") == "en" else "zh_Hans",
    )
    for feature, views in ELSEWHERE.items():
        for view in views:
            app.add_url_rule(f"/{view}", f"{feature}.{view}", styleguide)
    app.add_url_rule("/calendars/feeds", "calendars.subscriptions", styleguide)
    app.add_url_rule("/sign-out", "people.sign_out", styleguide, methods=["POST"])
    app.add_url_rule("/display", "web.display", lambda: ("", 204))
    app.add_url_rule("/styleguide", "styleguide", styleguide)
    app.add_url_rule("/error", "failed", failed)
    app.add_url_rule("/draft", "draft_form", lambda: render_template_string(DRAFT))
    app.add_url_rule("/draft", "draft", draft, methods=["POST"])
    app.add_url_rule("/checks", "checks", lambda: render_template_string(CHECKED), methods=["POST"])

    @app.after_request
    def strict(response):
        response.headers["Content-Security-Policy"] = POLICY
        return response

    return app


@pytest.fixture(scope="session")
def address(app: Flask) -> Iterator[str]:
    """The same application on a loopback port, for a browser."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
