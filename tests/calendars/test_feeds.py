"""Feeds: what a calendar program reads, for whom, and until when."""

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from alliance import clock, journal
from alliance.calendars.models import Feed
from alliance.calendars.writing import Entry, written
from alliance.config import ROOT
from alliance.exchange.models import Ask, Leg, Line
from alliance.people.models import Person
from tests import make
from tests.catalogue.test_occupancy import leg
from tests.conftest import BOTH

NOW = datetime(2026, 9, 28, 2, tzinfo=UTC)
LONG = "重阳节“敬老”文艺演出；含布置、彩排, 分两场\n" * 6
NODE = """
import ICAL from "ical.js";
let text = "";
for await (const part of process.stdin) text += part;
const top = new ICAL.Component(ICAL.parse(text));
const zones = top.getAllSubcomponents("vtimezone").map((one) => new ICAL.Timezone(one));
zones.forEach((zone) => ICAL.TimezoneService.register(zone.tzid, zone));
const events = top.getAllSubcomponents("vevent").map((one) => new ICAL.Event(one)).map((one) => ({
  uid: one.uid, summary: one.summary, start: one.startDate.toJSDate().toISOString(), sequence: one.sequence,
  status: one.component.getFirstPropertyValue("status"),
}));
console.log(JSON.stringify({ zones: zones.map((zone) => zone.tzid), events }));
"""


def cast(session: Any) -> dict[str, Any]:
    """A hall lent, another asked for; who works on either side, and somebody elsewhere."""
    owner, borrower, third = (make.centre(session, slug=name, name=f"{name}馆") for name in ("owner", "borrower", "third"))
    hall = make.resource(session, owner, code="CG-0001", title="文化馆剧场")
    lent, asked = leg(session, owner, borrower), leg(session, owner, borrower)
    for one in (lent, asked):
        one.lines = [Line(resource=hall)]
        one.requested_at, one.version = NOW, 3
        one.agreement.title = "重阳节演出"
    lent.state, lent.choice, lent.starts_at, lent.ends_at = "confirmed", 1, NOW + timedelta(days=3), NOW + timedelta(days=4)
    asked.state, asked.due_at = "requested", NOW + timedelta(days=2)
    make.occupancy(session, hall, lent.starts_at, hours=24, leg_id=lent.id)
    make.occupancy(session, hall, NOW + timedelta(days=9), kind="block", note="馆庆自用")
    centres = {"owner": owner, "borrower": borrower, "third": third}
    return {name: make.person(session, centre, "handler").id for name, centre in centres.items()} | {"lent": lent.id}


def address(browser: FlaskClient, send: Any, **fields: str) -> str:
    answer = send(browser, "/calendars/feeds", "/calendars/feeds", **fields)
    assert answer.status_code == 200, answer.text[:300]
    assert answer.headers["Cache-Control"] == "private, no-store"
    found = re.search(r'value="http[^"]+?(/calendars/feed/[\w-]{32}\.ics)"', answer.text)
    assert found is not None
    return found[1]


def read(browser: FlaskClient, where: str) -> dict[str, Any]:
    """Events by their UID."""
    with clock.moved(NOW):
        answer = browser.get(where)
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "text/calendar"
    assert answer.headers["Cache-Control"].startswith("private")
    return {str(one["UID"]): one for one in icalendar.Calendar.from_ical(answer.data).walk("VEVENT")}


def said(events: dict[str, Any]) -> str:
    return " ".join(str(one["SUMMARY"]) for one in events.values())


@BOTH
def test_own_sides_in_detail_and_taken_for_everybody_else(write: Any, signed_in: Any, client: FlaskClient, send: Any) -> None:
    people = write(cast)
    owner, third = signed_in(people["owner"]), signed_in(people["third"])
    centre = read(client, address(owner, send, centre="owner"))
    loan = next(one for uid, one in centre.items() if uid.startswith(f"leg-{people['lent']}-loan@"))
    assert (loan["DTSTART"].dt, loan["SEQUENCE"], str(loan["STATUS"])) == (NOW + timedelta(days=3), 3, "CONFIRMED")
    assert loan["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert "借出：文化馆剧场（borrower馆）" in str(loan["SUMMARY"])
    assert sorted(uid.split("-")[2].split("@")[0] for uid in centre) == ["back", "due", "loan", "out"]
    assert "借入：文化馆剧场（owner馆）" in said(read(client, address(signed_in(people["borrower"]), send)))
    assert "截止：答复" in said(read(client, address(owner, send)))
    others = read(client, address(third, send, resource="CG-0001"))
    assert sorted(str(one["SUMMARY"]) for one in others.values()) == ["停借", "已订"]
    assert not any("URL" in one for one in others.values())
    assert said(read(client, address(owner, send, resource="CG-0001"))) == "重阳节演出 馆庆自用"


@BOTH
def test_renewed_ended_and_gone_with_the_account(write: Any, signed_in: Any, client: FlaskClient, send: Any) -> None:
    people = write(cast)
    owner = signed_in(people["owner"])
    first = address(owner, send, centre="owner")
    second = address(owner, send, centre="owner")
    assert client.get(first).status_code == 404
    assert read(client, second)
    kept = write(lambda session: session.scalars(sa.select(Feed.digest)).one())
    assert second.split("/")[-1].removesuffix(".ics") not in kept
    number = write(lambda session: session.scalars(sa.select(Feed.id)).one())
    assert send(signed_in(people["third"]), "/calendars/feeds", f"/calendars/feeds/{number}/end").status_code == 404
    assert send(owner, "/calendars/feeds", f"/calendars/feeds/{number}/end").status_code == 302
    assert client.get(second).status_code == 404
    third = address(owner, send)
    write(lambda session: setattr(session.get(Person, people["owner"]), "active", False))
    assert client.get(third).status_code == 404


def test_only_what_reaches_one_and_not_again_what_is_known(write: Any, signed_in: Any, client: FlaskClient, send: Any) -> None:
    people = write(cast)
    third = signed_in(people["third"])
    assert send(third, "/calendars/feeds", "/calendars/feeds", centre="owner").status_code == 403
    assert send(third, "/calendars/feeds", "/calendars/feeds", resource="XX-1").status_code == 404
    where = address(third, send, resource="CG-0001")
    with clock.moved(NOW):
        known = client.get(where)
        assert client.get(where, headers={"If-None-Match": known.headers["ETag"]}).status_code == 304
        tries = [client.get(where).status_code for _n in range(10)]
    assert tries[-1] == 429
    assert client.get("/calendars/feed/short.ics").status_code == 404


def entries() -> list[Entry]:
    return [
        Entry("leg-1-loan@x", NOW, NOW + timedelta(hours=2), LONG, NOW, 4, "TENTATIVE", description=LONG, location="下河村；礼堂")
    ]


def test_lines_are_folded_by_octets_and_words_come_back_whole() -> None:
    made = written("联盟：我的待办", entries())
    assert max(map(len, made.split(b"\r\n"))) <= 75
    for line in made.split(b"\r\n"):
        line.decode()  # no character is cut in two
    event = icalendar.Calendar.from_ical(made).walk("VEVENT")[0]
    assert (str(event["SUMMARY"]), str(event["LOCATION"])) == (LONG, "下河村；礼堂")


def test_ical_js_reads_the_same() -> None:
    node = shutil.which("node")
    if node is None or not Path(ROOT / "node_modules" / "ical.js").is_dir():
        pytest.skip("needs Node and ical.js: make setup-dev")
    made = written("联盟", entries())
    run = [node, "--input-type=module", "-e", NODE]
    told = json.loads(subprocess.run(run, input=made, capture_output=True, check=True, cwd=ROOT, timeout=60).stdout)
    event = {"uid": "leg-1-loan@x", "summary": LONG, "start": "2026-09-28T02:00:00.000Z", "sequence": 4, "status": "TENTATIVE"}
    assert told == {"zones": ["Asia/Shanghai"], "events": [event]}


@BOTH
def test_what_changes_is_a_later_edition_and_what_only_reminds_is_not(
    write: Any, signed_in: Any, client: FlaskClient, send: Any
) -> None:
    with clock.moved(NOW - timedelta(hours=10)):
        people = write(cast)
    owner = signed_in(people["owner"])
    centre, thing = address(owner, send, centre="owner"), address(owner, send, resource="CG-0001")

    def edition(where: str, name: str) -> tuple[int, datetime]:
        one = next(one for one in read(client, where).values() if name in str(one["SUMMARY"]))
        return one["SEQUENCE"], one["LAST-MODIFIED"].dt

    def happens(action: str, hours: int, **values: Any) -> None:
        def change(session: Any) -> None:
            one = session.get(Leg, people["lent"])
            for name, value in values.items():
                setattr(one, name, value)
            with clock.moved(NOW - timedelta(hours=hours)):
                journal.record(session, f"leg.{action}", one)

        write(change)

    happens("commit", 9)
    assert edition(centre, "借出") == edition(thing, "重阳节演出") == (3, NOW - timedelta(hours=9))
    happens("reminded", 8)
    assert edition(centre, "借出") == (3, NOW - timedelta(hours=9))
    happens("redated", 7)
    assert edition(centre, "借出") == (4, NOW - timedelta(hours=7))
    happens("grant", 6, version=4)
    assert edition(centre, "借出") == edition(thing, "重阳节演出") == (5, NOW - timedelta(hours=6))


@BOTH
@pytest.mark.parametrize(
    ("kind", "state", "days"), [("cancel", "confirmed", 3), ("extension", "in_use", 4), ("resolve_line", "partly_returned", None)]
)
def test_a_question_is_in_the_feed_of_who_answers_it(
    write: Any, signed_in: Any, client: FlaskClient, send: Any, kind: str, state: str, days: int | None
) -> None:
    people = write(cast)

    def ask(session: Any) -> None:
        one = session.get(Leg, people["lent"])
        one.state = state
        session.add(Ask(leg_id=one.id, kind=kind, side="borrower", person_id=people["borrower"], content={}))

    write(ask)
    told = {name: read(client, address(signed_in(people[name]), send)) for name in ("owner", "borrower")}
    ends = [one["DTEND"].dt for uid, one in told["owner"].items() if uid.startswith(f"leg-{people['lent']}-ask@")]
    assert ends == ([NOW + timedelta(days=days)] if days else [])
    assert not any("-ask@" in uid for uid in told["borrower"])
