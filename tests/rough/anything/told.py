"""What holds of every answer, whatever was asked."""

from __future__ import annotations

import json
import re

from werkzeug.test import TestResponse

TRACES = ("Traceback (most recent call last)", "sqlalchemy.exc", 'File "', "werkzeug.exceptions")
FRAGMENTS = {"archive.row", "exchange.checks"}
"""What answers with a part of a page."""
KEEPS = {"archive.create", "archive.save", "catalogue.save", "exchange.ask", "exchange.edited", "exchange.do"}
"""What keeps the part that holds (fields of a draft, files that came along) while it tells what does not."""


def fault(answer: TestResponse, endpoint: str, *, json_wanted: bool) -> str:
    """What is wrong with an answer, in a word."""
    status, kind = answer.status_code, answer.mimetype
    if status >= 500:
        return f"failed with {status}"
    if kind.startswith("text/") and (found := next((trace for trace in TRACES if trace in answer.text), None)):
        return f"shows its inside: {found}"
    if 300 <= status < 400:
        to = answer.headers.get("Location", "")
        return "" if re.match(r"(http://localhost)?/(?![/\\])", to) else f"leads away: {to}"
    if json_wanted and status >= 400:
        said = json.loads(answer.text).get("error", {}) if kind == "application/json" else {}
        if said.get("status") != status:
            return f"no JSON although asked for: {status} {kind}"
        return "" if all(said.get(name) for name in ("title", "detail", "request")) else f"not the one shape: {said}"
    if kind == "text/html" and endpoint not in FRAGMENTS and not re.search(r"<title>\s*[^<\s]", answer.text):
        return "a page without a title"
    return ""
