"""The few ways in which something can be refused, each with its status and a sentence for people."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from flask_babel import lazy_gettext as _l

latest: ContextVar[Refusal | None] = ContextVar("latest", default=None)
"""What was refused last in this request: a page drawn again says it to people, `answers.told_programs` to programs."""


class Refusal(Exception):
    """Something was refused: `status` for programs, `sentence` for people, `ways` on as (label, address), `fields` at fault
    each with its sentence."""

    status = 400
    title: Any = _l("没有办成")

    def __init__(self, sentence: Any, *, ways: tuple[tuple[Any, str], ...] = ()) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence
        self.ways = ways
        self.fields: dict[str, Any] = {}
        latest.set(self)


class Invalid(Refusal):
    """What was sent does not hold."""

    status = 422
    title = _l("有几处需要改正")

    def __init__(self, sentence: Any, fields: Mapping[str, Any] | None = None) -> None:
        super().__init__(sentence)
        self.fields = dict(fields or {})


class BadRequest(Refusal):
    status = 400
    title = _l("请求无法识别")


class SignInNeeded(Refusal):
    status = 401
    title = _l("请先登录")


class Forbidden(Refusal):
    status = 403
    title = _l("您没有这项权限")


class NotFound(Refusal):
    status = 404
    title = _l("没有找到")


class Conflict(Refusal):
    """The world moved on since the page was drawn, or two wishes collide."""

    status = 409
    title = _l("情况有了变化")


class TooLarge(Refusal):
    status = 413
    title = _l("文件太大")


class UnsupportedFile(Refusal):
    status = 415
    title = _l("文件类型不符")


class TooMany(Refusal):
    status = 429
    title = _l("操作太频繁")


class Unavailable(Refusal):
    """A part (search, storage, database) does not answer at the moment."""

    status = 503
    title = _l("暂时不能使用")
