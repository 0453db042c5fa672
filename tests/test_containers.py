"""The Dockerfile and compose.yaml name what is there: settings, programs, folders; no secret is sent to the build."""

import re
import shlex
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from alliance.cli import main as cli
from alliance.config import Settings, read_settings

ROOT = Path(__file__).resolve().parents[1]
OURS = ("portal", "worker", "media", "prepare")
ENVIRONMENT = {"PASSWORD": "abc123", "ALLIANCE_SECRET_KEY": "s" * 32}


@pytest.fixture(scope="module")
def services() -> Any:
    return yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]


def filled(value: str) -> str:
    """As compose fills in variables: their value, else what stands behind the colon."""
    return re.sub(r"\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}", lambda found: ENVIRONMENT.get(found[1], found[2] or ""), value)


@pytest.mark.parametrize("name", OURS)
def test_every_service_of_ours_has_settings_that_hold(services: Any, name: str, tmp_path: Path) -> None:
    given = {key: filled(value) for key, value in services[name]["environment"].items()}
    assert {key.removeprefix("ALLIANCE_").lower() for key in given} <= set(Settings.model_fields)
    settings = read_settings(given, data=tmp_path)
    assert settings.mode == "production"
    storage = parse_qs(urlsplit(settings.storage_url).query)["endpoint"][0]
    for url in (settings.database_url, settings.search_url, storage):
        assert urlsplit(url).hostname in services


def test_every_service_waits_only_for_others_that_are_there_and_say_how_they_are(services: Any) -> None:
    for service in services.values():
        for name, on in service.get("depends_on", {}).items():
            assert on["condition"] != "service_healthy" or "healthcheck" in services[name]


def test_every_command_is_one_of_ours(services: Any) -> None:
    said = [" ".join(map(str, services[name].get("command", []))) for name in OURS]
    commands = {command for line in said for command in re.findall(r"alliance\.cli (\w+)", line)}
    assert commands == {"work", "migrate"}
    assert commands <= set(cli.commands)


def test_every_folder_that_is_copied_is_here() -> None:
    stage = (ROOT / "Dockerfile").read_text()
    sources = [word for line in re.findall(r"^COPY (?!--from)(.+)$", stage, re.M) for word in shlex.split(line)[:-1]]
    assert len(sources) > 8
    assert [word for word in sources if not (ROOT / word).exists()] == []


def test_secrets_and_data_stay_out_of_the_build() -> None:
    assert {".env", "var", ".git", ".venv"} <= set((ROOT / ".dockerignore").read_text().split())
