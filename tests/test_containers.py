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


def filled(value: str, **given: str) -> str:
    """As compose fills in variables, innermost first: their value, else what stands behind the sign."""
    known = ENVIRONMENT | given
    while found := re.search(r"\$\{(\w+)(?::-([^${}]*)|:\?[^${}]*)?\}", value):
        value = value.replace(found[0], known.get(found[1]) or found[2] or "")
    return value


@pytest.mark.parametrize("name", OURS)
def test_every_service_of_ours_has_settings_that_hold(services: Any, name: str, tmp_path: Path) -> None:
    given = {key: filled(value) for key, value in services[name]["environment"].items()}
    assert {key.removeprefix("ALLIANCE_").lower() for key in given} <= set(Settings.model_fields)
    settings = read_settings(given, data=tmp_path)
    assert settings.mode == "production"
    storage = parse_qs(urlsplit(settings.storage_url).query)["endpoint"][0]
    for url in (settings.database_url, settings.search_url, storage):
        assert urlsplit(url).hostname in services


def test_what_a_deployment_must_say_reaches_the_portal(services: Any, tmp_path: Path) -> None:
    """Settings of a real host come through from .env; another port is also the one in the portal's own address."""
    said = {"ALLIANCE_SMTP_URL": "smtp://mail.example.org", "ALLIANCE_PROXIES": "1", "ALLIANCE_PORT": "8080"}
    given = {key: filled(value, **said) for key, value in services["portal"]["environment"].items()}
    settings = read_settings(given, data=tmp_path)
    assert (settings.smtp_url, settings.proxies) == ("smtp://mail.example.org", 1)
    assert settings.address == "http://localhost:8080"


def test_what_cannot_start_says_so_and_what_starts_slowly_is_waited_for(services: Any) -> None:
    assert re.fullmatch(r"on-failure:\d+", services["prepare"]["restart"])
    for name in ("postgres", "elasticsearch"):
        assert services[name]["healthcheck"]["retries"] >= 30
    # While PostgreSQL's image sets up its data, it answers on the socket alone.
    assert "127.0.0.1" in services["postgres"]["healthcheck"]["test"]


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
