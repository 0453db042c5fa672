"""A posted form as a typed model; what does not hold is said field by field, in words."""

import re
from datetime import date
from typing import Annotated, Any, TypeVar

from flask import request
from flask_babel import gettext as _
from pydantic import BaseModel, Field, ValidationError

from alliance.errors import Invalid

Form = TypeVar("Form", bound=BaseModel)
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)
"""Between them lies what anybody means by a day here."""
Day = Annotated[date, Field(ge=EARLIEST, le=LATEST)]
"""A day of our times: beyond them no moment can be told in another zone."""
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def read_form(model: type[Form], **given: Any) -> Form:
    """The posted form as `model`; several values of a name become a list where the model wants one. Raises Invalid."""
    values: dict[str, Any] = dict(given)
    for name, field in model.model_fields.items():
        if name in request.form and name not in values:
            many = "list" in str(field.annotation) or "tuple" in str(field.annotation)
            values[name] = [printable(one) for one in request.form.getlist(name)] if many else printable(request.form[name])
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise Invalid(_("有几处需要改正，已填的内容都还在。"), faults(error)) from error


def printable(text: str) -> str:
    """Without the control characters that no field wants and PostgreSQL refuses; lines end in one way."""
    return CONTROLS.sub("", text.replace("\r\n", "\n"))


def faults(error: ValidationError) -> dict[str, str]:
    """Each field at fault with a sentence for people."""
    found: dict[str, str] = {}
    for fault in error.errors():
        name = ".".join(str(part) for part in fault["loc"]) or "form"
        found.setdefault(name, spoken(fault))
    return found


def _plain(bound: Any) -> Any:
    """A bound as people write it: 0, not 0.0."""
    return int(bound) if isinstance(bound, float) and bound.is_integer() else bound


def spoken(fault: Any) -> str:
    """What pydantic found wrong, in words of the field."""
    context = fault.get("ctx", {})
    kind = fault["type"]
    if kind == "value_error":
        return str(context.get("error", fault["msg"]))
    words = {
        "missing": _("请填写。"),
        "string_too_short": _("请填写，至少 %(n)s 个字。", n=context.get("min_length", 1)),
        "string_too_long": _("最多 %(n)s 个字。", n=context.get("max_length", "")),
        "greater_than_equal": _("不能小于 %(n)s。", n=_plain(context.get("ge", ""))),
        "less_than_equal": _("不能大于 %(n)s。", n=_plain(context.get("le", ""))),
        "greater_than": _("要大于 %(n)s。", n=_plain(context.get("gt", ""))),
        "less_than": _("要小于 %(n)s。", n=_plain(context.get("lt", ""))),
        "too_short": _("请至少选一项。"),
        "too_long": _("选得太多了。"),
    }
    if kind in words:
        return str(words[kind])
    if kind.startswith(("int", "float", "decimal")):
        return str(_("请填数字。"))
    if kind.startswith(("date", "time")):
        return str(_("请按“2026-10-15”或“17:30”的样子填写日期和时间。"))
    if kind.startswith("bool"):
        return str(_("请选“是”或“否”。"))
    return str(_("这一项填得不对，请检查。"))
