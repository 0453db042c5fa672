"""What is above the exchange and must have its say in the same transaction when an offer is accepted."""

from __future__ import annotations

from collections.abc import Callable

from alliance.exchange.case import Case

accepting: list[Callable[[Case], None]] = []
"""Each is called with the leg locked, before it is agreed; raises Conflict where it may not be."""
