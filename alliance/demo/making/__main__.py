"""Makes the files of all works: `python -m alliance.demo.making FOLDER`; a process of its own, beside the seed."""

import sys
from collections.abc import Callable
from pathlib import Path

from alliance.demo.filed import FILED
from alliance.demo.making import clips, papers, photos, posters, tunes
from alliance.demo.works import WORKS
from alliance.demo.works.work import Made


def make(made: Made, target: Path) -> None:
    """Write the file that `made` describes."""
    given = dict(made.given)
    if made.maker == "film":
        clips.film(target, given.pop("scene"), given.pop("title"), given.pop("under"), **given)
        return
    makers: dict[str, Callable[..., bytes]] = {
        "photo": photos.photo,
        "poster": posters.poster,
        "sheet": papers.sheet,
        "words": papers.plain,
        "tune": tunes.tune,
    }
    target.write_bytes(makers[made.maker](**given))


def main(folder: Path) -> None:
    """Every file under the key of its work, and the picture of what is listed too; then what comes back with loans; whole as
    soon as it has its name."""
    named = [pair for work in WORKS for pair in ((work.key, work.made), (f"{work.key}-face", work.face))]
    named += [(one.key, one.made) for filed in FILED.values() for one in filed]
    for name, made in named:
        if made is not None:
            unfinished = folder / f"unfinished.{made.ending}"
            make(made, unfinished)
            unfinished.rename(folder / f"{name}.{made.ending}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
