"""From a drawing to what looks photographed or scanned: grain, falling light, the tints and frames of their decades."""

import pyvips

from alliance.demo.making import scenes, shapes, things

TINTS = {"grey": (1.0, 1.0, 1.0), "sepia": (1.0, 0.9, 0.74), "faded": (1.0, 0.93, 0.86)}
QUALITY = 80


def photo(scene: str, seed: int, *, look: str = "today", wide: int = 1500) -> bytes:
    """A JPEG of a scene or a thing; `look` is today, faded (colour of the eighties), sepia or grey."""
    drawn = things.drawing(scene, seed) if scene in things.THINGS else scenes.drawing(scene, seed)
    picture = rendered(drawn, wide)
    picture = developed(picture, seed, look=look, flat=scene in things.SCANNED)
    return bytes(picture.jpegsave_buffer(Q=QUALITY, keep="none"))


def rendered(drawn: str, wide: int) -> pyvips.Image:
    """The drawing in three bands."""
    picture = pyvips.Image.svgload_buffer(drawn.encode(), scale=wide / shapes.WIDE).flatten(background=[255, 255, 255])
    return picture.copy_memory()


def developed(picture: pyvips.Image, seed: int, *, look: str, flat: bool = False) -> pyvips.Image:
    """Grain and light as of a camera; less of both where it is `flat`, from a scanner."""
    old = look != "today"
    if old:
        picture = aged(picture, look)
    grain = pyvips.Image.gaussnoise(picture.width, picture.height, sigma=14 if old else 5 if flat else 7, mean=0, seed=seed)
    picture = picture + grain.gaussblur(0.7 if old else 0.5)
    if not flat:
        picture = picture * falling(picture.width, picture.height, 0.5 if old else 0.3)
    picture = picture.cast("uchar")
    return framed(picture) if look in ("grey", "sepia") else picture


def aged(picture: pyvips.Image, look: str) -> pyvips.Image:
    """Less colour and less contrast, in the tint of its decade."""
    grey = picture.colourspace("b-w").copy(interpretation="srgb")
    tint = TINTS[look]
    left = 0.55 if look == "faded" else 0.0  # of the colour
    picture = picture * left + grey.bandjoin([grey, grey]) * (1 - left)
    return picture.gaussblur(0.9).linear([0.84 * part for part in tint], [26 * part for part in tint])


def cut_out(drawn: str, scale: float) -> pyvips.Image:
    """The drawing in four bands, nothing around it."""
    return pyvips.Image.svgload_buffer(drawn.encode(), scale=scale)


def falling(wide: int, high: int, strength: float) -> pyvips.Image:
    """1 in the middle, less towards the corners."""
    where = pyvips.Image.xyz(wide, high)
    across, along = (where[0] - wide / 2) / (wide / 2), (where[1] - high / 2) / (high / 2)
    return ((across * across + along * along) * (-strength / 2)) + 1


def framed(picture: pyvips.Image) -> pyvips.Image:
    """The white rim of a print."""
    rim = picture.width // 28
    return picture.embed(
        rim, rim, picture.width + 2 * rim, picture.height + 2 * rim, extend="background", background=[236, 230, 216]
    )
