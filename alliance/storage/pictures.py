"""python -m alliance.storage.pictures SOURCE TARGET EDGE: a small safe copy, upright, without what cameras write into it."""

import resource
import sys
from pathlib import Path

import pyvips

SECONDS = 60
MEMORY = 3 * 1024**3
MOST_PIXELS = 120_000_000


def safe_copy(source: Path, target: Path, edge: int) -> tuple[int, int]:
    """Write `target` (WebP, at most `edge` pixels either way) and tell its size; raises pyvips.Error, ValueError."""
    pyvips.block_untrusted_set(True)
    header = pyvips.Image.new_from_file(str(source), access="sequential")
    if header.width * header.height > MOST_PIXELS:
        raise ValueError("too many pixels")
    small = pyvips.Image.thumbnail(str(source), edge, height=edge, size="down", output_profile="srgb", fail_on="truncated")
    small.webpsave(str(target), Q=80, keep="none", effort=4)
    return int(small.width), int(small.height)


def main(source: str, target: str, edge: str) -> None:
    """Limit this process, then make the copy."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    print(*safe_copy(Path(source), Path(target), int(edge)))


if __name__ == "__main__":
    main(*sys.argv[1:])
