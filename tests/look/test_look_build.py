"""What the build makes: hashed names, no data: image, only classes that exist, no address in the lock."""

import hashlib
import json
import re

import pytest

from .conftest import MANIFEST, ROOT


@pytest.fixture(scope="module")
def built() -> dict[str, str]:
    if not MANIFEST.exists():
        pytest.skip("static/dist is not built: npm ci && npm run build")
    return json.loads(MANIFEST.read_text())


def content(built, name) -> str:
    return (MANIFEST.parent / built[name]).read_text()


def test_names_carry_the_hash_of_their_content(built):
    assert set(built) == {"alliance.css", "alliance.js", "handing.js", "icons.svg", "item.js", "upload.js", "zoom.js"}
    for file in built.values():
        digest = hashlib.sha256((MANIFEST.parent / file).read_bytes()).hexdigest()
        assert digest[:8] in file


def test_style_needs_no_other_host_and_no_data_image(built):
    css = content(built, "alliance.css")
    assert "data:" not in css
    assert re.findall(r"url\(|@import", css) == []
    assert len(css) < 110_000
    assert "Licensed under MIT" in css


def test_dark_rules_also_follow_the_system(built):
    css = content(built, "alliance.css")
    assert css.count("[data-bs-theme=auto]") >= css.count("[data-bs-theme=dark]") > 4


def test_every_icon_asked_for_is_in_the_sprite(built):
    sprite = set(re.findall(r'symbol id="([^"]+)"', content(built, "icons.svg")))
    templates = "\n".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    asked = set(re.findall(r"\bicon\('([a-z0-9-]+)'\)", templates))
    assert asked - sprite == set()
    assert {"talent", "venue", "truck", "media"} < sprite


def test_every_class_of_a_template_has_a_rule(built):
    rules = set(re.findall(r"\.(-?[a-zA-Z_][\w-]*)", content(built, "alliance.css")))
    unknown = set()
    for path in (ROOT / "templates").rglob("*.html"):
        for value in re.findall(r'class="([^"]*)"', path.read_text()):
            words = re.sub(r"\{[{%].*?[%}]\}", " ", value).split()
            unknown |= {(path.name, word) for word in words if word not in rules and not word.endswith("-")}
    assert unknown == set()


def test_print_fonts_come_with_their_licence(built):
    fonts = MANIFEST.parent / "fonts"
    made = {"NotoSansSC_400Regular.ttf", "NotoSansSC_700Bold.ttf", "OFL.txt", "fonts.conf"}
    assert {path.name for path in fonts.iterdir()} == made
    assert "SIL OPEN FONT LICENSE" in (fonts / "OFL.txt").read_text().upper()


def test_lock_pins_everything_without_addresses():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert all(entry.get("integrity") and "resolved" not in entry for entry in packages.values())
    wanted = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
