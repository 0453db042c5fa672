"""Steps that more than one journey of a loan takes."""

from datetime import timedelta

import sqlalchemy as sa
from playwright.sync_api import expect

from alliance import clock
from alliance.db import db
from alliance.exchange.models import Agreement, Leg
from alliance.journal import Event
from tests.browser.people import Somebody
from tests.browser.site import Site, aside

SHOW = "腊月送戏进岭上村"


def day(after: int = 0) -> str:
    return (clock.local(clock.now()) + timedelta(days=45 + after)).date().isoformat()


def typed() -> list[tuple[str, str, str | tuple[str, ...]]]:
    """The request as the borrower first fills it in: the road is given too low for the truck."""
    return [
        ("fill", "title", SHOW),
        ("choose", "activity_type", "performance"),
        ("fill", "starts_at", f"{day()}T09:00"),
        ("fill", "ends_at", f"{day()}T18:00"),
        ("fill", "place", "岭上村晒谷场"),
        ("fill", "division_code", "990124"),
        ("fill", "audience", "350"),
        ("tick", "audiences", ("everyone",)),
        *(
            ("fill", name, value)
            for name, value in (("road_height_m", "3.5"), ("overhead_m", "9"), ("site_length_m", "24"), ("site_width_m", "18"))
        ),
        ("choose", "ground", "paved"),
        ("fill", "power_kw", "60"),
        ("fill", "contact_name", "邱玉梅"),
        ("fill", "contact_phone", "0900-555 0155"),
        ("choose", "driver", "owner"),
        ("fill", "safety_plan", "安全员四名，疏散口两处。"),
        ("tick", "pledge", ("1",)),
    ]


def turn_of(somebody: Somebody, number: str) -> None:
    """It stands on their desk; they open it."""
    somebody.page.goto("/desk")
    somebody.hands.press(f'main .tasks a[href*="/agreements/{number}"]')
    somebody.page.wait_for_url(f"**/agreements/{number}**")
    if not somebody.page.url.endswith(number):
        somebody.page.goto(f"/agreements/{number}")


def start(somebody: Somebody, number: str, action: str) -> None:
    """Open the page of an action from the agreement's page, out of the fold of rarer ones if it lies there."""
    link = f'main a[href="/agreements/{number}/{action}"]'
    unfold(somebody, link)
    somebody.hands.press(link)
    somebody.page.wait_for_url(f"**/{action}")


def unfold(somebody: Somebody, target: str) -> None:
    found = somebody.page.locator(target).first
    if not found.is_visible():
        somebody.hands.press("main details:not([open]) > summary")
        expect(found).to_be_visible()


def do(somebody: Somebody, number: str, action: str) -> None:
    """Do at once what needs nothing filled in."""
    button = f'main form[action="/agreements/{number}/{action}"] button'
    unfold(somebody, button)
    somebody.hands.press(button)
    expect(somebody.page.locator(button)).to_have_count(0)  # an older page may still say that something was done
    assert somebody.says()


def finish(somebody: Somebody, number: str) -> None:
    """Send the form of an action; the agreement's page says that it is done."""
    somebody.hands.press("main form button.btn-primary, main form button.btn-stop")
    expect(somebody.page).to_have_url(f"{somebody.origin}/agreements/{number}")
    assert somebody.says()


def told(site: Site) -> list[list[str]]:
    """What happened, in order, to each leg that was asked for by that title; how often a draft was saved is left out."""

    def read() -> list[list[str]]:
        with site.app.app_context():
            legs = db.session.scalars(sa.select(Leg.id).join(Leg.agreement).where(Agreement.title == SHOW).order_by(Leg.id)).all()
            return [[name for name in _actions(leg) if name not in ("leg.revise", "leg.fill_in")] for leg in legs]

    return aside(read)


def _actions(leg: int) -> list[str]:
    of_leg = sa.select(Event.action).where(Event.subject_type == "leg", Event.subject_id == leg, Event.actor_id.is_not(None))
    return list(db.session.scalars(of_leg.order_by(Event.id)))
