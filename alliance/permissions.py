"""One table: verb -> relations. Models answer `relations(person)`; routes, services and templates ask here."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from flask_babel import gettext as _

from alliance.errors import Forbidden, SignInNeeded

ANYONE = "anyone"
SIGNED_IN = "signed_in"
ADMIN = "alliance_admin"
EVALUATOR = "evaluator"

# Relations to a thing: owner_staff, owner_handler, owner_director, owner_centre_admin (who works for its owner, by role),
# borrower_staff, borrower_handler, party (staff of either side), endorser (handler of the borrower's main centre),
# member (staff of an active member centre), in_scope (member inside the listing's sharing scope), main_director (director of the
# owner's main centre, never of the owner itself), importer (staff of the centre that
# brought a table), self (the person themself), visible (may see the record), may_open (may open
# the file), reviewer (decides about an asset that waits to become public).
TABLE: dict[str, frozenset[str]] = {
    verb: frozenset(relations.split())
    for verb, relations in {
        # the public face
        "public.read": "anyone",
        "sign_in": "anyone",
        # people and centres
        "self.edit": "signed_in",
        "desk.read": "signed_in",
        "notice.read": "self",
        "centre.edit": "owner_centre_admin owner_director alliance_admin",
        "people.read": "owner_staff alliance_admin",
        "people.invite": "owner_centre_admin alliance_admin",
        "people.suspend": "alliance_admin",
        "membership.apply": "anyone",
        "membership.decide": "alliance_admin",
        "rules.edit": "alliance_admin",
        # catalogue
        "resource.read": "visible owner_staff alliance_admin",
        "resource.private": "in_scope owner_staff alliance_admin",
        "resource.create": "owner_staff",
        "resource.edit": "owner_staff",
        "resource.submit": "owner_staff",
        "resource.calendar": "in_scope owner_staff alliance_admin",
        "resource.review": "alliance_admin main_director",
        "resource.request": "in_scope",
        "import.run": "importer",
        "centre.import": "alliance_admin",
        # archive
        "asset.read": "visible owner_staff alliance_admin reviewer",
        "asset.edit": "owner_staff",
        "upload.begin": "owner_staff",
        "upload.continue": "self",
        "asset.open": "may_open owner_staff reviewer",
        "asset.withdraw": "owner_staff alliance_admin",
        "asset.consent": "owner_staff alliance_admin",
        "asset.history": "owner_staff alliance_admin reviewer",
        "asset.reviews": "member alliance_admin",
        "asset.publish_members": "owner_director",
        "asset.publish_public": "alliance_admin main_director",
        "collection.read": "visible owner_staff alliance_admin",
        "collection.edit": "owner_staff alliance_admin",
        "collection.publish": "owner_director main_director alliance_admin",
        # public cases: who asked reads their own by its number and secret code
        "case.file": "anyone",
        "case.read": "owner_handler alliance_admin",
        "case.answer": "owner_handler alliance_admin",
        # exchange: actions carry their own role column (exchange/table.py); these guard the pages
        "agreement.read": "party endorser alliance_admin",
        "agreement.outline": "member",
        "agreement.start": "member",
        # boards
        "board.read": "member alliance_admin",
        "board.write": "member",
        "entry.read": "in_scope owner_staff alliance_admin",
        "entry.edit": "owner_staff",
        "entry.answer": "in_scope",
        # calendars
        "timeline.read": "member alliance_admin",
        "feed.end": "self",
        # the alliance's desk
        "admin.board": "alliance_admin",
        "review.queue": "alliance_admin main_director_somewhere",
        "balance.read": "owner_staff alliance_admin",
        "figures.read": "alliance_admin",
        "jobs.read": "alliance_admin",
        "outbox.read": "alliance_admin",
        "audit.read": "alliance_admin",
        "holidays.edit": "alliance_admin",
        "announcement.edit": "alliance_admin",
        "codes.edit": "alliance_admin",
    }.items()
}


class Person(Protocol):
    """Who asks: answers what they are in the alliance at large."""

    @property
    def standing(self) -> frozenset[str]: ...


class Thing(Protocol):
    """What is asked about: answers what `person` is to it."""

    def relations(self, person: Any) -> frozenset[str]: ...


def relations_of(person: Person | None, thing: Thing | None = None) -> frozenset[str]:
    """All relations of `person`, at large and to `thing`."""
    held = frozenset({ANYONE})
    if person is not None:
        held |= {SIGNED_IN} | person.standing
    return held | thing.relations(person) if thing is not None else held


def may(person: Person | None, verb: str, thing: Thing | None = None) -> bool:
    """Whether the table grants `verb`; a verb that it does not list is a programming error (KeyError)."""
    return not TABLE[verb].isdisjoint(relations_of(person, thing))


def require(person: Person | None, verb: str, thing: Thing | None = None) -> None:
    """Raise SignInNeeded or Forbidden unless the table grants `verb`."""
    if may(person, verb, thing):
        return
    if person is None:
        raise SignInNeeded(_("这一页要登录后才能看。"))
    raise Forbidden(_("您的身份不能做这件事。如需要，请联系本馆管理员。"))


View = TypeVar("View", bound=Callable[..., Any])


def guarded(verb: str) -> Callable[[View], View]:
    """Mark a view with the verb that it serves; an unmarked view is refused to everyone."""
    if verb not in TABLE:
        raise KeyError(verb)

    def mark(view: View) -> View:
        view.verb = verb  # type: ignore[attr-defined]
        return view

    return mark


def verb_of(view: Any) -> str | None:
    """The verb with which `view` is marked."""
    return getattr(view, "verb", None)


def admits(person: Person | None, verb: str) -> bool:
    """Whether a page of `verb` may be opened at all: relations to a thing are left to the service, signing in is not."""
    at_large = {ANYONE, SIGNED_IN, ADMIN, EVALUATOR, "main_director_somewhere"}
    granted = TABLE[verb]
    if not granted.isdisjoint(relations_of(person)):
        return True
    if granted <= at_large:
        return False
    return person is not None or "visible" in granted or "may_open" in granted
