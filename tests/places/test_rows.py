"""Places as people type them: by code, by name, by a name that others have too."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from alliance.places import rows
from alliance.places.models import Division

NATIONAL = """code,name,level
110000,北京市,province
110105,朝阳区,county
210000,辽宁省,province
211300,朝阳市,city
211321,朝阳县,county
330000,浙江省,province
330100,杭州市,city
330102,上城区,county
"""
ADDED = {
    "990000": ("岚江省", "province"),
    "990100": ("清泽市", "city"),
    "990122": ("禾丰县", "county"),
    "990124": ("临湖县", "county"),
}


@pytest.fixture
def known(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    path = tmp_path / "divisions.csv"
    path.write_text(NATIONAL, "utf-8")
    monkeypatch.setattr(rows, "FILE", path)
    rows._known.cache_clear()
    session.add_all(Division(code=code, name=name, level=level) for code, (name, level) in ADDED.items())
    session.flush()
    return session


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("990122", "990122"),
        ("990122101", "990122101"),
        ("990122101203", "990122101203"),
        ("禾丰县", "990122"),
        ("岚江省清泽市禾丰县", "990122"),
        ("岚江省 清泽市 禾丰县", "990122"),
        ("清泽禾丰", "990122"),
        ("上城区", "330102"),
        ("北京朝阳", "110105"),
        ("朝阳县", "211321"),
        ("辽宁省朝阳市", "211300"),
    ],
)
def test_a_place_is_read_from_its_code_or_name(known: Session, typed: str, code: str) -> None:
    assert rows.code_of(typed) == code


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("朝阳", "不止一处"),
        ("无名县", "没有找到“无名县”"),
        ("99012", "6位"),
        ("012345", "6位"),
        ("9901221", "6位"),
        ("990122\n", "6位"),
        ("，", "没有找到"),
    ],
)
def test_what_names_no_single_place_is_told(known: Session, typed: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        rows.code_of(typed)


def test_the_places_of_one_name_are_told_with_their_codes(known: Session) -> None:
    with pytest.raises(ValueError, match="北京市朝阳区 110105、辽宁省朝阳市 211300、辽宁省朝阳市朝阳县 211321"):
        rows.code_of("朝阳")


def test_names_beside_a_code(known: Session) -> None:
    assert rows.whole_name("990122101") == "岚江省清泽市禾丰县"
    assert [rows.whole_name(other) for other in ("", "990177", "x", None, 990122)] == ["", "", "", "", ""]
    assert rows.around("990122") == [("990122", "岚江省清泽市禾丰县"), ("990124", "岚江省清泽市临湖县")]
    assert rows.around("990000") == []
