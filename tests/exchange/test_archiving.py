"""What is filed with the return becomes drafts of the borrower's archive once the loan is closed: once, with nobody's consent."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from alliance import clock, journal
from alliance.archive import service, uploads
from alliance.archive.models import Asset, AssetRelation
from alliance.db import alembic, db, transaction
from alliance.errors import Invalid
from alliance.exchange import archiving
from alliance.exchange.models import Leg, ReportPhoto
from alliance.notifications.models import Notice
from alliance.people.models import Person
from alliance.storage import files
from alliance.storage.models import File
from tests.archive import samples
from tests.conftest import BOTH
from tests.exchange.browsers import Forms, counted
from tests.exchange.cast import Cast, cast_of
from tests.exchange.stage import ITEMS, START, TO_IN_USE, Stage, build
from tests.exchange.test_pages import DAY, handed, taken_over

CLIP = samples.mp4()


def filed(app: Flask, person: Person, name: str, content: bytes, media_type: str) -> int:
    """A kept file as the form leaves it: its bytes under a key of its own."""
    digest = hashlib.sha256(content).hexdigest()
    key = f"files/{digest[:2]}/{digest}-{db.session.scalar(sa.select(sa.func.count(File.id)))}"
    app.extensions["store"].put(key, io.BytesIO(content), size_limit=len(content))
    return files.keep(db.session, person, files.Received(key, digest, len(content), media_type, name)).id


def returned(app: Flask, stage: Stage, **more: Any) -> Leg:
    """A loan of three shows, sent back with a programme, a picture twice, a clip and the figures."""
    who = stage.people["borrower"]
    if stage.thing.kind == "talent":
        consent = [("handler", "record_consent", {"given_on": date(2025, 3, 10), "how": "written"})]
    else:
        consent = []
    moves = [*TO_IN_USE[:2], *consent, *TO_IN_USE[2:]]
    leg = stage.play(stage.leg(), *moves)
    picture, clip = samples.png(shade=120), filed(app, who, "三月三.mp4", CLIP, "video/mp4")
    back = {
        "sessions": 3,
        "attendances": 860,
        "figures": {"village_sessions": 2, "volunteers": 6},
        "programmes": [filed(app, who, "节目单.pdf", samples.pdf(), "application/pdf")],
        "photos": [filed(app, who, "台前.png", picture, "image/png"), filed(app, who, "台前 (1).png", picture, "image/png")],
        "receipts": [filed(app, who, "回执.png", samples.png(shade=7), "image/png")],
        "clips": [clip],
        "captions": {clip: "《打猪草》选段"},
        "consents": {clip: "两位演员口头同意发布"},
    } | more
    leg = stage.play(leg, ("borrower", "send_back", back), ("staff", "check_in", {"items": ITEMS}))
    db.session.commit()
    return leg


def assets() -> list[Asset]:
    return list(db.session.scalars(sa.select(Asset).order_by(Asset.id)))


def close(stage: Stage, leg: Leg) -> None:
    stage.act("staff", leg, "close")
    db.session.commit()


@BOTH
def test_closing_makes_one_draft_a_file(app: Flask, work_off: Callable[[], int]) -> None:
    with app.app_context():
        with transaction() as session:
            stage = build(session, "talent", title="双桥黄梅戏班")
            stage.owner.name = "清泽市文化馆"
            leg = returned(app, stage)
        assert assets() == []
        close(stage, leg)
        number, borrower, filer = leg.id, stage.borrower.id, stage.people["borrower"].id
    work_off()
    with app.app_context():
        picture, paper, clip = assets()
        assert [one.type for one in (picture, paper, clip)] == ["still_image", "text", "moving_image"]
        assert [one.title for one in (picture, paper, clip)] == [
            "重阳节下乡演出：现场照片",
            "重阳节下乡演出：节目单",
            "重阳节下乡演出：《打猪草》选段",
        ]
        for one in (picture, paper, clip):
            assert (one.owner_id, one.state, one.record_visibility, one.file_access) == (
                borrower,
                "draft",
                "own_centre",
                "own_centre",
            )
            assert (one.created_text, one.place_code, one.place_text) == ("2025-04-01", "990102", "下河村文化礼堂")
            assert one.creator == one.owner.name
            assert one.contributors == ["清泽市文化馆（出借双桥黄梅戏班）"]
            assert "2025年4月1日" in one.description
            assert "共3场。其中到村（社区）2场。观众860人次。志愿者6人。" in one.description
            assert one.file is not None
            assert one.file.key == files.original(one.file.digest)
            assert app.extensions["store"].size(one.file.key) == one.file.size
            # Named from the listing, without consent: the file is closed, and it cannot be sent to review.
            assert [(who.name, who.consent_scope, who.consent_until) for who in one.performers] == [("双桥黄梅戏班", "", None)]
            assert one.rights_status == "performer_pending"
            assert "performers" in service.missing(one)
            assert "art_forms" in service.missing(one)
        assert clip.description.endswith("《打猪草》选段")
        rows = list(db.session.scalars(sa.select(AssetRelation).order_by(AssetRelation.asset_id)))
        assert [(row.asset_id, row.kind) for row in rows] == [(one.id, "made_from") for one in (picture, paper, clip)]
        assert rows[2].note == "出镜人的同意：两位演员口头同意发布"
        told = [event.action for event in journal.history(db.session, clip)]
        assert told == ["asset.created", "asset.file_attached", "asset.related"]
        with transaction() as session:
            person = session.get_one(Person, filer)
            asset = session.get_one(Asset, clip.id)
            values = {"performers": [{"name": "双桥黄梅戏班", "consent_scope": "archive"}]}
            service.save(session, person, asset, values=values, expected_version=asset.version)
            assert "performers" not in service.missing(asset)
        assert [event.action for event in journal.history(db.session, db.session.get_one(Leg, number))][-1] == "leg.archived"


@BOTH
def test_again_and_by_two_at_once_it_is_made_once(app: Flask, work_off: Callable[[], int]) -> None:
    with app.app_context():
        with transaction() as session:
            stage = build(session)
            leg = returned(app, stage)
        close(stage, leg)
        payload, filer = {"event": 0, "subject": ["leg", leg.id]}, stage.people["borrower"].id
    gate, faults = threading.Barrier(4), []

    def run() -> None:
        with app.app_context():
            gate.wait()
            try:
                archiving.archive(payload)
            except Exception as error:  # told by the thread that waits
                faults.append(error)

    threads = [threading.Thread(target=run) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    work_off()
    with app.app_context():
        assert len(assets()) == 3
        assert len({one.file_id for one in assets()}) == 3
        archived = sa.select(sa.func.count()).select_from(journal.Event).where(journal.Event.action == "leg.archived")
        assert db.session.scalar(archived) == 1
        assert db.session.scalar(sa.select(sa.func.count()).select_from(AssetRelation)) == 3
        # What staff have taken down since does not come back.
        with transaction() as session:
            one, who = session.get_one(Asset, assets()[0].id), session.get_one(Person, filer)
            service.withdraw(session, who, one, why="拍得不清楚。", expected_version=one.version)
        archiving.archive(payload)
        assert len(assets()) == 3


@BOTH
def test_a_file_that_the_centre_keeps_already_is_not_made_again(app: Flask, work_off: Callable[[], int]) -> None:
    with app.app_context():
        with transaction() as session:
            stage = build(session)
            who = stage.people["mate"]
            kept = service.create(session, who, owner=stage.borrower, values={"title": "打猪草"})
            theirs = service.create(session, stage.people["staff"], owner=stage.owner, values={"title": "别馆的"})
            digest = hashlib.sha256(CLIP).hexdigest()
            store = app.extensions["store"]
            store.put(files.original(digest), io.BytesIO(CLIP), size_limit=len(CLIP))
            row = files.keep(session, who, files.Received(files.original(digest), digest, len(CLIP), "video/mp4", "打猪草.mp4"))
            service.attach(session, who, kept, file=row)
            service.attach(session, stage.people["staff"], theirs, file=row)
            leg = returned(app, stage)
        close(stage, leg)
        known, other = kept.id, theirs.id
    work_off()
    with app.app_context():
        assert len(assets()) == 4
        made = db.session.scalars(sa.select(AssetRelation.asset_id).where(AssetRelation.agreement_id.is_not(None))).all()
        assert known in made
        assert other not in made
        assert db.session.get_one(Asset, known).title == "打猪草"


def test_what_does_not_end_well_leaves_nothing(app: Flask, work_off: Callable[[], int]) -> None:
    with app.app_context():
        with transaction() as session:
            stage = build(session)
            leg = returned(app, stage)
            stage.act("staff", leg, "dispute", reason="话筒少了一支，双方说法不一。")
            gone = stage.leg(starts_at=START + 30 * DAY, ends_at=START + 31 * DAY, second_starts_at=None, second_ends_at=None)
            stage.play(gone, ("borrower", "submit"), ("borrower", "withdraw", {"note": "计划有变"}))
        for one in (leg, gone):
            archiving.archive({"subject": ["leg", one.id]})
        assert assets() == []
        with transaction():
            stage.act("admin", leg, "settle", decision="close", reason="双方各担一半，就此办结。")
    work_off()
    with app.app_context():
        assert len(assets()) == 3


def test_what_the_archive_cannot_take_costs_the_others_nothing(app: Flask, work_off: Callable[[], int]) -> None:
    with app.app_context():
        with transaction() as session:
            stage = build(session)
            who = stage.people["borrower"]
            broken = filed(app, who, "半截.jpg", samples.jpeg()[:-400], "image/jpeg")
            leg = returned(app, stage, photos=[broken], clips=[], captions={}, consents={})
        close(stage, leg)
    work_off()
    with app.app_context():
        assert [one.title for one in assets()] == ["重阳节下乡演出：节目单"]
        notice = db.session.scalars(sa.select(Notice).where(Notice.template == "archived").order_by(Notice.id)).first()
        assert notice is not None
        assert notice.data["refused"] == ["半截.jpg"]


# On the pages, without script -------------------------------------------------


def send_back(cast: Cast, number: str, status: int = 302, **more: Any) -> str:
    to = f"/agreements/{number}/send_back"
    form = cast.borrower.fields(to, to)
    answer = cast.borrower.send(to, form | counted(form) | {"sessions": "3", "attendances": "860", "later": "1"} | more)
    text = answer.get_data(as_text=True)
    assert answer.status_code == status, text[-3000:]
    return text


@BOTH
def test_filed_on_the_form_and_told_on_both_sides(
    app: Flask, signed_in: Callable[[int], FlaskClient], work_off: Callable[[], int], now: None
) -> None:
    cast = cast_of(app, signed_in)
    number = cast.confirmed()
    with clock.moved(START):
        taken_over(cast, number)
    with clock.moved(START + DAY):
        _file_with_words(cast, number)
        handed(cast.staff, number, "check_in")
        page = cast.staff.get(f"/agreements/{number}")
        assert "三月三.mp4" in page
        assert "演员都同意发布" in page
        cast.staff.act(number, "close")
        work_off()
        with app.app_context():
            code = assets()[1].code
        _told_as_a_draft(cast, number, code)
        with app.app_context(), transaction() as session:
            asset = session.scalars(sa.select(Asset).where(Asset.code == code)).one()
            asset.state, asset.record_visibility, asset.published_at = "published", "public", clock.now()
        assert f'href="/agreements/{number}"' in cast.stranger.get(f"/archive/{code}")
        assert "出镜人的同意" not in cast.stranger.get(f"/archive/{code}")
        public = app.test_client().get(f"/archive/{code}").get_data(as_text=True)
        assert "来自一次馆际交流" in public
        assert number not in public
        assert "重阳节下乡演出：打猪草" in cast.staff.get(f"/agreements/{number}")


def _file_with_words(cast: Cast, number: str) -> None:
    """A programme and a clip are received first, a file that lies is refused, the words on each are sent with the return."""
    text = (io.BytesIO("一、打猪草\n二、夫妻观灯\n".encode()), "节目单.txt")
    page = send_back(
        cast,
        number,
        200,
        keep="1",
        **{
            "up-programmes": [text],
            "up-clips": [(io.BytesIO(CLIP), "三月三.mp4")],
            "caption-clips": "打猪草",
            "figure-village_sessions": "2",
        },
    )
    assert "已收下：<b" in page
    assert cast.state(number) == "in_use"
    assert 'value="打猪草"' in page
    assert 'name="figure-village_sessions"' in page
    again = {name: value for name, value in _fields(page, number).items() if value}
    assert again["caption-" + again["clips"]] == "打猪草"
    bad = send_back(cast, number, 422, **again | {"up-photos": [(io.BytesIO(samples.HTML), "照片.jpg")]})
    assert "照片.jpg" in bad
    assert "三月三.mp4" in bad
    again["consent-" + again["clips"]] = "演员都同意发布"
    send_back(cast, number, **again)


def _told_as_a_draft(cast: Cast, number: str, code: str) -> None:
    """The borrower sees its drafts wherever it looks; the owner only that there are some."""
    assert "由此生成的档案" in (mine := cast.borrower.get(f"/agreements/{number}"))
    assert "重阳节下乡演出：打猪草" in mine
    theirs = cast.staff.get(f"/agreements/{number}")
    assert "重阳节下乡演出：打猪草" not in theirs
    assert "有2件材料" in theirs
    item = cast.borrower.get(f"/archive/{code}")
    assert f'href="/agreements/{number}"' in item
    assert "出镜人的同意：演员都同意发布" in item
    assert "由往来生成 2" in cast.borrower.get("/archive/mine")
    assert "重阳节下乡演出：打猪草" in cast.borrower.get("/archive/mine?from=exchange")
    desk = cast.borrower.get("/desk")
    assert "由往来生成的档案草稿" in desk
    assert code in desk
    assert "由往来生成的档案草稿" not in cast.staff.get("/desk")
    notices = cast.borrower.get("/notices/")
    assert "已存为档案草稿：" in notices
    assert f'href="/archive/{code}"' in notices


def _fields(page: str, number: str) -> dict[str, Any]:
    found = next(fields for to, fields in Forms(page).found if to == f"/agreements/{number}/send_back")
    return {name: value if len(value) > 1 else value[0] for name, value in found.items()}


def with_a_clip_sent(app: Flask, signed_in: Callable[[int], FlaskClient], work_off: Callable[[], int]) -> tuple[Cast, str, str]:
    """A loan in use, whose borrower has sent the same bytes to the archive as another centre did before under another name."""
    cast = cast_of(app, signed_in)
    number = cast.confirmed()
    with clock.moved(START):
        taken_over(cast, number)
        sent_in_parts(app, cast.people["stranger"], "别馆的名字.mp4")
        work_off()
        code = sent_in_parts(app, cast.people["borrower"])
        work_off()
    return cast, number, code


@BOTH
def test_what_was_sent_in_parts_is_ticked(
    app: Flask, signed_in: Callable[[int], FlaskClient], work_off: Callable[[], int], now: None
) -> None:
    cast, number, code = with_a_clip_sent(app, signed_in, work_off)
    with clock.moved(START + DAY):
        assert "长录像.mp4" in cast.borrower.get(f"/agreements/{number}/send_back")
        send_back(cast, number, sent=[code], **{f"caption-{code}": "全场录像", f"consent-{code}": "未问"})
        with app.app_context():
            row = db.session.scalars(sa.select(ReportPhoto)).one()
            assert (row.kind, row.caption, row.consent) == ("clip", "全场录像", "未问")
        handed(cast.staff, number, "check_in")
        cast.staff.act(number, "close")
        work_off()
    with app.app_context():
        (asset,) = assets()
        upload = db.session.scalars(sa.select(uploads.Upload).where(uploads.Upload.code == code)).one()
        assert (asset.title, upload.asset_id) == ("重阳节下乡演出：全场录像", asset.id)
        assert asset.file_name == "长录像.mp4"


@BOTH
def test_the_same_bytes_are_called_as_who_files_them_calls_them(
    app: Flask, signed_in: Callable[[int], FlaskClient], work_off: Callable[[], int], now: None
) -> None:
    """Not by the name under which another centre sent them first; the migration finds that name again."""
    cast, number, code = with_a_clip_sent(app, signed_in, work_off)
    with clock.moved(START + DAY):
        send_back(cast, number, sent=[code])
        page = cast.staff.get(f"/agreements/{number}")
    assert "录像录音 长录像.mp4" in page
    assert "别馆的名字" not in page
    with app.app_context():
        file_id = db.session.scalars(sa.select(ReportPhoto.file_id)).one()
        assert db.session.get_one(File, file_id).name == "别馆的名字.mp4"
        db.session.close()
    answer = cast.staff.client.get(f"/agreements/{number}/files/{file_id}")
    assert quote("长录像.mp4") in answer.headers["Content-Disposition"]
    with app.app_context():
        alembic.downgrade("202611280550")
    with app.app_context():
        alembic.upgrade()
    with app.app_context():
        assert db.session.scalars(sa.select(ReportPhoto)).one().called == "长录像.mp4"


def sent_in_parts(app: Flask, person_id: int, name: str = "长录像.mp4") -> str:
    """A clip sent to the archive in one part, not described."""
    with app.app_context():
        code, draft = uploads.reserve(len(CLIP))
        files.the_store().part(draft, 1, io.BytesIO(CLIP))
        with transaction() as session:
            person = session.get_one(Person, person_id)
            assert person.centre is not None
            upload = uploads.begin(session, person, centre=person.centre, code=code, draft=draft, name=name)
            uploads.finish(session, person, upload)
    return code


def test_the_numbers_of_the_yearly_tables_are_never_filled_in_for_people(
    app: Flask, signed_in: Callable[[int], FlaskClient], now: None
) -> None:
    cast = cast_of(app, signed_in)
    number = cast.confirmed()
    with clock.moved(START):
        taken_over(cast, number)
    with clock.moved(START + DAY):
        form = cast.borrower.fields(f"/agreements/{number}/send_back", f"/agreements/{number}/send_back")
        assert (form["sessions"], form["attendances"]) == ("", "")
        page = send_back(cast, number, 422, sessions="", note="台板已扫净。")
        assert 'href="#f-sessions"' in page
        assert "台板已扫净。" in page
        assert cast.state(number) == "in_use"
        send_back(cast, number, sessions="0", attendances="0")


def test_more_village_sessions_than_sessions_are_refused(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        stage = build(session)
        leg = stage.play(stage.leg(), *TO_IN_USE)
        with pytest.raises(Invalid):
            stage.act("borrower", leg, "send_back", sessions=1, attendances=9, figures={"village_sessions": 2})
