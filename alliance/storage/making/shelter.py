"""A maker shuts itself in before it opens a stranger's file: as far as the kernel lets it, its own folder is all that it can write
to, Python and the system's libraries all that it can read besides, and there is no network (landlock(7), user_namespaces(7)).

Run as a program it says what this kernel lets hold: some of `files`, `tcp`, `network`."""

import ctypes
import os
import struct
import sys
from pathlib import Path

CREATE, ADD, RESTRICT = (ctypes.c_long(number) for number in (444, 445, 446))
"""System calls of Landlock, of the same number on every machine that Python runs on."""
NO_NEW_PRIVILEGES, NEW_USER, NEW_NETWORK = 38, 0x10000000, 0x40000000
READ_FILE, READ_ALL = 0b101, 0b1101  # execute, read; of folders, list too
HANDLED = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF, 5: 0xFFFF}
"""What a ruleset of each version can forbid in files; what is not allowed beneath a folder is."""
TCP_SINCE, SCOPED_SINCE = 4, 6
LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share", "/etc/ld.so.cache", "/etc/fonts")
FACTS = ("/proc/self", "/sys/devices/system/cpu", "/dev/null", "/dev/urandom")


def shut_in(folder: Path) -> tuple[str, ...]:
    """Give up, for good, all that a maker in that folder does not need; what holds now. Before the process has a second thread."""
    if sys.platform != "linux":
        return ()
    libc = ctypes.CDLL(None, use_errno=True)
    held = ["network"] if not libc.unshare(NEW_USER | NEW_NETWORK) else []
    version = libc.syscall(CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    if version < 1 or libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        return tuple(held)
    files = HANDLED[max(since for since in HANDLED if since <= version)]
    tcp, scoped = 0b11 * (version >= TCP_SINCE), 0b11 * (version >= SCOPED_SINCE)
    rules = libc.syscall(CREATE, struct.pack("=QQQ", files, tcp, scoped), ctypes.c_size_t(24), ctypes.c_uint32(0))
    for path, allowed in [*((path, READ_ALL) for path in readable()), (str(folder), files)]:
        try:
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue  # what is not there needs no leave
        allowed &= files if os.path.isdir(path) else READ_FILE
        libc.syscall(ADD, ctypes.c_int(rules), ctypes.c_int(1), struct.pack("=Qi", allowed, place), ctypes.c_uint32(0))
        os.close(place)
    if not libc.syscall(RESTRICT, ctypes.c_int(rules), ctypes.c_uint32(0)):
        held += ["files", "tcp"] if tcp else ["files"]
    os.close(rules)
    return tuple(held)


def readable() -> list[str]:
    """Where code lies: the system's libraries, Python and its packages, ours without what may lie beside it."""
    packages = Path(__file__).resolve().parents[2]
    found = [path for path in sys.path if path and not packages.is_relative_to(path)]
    more = [f"{sys.base_prefix}/lib", *os.environ.get("LD_LIBRARY_PATH", "").split(":")]
    return [*LIBRARIES, *FACTS, *found, *filter(None, more), str(packages)]


if __name__ == "__main__":
    print(*shut_in(Path(sys.argv[1])))
