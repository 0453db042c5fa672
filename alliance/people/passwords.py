"""Passwords: what one must be like, how it is kept and compared. Hashing is slow on purpose: never inside a transaction."""

import unicodedata
from functools import cache

from flask_babel import gettext as _
from flask_security.utils import hash_password, verify_password

from alliance.errors import Invalid

SHORTEST, LONGEST = 10, 200


def check(password: str, again: str, *, email: str) -> str:
    """The password in its one spelling (NFKC); raises Invalid with a sentence at the field at fault."""
    password = unicodedata.normalize("NFKC", password)
    if password != unicodedata.normalize("NFKC", again):
        raise _fault("again", _("两次填的密码不一样。"))
    if len(password) < SHORTEST:
        raise _fault("password", _("密码至少要 %(n)s 个字符。", n=SHORTEST))
    if len(password) > LONGEST:
        raise _fault("password", _("密码最多 %(n)s 个字符。", n=LONGEST))
    if len(set(password)) < 4 or password.lower() in (email, email.partition("@")[0]):
        raise _fault("password", _("这个密码太容易猜到，请换一个。"))
    return password


def _fault(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, {field: sentence})


def hashed(password: str) -> str:
    """The argon2id hash to keep."""
    return str(hash_password(unicodedata.normalize("NFKC", password)))


def fits(password: str, kept: str | None) -> bool:
    """Whether `password` is the one kept; takes as long when there is none, so that nobody learns whether an account exists."""
    given = unicodedata.normalize("NFKC", password)[: LONGEST + 1]
    return bool(verify_password(given, kept or _nobodys())) and kept is not None


@cache
def _nobodys() -> str:
    """A hash that stands in for that of an account that does not exist."""
    return hashed("nobody has this password")
