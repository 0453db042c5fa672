"""Refusals as answers: the one place where an error becomes a page or JSON."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import structlog
from flask import flash, g, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError, validate_csrf
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response
from wtforms import ValidationError

from alliance.db import db
from alliance.errors import BadRequest, Conflict, Invalid, Refusal, SignInNeeded, latest

log = structlog.get_logger()
Answer = str | Response | tuple[Any, int] | tuple[Any, int, dict[str, str]]
TITLES = {
    400: _l("请求无法识别"),
    401: _l("请先登录"),
    403: _l("您没有这项权限"),
    404: _l("没有找到这一页"),
    405: _l("这一页不接受这种请求"),
    409: Conflict.title,
    413: _l("内容太大"),
    415: _l("文件类型不符"),
    422: Invalid.title,
    429: _l("操作太频繁，请稍候"),
    500: _l("系统出了差错"),
    503: _l("暂时不能使用"),
}
OURS = re.compile(r"/(?![/\\ ])[^\\\x00-\x1f\x7f-\x9f\ud800-\udfff]{0,2000}")
"""A path on our own host, as every browser reads it: they drop tabs and ends of lines, and take a backslash for a slash."""
SECRET = ("password", "current", "again")
NOT_HERE = (403, 404)
"""What leads on to the home page and the search, where the refusal itself names no way."""
SENTENCES = {
    400: _l("您发来的内容无法识别，请返回上一页再试。"),
    404: _l("网址可能写错了，或者这条内容已经撤下。"),
    405: _l("请返回上一页，用页面上的按钮再试。"),
    413: _l("您发来的内容超过了允许的大小，没有保存。"),
    422: _l("有几处需要改正，已填的内容都还在。"),
    429: _l("短时间内的请求太多，请过一分钟再试，已填的内容不会丢。"),
    500: _l("差错已记录，我们会查明原因。请返回上一页再试；若再次出现，请告诉联盟秘书处。"),
}


def wants_json() -> bool:
    """Programs get JSON: below /api, the health pages, or when only JSON is accepted."""
    if request.path.startswith(("/api/", "/healthz", "/readyz")):
        return True
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def refused(error: Exception) -> Answer:
    """What is said to whoever met `error`; a visitor who needs an account is led to signing in."""
    db.session.rollback()
    if isinstance(error, SignInNeeded) and not wants_json():
        flash(str(error.sentence), "warn")
        return redirect(url_for("people.sign_in", next=this_page() if request.method == "GET" else _came_from()))
    if isinstance(error, CSRFError):
        error = BadRequest(_("页面停留太久，或浏览器没有带上校验信息，内容没有保存。请返回上一页，刷新后再交一次。"))
    if isinstance(error, Refusal):
        status, title, sentence, ways = error.status, error.title, error.sentence, error.ways
    elif isinstance(error, HTTPException) and error.code is not None:
        if 300 <= error.code < 400:
            return error.get_response()
        status, ways = error.code, ()
        title, sentence = TITLES.get(status, TITLES[400]), SENTENCES.get(status, SENTENCES[400])
    else:
        log.exception("unexpected", path=request.path)
        status, title, sentence, ways = 500, TITLES[500], SENTENCES[500], ()
    if wants_json():
        return _for_programs(status, title, sentence, error.fields if isinstance(error, Refusal) else {})
    if not ways and status in NOT_HERE:
        ways = ((_("回首页"), url_for("portal.home")), (_("找资源"), url_for("portal.search")))
    typed = _typed() if status == 429 and request.method == "POST" else []
    page = render_template("errors/error.html", status=status, title=title, sentence=sentence, ways=ways, typed=typed)
    answer = make_response(page, status)
    if isinstance(error, HTTPException) and status == 429:
        answer.headers["Retry-After"] = "60"
    return answer


def in_json(refusal: Refusal, **more: Any) -> Response:
    """A refusal in the one shape for programs, with what else they need to go on."""
    return _for_programs(refusal.status, refusal.title, refusal.sentence, refusal.fields, **more)


def _for_programs(status: int, title: Any, sentence: Any, faults: Mapping[str, Any], **more: Any) -> Response:
    fields = {name: str(text) for name, text in faults.items()}
    body = {"status": status, "title": str(title), "detail": str(sentence), "request": g.get("request_id")}
    return make_response(jsonify({"error": body | ({"fields": fields} if fields else {}), **more}), status)


def told_programs(answer: Response) -> Response:
    """A page drawn again with what is wrong on it, or a sentence of its own, as JSON for who wants JSON; its headers stay."""
    if answer.status_code < 400 or answer.mimetype not in ("text/html", "text/plain") or not wants_json():
        return answer
    error, status = latest.get(), answer.status_code
    if error is not None and error.status == status:
        told = in_json(error)
    else:
        told = _for_programs(status, TITLES.get(status, TITLES[400]), SENTENCES.get(status, SENTENCES[400]), {})
    answer.set_data(told.get_data())
    answer.mimetype = "application/json"
    return answer


def _typed() -> list[tuple[str, str]]:
    """What was posted from a page of ours, to be posted again as it stands; nothing where a password or a file belongs to it."""
    try:
        validate_csrf(request.form.get("csrf_token"))
    except (ValidationError, HTTPException):
        return []
    if request.files or any(name in request.form for name in SECRET):
        return []
    return [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]


# Addresses to go back to ---------------------------------------------------


def this_page() -> str:
    """Path and query of what was asked for, safe to be handed on: never a host."""
    path = "/" + quote(request.path, safe="/-._~!$&'()*+,;=:@").lstrip("/")
    query = request.query_string.decode("ascii", "ignore")
    return safe_next(f"{path}?{query}" if query else path)


def kept_arguments() -> dict[str, Any]:
    """The arguments of this address for one like it; those that would tell `url_for` something else are left out."""
    given = {name: value for name, value in request.args.items() if not name.startswith("_") and name != "endpoint"}
    return given | (request.view_args or {})


def _came_from() -> str:
    """The page from which a form was sent, if it is one of ours."""
    return own_path(request.referrer or "")


def own_path(address: str) -> str:
    """Path and query of an address at the host that was asked, else the home page."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    return safe_next(f"{parts.path}?{parts.query}" if parts.query else parts.path) if parts.netloc == request.host else "/"


def safe_next(target: str) -> str:
    """`target` when it is a path of our own, else the home page."""
    return target if OURS.fullmatch(target) else "/"
