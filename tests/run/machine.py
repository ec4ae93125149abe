"""Processes that use a database or run a site of their own, and what is left of them."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from skillguide.postgres import DATABASE, ROLE, home, read_server
from skillguide.processes import command_line
from tests.conftest import SAMPLE

READY = "Ctrl-C stops everything."
ROOT = Path(__file__).parent.parent.parent
AS_ROOT = os.geteuid() == 0

# What every command that needs the database does. It says which server it found, and does so
# again for each line that it is sent, until there are no more.
USER = """
import sys
from pathlib import Path
from skillguide import postgres
while True:
    server = postgres.ensure_running(Path(sys.argv[1]))
    print(server.pid, server.socket, flush=True)
    if not sys.stdin.readline():
        break
"""


@dataclass
class User:
    """A process that uses the database until it is told to leave."""

    data_dir: Path
    program: str = USER
    server: int = 0
    socket: str = ""
    process: subprocess.Popen[str] = field(init=False)

    def __post_init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", self.program, str(self.data_dir)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            cwd=ROOT, text=True,
        )  # fmt: skip

    def arrive(self) -> User:
        assert self.process.stdout
        assert self.process.stderr
        line = self.process.stdout.readline()
        assert line, self.process.stderr.read()
        server, self.socket = line.split()
        self.server = int(server)
        return self

    def ask_again(self) -> User:
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self.arrive()

    def leave(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        assert self.process.wait(60) == 0


Users = Callable[..., User]


@contextlib.contextmanager
def room() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="skillguide-test-")).resolve()
    folder.chmod(0o755)
    yield folder
    for process in processes_of(folder):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(system_home(folder / "data"), ignore_errors=True)


def connect(user: User) -> psycopg.Connection:
    return psycopg.connect(host=user.socket, user=ROLE, dbname=DATABASE, autocommit=True)


def value(user: User, query: str) -> object:
    with connect(user) as connection:
        row = connection.execute(query).fetchone()
    return row[0] if row else None


def system_home(data_dir: Path) -> Path:
    """Where the database is when root starts it and its own account cannot reach `data_dir`."""
    number = hashlib.sha256(os.fsencode(data_dir.resolve())).hexdigest()[:16]
    return home.SYSTEM_FOLDER / number


def runs(data_dir: Path) -> bool:
    found = home.existing_home(data_dir)
    return found is not None and read_server(found) is not None


def processes_of(folder: Path) -> list[int]:
    """Living processes that name this folder in their command line or their environment."""
    found = []
    for path in Path("/proc").iterdir():
        if path.name.isdigit() and int(path.name) != os.getpid():
            with contextlib.suppress(OSError):
                environment = (path / "environ").read_bytes()
                if os.fsencode(folder) in environment + os.fsencode(command_line(int(path.name))):
                    found.append(int(path.name))
    return found


def eventually(condition: Callable[[], object], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


@dataclass
class Site:
    """One `manage.py run`, with a data folder and a port of its own."""

    data_dir: Path
    content: Path = SAMPLE
    port: int = 0
    process: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.port = self.port or free_port()
        self.data_dir.parent.mkdir(exist_ok=True)
        self.output = self.data_dir.parent / "output.txt"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "run"], cwd=ROOT, stdout=output, stderr=output,
                env=environment(self.data_dir, CONTENT_DIR=self.content, PORT=self.port),
            )  # fmt: skip

    @property
    def said(self) -> str:
        return self.output.read_text()

    def says(self, words: str, seconds: float = 60) -> bool:
        over = lambda: words in self.said or self.process.poll() is not None  # noqa: E731
        assert eventually(over, seconds), self.said
        assert words in self.said, self.said
        return True

    def get(self, path: str) -> str:
        address = f"http://127.0.0.1:{self.port}{path}"
        with urllib.request.urlopen(address, timeout=20) as answer:
            return str(answer.read().decode())

    def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        self.process.send_signal(number)
        assert self.process.wait(20) == 0, self.said
        assert "Traceback" not in self.said, self.said


Sites = Callable[..., Site]


def gone(folder: Path) -> bool:
    """Nothing of it runs. A helper of Python's own notices a little later that we are gone."""
    return eventually(lambda: not processes_of(folder), 3)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data_dir: Path, **settings: object) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {"DATA_DIR": str(data_dir)} | {name: str(it) for name, it in settings.items()}


def run_command(
    data_dir: Path, *command: str, **settings: object
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *command], cwd=ROOT, env=environment(data_dir, **settings),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
