"""What every request passes through: who, which language, default deny, security headers, errors as pages or JSON."""

import json
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    g,
    has_request_context,
    redirect,
    request,
    url_for,
)
from flask_babel import Babel, get_locale
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFProtect
from jinja2 import pass_context
from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from alliance import clock, codes, errors, journal, permissions, receiving
from alliance.answers import Answer as Answer
from alliance.answers import kept_arguments as kept_arguments
from alliance.answers import own_path, refused, told_programs
from alliance.answers import safe_next as safe_next
from alliance.answers import this_page as this_page
from alliance.answers import wants_json as wants_json
from alliance.config import ROOT, Settings
from alliance.errors import Forbidden
from alliance.places.rows import around, divisions, english, whole_name
from alliance.receiving import limiter as limiter
from alliance.receiving import me as me
from alliance.translations.catalogue import Catalogue, language

bp = Blueprint("web", __name__)
csrf = CSRFProtect()
babel = Babel()
log = structlog.get_logger()


def init(app: Flask, settings: Settings) -> None:
    """Put everything that every request passes through in place."""
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=settings.upload_mb * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        MAX_FORM_PARTS=2000,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.address.startswith("https"),
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_SECURE=settings.address.startswith("https"),
        BABEL_DEFAULT_LOCALE="zh_Hans",
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
        WTF_CSRF_TIME_LIMIT=None,
        RATELIMIT_HEADERS_ENABLED=True,
    )
    app.before_request(_begin)
    receiving.init(app)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=_locale)
    babel.domain_instance = Catalogue()
    babel.domain_instance.speak(app)
    app.before_request(_admit)
    app.after_request(_headers)
    app.after_request(told_programs)
    app.teardown_request(_forget)
    app.register_error_handler(Exception, refused)
    app.register_blueprint(bp)
    app.context_processor(_frame)
    app.jinja_env.filters["zh"] = zh
    app.jinja_env.filters["whole"] = whole
    app.jinja_env.filters["place_name"] = whole_name
    app.jinja_env.globals.update(may=may, asset=asset, around=around, this_page=this_page, page_url=page_url)


# Who, and may they -------------------------------------------------------


def may(verb: str, thing: Any = None) -> bool:
    """For templates: whether the signed-in person or visitor may."""
    return permissions.may(me(), verb, thing)


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if given.isascii() and given.isalnum() and len(given) <= 36 else secrets.token_hex(8)
    g.request_token = journal.request_id.set(g.request_id)
    errors.latest.set(None)
    structlog.contextvars.bind_contextvars(request=g.request_id)


def _forget(_error: BaseException | None) -> None:
    token = g.pop("request_token", None)  # a streamed answer comes here twice
    if token is not None:
        journal.request_id.reset(token)
    errors.latest.set(None)
    structlog.contextvars.clear_contextvars()


def _admit() -> None:
    """Default deny: a view without a verb is refused to everyone; signing in is asked for where it would help."""
    if request.endpoint is None or request.endpoint == "static":
        return
    verb = permissions.verb_of(current_app.view_functions[request.endpoint])
    if verb is None:
        raise Forbidden(_("这一页没有开放。"))
    if not permissions.admits(me(), verb):
        permissions.require(me(), verb)


# Language, theme, size ---------------------------------------------------


def _locale() -> str:
    """The cookie, else the person's own, else what the browser prefers; Chinese first."""
    if not has_request_context():
        return "zh_Hans"
    chosen = request.cookies.get("lang")
    if chosen in ("zh-Hans", "en"):
        return chosen.replace("-", "_")
    person = me()
    if person is not None:
        return str(person.locale)
    best = request.accept_languages.best_match(["zh-CN", "zh-Hans", "zh", "en"], default="zh")
    return "en" if best == "en" else "zh_Hans"


CHOICES = {"theme": ("light", "dark", "auto"), "type": ("normal", "large"), "lang": ("zh-Hans", "en")}


@bp.get("/display")
@permissions.guarded("public.read")
def display() -> Answer:
    """Set theme, type size or language by a cookie and go back."""
    answer = redirect(safe_next(request.args.get("next", "/")))
    for name, allowed in CHOICES.items():
        value = request.args.get(name)
        if value in allowed:
            answer.set_cookie(
                name, value, max_age=31536000, samesite="Lax", secure=bool(current_app.config["SESSION_COOKIE_SECURE"])
            )
    return answer


# The frame of every page -------------------------------------------------

NAV: list[Callable[[Any], list[dict[str, Any]]]] = []


def _frame() -> dict[str, Any]:
    locale = str(get_locale())
    settings: Settings = current_app.config["ALLIANCE"]
    person = me()
    return {
        "me": person,
        "nav": sorted((entry for part in NAV for entry in part(person)), key=lambda entry: entry.get("rank", 50)),
        "lang": "en" if locale == "en" else "zh-Hans",
        "theme": request.cookies.get("theme") if request.cookies.get("theme") in CHOICES["theme"] else "auto",
        "type_size": "large" if request.cookies.get("type") == "large" else "normal",
        "alliance_name": settings.alliance_name_en if locale == "en" else settings.alliance_name,
        "now": clock.local(clock.now()),
        "here": getattr(g, "here", None),
        "secretariat": None,
        "printed_address": settings.address + this_page().partition("?")[0],
        "request_id": getattr(g, "request_id", None),
    }


def asset(name: str) -> str:
    """The address of a built file by its plain name."""
    if "ASSETS" not in current_app.config:
        current_app.config["ASSETS"] = _manifest(ROOT / "static" / "dist" / "manifest.json")
    return page_url("static", f"dist/{current_app.config['ASSETS'].get(name, name)}")


def page_url(endpoint: str, filename: str | None = None) -> str:
    """The address of what nothing else stands in; found once for each root below which the portal is asked."""
    known: dict[tuple[str, str, str | None], str] = current_app.extensions.setdefault("page_addresses", {})
    key = (request.script_root if has_request_context() else "", endpoint, filename)
    if key not in known:
        known[key] = url_for(endpoint, filename=filename)
    return known[key]


def _manifest(path: Path) -> dict[str, str]:
    return json.loads(path.read_text()) if path.exists() else {}


@pass_context
def zh(_context: Any, text: Any) -> Any:
    """Mark Chinese data on a page in another language, so that it is read out and set right."""
    if text is None or isinstance(text, Markup) or language() != "en" or not any("㐀" <= sign <= "鿿" for sign in str(text)):
        return text
    return Markup('<span lang="zh">{}</span>').format(escape(text))


def place(session: Session, code: str, locale: str) -> str:
    """From the province down; in English from the county up, each by its English name where it has one.

    What the list does not know, as the villages of a county, is left out; the digits stand where it knows nothing at all.
    """
    known = divisions(session)
    path = [one for one in known.codes(code) if one in known]
    if not path:
        return code
    if codes.language(locale) != "en":
        return "".join(known.name(one) for one in path)
    names = english(session)
    return Markup(", ").join(zh(None, names.get(one) or known.name(one)) for one in reversed(path))


@pass_context
def whole(context: Any, text: Any) -> Markup:
    """A name in a heading: it moves to the next line as a whole rather than being broken."""
    return Markup('<span class="nb">{}</span>').format(zh(context, text))


# Headers -----------------------------------------------------------------

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:{media}; "
    "media-src 'self' blob:{media}; worker-src 'self' blob:; connect-src 'self'{media}; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)


def _headers(answer: Response) -> Response:
    if "Content-Security-Policy" not in answer.headers:
        answer.headers["Content-Security-Policy"] = POLICY.format(media=current_app.config.get("BUCKET_ORIGIN", ""))
    answer.headers.setdefault("X-Content-Type-Options", "nosniff")
    answer.headers.setdefault("Referrer-Policy", "same-origin")
    answer.headers.setdefault("Permissions-Policy", "camera=(self), microphone=(), geolocation=(self)")
    answer.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if current_app.config["SESSION_COOKIE_SECURE"]:
        answer.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if "request_id" in g:
        answer.headers["X-Request-ID"] = g.request_id
    if me() is not None:
        answer.headers.setdefault("Cache-Control", "private, no-store")
    if answer.status_code == 308 and answer.location is not None:
        answer.location = own_path(answer.location)  # the router names the host as the request did, and shared caches would keep it
    answer.vary.update(("Cookie", "Accept-Language"))
    return answer
