"""Looking at an address never leads into the network that the site stands in."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pytest_django import Settings

from skillguide import outgoing
from skillguide.outgoing import look

PUBLIC = "93.184.216.34"


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hits: list[str] = []

    def answer(self) -> None:
        self.hits.append(f"{self.command} {self.path}")
        code = int(self.path.strip("/")[:3] or 200)
        if self.path == "/405" and self.command == "GET":
            code = 200
        self.send_response(code)
        self.send_header("Location", "http://127.0.0.1/elsewhere")
        self.end_headers()

    def do_HEAD(self) -> None:
        if self.path == "/slow":
            self.drip(b"H")
        elif self.path == "/endless":
            self.hits.append("endless")
            self.drip(b"HTTP/1.1 200 OK\r\n" + b"X-Long: " + b"a" * 50_000)
        elif self.path == "/garbage":
            self.wfile.write(b"SSH-2.0-OpenSSH\r\n")
        elif self.path == "/early":
            self.wfile.write(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 404 No\r\n\r\n")
        else:
            self.answer()

    def do_GET(self) -> None:
        self.answer()

    def drip(self, data: bytes) -> None:
        pause = threading.Event()
        for _ in range(60):
            try:
                self.wfile.write(data)
            except OSError:
                return
            pause.wait(0.05)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    """A server on this machine; whatever reaches it stands in `Answers.hits`."""
    Answers.hits.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def no_connection(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    made: list[object] = []

    def connect(self: socket.socket, address: object) -> None:
        made.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    return made


ANYWHERE = "0.0.0.0"  # noqa: S104
HOSTS = [
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1",
    "017700000001", "0", ANYWHERE, "localhost", "LOCALHOST", "localhost.", "127.255.255.254",
    "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]",
    "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "10.0.0.1", "172.16.0.1", "172.31.255.255",
    "192.168.1.1", "169.254.169.254", "[fe80::1]", "[fd00::1]", "100.64.0.1", "192.0.2.1",
    "198.18.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1", "[ff02::1]", "[::ffff:10.0.0.1]",
    "①②⑦.⓪.⓪.①", "１２７.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_spelling_of_a_private_address_is_reached(
    no_connection: list[object], host: str, scheme: str
) -> None:
    found = look(f"{scheme}://{host}/")

    assert not found.ok
    assert no_connection == []


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "//example.org", "example.org", "ftp://example.org/", "file:///etc/passwd",
        "gopher://127.0.0.1:80/_x", "javascript:alert(1)", "http://", "http:///x",
        "http://user:secret@example.org/", "http://example.org@127.0.0.1/",
        "http://127.0.0.1\\@example.org/", "http://example.org\\@127.0.0.1/",
        "http://example.org:22/", "http://example.org:8000/", "http://example.org:99999/",
        "http://exam ple.org/", "http://example.org/\r\nX: y", "http://example.org/\0",
        "http://[::1", "http://a..b/", "http://%31%32%37.0.0.1/", "http://" + "a" * 300 + ".org/",
        "http://\ud800.org/",
    ],
)  # fmt: skip
def test_what_is_no_public_web_address_is_not_looked_at(
    no_connection: list[object], url: str
) -> None:
    found = look(url)

    assert not found.ok and found.words.endswith(".")
    assert no_connection == []


def test_the_server_of_this_machine_is_not_reached(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = socket.create_connection
    monkeypatch.setattr(
        socket, "create_connection", lambda to, **options: real((to[0], port), **options)
    )
    for host in HOSTS:
        look(f"http://{host}/")

    assert Answers.hits == []


def answers_of(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Make the resolver say these, one after another; returns what it was asked."""
    asked: list[str] = []

    def getaddrinfo(host: str, port: int, **options: object) -> list[object]:
        asked.append(host)
        said = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in said]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


def test_a_name_that_turns_private_is_asked_once_and_connected_as_it_was(
    no_connection: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    def create_connection(to: tuple[str, int], **options: object) -> socket.socket:
        no_connection.append(to[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", create_connection)
    asked = answers_of(monkeypatch, [PUBLIC], ["127.0.0.1"])

    assert not look("http://rebinding.example/").ok
    assert asked == ["rebinding.example"]
    assert no_connection == [PUBLIC]


def test_one_private_address_among_public_ones_is_enough_to_refuse(
    no_connection: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers_of(monkeypatch, [PUBLIC, "127.0.0.1"])

    assert "not on the public internet" in look("http://mixed.example/").words
    assert no_connection == []


def test_a_resolver_that_does_not_answer_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    done = threading.Event()
    monkeypatch.setattr(outgoing, "SECONDS", 0.2)

    def getaddrinfo(host: str, port: int, **options: object) -> list[object]:
        done.wait(10)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    found = look("http://example.org/")
    done.set()

    assert "did not answer" in found.words


# ── With private addresses allowed: a real server ────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "ok", "words"),
    [
        ("200", True, "The link can be opened."),
        ("204?a=ü", True, "The link can be opened."),
        ("301", True, "leads on to another address"),
        ("404", False, "no page"),
        ("410", False, "no page"),
        ("401", True, "signing in"),
        ("403", True, "signing in"),
        ("429", True, "signing in"),
        ("500", False, "error (500)"),
        ("405", True, "The link can be opened."),
        ("early", False, "no page"),
        ("garbage", False, "does not answer"),
        ("endless", True, "The link can be opened."),
    ],
)
def test_the_answer_in_words(
    port: int, settings: Settings, path: str, ok: bool, words: str
) -> None:
    settings.OUTGOING_PRIVATE = True

    found = look(f"http://127.0.0.1:{port}/{path}")

    assert found.ok is ok and words in found.words


def test_a_redirect_is_not_followed_and_get_only_comes_after_head(
    port: int, settings: Settings
) -> None:
    settings.OUTGOING_PRIVATE = True

    look(f"http://127.0.0.1:{port}/302")
    look(f"http://127.0.0.1:{port}/405#part")

    assert Answers.hits == ["HEAD /302", "HEAD /405", "GET /405"]


def test_a_site_that_drips_is_given_up_on(
    port: int, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.OUTGOING_PRIVATE = True
    monkeypatch.setattr(outgoing, "SECONDS", 0.3)
    start = time.monotonic()

    found = look(f"http://127.0.0.1:{port}/slow")

    assert not found.ok and "did not answer" in found.words
    assert time.monotonic() - start < 2


def test_a_port_that_nobody_listens_at(port: int, settings: Settings) -> None:
    settings.OUTGOING_PRIVATE = True
    with socket.create_server(("127.0.0.1", 0)) as free:
        unused = free.getsockname()[1]

    assert look(f"http://127.0.0.1:{unused}/").words == "The site does not answer."
    assert look(f"https://127.0.0.1:{port}/").words == "The site does not answer."
