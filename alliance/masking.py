"""What must stand in no log, no note and no page: passwords of addresses, the key, secrets of links, hashes of passwords."""

import re
from collections.abc import MutableMapping
from typing import Any
from urllib.parse import unquote, urlsplit

from alliance.config import Settings

MASK = "***"
LINK = re.compile(r"(/invitations/|/sign-in/new-password/)[^\s/?#\"'<>\\)]+")
LOGIN = re.compile(r"(\w{1,20}://[^\s/:@\"']{0,200}):[^\s/@\"']{1,500}@")
HASH = re.compile(r"\$argon2\w{1,3}\$[\w$=,+/.]{1,300}")
SHORTEST = 6
"""Shorter secrets would blot out half of every sentence; in an address they are known by their place."""

_known: set[str] = set()


def learn(settings: Settings) -> None:
    """Know the secrets of these settings from now on."""
    found = {settings.secret_key}
    for address in (settings.database_url, settings.search_url, settings.storage_url, settings.queue_url, settings.smtp_url):
        kept = urlsplit(address).password or ""
        found |= {kept, unquote(kept)}
    _known.update(secret for secret in found if len(secret) >= SHORTEST)


def masked(text: str) -> str:
    """The text without what we know to be secret."""
    for secret in sorted(_known, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return HASH.sub(MASK, LOGIN.sub(rf"\1:{MASK}@", links(text)))


def links(text: str) -> str:
    """The text with links that can no longer be followed by whoever else reads it."""
    return LINK.sub(rf"\1{MASK}", text)


def mask_entry(_logger: Any, _name: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Of the log: every text of a line, tracebacks too."""
    for name, value in entry.items():
        if not isinstance(value, int | float | None):
            entry[name] = masked(value if isinstance(value, str) else str(value))
    return entry
