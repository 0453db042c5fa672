"""What happens at once before there is any row to lock: nobody is refused because somebody else was the first, too."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa
from flask import Flask

from alliance import jobs
from alliance.db import db, next_number, transaction
from tests.conftest import BOTH

AT_ONCE = 8


def at_once(app: Flask, act: Callable[[], int]) -> list[int]:
    """What each of them got, all having started together."""
    start = threading.Barrier(AT_ONCE)

    def run(_nth: int) -> int:
        start.wait(30)
        with app.app_context():
            return act()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sorted(pool.map(run, range(AT_ONCE)))


@BOTH
def test_the_first_numbers_of_a_year(app: Flask) -> None:
    def number() -> int:
        with transaction() as session:
            return next_number(session, "JY-2026")

    assert at_once(app, number) == [*range(1, AT_ONCE + 1)]


@BOTH
def test_workers_that_begin_together_keep_one_schedule(app: Flask) -> None:
    assert at_once(app, lambda: jobs.work(app, until_idle=True, only=("nothing",))) == [0] * AT_ONCE
    with app.app_context():
        keys = db.session.scalars(sa.select(jobs.Job.key).order_by(jobs.Job.key)).all()
        assert keys == sorted(f"every:{kind}" for kind in jobs.schedule)
