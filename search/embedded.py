"""The embedded engine: SQLite FTS5 in a file of its own, shared by threads and processes, nothing to install."""

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from time import perf_counter

from search import answer, bitmaps, tables
from search.asked import ask
from search.errors import Unavailable
from search.prepare import Prepared, head, prepare
from search.types import Document, Query, Results

BATCH = 500


class Embedded:
    """A Backend on one SQLite file; each thread of each process has its own connection."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.local = threading.local()
        self.lock = threading.Lock()
        self.snapshot: bitmaps.Snapshot | None = None
        self.connections: list[sqlite3.Connection] = []

    def add(self, documents: Iterable[Document]) -> None:
        for batch in batches(documents):
            with self.writing() as (connection, state):
                for g in state.written:
                    for document in batch:
                        tables.put(connection, g, state.seq, document)

    def remove(self, ids: Mapping[str, int]) -> None:
        with self.writing() as (connection, state):
            for g in state.written:
                tables.bury(connection, g, state.seq, ids)

    def find(self, query: Query) -> Results:
        started = perf_counter()
        asked = ask(query)
        with self.reading() as (connection, snapshot):
            return answer.find(connection, snapshot, asked, started)

    def suggest(self, prefix: str, scopes: tuple[str, ...], size: int = 8) -> tuple[str, ...]:
        typed = head(prefix)
        if not typed:
            return ()
        with self.reading() as (connection, snapshot):
            return answer.suggest(connection, snapshot, typed, scopes, size)

    def rebuild(self, documents: Iterable[Document]) -> None:
        filled = self.begin_filling()
        for batch in batches(documents):
            with self.writing() as (connection, state):
                still(state, filled)
                for document in batch:
                    tables.put(connection, filled, state.seq, document)
        with self.writing() as (connection, state):
            still(state, filled)
            tables.save(connection, tables.State(filled, None, state.last, state.seq))
            tables.drop(connection, state.current)

    def begin_filling(self) -> int:
        """Make the next generation, which every write reaches from now on, and drop one that a dead rebuild left."""
        with self.writing() as (connection, state):
            if state.filling is not None:
                tables.drop(connection, state.filling)
            g = state.last + 1
            tables.create(connection, g)
            tables.carry(connection, state.current, g)
            tables.save(connection, tables.State(state.current, g, g, state.seq))
            return g

    def versions(self, after: str = "", size: int = 1000) -> list[tuple[str, int]]:
        with self.errors():
            connection = self.connection()
            sql = "SELECT id, version FROM document_{g} WHERE gone = 0 AND id > ? ORDER BY id LIMIT ?"
            with reading(connection):
                g = tables.state(connection).current
                return connection.execute(sql.format(g=g), (after, size)).fetchall()

    def refresh(self) -> None:
        """Nothing to do: what is committed is findable."""

    def check(self) -> str:
        with self.reading() as (_, snapshot):
            return f"SQLite FTS5 {sqlite3.sqlite_version}, {self.path}, {len(snapshot.ids)} documents"

    def clear(self) -> None:
        with self.writing() as (connection, state):
            for g in state.written:
                tables.drop(connection, g)
            g = state.last + 1
            tables.create(connection, g)
            tables.save(connection, tables.State(g, None, g, state.seq))

    def close(self) -> None:
        with self.lock:
            for connection in self.connections:
                connection.close()
            self.connections, self.local, self.snapshot = [], threading.local(), None

    def connection(self) -> sqlite3.Connection:
        """This thread's connection in this process (a fork must not share one)."""
        if getattr(self.local, "process", None) != os.getpid():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = tables.connect(str(self.path))
            tables.found(connection)
            self.local.process, self.local.connection = os.getpid(), connection
            with self.lock:
                self.connections.append(connection)
        held: sqlite3.Connection = self.local.connection
        return held

    @contextmanager
    def errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.DatabaseError, OSError) as error:
            raise Unavailable(f"{self.path}: {error}") from error

    @contextmanager
    def writing(self) -> Iterator[tuple[sqlite3.Connection, tables.State]]:
        """A transaction with the state after one more change."""
        with self.errors(), tables.writing(self.connection()) as connection:
            connection.execute("UPDATE meta SET seq = seq + 1")
            yield connection, tables.state(connection)

    @contextmanager
    def reading(self) -> Iterator[tuple[sqlite3.Connection, bitmaps.Snapshot]]:
        """A read transaction and the snapshot that belongs to it."""
        with self.errors():
            connection = self.connection()
            while True:
                with reading(connection):
                    snapshot = self.current(connection)
                    if snapshot is not None:
                        yield connection, snapshot
                        return

    def current(self, connection: sqlite3.Connection) -> bitmaps.Snapshot | None:
        """The snapshot of what this transaction sees; None when another thread has already seen something newer."""
        state = tables.state(connection)
        held = self.snapshot
        if held and (held.generation, held.seq) == (state.current, state.seq):
            return held
        with self.lock:
            held = self.snapshot
            if held and (held.generation, held.seq) > (state.current, state.seq):
                return None
            if not held or (held.generation, held.seq) != (state.current, state.seq):
                self.snapshot = bitmaps.newer(connection, held, state)
            return self.snapshot


@contextmanager
def reading(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


def batches(documents: Iterable[Document]) -> Iterator[list[Prepared]]:
    """Documents prepared before any lock is taken, some hundred at a time."""
    prepared = map(prepare, documents)
    while batch := list(islice(prepared, BATCH)):
        yield batch


def still(state: tables.State, filled: int) -> None:
    if state.filling != filled:
        raise Unavailable("another rebuild has taken over")
