"""The portal's own drawings as pictures of listings."""

import io
import os
from functools import cache
from pathlib import Path

import pyvips
from werkzeug.datastructures import FileStorage

from alliance.config import ROOT

DRAWINGS = ROOT / "static" / "img"
FONTS = ROOT / "static" / "dist" / "fonts"
if not Path("/etc/fonts/fonts.conf").exists():  # a machine without fonts draws words with ours
    os.environ.setdefault("FONTCONFIG_FILE", str(FONTS / "fonts.conf"))


@cache
def _drawn(name: str, width: int) -> bytes:
    picture = pyvips.Image.thumbnail(str(DRAWINGS / f"{name}.svg"), width).flatten(background=[250, 248, 244])
    return bytes(picture.jpegsave_buffer(Q=82, keep="none"))


def picture(name: str, *, width: int = 1200) -> FileStorage:
    """A drawing of static/img as a JPEG upload."""
    return FileStorage(io.BytesIO(_drawn(name, width)), f"{name}.jpg", "file", "image/jpeg")
