"""A form filled in by somebody, then spoilt: what a page's form would send, with some of it changed."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import urlencode

from hypothesis import strategies as st

from tests.rough.anything.pages import TEXTS, Field, Form
from tests.rough.anything.words import long, odd, plausible, sentence

Values = dict[str, list[Any]]
HOWS = ("odd", "odd", "odd", "missing", "blank", "twice", "long", "file", "swapped")


def _filled(data: st.DataObject, name: str, one: Field) -> list[str]:
    """What somebody might put into a field."""
    if one.kind in ("select", "radio", "submit") and one.offered:
        return [data.draw(st.sampled_from(one.offered), label=name)]
    if one.kind == "checkbox":
        return [value for value in one.offered[:12] if data.draw(st.booleans(), label=name)]
    if one.kind in TEXTS and not any(one.held):
        return [data.draw(plausible.get(one.kind, sentence), label=name)]
    return one.held


def filled(data: st.DataObject, form: Form) -> Values:
    """As the page has it, or filled in where it is empty."""
    if data.draw(st.booleans(), label="as it is"):
        values = dict(form.values)
    else:
        values = {name: _filled(data, name, one) for name, one in form.fields.items() if one.kind != "file"}
    for name, one in form.fields.items():
        if one.kind == "submit" and one.offered:
            values[name] = [data.draw(st.sampled_from(one.offered), label=name)]
    return {name: list(held) for name, held in values.items() if held}


def _spoil(data: st.DataObject, values: Values, name: str) -> None:
    how = data.draw(st.sampled_from(HOWS), label=f"{name} is")
    held = values.get(name, [""])
    if how == "missing":
        values.pop(name, None)
    elif how == "file":
        values[name] = [(io.BytesIO(b"\x00\xff not what was wanted"), "x.png")]
    elif how == "swapped":
        other = data.draw(st.sampled_from(sorted(values) or [name]), label="with")
        values[name], values[other] = values.get(other, [""]), held
    else:
        values[name] = {
            "odd": lambda: [data.draw(odd, label=name)],
            "blank": lambda: [""],
            "twice": lambda: [*held, data.draw(odd, label=name)],
            "long": lambda: [data.draw(long, label=name)],
        }[how]()


def spoilt(data: st.DataObject, form: Form) -> Values:
    """Filled in, with up to four fields spoilt."""
    values = filled(data, form)
    names = sorted(form.fields) or ["nothing"]
    for name in data.draw(st.lists(st.sampled_from(names) | odd.filter(bool), max_size=4, unique=True), label="spoilt"):
        _spoil(data, values, name)
    return values


def sent(data: st.DataObject, values: Values) -> tuple[dict[str, Any], bool]:
    """How it is sent, for the test client: as forms are, or as they never are; whether all of it can be read."""
    how = data.draw(st.sampled_from(("multipart", "multipart", "encoded", "encoded", "json", "plain", "broken")), label="sent as")
    files = any(isinstance(one, tuple) for held in values.values() for one in held)
    if how == "encoded" and not files:
        return {"data": urlencoded(values), "content_type": "application/x-www-form-urlencoded"}, True
    if how in ("multipart", "encoded"):
        return {"data": multipart(values), "content_type": "multipart/form-data; boundary=bound"}, True
    if how == "json":
        return {"json": {repr(name): str(held) for name, held in values.items()}}, False
    if how == "plain":
        return {"data": b"" if files else urlencoded(values), "content_type": "text/plain"}, False
    return {"data": multipart(values)[:-20], "content_type": "multipart/form-data; boundary=bound"}, False


def coded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def urlencoded(values: Values) -> bytes:
    """Surrogates as their bytes."""
    pairs = [(coded(name), coded(one)) for name, held in values.items() for one in held]
    return urlencode(pairs).encode()


def multipart(values: Values) -> bytes:
    """The same for a form with files."""
    parts = []
    for name, held in values.items():
        quoted = coded(name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22"))
        head = b'--bound\r\nContent-Disposition: form-data; name="' + quoted + b'"'
        for one in held:
            content, more = (coded(one), b"") if isinstance(one, str) else (one[0].getvalue(), b'; filename="x.png"')
            parts.append(head + more + b"\r\n\r\n" + content + b"\r\n")
    return b"".join(parts) + b"--bound--\r\n"
