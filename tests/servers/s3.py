"""An S3 server: VersityGW, built once by Go; where it is not built, the emulator `ministack` for a quick run."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import boto3

from tests.servers import CACHE, NotHereError
from tests.servers.keep import arguments, keep
from tests.servers.process import free_port, listens, running, wait_until

VERSION = "v1.8.0"
PROGRAM = CACHE / f"versitygw-{VERSION}" / "versitygw"
KEY, SECRET, REGION, BUCKET = "test", "testtest12", "us-east-1", "alliance-test"


def fetch() -> None:
    """Build the server from its Go module into the cache, once (some minutes, 42 MB)."""
    if PROGRAM.exists():
        return
    if not shutil.which("go"):
        raise NotHereError("The S3 server is built by Go, which is not installed (on Debian: apt-get install golang)")
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        draft = Path(folder) / "draft"
        command = ["go", "install", f"github.com/versity/versitygw/cmd/versitygw@{VERSION}"]
        subprocess.run(command, env={**os.environ, "GOBIN": str(draft)}, check=True)
        draft.rename(PROGRAM.parent)


@contextmanager
def start(port: int = 0) -> Iterator[str]:
    """An empty server on the loopback with one bucket: yields it as an ALLIANCE_STORAGE_URL."""
    port = port or free_port()
    folder = Path(tempfile.mkdtemp(prefix="alliance-s3-"))
    command, environment = program(port, folder / "data")
    try:
        with running(command, folder / "log", env={**os.environ, **environment}) as process:
            wait_until(lambda: listens(port), process, folder / "log")
            endpoint = f"http://127.0.0.1:{port}"
            client(endpoint).create_bucket(Bucket=BUCKET)
            yield f"s3://{KEY}:{SECRET}@{BUCKET}?{urlencode({'region': REGION, 'endpoint': endpoint}, safe=':/')}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def genuine() -> bool:
    """Whether tests meet a real service; the emulator checks no signatures."""
    return bool(os.environ.get("TEST_S3_URL")) or PROGRAM.exists()


def program(port: int, data: Path) -> tuple[list[str], dict[str, str]]:
    """The command of the genuine server or, where that is not built and a skip is allowed, of the emulator."""
    data.mkdir()
    if PROGRAM.exists():
        secrets = {"ROOT_ACCESS_KEY": KEY, "ROOT_SECRET_KEY": SECRET}
        return [str(PROGRAM), "--port", f"127.0.0.1:{port}", "--quiet", "posix", str(data)], secrets
    if os.environ.get("ALLIANCE_NO_SKIP") == "1":
        raise NotHereError("The S3 server is not built yet: run python -m tests.servers.fetch")
    return [sys.executable, "-m", "ministack"], {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "SERVICES": "s3",
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "TMPDIR": str(data.parent),
    }


def client(endpoint: str):  # type: ignore[no-untyped-def]  # boto3 makes its classes at run time
    return boto3.client("s3", endpoint_url=endpoint, region_name=REGION, aws_access_key_id=KEY, aws_secret_access_key=SECRET)


if __name__ == "__main__":
    chosen = arguments(__doc__).parse_args()
    keep(start(chosen.port), chosen)
