"""What is filled in together with files: the return, papers that follow it, a statement with its evidence."""

from __future__ import annotations

from typing import Annotated, Self

from flask_babel import gettext as _
from pydantic import Field, model_validator

from alliance.exchange.forms import Files, Form, Line, Report, Text

Names = dict[int, Annotated[str, Field(max_length=255)]]
"""What files were called when they were sent, by their numbers."""


class Materials(Form):
    """What the acceptance is to hold; words about a file stand under its number."""

    receipts: Files = Field(default_factory=list)
    programmes: Files = Field(default_factory=list)
    photos: Files = Field(default_factory=list, description="numbers of kept files")
    clips: Files = Field(default_factory=list)
    captions: dict[int, Line] = Field(default_factory=dict, max_length=120)
    consents: dict[int, Line] = Field(default_factory=dict, max_length=120)
    names: Names = Field(default_factory=dict, max_length=120)


class SendBack(Report, Materials):
    """The return with the numbers for the yearly tables and what was recorded."""

    sessions: int = Field(ge=0, le=10_000)
    attendances: int = Field(ge=0, le=10_000_000)

    @model_validator(mode="after")
    def _village_sessions_are_sessions(self) -> Self:
        if self.figures.get("village_sessions", 0) > self.sessions:
            raise ValueError(_("到村（社区）的场次不能多于总场次。"))
        return self


class Supplement(Materials):
    """What was still to be handed in after the return."""

    note: Text = ""

    @model_validator(mode="after")
    def _something_comes(self) -> Self:
        if not (self.receipts or self.programmes or self.photos or self.clips):
            raise ValueError(_("请至少选一份材料。"))
        return self


class Statement(Form):
    """What one side says in a dispute."""

    statement: str = Field(min_length=10, max_length=2000)
    evidence: Files = Field(default_factory=list)
    names: Names = Field(default_factory=dict, max_length=30)
