"""A record in the words of schema.org: what its page says to everybody, nothing of what is closed."""

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from alliance.archive.models import AssetRelation, today
from alliance.storage.models import Rendition
from tests import make

DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
BASE = "http://127.0.0.1:8000"


def linked(client: Any, code: str, status: int = 200) -> Any:
    """What the page of an item says to machines; None where it says nothing."""
    answer = client.get(f"/archive/{code}")
    assert answer.status_code == status
    found = DATA.findall(answer.text)
    assert len(found) < 2
    return json.loads(found[0]) if found else None


@pytest.fixture
def item(write: Any) -> Any:
    """`item(**values)`: its code; a file with a small picture made of it."""

    def add(**values: Any) -> str:
        def run(session: Any) -> str:
            asset = make.asset(session, make.centre(session, name="望岭县文化馆"), **values)
            card = make.file(session, media_type="image/webp")
            session.add(Rendition(source_id=asset.file_id, name="card", state="done", made_id=card.id, progress=100))
            return asset.code

        return write(run)

    return add


def test_it_says_what_the_page_says(client: Any, item: Any) -> None:
    code = item(
        title="岭上庙会《双下山》",
        title_en="Down the Hill",
        creator="岭上采茶剧团",
        type="moving_image",
        language="gan",
        place_text="岭上村",
        details={"minutes": 38},
        rights_status="cc_by",
        rights_uri="http://creativecommons.org/licenses/by/4.0/",
    )
    told, html = linked(client, code), unescape(client.get(f"/archive/{code}").text)
    assert (told["@context"], told["@type"], told["url"]) == ("https://schema.org", "VideoObject", f"{BASE}/archive/{code}")
    assert f'<link rel="canonical" href="{told["url"]}">' in html
    assert (told["dateCreated"], told["inLanguage"], told["duration"]) == ("1993-04-18", "gan", "PT38M")
    main = html.split("<main")[1]
    shown = (told["name"], told["description"], told["creator"]["name"], told["contentLocation"]["name"], told["provider"]["name"])
    for words in (*shown, told["license"], told["identifier"], "38分钟", "赣语"):
        assert words in main, words
    assert told["alternateName"] == "Down the Hill"
    assert told["contentUrl"] == f"{BASE}/archive/{code}/file"
    assert re.fullmatch(rf"{BASE}/archive/{code}/\w+/[0-9a-f]{{16}}/card", told["thumbnailUrl"])
    client.set_cookie("lang", "en")
    assert linked(client, code) == told


@pytest.mark.parametrize(
    ("kind", "name"), [("sound", "AudioObject"), ("still_image", "ImageObject"), ("text", "DigitalDocument"), ("", "CreativeWork")]
)
def test_each_type_has_its_word(client: Any, item: Any, kind: str, name: str) -> None:
    assert linked(client, item(type=kind))["@type"] == name


@pytest.mark.parametrize("text", ["198X", "1921~", ""])
def test_a_date_that_is_not_exact_is_left_out(client: Any, item: Any, text: str) -> None:
    told = linked(client, item(created_text=text))
    assert told["name"]
    assert "dateCreated" not in told


def test_what_is_typed_does_not_end_the_block(client: Any, item: Any) -> None:
    sign = "</script><script>alert(1)</script><!-- & ' \u2028"
    code = item(title=sign, description=sign)
    assert (linked(client, code)["name"], linked(client, code)["description"]) == (sign, sign)


@pytest.mark.parametrize(
    "values",
    [
        {"file_access": "on_request"},
        {"file_access": "members"},
        {"rights_status": "unknown"},
        {"embargo_until": today() + timedelta(days=9)},
        {"consent_until": today() - timedelta(days=9)},
    ],
    ids=lambda values: next(iter(values)),
)
def test_a_closed_file_is_not_named_whoever_asks(client: Any, item: Any, write: Any, signed_in: Any, values: Any) -> None:
    code = item(**values)
    admin = signed_in(write(lambda session: make.admin(session).id))
    for browser in (client, admin):
        told = linked(browser, code)
        assert told["name"]
        assert told["license"]
        assert not told.keys() & {"contentUrl", "thumbnailUrl", "encodingFormat", "isAccessibleForFree"}


@pytest.mark.parametrize(
    "values",
    [
        {"state": "draft"},
        {"state": "in_review"},
        {"record_visibility": "members"},
        {"record_visibility": "own_centre"},
        {"minor_consent_until": today() - timedelta(days=1)},
    ],
    ids=lambda values: "-".join(map(str, next(iter(values.items())))),
)
def test_a_closed_record_says_nothing_to_machines_whoever_asks(item: Any, write: Any, signed_in: Any, values: Any) -> None:
    admin = signed_in(write(lambda session: make.admin(session).id))
    assert linked(admin, item(**values)) is None


def test_a_tombstone_says_nothing(client: Any, item: Any) -> None:
    assert linked(client, item(state="withdrawn"), 410) is None


def test_it_is_part_of_what_everybody_sees(client: Any, write: Any, signed_in: Any) -> None:
    def add(session: Any) -> tuple[str, int]:
        owner = make.centre(session)
        one, whole, closed, next_to = (make.asset(session, owner, title=title) for title in ("一", "全本", "内部", "旁边"))
        closed.record_visibility = "own_centre"
        for kind, other in (("part_of", whole), ("in_series", closed), ("related", next_to)):
            session.add(AssetRelation(asset_id=one.id, kind=kind, other_id=other.id))
        make.collection(session, owner, one, slug="lingshang", title="岭上采茶")
        make.collection(session, owner, one, title="没有公布", state="draft")
        return one.code, make.person(session, owner, "director").id

    code, staff = write(add)
    for browser in (client, signed_in(staff)):
        parts = linked(browser, code)["isPartOf"]
        assert [(part["@type"], part["name"]) for part in parts] == [("CreativeWork", "全本"), ("Collection", "岭上采茶")]
        assert parts[1]["url"] == f"{BASE}/archive/collections/lingshang"
