"""Child processes that start together, are restarted when they die, and stop together."""

import contextlib
import ctypes
import functools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

DEATHS_ALLOWED = 4
WITHIN = 60.0  # seconds
PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None)

Tell = Callable[[str], None]


class GivenUpError(Exception):
    """Something died so often that starting it again makes no sense."""


@dataclass
class Patience:
    """How long to wait before something that died is started again."""

    name: str
    clock: Callable[[], float] = time.monotonic
    deaths: list[float] = field(default_factory=list)

    def seconds_after_death(self) -> float:
        now = self.clock()
        self.deaths = [death for death in self.deaths if now - death < WITHIN] + [now]
        if len(self.deaths) > DEATHS_ALLOWED:
            raise GivenUpError(
                f"The {self.name} stopped {len(self.deaths)} times within a minute. "
                "What it wrote above says why."
            )
        return float(2 ** (len(self.deaths) - 2))  # 0.5, 1, 2, 4


@dataclass
class Child:
    name: str
    command: list[str]
    folder: Path
    process: "subprocess.Popen[bytes] | None" = None
    start_at: float = 0.0
    patience: Patience = field(init=False)

    def __post_init__(self) -> None:
        self.patience = Patience(self.name)

    def spawn(self) -> None:
        """Start it in a group of its own, so that Ctrl-C reaches us alone and we stop it in turn.

        The kernel ends it if we are killed: nothing else could then.
        """
        self.process = subprocess.Popen(
            self.command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=functools.partial(_end_with, os.getpid()),  # noqa: PLW1509 - no threads here
        )


class Supervisor:
    """Keeps children running. What it started stands in a file, for the case of `kill -9`."""

    def __init__(self, children: list[Child], record: Path, tell: Tell) -> None:
        self.children, self.record, self.tell = children, record, tell

    def start(self) -> None:
        for child in self.children:
            child.spawn()
        self._write_record()

    def tick(self) -> None:
        """Look after the children; to be called about once a second."""
        for child in self.children:
            if child.process and child.process.poll() is not None:
                self._bury(child)
            elif child.process is None and time.monotonic() >= child.start_at:
                child.spawn()
                self._write_record()

    def stop(self, seconds: float = 7.0) -> None:
        """Ask all to end, wait, and then end by force what is left of them."""
        running = [child.process for child in self.children if child.process]
        for process in running:
            process.terminate()
        end = time.monotonic() + seconds
        for process in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, end - time.monotonic()))
            _kill_group(process.pid)
            process.wait()
        self.record.unlink(missing_ok=True)

    def _bury(self, child: Child) -> None:
        if child.process is None:
            return
        code = child.process.returncode
        _kill_group(child.process.pid)  # a killed server leaves its workers behind
        child.process = None
        seconds = child.patience.seconds_after_death()
        child.start_at = time.monotonic() + seconds
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        self.tell(f"The {child.name} stopped unexpectedly ({how}); it is started again.")

    def _write_record(self) -> None:
        children = {it.process.pid: " ".join(it.command) for it in self.children if it.process}
        self.record.write_text(json.dumps(children))


def end_strays(record: Path) -> bool:
    """End what an earlier supervisor left behind when it was killed. Says if there was any."""
    try:
        children = json.loads(record.read_text())
        groups = {int(pid): str(command) for pid, command in children.items()}
    except (OSError, ValueError, AttributeError):
        return False
    strays = [pid for pid, command in groups.items() if _is_stray(pid, command)]
    for number, seconds in ((signal.SIGTERM, 3.0), (signal.SIGKILL, 1.0)):
        for pid in strays:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, number)
        end = time.monotonic() + seconds
        while any(list(_members(pid)) for pid in strays) and time.monotonic() < end:
            time.sleep(0.05)
    record.unlink(missing_ok=True)
    return bool(strays)


def command_line(pid: int) -> str:
    """The command line of a living process; empty for none, and for a zombie."""
    with contextlib.suppress(OSError):
        if sys.platform == "linux":
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            return b" ".join(words).decode(errors="replace")
        ps = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
        return subprocess.run(ps, capture_output=True, text=True, check=False).stdout
    return ""


def _is_stray(group: int, command: str) -> bool:
    """A number alone proves nothing: it may be a stranger's by now."""
    return any(command_line(pid).strip() == command for pid in _members(group))


def _members(group: int) -> Iterator[int]:
    """The living processes of a group."""
    if sys.platform == "linux":
        names = [path.name for path in Path("/proc").iterdir()]
    else:
        ps = ["ps", "-ax", "-o", "pid="]
        names = subprocess.run(ps, capture_output=True, text=True, check=False).stdout.split()
    for name in names:
        with contextlib.suppress(OSError):
            if name.isdigit() and os.getpgid(int(name)) == group and command_line(int(name)):
                yield int(name)


def _kill_group(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _end_with(parent: int) -> None:
    """In the child, before it becomes its program: ask the kernel for SIGTERM when we die."""
    if sys.platform == "linux":
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)
