"""Files that come in parts, over HTTP: announced, sent, broken off, continued, examined, kept once."""

import hashlib
import io
import re
import urllib.request
from datetime import timedelta

import pytest
import sqlalchemy as sa

from alliance import clock, jobs
from alliance.app import create_app
from alliance.archive import assembly, media, room, uploads
from alliance.archive.arriving import Upload
from alliance.archive.models import Asset
from alliance.db import db
from alliance.jobs import Job
from alliance.journal import Event
from alliance.storage import files
from alliance.storage.address import open_store
from alliance.storage.bucket import Bucket
from alliance.storage.models import File
from tests.archive.conftest import Browser
from tests.archive.samples import BAD, jpeg, mp4, png
from tests.archive.test_routes import RECORD, begun, submit
from tests.conftest import BOTH, settings

JSON = {"Accept": "application/json"}
STATES = ("open", "assembling", "done", "refused", "cancelled")


class Sender:
    """A browser's script: the protocol and nothing else."""

    def __init__(self, browser: Browser) -> None:
        self.client, self.headers = browser.client, JSON | {"X-CSRFToken": browser.token}

    def post(self, path, **data):
        return self.client.post(path, data=data, headers=self.headers)

    def get(self, code):
        return self.client.get(f"/archive/uploads/{code}", headers=self.headers).json

    def announce(self, name, size, **more):
        return self.post("/archive/uploads", name=name, size=size, **more)

    def put(self, code, number, content, **headers):
        """As the address that was given for the part says, be it ours or the bucket's."""
        answer = self.post(
            f"/archive/uploads/{code}/parts/{number}", **({"sha256": headers.pop("sha256")} if "sha256" in headers else {})
        )
        assert answer.status_code == 200, answer.text
        sending = answer.json
        if sending["url"].startswith("/"):
            return self.client.put(sending["url"], data=content, headers=self.headers | sending["headers"] | headers)
        asked = urllib.request.Request(sending["url"], data=content, method="PUT", headers=sending["headers"])
        with urllib.request.urlopen(asked) as made:
            return made

    def send(self, name, content, **more):
        """All of a file; its code."""
        answer = self.announce(name, len(content), **more)
        assert answer.status_code == 201, answer.text
        told = answer.json
        for number in range(1, -(-len(content) // told["part"]) + 1):
            self.put(told["id"], number, content[(number - 1) * told["part"] : number * told["part"]])
        assert self.post(f"/archive/uploads/{told['id']}/finish").status_code == 202
        return told["id"]


@pytest.fixture(params=["folder", "bucket"])
def app(request, database, tmp_path, compiled):
    """The portal over each of the stores."""
    url = request.getfixturevalue("bucket_url") if request.param == "bucket" else ""
    app = create_app(settings(tmp_path, database, storage_url=url, archive_mb=40))
    compiled(app)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def bucket_url(s3_url, request):
    head, question, query = s3_url.partition("?")
    return f"{head}/{abs(hash(request.node.nodeid))}{question}{query}"


@pytest.fixture
def people(browsers):
    return browsers()


@pytest.fixture
def sender(people):
    return Sender(people["staff"])


def events(app):
    with app.app_context():
        return list(db.session.scalars(sa.select(Event.action).where(Event.action.startswith("upload.")).order_by(Event.id)))


def stored(app):
    with app.app_context():
        store = files.the_store()
        return [entry.key for entry in store.list()], [draft.key for draft in store.unfinished()]


@BOTH
def test_from_the_first_part_to_the_kept_original(app, people, sender, work_off):
    content = mp4(size=uploads.PART + 1000)
    code = begun(people["staff"])
    upload = sender.send("采茶戏.mp4", content, asset=code, modified=1_700_000_000_000)
    assert sender.get(upload)["state"] == "assembling"
    work_off()
    told = sender.get(upload)
    digest = hashlib.sha256(content).hexdigest()
    assert (told["state"], told["sha256"], told["asset"]["code"]) == ("done", digest, code)
    assert stored(app) == ([f"originals/{digest[:2]}/{digest}"], [])
    assert digest in people["staff"].get(f"/archive/{code}").text
    assert events(app) == ["upload.begun", "upload.done"]
    with app.app_context():
        file = db.session.scalars(sa.select(File)).one()
        assert (file.size, file.media_type, file.digest) == (len(content), "video/mp4", digest)
        assert b"".join(files.the_store().open(file.key)) == content


def test_parts_are_not_counted_among_the_writes_of_a_person(sender, work_off):
    """Two requests a part: at 120 writes a minute a file of 500 MB would have been as much as anyone can send in one."""
    code = sender.announce("采茶戏.mp4", len(mp4())).json["id"]
    for _again in range(65):
        sender.put(code, 1, mp4())
    assert sender.post(f"/archive/uploads/{code}/finish").status_code == 202
    work_off()
    assert sender.get(code)["state"] == "done"


def test_what_broke_off_goes_on_with_what_is_missing(app, sender, work_off):
    content = mp4(size=3 * uploads.PART)
    told = sender.announce("采茶戏.mp4", len(content)).json
    code, part = told["id"], told["part"]
    for number in (1, 3):
        sender.put(code, number, content[(number - 1) * part : number * part])
    early = sender.post(f"/archive/uploads/{code}/finish")
    assert (early.status_code, early.json["missing"]) == (409, [2, 4])
    assert sender.get(code)["parts"] == [1, 3]
    for number in (2, 4):
        sender.put(code, number, content[(number - 1) * part : number * part])
    assert sender.post(f"/archive/uploads/{code}/finish").status_code == 202
    assert sender.post(f"/archive/uploads/{code}/finish").status_code == 202
    work_off()
    assert sender.get(code)["state"] == "done"


def test_cancelling_clears_away_what_has_arrived(app, sender):
    content = mp4(size=2 * uploads.PART)
    told = sender.announce("采茶戏.mp4", len(content)).json
    sender.put(told["id"], 1, content[: told["part"]])
    assert sender.post(f"/archive/uploads/{told['id']}/cancel").json["state"] == "cancelled"
    assert stored(app) == ([], [])
    for path in ("parts/1", "finish"):
        assert sender.post(f"/archive/uploads/{told['id']}/{path}").status_code == 409
    assert sender.post(f"/archive/uploads/{told['id']}/cancel").status_code == 200
    assert events(app) == ["upload.begun", "upload.cancelled"]


def test_equal_bytes_are_kept_once_and_told(app, people, sender, work_off):
    first = begun(people["staff"])
    content = png()
    sender.send("一.png", content, asset=first)
    work_off()
    digest = hashlib.sha256(content).hexdigest()
    known = sender.announce("二.png", len(content), sha256=digest)
    assert (known.status_code, [one["code"] for one in known.json["twins"]]) == (200, [first])
    second = begun(people["staff"], title="另一件")
    upload = sender.send("二.png", content, asset=second, sha256=digest, again="1")
    work_off()
    assert [one["code"] for one in sender.get(upload)["twins"]] == [first]
    assert f"/archive/{first}" in people["staff"].get(f"/archive/uploads/{upload}").text
    with app.app_context():
        originals = [key for key in stored(app)[0] if key.startswith("originals/")]
        assert len(originals) == db.session.scalar(sa.select(sa.func.count()).where(File.key.startswith("originals/"))) == 1
        assert [asset.file_name for asset in db.session.scalars(sa.select(Asset).order_by(Asset.id))] == ["一.png", "二.png"]


def test_nobody_learns_by_a_digest_what_others_have(people, sender, work_off):
    sender.send("一.png", png(), asset=begun(people["staff"]))
    work_off()
    stranger = Sender(people["stranger"])
    answer = stranger.announce("一.png", len(png()), sha256=hashlib.sha256(png()).hexdigest())
    assert answer.status_code == 201
    assert "twins" not in answer.json or answer.json["twins"] == []


@pytest.mark.parametrize("app", ["folder"], indirect=True)
@pytest.mark.parametrize("name", [name for name in BAD if BAD[name][0] and name.rpartition(".")[2] not in uploads.REFUSED_ENDINGS])
def test_a_hostile_file_is_refused_by_name_and_leaves_nothing(app, sender, work_off, name):
    content, words = BAD[name]
    code = sender.send(name, content)
    work_off()
    told = sender.get(code)
    assert told["state"] == "refused"
    assert name in told["error"]
    assert words in told["error"]
    assert stored(app) == ([], [])
    assert events(app)[-1] == "upload.refused"
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(File.id))) == 0


def test_what_cannot_be_taken_is_refused_before_it_is_sent(app, people, sender):
    for name, size, status, words in (
        ("病毒.exe", 10, 415, "病毒.exe"),
        ("包.zip", 10, 415, "包.zip"),
        ("画.svg", 10, 415, "画.svg"),
        ("长.mp4", 41 * 1024 * 1024, 413, "长.mp4"),
        ("空.png", 0, 422, "空.png"),
        ("a.png", -1, 422, ""),
        ("a.png", "many", 422, ""),
        ("a" * 2000, 10, 422, ""),
    ):
        answer = sender.announce(name, size)
        assert answer.status_code == status, (name, answer.text)
        assert words in answer.json["error"]["detail"]
    assert sender.post("/archive/uploads").status_code == 422
    assert sender.announce("a.png", 10, sha256="x").status_code == 422
    assert sender.announce("a.png", 10, asset="DA-99999").status_code == 404
    assert Sender(people["admin"]).announce("a.png", 10).status_code == 403
    assert people["staff"].client.post("/archive/uploads", data={"name": "a.png", "size": 1}).status_code == 400
    assert stored(app) == ([], [])


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("灯" * 84 + "会.png", None),
        ("灯会\u202egpj.png", "灯会gpj.png"),
        ("../../灯会.png", "灯会.png"),
        ("灯\x00会.png", "灯会.png"),
    ],
)
def test_odd_names_are_made_safe(sender, work_off, given, kept):
    code = sender.send(given, png())
    work_off()
    told = sender.get(code)
    assert told["state"] == "done"
    assert told["name"] == kept if kept else told["name"].startswith("灯灯") and told["name"].endswith(".png")


def test_no_more_than_so_many_at_once(app, sender, monkeypatch):
    monkeypatch.setattr(uploads, "MOST", 2)
    codes = [sender.announce("a.png", 10).json["id"] for _ in range(2)]
    assert sender.announce("a.png", 10).status_code == 409
    sender.post(f"/archive/uploads/{codes[0]}/cancel")
    assert sender.announce("a.png", 10).status_code == 201


def test_a_centre_has_so_much_room(app, people, sender, work_off, monkeypatch):
    """What is kept and what is on its way counts, equal bytes once; cancelling makes room; the page says how much is in use."""
    monkeypatch.setattr(room, "GIGABYTE", 100_000)  # of which the centre has 200
    app.config["ALLIANCE"] = app.config["ALLIANCE"].model_copy(update={"centre_gb": 200})
    content = png()
    for _turn in range(2):
        sender.send("灯会.png", content)
        work_off()
    assert f"已用 {media.size_label(len(content))}，共 19.1 MB" in people["staff"].get("/archive/uploads").text
    left = 20_000_000 - len(content)
    held = sender.announce("采茶戏.mp4", 12_000_000).json["id"]
    refused = sender.announce("山歌.wav", left)
    assert refused.status_code == 413
    told = refused.json["error"]["detail"]
    assert told.startswith(f"“山歌.wav”有 19.1 MB，贵馆的档案空间共 19.1 MB，只剩 {media.size_label(left - 12_000_000)}，放不下。")
    assert "取消不要的上传" in told
    code = begun(people["staff"])
    assert sender.announce("山歌.wav", left, asset=code).status_code == 413
    assert Sender(people["stranger"]).announce("山歌.wav", left).status_code == 201
    sender.post(f"/archive/uploads/{held}/cancel")
    assert sender.announce("山歌.wav", left).status_code == 201
    for path in (f"/archive/{code}/upload", "/archive/uploads/one"):
        formed = people["staff"].post(path, file=(io.BytesIO(jpeg()), "灯会.jpg"))
        assert (formed.status_code, "只剩 0 KB" in formed.text) == (413, True)
    assert stored(app)[0] == [f"originals/{(digest := hashlib.sha256(content).hexdigest())[:2]}/{digest}"]


def test_without_an_end_nothing_is_said_of_room(app, people, sender):
    assert sender.announce("采茶戏.mp4", 40_000_000).status_code == 201
    assert "已用 38.1 MB，共 200 GB。" in people["staff"].get("/archive/uploads").text
    app.config["ALLIANCE"] = app.config["ALLIANCE"].model_copy(update={"centre_gb": 0})
    assert "档案空间" not in people["staff"].get("/archive/uploads").text
    assert sender.announce("采茶戏.mp4", 40_000_000).status_code == 201


def test_others_do_not_touch_it(people, client, sender):
    told = sender.announce("a.png", 10).json
    path = f"/archive/uploads/{told['id']}"
    for who in ("director", "stranger", "admin"):
        other = Sender(people[who])
        assert other.client.get(path).status_code == 404
        for act in ("parts/1", "finish", "cancel"):
            assert other.post(f"{path}/{act}").status_code == 404
        assert other.client.put(f"{path}/parts/1", data=b"0" * 10, headers=other.headers).status_code == 404
    assert client.get(path, headers=JSON).status_code == 401
    assert client.get(path).status_code == 302
    assert people["staff"].client.put(f"{path}/parts/1", data=b"0" * 10).status_code == 400
    assert sender.get(told["id"])["parts"] == []


def test_an_upload_whose_parts_vanished_is_a_conflict(app, sender):
    told = sender.announce("a.png", 10).json
    with app.app_context():
        upload = db.session.scalars(sa.select(Upload)).one()
        files.the_store().abandon(upload.draft)
    assert sender.post(f"/archive/uploads/{told['id']}/finish").status_code == 409
    assert sender.client.get(f"/archive/uploads/{told['id']}", headers=sender.headers).status_code == 409
    assert sender.post(f"/archive/uploads/{told['id']}/cancel").status_code == 200


def test_bytes_that_vanished_before_they_were_examined_are_told(app, sender, work_off):
    code = sender.send("a.png", png())
    with app.app_context():
        files.the_store().abandon(db.session.scalars(sa.select(Upload)).one().draft)
    work_off()
    assert sender.get(code)["state"] == "refused"
    assert "a.png" in sender.get(code)["error"]


def test_the_asset_was_withdrawn_meanwhile(app, people, sender, work_off):
    code = begun(people["staff"])
    upload = sender.send("a.png", png(), asset=code)
    with app.app_context():
        db.session.scalars(sa.select(Asset)).one().state = "withdrawn"
        db.session.commit()
    work_off()
    assert sender.get(upload)["state"] == "refused"
    assert "已撤下" in sender.get(upload)["error"]


@pytest.mark.parametrize("at", ["summed", "_keep"])
def test_assembly_goes_on_where_it_was_killed(app, sender, monkeypatch, at):
    """What a worker has done before it dies is not done again, and nothing is lost."""
    code = sender.send("a.png", png())

    def dies(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(assembly, at, dies)
    with pytest.raises(KeyboardInterrupt):
        jobs.work(app, until_idle=True)
    monkeypatch.undo()
    with app.app_context():
        db.session.rollback()
    with clock.moved(clock.now() + jobs.LEASE + timedelta(minutes=1)):
        jobs.work(app, until_idle=True, only=("archive.assemble",))
    assert sender.get(code)["state"] == "done"
    digest = hashlib.sha256(png()).hexdigest()
    assert [key for key in stored(app)[0] if not key.startswith("renditions/")] == [f"originals/{digest[:2]}/{digest}"]


def test_long_work_keeps_its_lease(app, sender, monkeypatch):
    sender.send("a.png", png())
    held = []
    monkeypatch.setattr(assembly, "BREATH", -1.0)
    real = jobs.renew

    def note():
        real()
        held.append(db.session.scalar(sa.select(Job.leased_until).where(Job.kind == "archive.assemble")))

    monkeypatch.setattr(jobs, "renew", note)
    with clock.moved(clock.now() + timedelta(seconds=30)):
        jobs.work(app, until_idle=True, only=("archive.assemble",))
    assert held
    assert all(until > clock.now() for until in held)


def test_what_was_given_up_is_swept(app, sender):
    kept = sender.announce("留.png", 10).json["id"]
    left = sender.announce("弃.png", 10).json["id"]
    with app.app_context():
        store = files.the_store()
        store.begin("incoming/nobody", size=1, part=uploads.PART)
        store.put("incoming/nobodys", io.BytesIO(b"x"), size_limit=9)
        db.session.execute(sa.update(Upload).where(Upload.code == left).values(touched_at=clock.now() - timedelta(days=8)))
        db.session.commit()
        assembly.sweep({})
        assert store.exists("incoming/nobodys")
    with clock.moved(clock.now() + timedelta(days=2)), app.app_context():
        assembly.sweep({})
        db.session.rollback()
    assert stored(app) == ([], [f"incoming/{kept}"])
    assert sender.get(left)["state"] == "cancelled"
    assert "七天" in sender.get(left)["error"]
    assert sender.get(kept)["state"] == "open"
    assert events(app).count("upload.cancelled") == 1


def test_a_store_that_is_away_is_said_and_nothing_is_lost(app, sender, work_off, tmp_path):
    code = sender.send("a.png", png())
    there = app.extensions["store"]
    (tmp_path / "no").write_text("a file where the folder should be")
    gone = "s3://a:b@none?region=x&endpoint=http://127.0.0.1:9" if isinstance(there, Bucket) else f"file://{tmp_path}/no"
    app.extensions["store"] = open_store(gone)
    assert sender.announce("b.png", 10).status_code == 503
    work_off()
    assert sender.get(code)["state"] == "assembling"
    app.extensions["store"] = there
    with clock.moved(clock.now() + timedelta(minutes=20)):
        jobs.work(app, until_idle=True, only=("archive.assemble",))
    assert sender.get(code)["state"] == "done"


# The part endpoint of the portal -----------------------------------------


def test_a_part_that_is_wrong_is_not_kept(app, sender):
    told = sender.announce("a.mp4", uploads.PART + 5).json
    path = f"/archive/uploads/{told['id']}/parts"
    put = lambda number, content, **headers: sender.client.put(f"{path}/{number}", data=content, headers=sender.headers | headers)  # noqa: E731
    assert put(2, b"1234").status_code == 422
    assert put(2, b"123456").status_code == 422
    assert put(2, b"12345", **{"X-Part-SHA256": "0" * 64}).status_code == 422
    assert put(1, bytes(uploads.PART + 1)).status_code == 413
    assert (put(3, b"x").status_code, put(0, b"x").status_code) == (400, 404), "no file has so many parts; none has a part 0"
    assert put(10**20, b"x").status_code in (400, 404)
    assert sender.post(f"{path}/2", sha256="nonsense").status_code == 400
    assert sender.get(told["id"])["parts"] == []
    good = put(2, b"12345", **{"X-Part-SHA256": hashlib.sha256(b"12345").hexdigest()})
    assert (good.status_code, good.headers["ETag"]) == (204, '"2"')
    assert sender.get(told["id"])["parts"] == [2]


def test_the_portal_takes_parts_by_their_numbers_where_the_store_has_no_address_of_its_own(app, sender):
    told = sender.announce("a.mp4", uploads.PART + 5).json
    assert told["direct"] == ("" if isinstance(app.extensions["store"], Bucket) else f"/archive/uploads/{told['id']}/parts/")


# Pages -------------------------------------------------------------------


def test_the_pages_tell_without_script(people, sender, work_off):
    staff = people["staff"]
    told = sender.announce("灯会.png", len(png())).json
    path = f"/archive/uploads/{told['id']}"
    page = staff.get(path)
    assert "灯会.png" in page.text
    assert page.headers["Refresh"] == "5"
    listed = staff.get("/archive/uploads").text
    assert f'data-upload="{told["id"]}"' in listed
    sender.put(told["id"], 1, png())
    sender.post(f"{path}/finish")
    assert "正在核对" in staff.get(path).text
    work_off()
    page = staff.get(path)
    assert "Refresh" not in page.headers
    assert hashlib.sha256(png()).hexdigest() in page.text
    gone = sender.announce("别的.png", 10).json["id"]
    assert staff.post(f"/archive/uploads/{gone}/cancel").status_code == 302
    assert "已取消" in staff.get("/archive/uploads").text


BLANK = {"title": "", "created_text": "", "creator": "", "art_forms": "", "record_visibility": "public", "file_access": "members"}


def sheet_of(codes, **values):
    rows = {f"{name}-{code}": value for code in codes for name, value in (BLANK | values).items()}
    return {"row": codes, "take": codes, "do": "save"} | rows


@BOTH
def test_one_draft_a_file_from_the_sheet(app, people, sender, work_off):
    staff = people["staff"]
    first = sender.send("灯会一.png", png())
    work_off()
    second = sender.send("灯会二.jpg", jpeg())
    page = staff.get("/archive/uploads").text
    assert 'value="灯会一"' in page
    assert f'name="title-{second}"' in staff.get(f"/archive/uploads/{second}/row").text
    form = sheet_of([first, second])
    for_all = {"all-creator": "岭上剧团", "all-created_text": "1993", "all-art_forms": "xiqu"}
    answer = staff.post("/archive/uploads/sheet", **form | {"do": "spread"} | for_all)
    assert answer.text.count('value="岭上剧团"') == 3
    form |= {f"title-{first}": "灯会之一", f"title-{second}": "灯会之二", f"created_text-{second}": "很久以前"}
    form |= {f"creator-{code}": "岭上剧团" for code in (first, second)} | {f"art_forms-{code}": "xiqu" for code in (first, second)}
    answer = staff.post("/archive/uploads/sheet", **form)
    assert answer.status_code == 422
    assert "很久以前" in answer.text
    assert f"f-created_text-{second}-e" in answer.text
    answer = staff.post("/archive/uploads/sheet", **sheet_of([second], title="灯会之二", created_text="1993"))
    assert answer.status_code == 302
    work_off()
    with app.app_context():
        made = {asset.title: asset for asset in db.session.scalars(sa.select(Asset))}
        assert {title: asset.file_name for title, asset in made.items()} == {"灯会之一": "灯会一.png", "灯会之二": "灯会二.jpg"}
        assert {asset.state for asset in made.values()} == {"draft"}
        assert made["灯会之一"].type == "still_image"
        assert made["灯会之一"].art_forms == ["xiqu"]
        assert made["灯会之二"].file_access == "members"
    assert "灯会一" not in staff.get("/archive/uploads").text.split('id="sheet"')[1]


def test_a_sheet_that_is_refused_comes_back_as_it_was_typed(app, people, sender, work_off):
    """The database refuses a draft; of another file the store has forgotten what had arrived."""
    staff, code = people["staff"], sender.send("灯会.png", png())
    work_off()
    assert sender.announce("丢了.png", 10).status_code == 201
    with app.app_context():
        files.the_store().abandon(db.session.scalars(sa.select(Upload).where(Upload.state == "open")).one().draft)
        refusing = "CREATE TRIGGER full BEFORE INSERT ON asset BEGIN SELECT RAISE(ABORT, 'full'); END"
        db.session.execute(sa.text(refusing))
        db.session.commit()
    form = sheet_of([code], title="正月十五", creator="岭上剧团")
    refused = staff.post("/archive/uploads/sheet", **form)
    assert refused.status_code == 409
    sheet = refused.text.split('id="sheet"')[1]
    assert 'role="alert"' in sheet
    assert 'value="正月十五"' in sheet
    assert 'value="岭上剧团"' in sheet
    assert "已传的部分不在了" in refused.text.split('id="sheet"')[0]
    with app.app_context():
        db.session.execute(sa.text("DROP TRIGGER full"))
        db.session.commit()
    assert staff.post("/archive/uploads/sheet", **form).status_code == 302


@BOTH
def test_a_file_described_meanwhile_is_named_with_its_record_and_nothing_else_is_lost(app, people, sender, work_off):
    """A second window describes one of three; the first has typed about all, and takes two of them."""
    staff = people["staff"]
    gone, taken, left = (sender.send(f"灯会{number}.txt", f"三月里来{number}".encode()) for number in "一二三")
    work_off()
    assert staff.post("/archive/uploads/sheet", **sheet_of([gone], title="别处建的")).status_code == 302
    form = sheet_of([gone, taken, left], creator="岭上剧团") | {f"title-{left}": "还没选的", "take": [gone, taken]}
    for again in (form | {"do": "spread"}, form):
        answer = staff.post("/archive/uploads/sheet", **again)
        assert answer.status_code == 200
        sheet = answer.text.split('id="sheet"')[1]
        assert re.search(r"“灯会一.txt”已由.+著录在 <a href=\"/archive/DA-00001\">DA-00001 别处建的</a>", sheet)
        assert 'value="还没选的"' in sheet
        assert 'value="岭上剧团"' in sheet
    assert "已建 1 件草稿" in sheet
    assert f'name="title-{taken}"' not in sheet
    opened = staff.get("/archive/uploads").text.split('id="sheet"')
    assert "“灯会一.txt”已由" in opened[0]
    assert "已由" not in opened[1]
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Asset.id))) == 2


def test_a_kept_file_that_nobody_wants_can_be_let_go(app, sender, work_off):
    code = sender.send("号子.txt", "三月里来".encode())
    work_off()
    assert sender.post(f"/archive/uploads/{code}/cancel").json["state"] == "cancelled"
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(File.id))) == 0
    with clock.moved(clock.now() + timedelta(days=3)), app.app_context():
        files.sweep({})
    assert stored(app) == ([], [])


def test_without_script_one_file_makes_one_draft(app, people):
    staff = people["staff"]
    answer = staff.post("/archive/uploads/one", file=(io.BytesIO(png()), "灯会.png"))
    assert (answer.status_code, answer.location) == (302, "/archive/DA-00001/edit")
    assert 'value="灯会"' in staff.get(answer.location).text
    refused = staff.post("/archive/uploads/one", file=(io.BytesIO(BAD["页.jpg"][0]), "页.jpg"))
    assert refused.status_code == 415
    assert "页.jpg" in refused.text
    assert staff.post("/archive/uploads/one").status_code == 422
    digest = hashlib.sha256(png()).hexdigest()
    assert stored(app)[0] == [f"originals/{digest[:2]}/{digest}"]


def test_the_name_of_a_download_is_its_own_centres(people, client, sender, work_off):
    """Equal bytes are one file; under which name another centre has them is nobody's business."""
    Sender(people["stranger"]).send("别馆的名字.png", png())
    work_off()
    staff, admin = people["staff"], people["admin"]
    code = begun(staff, **RECORD)
    sender.send("本馆的名字.png", png(), asset=code)
    work_off()
    submit(staff, code)
    page = staff.get(f"/archive/{code}").text
    assert "别馆的名字" not in page
    answer = staff.get(f"/archive/{code}/file?download")
    told = answer.headers["Location"] if answer.status_code == 302 else answer.headers["Content-Disposition"]
    assert "%E6%9C%AC" in told.replace("%25", "%")
    assert admin.get(f"/archive/{code}").status_code == 200
