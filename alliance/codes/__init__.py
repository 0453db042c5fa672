"""The code lists of the field, each code with a Chinese and an English label; an alliance's other labels are rows."""

from alliance.codes import arts, cases, catalogue, centres, exchange, media, rights, statements, venues
from alliance.codes.codelist import Code, CodeList, UnknownCodeError, language

__all__ = ["LISTS", "Code", "CodeList", "UnknownCodeError", "get", "label", "language"]

LISTS: dict[str, CodeList] = {
    codes.name: codes
    for subject in (arts, cases, centres, catalogue, venues, exchange, media, rights, statements)
    for codes in subject.LISTS
}


def get(name: str) -> CodeList:
    """The list of that name; raises UnknownCodeError."""
    try:
        return LISTS[name]
    except KeyError:
        raise UnknownCodeError(name) from None


def label(name: str, code_id: str, locale: str) -> str:
    return get(name).label(code_id, locale)
