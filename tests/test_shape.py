"""The shape of the project itself: what every newcomer may rely on."""

import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from alliance import cli
from alliance.config import Settings
from alliance.permissions import TABLE, verb_of
from alliance.translations.__main__ import drift

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if "{% extends" in path.read_text()]
SOURCES = [
    path for folder in ("alliance", "search") for path in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in path.parts
]
LONG_WITH_REASON = {
    "alliance/catalogue/models.py": "the tables of one feature, read as a list",
    "alliance/exchange/table.py": "the workflow, a row an action",
    "alliance/exchange/models.py": "the tables of one feature, read as a list",
}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_every_view_is_public_by_name_or_guarded(app: Flask) -> None:
    bare = {endpoint for endpoint, view in app.view_functions.items() if verb_of(view) is None}
    assert bare == {"static"}


def test_every_verb_of_the_table_is_asked_somewhere() -> None:
    text = "\n".join(path.read_text() for path in [*SOURCES, *TEMPLATES] if path.name != "permissions.py")
    assert [verb for verb in TABLE if f'"{verb}"' not in text and f"'{verb}'" not in text] == []


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_every_page_has_a_title_in_both_languages(path: Path) -> None:
    while path.name != "base.html":
        text = path.read_text()
        if re.search(r"{%-? *block title", text):
            return
        parent = re.search(r'{%-? *extends "([^"]+)"', text)
        assert parent, "neither a title nor a parent"
        path = ROOT / "templates" / parent[1]
    pytest.fail("no title")


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_templates_hold_no_inline_style_or_script(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text) if "application/ld+json" not in tag)


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_templates_say_nothing_untranslated(path: Path) -> None:
    """Chinese stands inside _('…') or a comment; the switch to Chinese is the one exception."""
    text = re.sub(r"{#.*?#}", "", path.read_text(), flags=re.S)
    text = re.sub(r"""(['"])(?:(?!\1).)*\1""", "", re.sub(r"{[{%].*?[}%]}", "", text, flags=re.S))
    left = re.findall(r"[㐀-鿿]+", text)
    assert [word for word in left if word != "中文"] == []


def test_english_is_complete() -> None:
    assert drift() == []


def test_every_setting_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    assert [setting for setting in Settings.model_fields if f"`ALLIANCE_{setting.upper()}`" not in readme] == []


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_no_source_is_too_long_to_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300 or name(path) in LONG_WITH_REASON


def test_locks_name_no_address_and_texts_no_machine() -> None:
    for lock in [*ROOT.glob("requirements*.txt"), ROOT / "package-lock.json"]:
        assert not re.search(r"https?://(?!opencollective|github|tidelift|www\.patreon|paulmillr|ko-fi)", lock.read_text()), lock
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.split()
    for path in tracked:
        if (
            Path(path).suffix in {".py", ".md", ".html", ".toml", ".yaml", ".mjs", ".css", ".js", ".sh", ""}
            and (ROOT / path).exists()
        ):
            text = (ROOT / path).read_text(errors="replace")
            assert not re.search(r"/(?:work|root)/(?:main|trees|shared|venv|\.)", text), path


def commands(pattern: str) -> list[str]:
    """Commands in fenced blocks of the documents that match."""
    found: list[str] = []
    for page in [ROOT / "README.md", ROOT / "README.zh-CN.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]:
        for block in re.findall(r"```\w*\n(.*?)```", page.read_text(), flags=re.S):
            found += [line.split("#")[0].strip() for line in block.splitlines() if re.search(pattern, line)]
        found += [code for code in re.findall(r"`([^`\n]+)`", page.read_text()) if re.search(pattern, code)]
    return sorted(set(found))


def test_the_documents_make_words_exist() -> None:
    words = {word for line in commands(r"\bmake [a-z-]+") for word in re.findall(r"\bmake ([a-z-]+)", line)}
    assert {"run", "test"} <= words
    for word in sorted(words):
        done = subprocess.run(["make", "--dry-run", word], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, f"make {word}: {done.stderr}"


def test_the_documents_commands_exist() -> None:
    words = {word for line in commands(r"\balliance [a-z]") for word in re.findall(r"(?:^|/)alliance ([a-z-]+)", line)}
    assert {"doctor", "migrate", "reindex", "work"} <= words
    for word in sorted(words):
        done = CliRunner().invoke(cli.main, [word, "--help"])
        assert done.exit_code == 0, f"alliance {word}: {done.output}"
