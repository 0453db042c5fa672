"""`python -m alliance.translations` builds the English catalogue; `--check` tells what drifted and exits 1."""

import argparse
import sys
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(("_", "_l", "gettext", "lazy_gettext")),
    **dict.fromkeys(("ngettext", "_n"), (1, 2)),
    **dict.fromkeys(("pgettext", "_p", "lazy_pgettext"), ((1, "c"), 2)),
}
Identity = tuple[str | None, str]  # context, Chinese; a plural counts by its singular


def _first(message: Any) -> str:
    """The singular of a plural message, else the message."""
    return str(message[0] if isinstance(message, (tuple, list)) else message)


def sources() -> dict[Identity, str]:
    """Every string in the code that is shown to people, with the first place where it stands."""
    found: dict[Identity, str] = {}
    for folder, method in ((ROOT / "alliance", [("**.py", "python")]), (ROOT / "templates", [("**.html", "jinja2")])):
        for name, line, message, _comments, context in extract_from_dir(folder, method, keywords=KEYWORDS):
            found.setdefault((context, _first(message)), f"{folder.name}/{name}:{line}")
    return found


def english() -> tuple[dict[Identity, Message], list[str]]:
    """All translations by their Chinese, and the clashes between files."""
    merged: dict[Identity, Message] = {}
    clashes = []
    for path in sorted((HERE / "en").glob("*.po")):
        with path.open("rb") as stream:
            for message in read_po(stream, locale="en"):
                if not message.id or not message.string:
                    continue
                identity = (message.context, _first(message.id))
                if identity in merged and merged[identity].string != message.string:
                    clashes.append(f"{path.name}: {identity[1]!r}: {merged[identity].string!r} elsewhere, {message.string!r} here")
                merged.setdefault(identity, message)
    return merged, clashes


def build() -> int:
    """Write en/LC_MESSAGES/messages.mo; returns how many strings it holds."""
    catalogue = Catalog(locale="en", fuzzy=False)
    merged, _clashes = english()
    for message in merged.values():
        catalogue.add(message.id, message.string, context=message.context)
    target = HERE / "en" / "LC_MESSAGES" / "messages.mo"
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as stream:
        write_mo(stream, catalogue)
    return len(merged)


def drift() -> list[str]:
    """What is not translated, translated but gone, translated twice, or loses a %(parameter)s."""
    wanted, (merged, clashes) = sources(), english()
    troubles = [f"{place}: no English for {identity[1]!r}" for identity, place in wanted.items() if identity not in merged]
    troubles += [f"no longer in the code: {identity[1]!r}" for identity in merged if identity not in wanted]
    for identity, message in merged.items():
        troubles += [f"{identity[1]!r}: {error}" for error in message.check()]
    return troubles + clashes


def main() -> None:
    """Build, or check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    if parser.parse_args().check:
        troubles = drift()
        print("\n".join(troubles) or "translations are complete")
        sys.exit(1 if troubles else 0)
    print(f"English: {build()} strings")


if __name__ == "__main__":
    main()
