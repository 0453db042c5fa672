"""Names of divisions, read from the build's list and from the alliance's own rows."""

from pathlib import Path

import pytest

from alliance.places import Division, Divisions, level_of

LIST = """code,name,level
110000,北京市,province
110101,东城区,county
330000,浙江省,province
330100,杭州市,city
330102,上城区,county
330200,宁波市,city
330282,慈溪市,county
420000,湖北省,province
429004,仙桃市,county
440000,广东省,province
441900,东莞市,city
810000,香港特别行政区,province
810001,中西区,county
"""
OWN = {"990000": "云岭省", "990100": "清泽市", "990101": "禾丰县", "990102": "望岭县"}


@pytest.fixture
def divisions(tmp_path: Path) -> Divisions:
    path = tmp_path / "divisions.csv"
    path.write_text(LIST, "utf-8")
    return Divisions.read(path, OWN)


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("330102", ("浙江省", "杭州市", "上城区")),
        ("330102001", ("浙江省", "杭州市", "上城区")),
        ("330100", ("浙江省", "杭州市")),
        ("330000", ("浙江省",)),
        ("110101", ("北京市", "东城区")),
        ("429004", ("湖北省", "仙桃市")),
        ("441900", ("广东省", "东莞市")),
        ("441900001", ("广东省", "东莞市")),
        ("810001", ("香港特别行政区", "中西区")),
        ("990101", ("云岭省", "清泽市", "禾丰县")),
        ("330199", ("浙江省", "杭州市", "330199")),
    ],
)
def test_path(divisions: Divisions, code: str, path: tuple[str, ...]) -> None:
    assert divisions.path(code) == path
    assert divisions.name(code) == path[-1]


@pytest.mark.parametrize(
    ("code", "parent"),
    [
        ("330102", "330100"),
        ("330100", "330000"),
        ("330000", None),
        ("110101", "110000"),
        ("429004", "420000"),
        ("441900003", "440000"),
        ("990102", "990100"),
    ],
)
def test_parent(divisions: Divisions, code: str, parent: str | None) -> None:
    assert divisions.parent(code) == parent


def test_children(divisions: Divisions) -> None:
    assert [one.name for one in divisions.children("330000")] == ["杭州市", "宁波市"]
    assert [one.name for one in divisions.children("990100")] == ["禾丰县", "望岭县"]
    assert [one.code for one in divisions.children(None)][:2] == ["110000", "330000"]
    assert divisions.children("330102") == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("慈溪", ["330282"]),
        ("溪", ["330282"]),
        ("城区", ["110101", "330102"]),
        ("浙江 上城", ["330102"]),
        ("北京 上城", []),
        ("3301", ["330100", "330102"]),
        ("330102001", ["330102"]),
        ("岭", ["990000", "990102"]),
        ("   ", []),
        ("没有", []),
    ],
)
def test_search(divisions: Divisions, text: str, codes: list[str]) -> None:
    assert [one.code for one in divisions.search(text)] == codes


def test_search_stops_at_its_limit(divisions: Divisions) -> None:
    assert [one.code for one in divisions.search("市", limit=2)] == ["110000", "330100"]


def test_without_the_list_the_alliances_own_rows_remain(tmp_path: Path) -> None:
    own = Divisions.read(tmp_path / "none.csv", OWN)
    assert len(own) == 4
    assert own.get("990101007") == Division("990101", "禾丰县", "county")
    assert own.name("330102") == "330102"
    assert own.get("330102") is None
    assert "990101" in own
    assert "330102" not in own
    assert Divisions.read(None).path("330102") == ("330000", "330102")


def test_an_own_row_replaces_a_listed_one(tmp_path: Path) -> None:
    path = tmp_path / "divisions.csv"
    path.write_text(LIST, "utf-8")
    assert Divisions.read(path, {"330102": "上城新区"}).name("330102") == "上城新区"


@pytest.mark.parametrize(("code", "level"), [("330000", "province"), ("330100", "city"), ("330110", "county")])
def test_level(code: str, level: str) -> None:
    assert level_of(code) == level
