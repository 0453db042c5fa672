"""Posters and title cards: a drawing with words over it, typeset in the fonts of the portal."""

import io
from functools import cache

import pyvips
from PIL import Image, ImageDraw, ImageFont

from alliance.config import ROOT
from alliance.demo.making import photos, scenes, things

FONTS = ROOT / "static" / "dist" / "fonts"
SIZE = (1000, 1414)
STYLES = {
    "red": ("#a3201d", "#fbe9c8", "#f4c35a"),
    "blue": ("#17345f", "#f3f1e6", "#f0b64a"),
    "green": ("#1f4d3d", "#f4efdc", "#e6b84f"),
    "paper": ("#efe6d3", "#8e1f1a", "#3a2c22"),
    "night": ("#171433", "#f6e7c3", "#ef7d4a"),
}
"""Ground, words, accent."""


@cache
def font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    name = "NotoSansSC_700Bold.ttf" if bold else "NotoSansSC_400Regular.ttf"
    return ImageFont.truetype(str(FONTS / name), size)


def poster(title: str, lines: tuple[str, ...], *, scene: str, seed: int, style: str = "red") -> bytes:
    """A JPEG upright: the picture above, the title large, then the lines, the last one small at the foot."""
    ground, words, accent = STYLES[style]
    sheet = Image.new("RGB", SIZE, ground)
    sheet.paste(picture(scene, seed, SIZE[0]), (0, 0))
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((0, 664, SIZE[0], 674), fill=accent)
    y = headed(draw, title, words, top=730)
    draw.rectangle((80, y + 14, 200, y + 22), fill=accent)
    y += 62
    for line in lines[:-1]:
        draw.text((80, y), line, font=font(38), fill=words)
        y += 62
    draw.line((80, SIZE[1] - 130, SIZE[0] - 80, SIZE[1] - 130), fill=accent, width=2)
    draw.text((80, SIZE[1] - 105), lines[-1], font=font(30), fill=words)
    return jpeg(sheet)


def headed(draw: ImageDraw.ImageDraw, title: str, colour: str, *, top: int) -> int:
    """The title in one or two lines as large as fits; returns where they end."""
    half = (len(title) + 1) // 2
    rows = [title] if len(title) <= 8 else [title[:half], title[half:]]
    size = min(130, 840 // max(len(row) for row in rows))
    for n, row in enumerate(rows):
        draw.text((80, top + n * int(size * 1.22)), row, font=font(size, bold=True), fill=colour)
    return top + int(size * 1.22) * len(rows) + 10


def picture(scene: str, seed: int, wide: int) -> Image.Image:
    """The upper part of a poster."""
    drawn = things.drawing(scene, seed) if scene in things.THINGS else scenes.drawing(scene, seed)
    made = photos.developed(photos.rendered(drawn, wide), seed, look="today", flat=scene in things.SCANNED)
    return pillow(made)


def pillow(made: pyvips.Image) -> Image.Image:
    return Image.frombytes("RGB", (made.width, made.height), made.write_to_memory())


def card(title: str, under: str, wide: int, high: int) -> Image.Image:
    """What a film begins with: its title and where it comes from."""
    sheet = Image.new("RGB", (wide, high), "#14121a")
    draw = ImageDraw.Draw(sheet)
    size = min(46, (wide - 80) // max(len(title), 1))
    draw.text((wide / 2, high * 0.43), title, font=font(size, bold=True), fill="#f3e9d2", anchor="mm")
    draw.text((wide / 2, high * 0.62), under, font=font(18), fill="#c9b48a", anchor="mm")
    return sheet


def jpeg(sheet: Image.Image) -> bytes:
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=photos.QUALITY, optimize=False)
    return out.getvalue()
