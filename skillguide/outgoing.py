"""The one client for requests to addresses that people have typed in.

It looks whether something is there and reads no more than the answer's first line. It
connects only to the very addresses that it has looked at, so that no name can lead it
into the network that it stands in.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from django.conf import settings

SECONDS = 5.0
MOST_BYTES = 65_536

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Look:
    ok: bool
    words: str


def look(url: str) -> Look:
    """Whether something is at this address. Never raises."""
    deadline = time.monotonic() + SECONDS
    try:
        target = _target(url)
        addresses = _public(target, deadline)
        status = _status(target, addresses, "HEAD", deadline)
        if status in (405, 501):
            status = _status(target, addresses, "GET", deadline)
    except _RefusedError as error:
        return Look(False, str(error))
    except ssl.SSLCertVerificationError:
        return Look(False, "The certificate of this site cannot be verified.")
    except TimeoutError:
        return _TOO_SLOW
    except (OSError, ValueError):
        late = time.monotonic() >= deadline
        return _TOO_SLOW if late else Look(False, "The site does not answer.")
    return _in_words(status)


class _RefusedError(Exception):
    """Says why no request is made."""


_TOO_SLOW = Look(False, f"The site did not answer within {SECONDS:.0f} seconds.")


def _in_words(status: int) -> Look:
    if 200 <= status < 300:
        return Look(True, "The link can be opened.")
    if 300 <= status < 400:
        return Look(True, "The link can be opened; it leads on to another address.")
    if status in (401, 403, 429):
        return Look(True, "It exists, but opening it may need signing in.")
    if status in (404, 410):
        return Look(False, "There is no page at this address.")
    return Look(False, f"The site answers with an error ({status}).")


# ── Where to ─────────────────────────────────────────────────────────────────────────────


class _Target(NamedTuple):
    scheme: str
    host: str
    port: int
    path: str

    @property
    def name(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = 443 if self.scheme == "https" else 80
        return host if self.port == usual else f"{host}:{self.port}"


def _target(url: str) -> _Target:
    if re.search(r"[\x00-\x20\x7f\\]", url) or len(url) > 2_000:
        raise _RefusedError("This is no address; write it without spaces.")
    try:
        parts = urlsplit(url)
        host = _ascii(parts.hostname or "")
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise _RefusedError("This is no address; look at the part after “//”.") from None
    if parts.scheme not in ("http", "https") or not host:
        raise _RefusedError("An address begins with https:// and the name of a site.")
    if "@" in parts.netloc:
        raise _RefusedError("An address must not have a user name or password in it.")
    if port not in (80, 443) and not settings.OUTGOING_PRIVATE:
        raise _RefusedError("Only the usual ports of the web, 80 and 443, are looked at.")
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    return _Target(parts.scheme, host, port, quote(path, safe="%/:=&?~+!$,;'@()*[]"))


def _ascii(host: str) -> str:
    name = host.encode("idna").decode("ascii").lower() if not host.isascii() else host
    if name and not re.fullmatch(r"[a-z0-9._:-]+", name):
        raise ValueError(name)
    return name


def _public(target: _Target, deadline: float) -> list[str]:
    """The host's addresses, asked for once; all of them must be of the public internet."""
    found = _resolved(target, deadline)
    if not found:
        raise _RefusedError("There is no site of this name.")
    if not settings.OUTGOING_PRIVATE and not all(map(_is_public, found)):
        raise _RefusedError("This address is not on the public internet; it is not looked at.")
    return found


def _resolved(target: _Target, deadline: float) -> list[str]:
    """The system's resolver has no limit of time: it is left behind when it takes too long."""
    found: list[str] = []

    def resolve() -> None:
        with suppress(OSError, UnicodeError):
            infos = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
            found.extend(dict.fromkeys(str(info[4][0]) for info in infos))

    thread = threading.Thread(target=resolve, daemon=True)
    thread.start()
    thread.join(max(deadline - time.monotonic(), 0))
    if thread.is_alive():
        raise TimeoutError
    return found


def _is_public(text: str) -> bool:
    """
    >>> [_is_public(it) for it in ("93.184.216.34", "10.0.0.1", "::ffff:127.0.0.1")]
    [True, False, False]
    """
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return all(
        it.is_global and not (it.is_multicast or it.is_reserved or it.is_unspecified)
        for it in _meant(address)
    )


def _meant(address: _Address) -> Iterator[_Address]:
    """An address of the new kind may carry one of the old kind."""
    if isinstance(address, ipaddress.IPv4Address):
        yield address
    elif address.ipv4_mapped:
        yield address.ipv4_mapped
    elif address in _NAT64:
        yield ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    else:
        yield address
        yield from (address.teredo or ())
        if address.sixtofour:
            yield address.sixtofour


# ── The request ──────────────────────────────────────────────────────────────────────────


def _status(target: _Target, addresses: list[str], method: str, deadline: float) -> int:
    with _connected(target, addresses, deadline) as connection:
        connection.sendall(_request(target, method))
        status = _answer(connection)
    if status is None:
        raise OSError("no answer in HTTP")
    return status


def _request(target: _Target, method: str) -> bytes:
    lines = (
        f"{method} {target.path} HTTP/1.1",
        f"Host: {target.name}",
        "User-Agent: SkillGuide (looks whether a link can be opened)",
        "Accept: */*",
        "Connection: close",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})[ \r\n]")
_INTERIM = re.compile(rb"HTTP/1\.[01] 1\d\d.*?\r?\n\r?\n", re.DOTALL)


def _answer(connection: socket.socket) -> int | None:
    """The status; “wait, there is more to come” is passed over."""
    data = b""
    while len(data) < MOST_BYTES:
        chunk = connection.recv(4_096)
        if not chunk:
            break
        data += chunk
        while interim := _INTERIM.match(data):
            data = data[interim.end() :]
        if b"\n" in data and not data.startswith((b"HTTP/1.1 1", b"HTTP/1.0 1")):
            break
    status = _STATUS.match(data)
    return int(status[1]) if status else None


@contextmanager
def _connected(target: _Target, addresses: list[str], deadline: float) -> Iterator[socket.socket]:
    plain = _connect(target, addresses, deadline)
    # A site that sends a byte now and then would never run into the socket's own limit.
    timer = threading.Timer(max(deadline - time.monotonic(), 0), _shut, [plain])
    timer.daemon = True
    timer.start()
    try:
        if target.scheme == "https":
            context = ssl.create_default_context()
            with context.wrap_socket(plain, server_hostname=target.host) as secure:
                yield secure
        else:
            yield plain
    finally:
        timer.cancel()
        plain.close()


def _connect(target: _Target, addresses: list[str], deadline: float) -> socket.socket:
    for number, address in enumerate(addresses[:4], start=1):
        left = deadline - time.monotonic()
        if left <= 0:
            break
        try:
            # Half of the time for the first address, so that a second one is reached.
            wait = left if number == len(addresses) else left / 2
            connection = socket.create_connection((address, target.port), timeout=wait)
        except OSError:
            continue
        connection.settimeout(max(deadline - time.monotonic(), 0.01))
        return connection
    raise OSError("no address answers")


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
