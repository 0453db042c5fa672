"""Elasticsearch 9 from its published Maven artifacts, core modules only; needs Maven once and a JDK of 21 or later.

It has the `standard`, `whitespace`, `simple` and `keyword` analyzers, every core query, aggregations, suggesters,
aliases, bulk and point in time. It has no `GET /` (ask `cluster.health()`), scripts, `_reindex`, `_delete_by_query` or
security.
"""

import os
import re
import shutil
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers import CACHE, NotHereError
from tests.servers.keep import arguments, keep
from tests.servers.process import free_port, running, wait_until

VERSION = "9.5.3"
OLDEST_JAVA = 21
SOURCES = Path(__file__).parent / "elasticsearch_node"
PROGRAM = CACHE / f"elasticsearch-{VERSION}"
LOGGING = """status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%c{1.}] %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
"""
TRANSPORT = f"""name=transport-netty4
description=Netty transport
version={VERSION}
elasticsearch.version={VERSION}
java.version={OLDEST_JAVA}
classname=org.elasticsearch.transport.netty4.Netty4Plugin
has.native.controller=false
"""


@dataclass(frozen=True)
class Node:
    url: str
    process: subprocess.Popen[bytes]


def java() -> str:
    """The newest Java of 21 or later in JAVA_HOME, on the path or in the usual folder."""
    homes = [Path(os.environ.get("JAVA_HOME", "/nowhere")), *Path("/usr/lib/jvm").glob("*")]
    commands = {str(home / "bin" / "java") for home in homes} | {shutil.which("java") or ""}
    newest, command = max((release(command), command) for command in commands)
    if newest < OLDEST_JAVA:
        raise NotHereError(f"Elasticsearch needs a JDK of {OLDEST_JAVA} or later: install one, or set JAVA_HOME")
    return command


def release(command: str) -> int:
    if not Path(command).is_file():
        return 0
    said = subprocess.run([command, "-version"], capture_output=True, text=True, check=False).stderr
    number = re.search(r'version "(\d+)', said)
    return int(number[1]) if number else 0


def fetch() -> None:
    """Take the artifacts (40 MB) into the cache, once: lib/ for the core, home/modules/ for the transport."""
    java()
    if PROGRAM.exists():
        return
    if not shutil.which("mvn"):
        raise NotHereError("Elasticsearch comes by Maven, which is not installed (on Debian: apt-get install maven)")
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        draft = Path(folder) / "draft"
        goal = ["dependency:copy-dependencies", f"-DoutputDirectory={draft}/lib"]
        subprocess.run(["mvn", "-q", "-B", "-f", str(SOURCES / "pom.xml"), f"-Delasticsearch.version={VERSION}", *goal], check=True)
        arrange(draft)
        draft.rename(PROGRAM)


def arrange(draft: Path) -> None:
    module = draft / "home" / "modules" / "transport-netty4"
    for folder in (module, draft / "home" / "plugins", draft / "home" / "config"):
        folder.mkdir(parents=True)
    for jar in [*draft.glob("lib/netty-*.jar"), *draft.glob("lib/transport-netty4-*.jar")]:
        jar.rename(module / jar.name)
    (module / "plugin-descriptor.properties").write_text(TRANSPORT)
    (draft / "home" / "config" / "log4j2.properties").write_text(LOGGING)


@contextmanager
def start(port: int = 0, heap: str = "512m") -> Iterator[str]:
    """One green node with an empty index: yields its address."""
    with cluster(1, port, heap) as (node,):
        yield node.url


@contextmanager
def cluster(size: int, port: int = 0, heap: str = "512m") -> Iterator[tuple[Node, ...]]:
    """A green cluster on the loopback, on ports from the given one on; a node may be killed by its process."""
    if not PROGRAM.exists():
        raise NotHereError("Elasticsearch is not fetched yet: run python -m tests.servers.fetch")
    ports = [port + number if port else free_port() for number in range(size)]
    transports = [free_port() for _ in range(size)]
    data = Path(tempfile.mkdtemp(prefix="alliance-elasticsearch-"))
    try:
        with ExitStack() as stack:
            nodes = []
            for number in range(size):
                command = node_command(number, ports, transports, heap, data)
                process = stack.enter_context(running(command, data / f"{number}.log"))
                nodes.append(Node(f"http://127.0.0.1:{ports[number]}", process))
            wait_until(lambda: green(nodes[0].url, size), nodes[0].process, data / "0.log", 180)
            yield tuple(nodes)
    finally:
        shutil.rmtree(data, ignore_errors=True)


def node_command(number: int, ports: list[int], transports: list[int], heap: str, data: Path) -> list[str]:
    settings = {
        "cluster.name": f"alliance-test-{ports[0]}",
        "node.name": f"node-{number}",
        "path.data": data / f"data-{number}",
        "network.host": "127.0.0.1",
        "http.port": ports[number],
        "http.type": "netty4",
        "transport.port": transports[number],
        "transport.type": "netty4",
        "cluster.routing.allocation.disk.threshold_enabled": "false",
        **discovery(transports),
    }
    machine = [java(), f"-Xms{heap}", f"-Xmx{heap}", "--enable-native-access=ALL-UNNAMED"]
    program = ["--add-modules", "jdk.incubator.vector", "-cp", f"{PROGRAM}/lib/*", str(SOURCES / "Server.java")]
    return [*machine, *program, str(PROGRAM / "home"), *(f"{name}={value}" for name, value in settings.items())]


def discovery(transports: list[int]) -> dict[str, str]:
    if len(transports) == 1:
        return {"discovery.type": "single-node"}
    return {
        "discovery.seed_hosts": ",".join(f"127.0.0.1:{port}" for port in transports),
        "cluster.initial_master_nodes": ",".join(f"node-{number}" for number in range(len(transports))),
    }


def green(url: str, size: int) -> bool:
    try:
        address = f"{url}/_cluster/health?wait_for_status=green&wait_for_nodes={size}&timeout=5s"
        with urllib.request.urlopen(address, timeout=10) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


if __name__ == "__main__":
    chosen = arguments(__doc__).parse_args()
    keep(start(chosen.port), chosen)
