"""The archive's real table and real files: every record a draft, every file shown or the reason said on its page.

The folder is found as in test_real_tables.py; without it these tests are not there.
"""

import csv
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from alliance import jobs
from alliance.archive.models import Asset
from alliance.archive.service import REFUSED
from alliance.catalogue.imports import by_hand
from alliance.catalogue.imports.models import ImportRow
from alliance.db import db, transaction
from alliance.storage import renditions
from alliance.storage.models import Rendition
from benchmarks.search_corpus import folder
from tests import make

DATA = folder()
pytestmark = [pytest.mark.long, pytest.mark.real_data, pytest.mark.timeout(300)]
MEANS = ("<video", "<audio", 'class="shown"', "打开 PDF 阅读", "script-start", "打开全文")
"""Of which the page of a file that is shown has one."""


@pytest.fixture
def person(app: Flask) -> int:
    with app.app_context(), transaction() as session:
        return make.person(session, make.centre(session, slug="hefeng"), "staff").id


def test_2987_records_become_drafts_that_say_what_is_missing(app: Flask, person: int) -> None:
    assert DATA is not None
    with app.app_context():
        told = by_hand.bring("asset", DATA / "media_metadata.csv", by_hand.Order(slug="hefeng", commit=True, rows=True))
        rows = list(db.session.scalars(sa.select(ImportRow)))
        assert len(rows) == 2987
        assert Counter(row.outcome for row in rows) == {"draft": 2986, "refused": 1}
        assert all(row.faults["missing"] for row in rows if row.outcome == "draft")
        assert [row.faults["why"] for row in rows if row.outcome == "refused"] == ["没有名称，不知道是什么。"]
        assert len([line for line in told.splitlines() if "\tdraft\t" in line or "\trefused\t" in line]) == 2987
        assert db.session.scalar(sa.select(sa.func.count()).where(Asset.state == "draft")) == 2986
        poem = db.session.scalars(sa.select(Asset).where(Asset.title == "谢金莲诗酒红梨花・乌夜啼")).one()
        assert (poem.title_en, poem.creator, poem.period, poem.type, poem.language) == (
            "Xie Jin Lian Shi Jiu Hong Li Hua ・ Wu Ye Ti",
            "张寿卿",
            "元",
            "text",
            "zh",
        )
        assert (poem.details["original"], poem.rights_status, poem.created_text) == ("YQ-00000", "public_domain", "")
        again = by_hand.bring("asset", DATA / "media_metadata.csv", by_hand.Order(slug="hefeng"))
        assert "same: 2986" in again


def test_41_files_are_shown_or_their_pages_say_why(app: Flask, person: int, signed_in: Callable[[int], FlaskClient]) -> None:
    assert DATA is not None
    with app.app_context():
        order = by_hand.Order(slug="hefeng", folder=DATA / "media", commit=True, rows=True)
        by_hand.bring("asset", DATA / "media_files.csv", order)
    jobs.work(app, until_idle=True)
    named = names(DATA)
    assert len(named) == 41
    browser, shown, refused = signed_in(person), set[str](), dict[str, str]()
    with app.app_context():
        made = {asset.file_name or asset.details[REFUSED]["name"]: asset for asset in db.session.scalars(sa.select(Asset))}
        assert set(made) == named
        assert db.session.scalar(sa.select(sa.func.count()).where(Rendition.state.in_(("waiting", "running")))) == 0
        for name, asset in made.items():
            page = browser.get(f"/archive/{asset.code}").text
            if any(mark in page for mark in MEANS):
                shown.add(name)
                continue
            why = asset.details[REFUSED]["why"] if asset.file is None else renditions.REASONS[broken(asset)]
            assert str(why) in page, name
            refused[name] = str(why)
    assert set(refused) == {"lorem_ipsum_opf.docx", "poster_spring_festival.svg"}
    assert "文档请存为 PDF" in refused["lorem_ipsum_opf.docx"]
    assert "矢量图" in refused["poster_spring_festival.svg"]
    assert len(shown) == 39


def names(data: Path) -> set[str]:
    with (data / "media_files.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["file"] for row in csv.DictReader(file)}


def broken(asset: Asset) -> str:
    """Why the worker could make nothing of the file."""
    assert asset.file is not None
    return next(row.error for row in renditions.of(db.session, asset.file).values() if row.state == "failed")
