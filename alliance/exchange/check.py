"""What a check of a request says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from alliance.catalogue.models import Resource


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: `tone` ok, warn or bad (refuses), why, and ways on as (label, address or None)."""

    tone: Literal["ok", "warn", "bad"]
    title: Any
    text: Any = ""
    ways: tuple[tuple[Any, str | None], ...] = ()
    resources: tuple[Resource, ...] = field(default=(), compare=False)
