"""PDF: its cover, pictures of its pages, its text."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from alliance.storage.making.bench import Refused, Task, run
from alliance.storage.making.pictures import SIZES

SECONDS = 600
COVER = 1200
PAGE = 1600
MOST_PAGES = 100
FINEST = 3.0  # pixels per point
PAGE_SIGNS = 100_000
MOST_SIGNS = 4_000_000


def make(task: Task) -> None:
    """`cover`, `card`, `pages/1` and on, `text` with a form feed after each page."""
    with opened(task) as paper:
        total = len(paper)
        if not total:
            raise Refused("empty")
        covers(task, paper, total)
        wanted = pages_wanted(task, min(total, MOST_PAGES))
        for done, number in enumerate(wanted):
            page_picture(task, paper, number)
            task.progress("text", 0.9 * (done + 1) / len(wanted))
        if task.wants("text"):
            words(task, paper, total)


@contextmanager
def opened(task: Task) -> Iterator[Any]:
    try:
        paper = pdfium.PdfDocument(task.source)
    except pdfium.PdfiumError as error:
        locked = getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD or "password" in str(error).lower()
        raise Refused("encrypted" if locked else "broken") from error
    try:
        yield paper
    finally:
        paper.close()


def pages_wanted(task: Task, count: int) -> list[int]:
    """Those asked for by name, and while the text is not made all that are not there yet."""
    if not task.wants("text"):
        return [number for number in range(1, count + 1) if task.wants(f"pages/{number}")]
    return [number for number in range(1, count + 1) if f"pages/{number}" not in task.have]


def covers(task: Task, paper: Any, total: int) -> None:
    if not (task.wants("cover") or task.wants("card")):
        return
    try:
        picture = drawn(paper, 1, COVER)
    except pdfium.PdfiumError as error:
        raise Refused("broken") from error
    for name, edge in (("cover", COVER), ("card", SIZES["card"])):
        if task.wants(name):
            picture.thumbnail((edge, edge))
            path = task.folder / f"{name}.webp"
            picture.save(path, "WEBP", quality=80)
            task.made(name, path, width=picture.width, height=picture.height, pages=total)


def page_picture(task: Task, paper: Any, number: int) -> None:
    """A page that cannot be drawn says so; the others are there all the same."""
    path = task.folder / f"page-{number}.webp"
    try:
        picture = drawn(paper, number, PAGE)
    except pdfium.PdfiumError:
        task.failed(f"pages/{number}", "broken")
        return
    picture.save(path, "WEBP", quality=80)
    task.made(f"pages/{number}", path, width=picture.width, height=picture.height)


def drawn(paper: Any, number: int, edge: int) -> Any:
    """Page `number`, counted from 1, at most `edge` pixels either way."""
    page = paper[number - 1]
    try:
        width, height = page.get_size()
        scale = min(FINEST, edge / max(width, height, 1))
        if min(width, height) * scale < 1:
            raise pdfium.PdfiumError("a page without an area")
        return page.render(scale=scale).to_pil().convert("RGB")
    finally:
        page.close()


def words(task: Task, paper: Any, total: int) -> None:
    """The text of all pages in UTF-8."""
    parts: list[str] = []
    signs = 0
    for number in range(total):
        parts.append(page_words(paper, number))
        signs += len(parts[-1])
        if signs > MOST_SIGNS:
            break
    path = task.folder / "text.txt"
    path.write_text("\f".join(parts), encoding="utf-8")
    task.made("text", path, pages=total, signs=signs, pictured=min(total, MOST_PAGES))


def page_words(paper: Any, number: int) -> str:
    try:
        page = paper[number]
        found = page.get_textpage().get_text_range()
    except pdfium.PdfiumError:
        return ""
    return "".join(sign for sign in found[:PAGE_SIGNS].replace("\r\n", "\n") if sign == "\n" or sign.isprintable())


if __name__ == "__main__":
    run(make, seconds=SECONDS)
