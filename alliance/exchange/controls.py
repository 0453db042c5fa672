"""What was typed, what it should have been, and the controls that show both again."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from flask import request
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, ValidationError

from alliance import clock, codes
from alliance.errors import Invalid
from alliance.exchange.labels import ACTION, FIGURE_LABELS, GROUND, REQUEST, SHORT, Ask, asked
from alliance.exchange.request_form import NEEDED, first_of
from alliance.exchange.stops import Stop
from alliance.forms import faults, printable

Form = TypeVar("Form", bound=BaseModel)
Typed = dict[str, Any]
MINUTES = "%Y-%m-%dT%H:%M"

STOP: dict[str, Ask] = {
    "starts_at": Ask(_l("这一站开始"), "moment"),
    "ends_at": Ask(_l("这一站结束"), "moment"),
    "place": REQUEST["place"],
    "division_code": REQUEST["division_code"],
    "address": REQUEST["address"],
    "lat": Ask(_l("纬度"), "number", hint=_l("填了经纬度，路程按这一点算；不填按县（区）文化馆算。")),
    "lng": Ask(_l("经度"), "number"),
    "place_type": REQUEST["place_type"],
    "audience": REQUEST["audience"],
    "sessions": Ask(_l("演几场"), "whole"),
    **{name: REQUEST[name] for name in (*GROUND, "site_note")},
    "contact_name": Ask(_l("这一站的负责人"), width="mid", hint=_l("不填就是申请单上的现场负责人。")),
    "contact_phone": Ask(_l("这一站的电话"), "tel", width="mid"),
    "fixed": Ask(_l("日期固定，换顺序时不动这一站"), "tick"),
}
"""What is asked of each stop of a tour."""


@dataclass(frozen=True)
class Control:
    """A question with what was typed and what is wrong with it."""

    name: str
    ask: Ask
    value: Any = ""
    error: str = ""
    optional: bool = False
    options: tuple[tuple[str, Any], ...] = ()
    hint: Any = ""


def typed(model: type[BaseModel]) -> Typed:
    """The posted fields that the model knows, as they were typed; blanks in lists are dropped."""
    found: Typed = {}
    for name, field in model.model_fields.items():
        if name not in request.form:
            continue
        given = [printable(one) for one in request.form.getlist(name)]
        found[name] = [one for one in given if one.strip()] if is_list(field.annotation) else given[0]
    return found


def validated(model: type[Form], values: Mapping[str, Any]) -> Form:
    """The form, or Invalid with a sentence for each field."""
    try:
        return model.model_validate(dict(values))
    except ValidationError as error:
        raise Invalid(_("有几处需要改正，已填的内容都还在。"), faults(error)) from error


def is_list(annotation: Any) -> bool:
    """Whether a field holds several values."""
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is typing.Union:
        return any(is_list(part) for part in typing.get_args(annotation))
    if typing.get_origin(annotation) is typing.Annotated:
        return is_list(typing.get_args(annotation)[0])
    return typing.get_origin(annotation) is list


def options_of(ask: Ask) -> tuple[tuple[str, Any], ...]:
    """What can be chosen, in the language of the page."""
    if ask.options:
        return ask.options
    return tuple(codes.get(ask.codes).choices(str(get_locale()))) if ask.codes else ()


def request_controls(
    names: Iterable[str], model: type[BaseModel], values: Typed, wrong: Mapping[str, Any], kind: str
) -> list[Control]:
    """The controls of the request form that matter for this kind of resource."""
    shown = [name for name in names if not REQUEST[name].kinds or kind in REQUEST[name].kinds]
    made = [_control(name, asked(name, kind), model, values, wrong) for name in shown]
    demanded = NEEDED["licence"] if kind == "media" else ()
    return [replace(one, optional=False) if one.name in demanded else one for one in made]


def stop_controls(values: Typed, wrong: Mapping[str, Any], kind: str) -> list[Control]:
    """The controls of one stop of a tour of this kind of resource."""
    shown = {name: ask for name, ask in STOP.items() if not ask.kinds or kind in ask.kinds}
    return [_control(name, ask, Stop, values, wrong) for name, ask in shown.items()]


def action_controls(
    model: type[BaseModel], values: Typed, wrong: Mapping[str, Any], *, action: str, options: Mapping[str, Any] | None = None
) -> list[Control]:
    """A control for each field of an action's form; `options` gives the choices that depend on the leg."""
    made = []
    for name in model.model_fields:
        if name not in ACTION:
            continue
        ask = ACTION[name]
        if name == "note" and action == "report_damage":
            ask = Ask(_l("情况"), "area", hint=_l("哪一件、怎么了、还能不能用。"))
        if name == "reason" and action in SHORT:
            ask = Ask(ask.label, wide=True)
        made.append(_control(name, ask, model, values, wrong, (options or {}).get(name)))
    return made


def _control(name: str, ask: Ask, model: type[BaseModel], values: Typed, wrong: Mapping[str, Any], options: Any = None) -> Control:
    field = model.model_fields[name]
    value = values.get(name, "" if field.is_required() or field.default is None else field.get_default(call_default_factory=True))
    if isinstance(value, list):
        value = [str(one) for one in value]
    error = next((str(text) for key, text in wrong.items() if key == name or key.startswith(f"{name}.")), "")
    return Control(name, ask, value, error, not field.is_required(), tuple(options or options_of(ask)), ask.hint)


def summary(wrong: Mapping[str, Any], asks: Mapping[str, Ask]) -> list[tuple[str, str]]:
    """Each fault as (field to go to, sentence), the sentence with the field's name in front where it does not say itself."""
    told = []
    for name, text in wrong.items():
        field, _dot, rest = name.partition(".")
        label = asks[field].label if field in asks and asks[field].kind not in ("tick", "files", "photos") else ""
        if field == "figures" and rest in FIGURE_LABELS:
            field, label = f"figure-{rest}", FIGURE_LABELS[rest]
        elif field in ("figures", "form"):  # what concerns several fields leads to none of them
            field = ""
        told.append((field, str(_("：")).join((str(label), str(text))) if label else str(text)))
    return told


def shown_of(content: Mapping[str, Any]) -> Typed:
    """The content of some terms as it would have been typed."""
    values: Typed = {
        name: (
            [str(one) for one in value]
            if isinstance(value, list)
            else "1"
            if value is True
            else ""
            if value is None
            else str(value)
        )
        for name, value in content.items()
        if name in REQUEST
    }
    if content.get("stops"):
        values["stops"] = content["stops"]
    for prefix, choice in zip(("", "second_"), content.get("choices", []), strict=False):
        for end, moment in first_of(choice, content).items():
            values[prefix + end] = local_minutes(datetime.fromisoformat(moment))
    return values


def local_minutes(moment: datetime) -> str:
    """As a control for date and time wants it."""
    return clock.local(moment).strftime(MINUTES)


def number_of(text: str | None) -> int | None:
    """A number that a page sent along, or None."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
