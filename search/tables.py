"""The embedded engine's tables: one set for each generation of the index, so that a rebuild ends in a swap."""

import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from search.mapping import COLUMNS
from search.prepare import Prepared

SCHEMA = f"""
CREATE TABLE document_{{g}} (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL,
    seq INTEGER NOT NULL, gone INTEGER NOT NULL, keys TEXT NOT NULL, lat REAL, lng REAL, hot REAL NOT NULL,
    title TEXT NOT NULL, stored TEXT NOT NULL);
CREATE INDEX document_{{g}}_seq ON document_{{g}} (seq);
CREATE VIRTUAL TABLE words_{{g}} USING fts5({", ".join(COLUMNS)}, tokenize = 'ascii');
CREATE TABLE number_{{g}} (name TEXT, value REAL, n INTEGER, PRIMARY KEY (name, value, n)) WITHOUT ROWID;
CREATE INDEX number_{{g}}_n ON number_{{g}} (n);
CREATE TABLE head_{{g}} (head TEXT, n INTEGER, PRIMARY KEY (head, n)) WITHOUT ROWID;
CREATE INDEX head_{{g}}_n ON head_{{g}} (n);
"""
META = """CREATE TABLE IF NOT EXISTS meta (one INTEGER PRIMARY KEY CHECK (one = 1),
    current INTEGER NOT NULL, filling INTEGER, last INTEGER NOT NULL, seq INTEGER NOT NULL)"""
UPSERT = """INSERT INTO document_{g} (id, version, seq, gone, keys, lat, lng, hot, title, stored)
    VALUES (:id, :version, :seq, :gone, :keys, :lat, :lng, :hot, :title, :stored)
    ON CONFLICT (id) DO UPDATE SET version = excluded.version, seq = excluded.seq, gone = excluded.gone,
    keys = excluded.keys, lat = excluded.lat, lng = excluded.lng, hot = excluded.hot, title = excluded.title,
    stored = excluded.stored
    WHERE excluded.version >= document_{g}.version RETURNING n"""


@dataclass(frozen=True)
class State:
    """Which generation is searched, which is being filled, the last one made, and the last change."""

    current: int
    filling: int | None
    last: int
    seq: int

    @property
    def written(self) -> tuple[int, ...]:
        return (self.current,) if self.filling is None else (self.current, self.filling)


def connect(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
    _write_ahead(connection)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA cache_size = -32000")
    return connection


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Keep a log of writes beside the file; SQLite does not wait by itself when others open a new file at the same moment."""
    for wait in (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, None):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if wait is None or "locked" not in str(error):
                raise
            time.sleep(wait)


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def state(connection: sqlite3.Connection) -> State:
    return State(*connection.execute("SELECT current, filling, last, seq FROM meta").fetchone())


def save(connection: sqlite3.Connection, new: State) -> None:
    connection.execute("UPDATE meta SET current = ?, filling = ?, last = ?, seq = ?", (new.current, new.filling, new.last, new.seq))


def found(connection: sqlite3.Connection) -> None:
    """Make the first generation where there is none."""
    with writing(connection):
        connection.execute(META)
        if connection.execute("SELECT 1 FROM meta").fetchone() is None:
            create(connection, 1)
            connection.execute("INSERT INTO meta VALUES (1, 1, NULL, 1, 0)")


def create(connection: sqlite3.Connection, g: int) -> None:
    for statement in SCHEMA.format(g=g).split(";"):
        connection.execute(statement)


def drop(connection: sqlite3.Connection, g: int) -> None:
    for name in ("document", "words", "number", "head"):
        connection.execute(f"DROP TABLE IF EXISTS {name}_{g}")


def put(connection: sqlite3.Connection, g: int, seq: int, document: Prepared) -> None:
    """Write one document unless a newer version is held."""
    source = document.source
    lat, lng = source.where or (None, None)
    row = {
        "id": source.id, "version": source.version, "seq": seq, "gone": 0, "keys": joined(document),
        "lat": lat, "lng": lng, "hot": document.numbers.get("hot", 0.0), "title": document.title,
        "stored": document.card,
    }  # fmt: skip
    n = upsert(connection, g, row)
    if n is None:
        return
    cells = [document.columns.get(name, "") for name in COLUMNS]
    marks = ", ".join("?" * (1 + len(COLUMNS)))
    connection.execute(f"INSERT INTO words_{g} (rowid, {', '.join(COLUMNS)}) VALUES ({marks})", (n, *cells))  # noqa: S608
    numbers = [(name, value, n) for name, value in document.numbers.items()]
    connection.executemany(f"INSERT INTO number_{g} VALUES (?, ?, ?)", numbers)  # noqa: S608
    connection.executemany(f"INSERT INTO head_{g} VALUES (?, ?)", [(head, n) for head in document.heads])  # noqa: S608


def bury(connection: sqlite3.Connection, g: int, seq: int, ids: Mapping[str, int]) -> None:
    """Take documents out and keep their versions."""
    for name, version in ids.items():
        row = {"id": name, "version": version, "seq": seq, "gone": 1, "keys": "", "lat": None, "lng": None}
        upsert(connection, g, row | {"hot": 0.0, "title": "", "stored": "{}"})


def upsert(connection: sqlite3.Connection, g: int, row: Mapping[str, object]) -> int | None:
    """Write the row and clear what hung on the one before; None when a newer version is held."""
    kept = connection.execute(UPSERT.format(g=g), row).fetchone()
    if kept is None:
        return None
    for table, column in (("words", "rowid"), ("number", "n"), ("head", "n")):
        connection.execute(f"DELETE FROM {table}_{g} WHERE {column} = ?", kept)  # noqa: S608
    return int(kept[0])


def carry(connection: sqlite3.Connection, old: int, new: int) -> None:
    """Take the versions of removed documents into a new generation."""
    names = "id, version, seq, gone, keys, hot, title, stored"
    connection.execute(f"INSERT INTO document_{new} ({names}) SELECT {names} FROM document_{old} WHERE gone = 1")  # noqa: S608


def joined(document: Prepared) -> str:
    pairs = [("scope", scope) for scope in document.scopes]
    pairs += [(field, code) for field, codes in document.keys.items() for code in codes]
    return "\n".join(f"{field}\t{code}" for field, code in pairs)


def split(keys: str) -> Iterable[tuple[str, str]]:
    for line in keys.split("\n") if keys else ():
        field, _, code = line.partition("\t")
        yield field, code
