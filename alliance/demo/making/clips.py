"""Short films: a scene in which something moves, a title before it, a tune below it; H.264 and AAC, index first."""

import math
import random
from fractions import Fraction
from pathlib import Path

import av
from PIL import Image, ImageChops

from alliance.demo.making import photos, posters, shapes, stages, tunes

WIDE, HIGH, FPS = 640, 360, 12
ROOM = 1.12  # the scene is drawn larger, so that the camera can wander
TITLE = 1.0  # seconds
SCALE = WIDE * ROOM / shapes.WIDE
Sprite = tuple[Image.Image, tuple[int, int], stages.Where]
"""What moves, cut to its size, its corner, its way."""


def film(target: Path, scene: str, title: str, under: str, *, tune: str, seed: int, seconds: float, look: str = "today") -> None:
    """Write an MP4 of so many seconds, the title's included."""
    samples = tunes.sound(tune, seed, seconds)
    with av.open(str(target), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        container.metadata["title"] = title
        picture = container.add_stream("libx264", rate=FPS, options={"preset": "veryfast", "crf": "27", "g": str(FPS)})
        picture.width, picture.height, picture.pix_fmt = WIDE, HIGH, "yuv420p"
        picture.codec_context.time_base = Fraction(1, FPS)
        music = container.add_stream("aac", rate=tunes.RATE, layout="mono")
        music.bit_rate = 64_000
        for number, image in enumerate(frames(scene, title, under, seed=seed, seconds=seconds, look=look)):
            frame = av.VideoFrame.from_image(image)  # type: ignore[no-untyped-call]
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            container.mux(picture.encode(frame))
        container.mux(picture.encode(None))
        container.mux(music.encode(tunes.heard(samples)))
        container.mux(music.encode(None))


def frames(scene: str, title: str, under: str, *, seed: int, seconds: float, look: str) -> list[Image.Image]:
    """The title, then the scene, one picture a frame."""
    ground, moving = stage(scene, seed, look)
    card = posters.card(title, under, WIDE, HIGH)
    count, first = int(seconds * FPS), int(TITLE * FPS)
    shown = [view(ground, moving, (n - first) / FPS, (n - first) / (count - first)) for n in range(first, count)]
    return [card] * (first - 4) + [Image.blend(card, shown[0], n / 5) for n in range(1, 5)] + shown


def stage(scene: str, seed: int, look: str) -> tuple[Image.Image, list[Sprite]]:
    """The ground, and each thing that moves as a picture cut to its size, with its corner."""
    drawn, moving = stages.STAGES[scene](random.Random(7))  # noqa: S311
    wide = int(WIDE * ROOM)
    ground = posters.pillow(
        photos.developed(photos.rendered(shapes.page(drawn), wide), seed, look="faded" if look == "faded" else "today")
    )
    cut = []
    for one in moving:
        made = photos.cut_out(shapes.page(one.drawn), SCALE)
        sprite = Image.frombytes("RGBA", (made.width, made.height), made.write_to_memory())
        corner = sprite.getbbox() or (0, 0, 1, 1)
        cut.append((sprite.crop(corner), corner[:2], one.shift))
    return ground, cut


def view(ground: Image.Image, moving: list[Sprite], t: float, share: float) -> Image.Image:
    """What the camera sees at `t` seconds, when it has wandered by that share of its way."""
    now = ground.copy()
    for sprite, (x, y), shift in moving:
        dx, dy = shift(t)
        now.paste(sprite, (round(x + dx * SCALE), round(y + dy * SCALE)), sprite)
    left, top = (now.width - WIDE) * share, (now.height - HIGH) * (0.75 - 0.3 * share)
    seen = now.crop((round(left), round(top), round(left) + WIDE, round(top) + HIGH))
    flicker = 1 + 0.02 * math.sin(t * 9)
    return ImageChops.multiply(seen, Image.new("RGB", seen.size, tuple(min(255, round(250 * flicker)) for _n in range(3))))
