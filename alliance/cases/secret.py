"""The secret code of a case: derived from the form it came with, so that sending twice shows the same; only its digest is kept."""

import hashlib
import hmac

from flask import current_app

from alliance.cases.models import Case

SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is taken for another
LENGTH = 12


def code_for(key: str) -> str:
    """Twelve signs in groups of four."""
    secret = current_app.config["ALLIANCE"].secret_key.encode()
    number = int.from_bytes(hmac.digest(secret, f"case-code:{key}".encode(), "sha256"))
    signs = []
    for _n in range(LENGTH):
        number, rest = divmod(number, len(SIGNS))
        signs.append(SIGNS[rest])
    return "-".join("".join(signs[start : start + 4]) for start in range(0, LENGTH, 4))


def digest_of(number: str, code: str) -> str:
    """What is kept of the code; groups, spaces and small letters do not matter."""
    plain = "".join(sign for sign in code.upper() if sign in SIGNS)
    return hashlib.sha256(f"{number}:{plain}".encode()).hexdigest()


def fits(case: Case | None, number: str, code: str) -> bool:
    """Whether the code is that of the case; as long for a wrong number as for a wrong code."""
    kept = case.digest if case is not None else digest_of(number, "-")
    return hmac.compare_digest(kept, digest_of(case.number if case is not None else number, code)) and case is not None


def code_of(case: Case) -> str:
    """The code once more, for mails; empty when the portal's key has changed since."""
    code = code_for(case.key)
    return code if fits(case, case.number, code) else ""
