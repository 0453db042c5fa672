"""How roles are said; filters for templates."""

from flask import Blueprint
from flask_babel import gettext as _
from jinja2 import pass_context
from markupsafe import Markup

from alliance import clock
from alliance.centres.models import Centre
from alliance.centres.words import code_label, in_language
from alliance.codes.centres import ALLIANCE_PERSON_ROLE
from alliance.people.models import Person, Post

ORDER = ("director", "handler", "centre_admin", "staff")


def role_word(role: str) -> str:
    """A role in a centre or in the alliance, in words."""
    return code_label(role, "alliance_role" if role in ALLIANCE_PERSON_ROLE else "person_role")


def roles_at(person: Person, centre: Centre) -> str:
    """The roles a person holds in a centre; those that another one implies are left out."""
    held = person.held_in(centre.id)
    return str(_("、")).join(role_word(role) for role in ORDER if role in held)


def person_name(person: Person) -> str | Markup:
    """The English name on an English page where there is one."""
    return in_language(person, "name")


def post_at(person: Person, centre: Centre) -> Post | None:
    """A post held in the centre: its department and title are the same in all of them."""
    day = clock.local(clock.now()).date()
    return next((post for post in person.posts if post.centre_id == centre.id and post.is_held(day)), None)


def name_options(people: list[Person]) -> list[tuple[int, str]]:
    """People as options of a select."""
    return [(person.id, person.name) for person in people]


def register(bp: Blueprint) -> None:
    """Give the filters to every template."""
    # With the context: else Jinja works out 'staff'|role_word once, in the language of whoever came first.
    bp.add_app_template_filter(pass_context(lambda _context, role: role_word(role)), "role_word")
    for word in (roles_at, person_name, post_at, name_options):
        bp.add_app_template_filter(word)
