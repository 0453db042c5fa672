"""A mail server of a few lines: the very edge, where mail leaves the portal."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class Sink:
    """What arrived; `refuse` makes it answer 451 to so many mails first; `login` offers AUTH."""

    url: str = ""
    refuse: int = 0
    login: bool = False
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)


@contextmanager
def sink(**given: object) -> Iterator[Sink]:
    """A server on a free port of loopback."""
    got = Sink(**given)  # type: ignore[arg-type]

    class Conversation(socketserver.StreamRequestHandler):
        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def handle(self) -> None:
            self.say("220 sink")
            while line := self.rfile.readline().decode().strip():
                got.commands.append(line)
                verb = line.split(" ")[0].upper()
                if verb == "QUIT":
                    self.say("221 bye")
                    return
                getattr(self, f"do_{verb.lower()}", self.otherwise)(line)

        def otherwise(self, _line: str) -> None:
            self.say("250 ok")

        def do_ehlo(self, _line: str) -> None:
            self.say("250-sink")
            if got.login:
                self.say("250-AUTH PLAIN")
            self.say("250 8BITMIME")

        def do_auth(self, _line: str) -> None:
            self.say("235 welcome")

        def do_rcpt(self, line: str) -> None:
            got.recipients.append(line.split("<")[1].rstrip(">"))
            self.say("250 ok")

        def do_data(self, _line: str) -> None:
            self.say("354 go on")
            lines = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line.removeprefix(b"."))
            if got.refuse:
                got.refuse -= 1
                self.say("451 try again later")
                return
            got.mails.append(message_from_bytes(b"".join(lines), policy=policy.default))
            self.say("250 kept")

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    got.url = f"smtp://127.0.0.1:{server.server_address[1]}"
    yield got
    server.shutdown()
    server.server_close()
    thread.join()
