"""Programmes, lectures, scores and scripts: PDF typeset in the portal's fonts, and plain text."""

import json
from typing import Any

import typst

from alliance.demo.making.posters import FONTS

SHEET = """#let said = json(bytes(sys.inputs.said))
#let colour = rgb(said.colour)
#set document(title: said.title, author: said.by, date: none)
#set page(paper: "a5", margin: (x: 16mm, y: 18mm), footer: context {
  if counter(page).get().first() > 1 [#set text(8pt, fill: gray); #said.title #h(1fr) #counter(page).display()]
})
#set text(font: "Noto Sans SC", size: 10pt, lang: "zh")
#set par(leading: 0.9em, spacing: 1.2em, justify: true)
#page(fill: colour, margin: 14mm)[
  #set text(fill: rgb("#fbf3df"))
  #rect(width: 100%, height: 100%, stroke: 1pt + rgb("#f0c975"), inset: 10mm)[
    #v(1fr) #text(9pt, tracking: 3pt)[#said.over] #v(4mm)
    #text(26pt, weight: "bold")[#said.title] #v(4mm) #line(length: 22mm, stroke: 2pt + rgb("#f0c975")) #v(4mm)
    #text(11pt)[#said.under] #v(2fr) #text(9pt)[#said.by #linebreak() #said.dated]
  ]
]
#for part in said.parts [
  #block(above: 1.6em, below: 1em)[#text(14pt, weight: "bold", fill: colour)[#part.head] #v(-2mm) #line(length: 100%, stroke: 0.6pt + colour)]
  #for text in part.at("text", default: ()) [#text #parbreak()]
  #if "rows" in part { table(
    columns: (auto, 1fr, auto), stroke: (x, y) => (bottom: 0.4pt + luma(200)), inset: (x: 2mm, y: 2.2mm),
    ..part.rows.map(row => row.map(cell => [#cell])).flatten(),
  ) }
  #if "notes" in part { block(inset: 4mm, stroke: 0.5pt + luma(180), width: 100%)[
    #for line in part.notes [#text(12pt, tracking: 4pt)[#line] #linebreak()]
  ] }
]
"""
Part = dict[str, Any]


def sheet(title: str, *, over: str, under: str, by: str, dated: str, parts: tuple[Part, ...], colour: str = "#7d1f22") -> bytes:
    """A PDF: a cover, then parts of a head with `text`, `rows` of three cells or `notes` in a frame."""
    said = {"title": title, "over": over, "under": under, "by": by, "dated": dated, "parts": parts, "colour": colour}
    made: bytes = typst.compile(  # type: ignore[misc]
        SHEET.encode(), font_paths=[str(FONTS)] if FONTS.exists() else [], sys_inputs={"said": json.dumps(said, ensure_ascii=False)}
    )
    return made


def plain(title: str, head: tuple[str, ...], lines: tuple[str, ...]) -> bytes:
    """A text as it was typed: title, what stands above it, then its lines."""
    return ("\n".join((title, "", *head, "", *lines)) + "\n").encode()
