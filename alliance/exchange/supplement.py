"""What is filled in when papers follow the return."""

from __future__ import annotations

from typing import Annotated, Self

from flask_babel import gettext as _
from pydantic import Field, model_validator

from alliance.exchange.forms import Files, Form, Line, Text


class Supplement(Form):
    """What was still to be handed in after the return; words about a file stand under its number."""

    note: Text = ""
    receipts: Files = Field(default_factory=list)
    programmes: Files = Field(default_factory=list)
    photos: Files = Field(default_factory=list)
    clips: Files = Field(default_factory=list)
    captions: dict[int, Line] = Field(default_factory=dict, max_length=120)
    consents: dict[int, Line] = Field(default_factory=dict, max_length=120)
    names: dict[int, Annotated[str, Field(max_length=255)]] = Field(default_factory=dict, max_length=120)

    @model_validator(mode="after")
    def _something_comes(self) -> Self:
        if not (self.receipts or self.programmes or self.photos or self.clips):
            raise ValueError(_("请至少选一份材料。"))
        return self
