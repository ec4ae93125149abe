"""The files of a content folder: which there are, which there may be, and their text."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from skillguide.content.images import MAX_BYTES as MAX_IMAGE_BYTES
from skillguide.content.images import MEDIA_TYPES
from skillguide.content.kits import MAX_BYTES as MAX_KIT_BYTES
from skillguide.content.kits import MAX_DEPTH as MAX_KIT_DEPTH
from skillguide.content.kits import MAX_FILES as MAX_KIT_FILES
from skillguide.content.kits import PLAIN_NAME
from skillguide.content.problems import File, Problem, did_you_mean
from skillguide.content.schema import FILES, LISTS

MAX_BYTES = 1_000_000
MAX_FILES = 20_000
MAX_TOTAL_BYTES = 200_000_000

IGNORED = re.compile(r"\..*|.*~|#.*#|.*\.sw[a-z]|__pycache__")
"""Hidden files, and what editors and Python leave behind."""

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_IMAGE = re.compile(rf"[a-z0-9]+(?:[-_.][a-z0-9]+)*\.(?:{'|'.join(MEDIA_TYPES)})")
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


@dataclass
class GuideFolder:
    """One guide's files by their path inside its folder."""

    slug: str
    path: str
    files: dict[str, File] = field(default_factory=dict)
    images: dict[str, bytes] = field(default_factory=dict)
    kits: dict[str, dict[str, bytes]] = field(default_factory=dict)
    """The files of each starter kit, by the name of the project's file."""
    unreadable: set[str] = field(default_factory=set)
    """Files that are there and cannot be read; their names are still taken."""


class Folder:
    """Everything below one folder, read once."""

    def __init__(self, root: Path) -> None:
        self.name = root.absolute().name
        self.root = Path(os.path.realpath(root))
        self.problems: list[Problem] = []
        self.guides: list[GuideFolder] = []
        self.files = 0
        self.bytes = 0
        if not self.root.is_dir():
            self.complain(self.name, "there is no such folder")
            return
        for entry in self.entries(self.root, self.name):
            self.guide(entry)
        if not self.guides and not self.problems:
            self.complain(self.name, "there is no guide here; each is a folder of its own")

    def complain(self, path: str, message: str) -> None:
        self.problems.append(Problem(path, 1, 1, message))

    def entries(self, folder: Path, path: str) -> Iterator[Path]:
        """What is in a folder, in the order of names, without what is to be ignored."""
        try:
            entries = sorted(folder.iterdir())
        except OSError as error:
            self.complain(path, f"this folder cannot be read: {error.strerror}")
            return
        for entry in entries:
            if not IGNORED.fullmatch(entry.name):
                self.files += 1
                if self.files == MAX_FILES:
                    self.complain(path, f"there are more than {MAX_FILES:,} files")
                if self.files >= MAX_FILES:
                    return
                yield entry

    def guide(self, entry: Path) -> None:
        path = f"{self.name}/{_shown(entry.name)}"
        if self.leads_outside(entry, path) or entry.name == "README.md":
            return
        if not entry.is_dir():
            self.complain(path, "this file belongs to no guide; each guide is a folder of its own")
        elif not _SLUG.fullmatch(entry.name):
            self.complain(path, "a guide's folder has only lower-case letters, digits and hyphens")
        else:
            guide = GuideFolder(entry.name, path)
            self.guides.append(guide)
            for inner in self.entries(entry, path):
                self.part(guide, inner)
            self.kits_have_projects(guide)
            if not guide.files.keys() | guide.unreadable >= {"guide.yaml"}:
                message = "this file is missing; it says what the guide is and lists its lessons"
                self.complain(f"{path}/guide.yaml", message)

    def part(self, guide: GuideFolder, entry: Path) -> None:
        name, path = entry.name, f"{guide.path}/{_shown(entry.name)}"
        files, folders = ("guide.yaml", *LISTS), (*FILES, "images")
        if self.leads_outside(entry, path):
            guide.unreadable.add(name)
        elif name in folders and entry.is_dir():
            for inner in self.entries(entry, path):
                self.page(guide, name, inner)
        elif name in files and entry.is_file():
            self.text(guide, name, entry, path)
        elif name in files or name in folders:
            guide.unreadable.add(name)
            wanted = "a file" if name in files else "a folder"
            self.complain(path, f"this must be {wanted}")
        else:
            guess = did_you_mean(name, (*files, *folders))
            self.complain(path, f"a guide has no “{_shown(name)}”{guess}")

    def page(self, guide: GuideFolder, folder: str, entry: Path) -> None:
        name = f"{folder}/{entry.name}"
        path = f"{guide.path}/{folder}/{_shown(entry.name)}"
        stem = entry.name.removesuffix(".md")
        if self.leads_outside(entry, path):
            guide.unreadable.add(name)
        elif folder == "projects" and entry.is_dir():
            self.beside_project(guide, entry, path)
        elif not entry.is_file():
            guide.unreadable.add(name)
            self.complain(path, f"{folder}/ holds files only, and this is none")
        elif folder == "images":
            self.image(guide, entry, path)
        elif stem == entry.name:
            guess = f"; did you mean “{entry.stem}.md”?" if _SLUG.fullmatch(entry.stem) else ""
            self.complain(path, f"a file in {folder}/ ends with “.md”{guess}")
        elif not _SLUG.fullmatch(stem) or len(stem) > 80:
            message = "a file's name has only lower-case letters, digits and hyphens, at most 80"
            self.complain(path, message)
        else:
            self.text(guide, name, entry, path)

    def beside_project(self, guide: GuideFolder, entry: Path, path: str) -> None:
        """The folder of a project, which holds its starter kit and nothing else."""
        kit = guide.kits.setdefault(entry.name, {})
        told = len(self.problems)
        for inner in self.entries(entry, path):
            inner_path = f"{path}/{_shown(inner.name)}"
            if self.leads_outside(inner, inner_path):
                continue
            if inner.name == "starter" and inner.is_dir():
                self.kit(kit, inner, inner_path)
            else:
                guess = did_you_mean(inner.name, ["starter"])
                message = f"a project's folder holds only its starter kit, “starter/”{guess}"
                self.complain(inner_path, message)
        if not kit and len(self.problems) == told:
            self.complain(path, "there is no starter kit in it; put its files into “starter/”")
        elif len(kit) > MAX_KIT_FILES:
            self.complain(path, f"a starter kit has at most {MAX_KIT_FILES} files")
        elif sum(map(len, kit.values())) > MAX_KIT_BYTES:
            self.complain(path, f"a starter kit has at most {MAX_KIT_BYTES:,} bytes in all")

    def kit(self, kit: dict[str, bytes], folder: Path, path: str, inside: str = "") -> None:
        for entry in self.entries(folder, path):
            name, here = f"{inside}{entry.name}", f"{path}/{_shown(entry.name)}"
            if len(kit) > MAX_KIT_FILES or self.leads_outside(entry, here):
                continue
            if not PLAIN_NAME.fullmatch(entry.name):
                message = "a name in a starter kit has only letters, digits, “.”, “_” and “-”"
                self.complain(here, message)
            elif entry.is_file():
                self.kit_file(kit, name, entry, here)
            elif not entry.is_dir() or entry.is_symlink():
                self.complain(here, "a starter kit holds files and folders only, and this is none")
            elif name.count("/") >= MAX_KIT_DEPTH:
                self.complain(here, f"a starter kit has at most {MAX_KIT_DEPTH} folders in a row")
            else:
                self.kit(kit, entry, here, f"{name}/")

    def kit_file(self, kit: dict[str, bytes], name: str, entry: Path, path: str) -> None:
        data = self.data(entry, path, MAX_BYTES)
        file = None if data is None else self.decoded(data, path)
        if file is not None:
            # As text: line ends are the same whichever system checked the file out.
            kit[name] = file.text.encode()

    def kits_have_projects(self, guide: GuideFolder) -> None:
        files = {name for name in (*guide.files, *guide.unreadable) if name.startswith("projects/")}
        projects = [name.removeprefix("projects/").removesuffix(".md") for name in sorted(files)]
        for slug in [name for name in guide.kits if name not in projects]:
            del guide.kits[slug]
            guess = did_you_mean(slug, projects)
            message = f"there is no project “{_shown(slug)}.md” beside this folder{guess}"
            self.complain(f"{guide.path}/projects/{_shown(slug)}", message)

    def leads_outside(self, entry: Path, path: str) -> bool:
        if not entry.is_symlink():
            return False
        if Path(os.path.realpath(entry)).is_relative_to(self.root):
            return False
        self.complain(path, "this link leads out of the content folder; put the file itself here")
        return True

    def data(self, entry: Path, path: str, limit: int) -> bytes | None:
        """A file's bytes, unless they are too many."""
        try:
            size = entry.stat().st_size
            data = entry.read_bytes() if size <= limit else b""
        except OSError as error:
            self.complain(path, f"this file cannot be read: {error.strerror}")
            return None
        self.bytes += len(data)
        if size > limit or len(data) > limit:
            self.complain(path, f"this file has {size:,} bytes; at most {limit:,} are allowed")
        elif self.bytes > MAX_TOTAL_BYTES:
            self.complain(path, f"all files together have more than {MAX_TOTAL_BYTES:,} bytes")
        else:
            return data
        return None

    def text(self, guide: GuideFolder, name: str, entry: Path, path: str) -> None:
        data = self.data(entry, path, MAX_BYTES)
        file = File(path, "") if data is None else self.decoded(data, path)
        if data is None or file is None:
            guide.unreadable.add(name)
        else:
            guide.files[name] = file

    def decoded(self, data: bytes, path: str) -> File | None:
        """The text, lines ended by “\\n” alone, or a problem with the place of the bad byte."""
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            shown = File(path, data.decode(errors="replace"))
            before = len(data[: error.start].decode(errors="replace"))
            message = f"the byte {data[error.start]:#04x} is not UTF-8; save the file as UTF-8"
            self.problems.append(shown.problem(before, message))
            return None
        file = File(path, text.replace("\r\n", "\n"))
        if bad := _FORBIDDEN.search(file.text):
            message = f"here is the forbidden character U+{ord(bad[0]):04X}; delete it"
            self.problems.append(file.problem(bad.start(), message))
            return None
        return file

    def image(self, guide: GuideFolder, entry: Path, path: str) -> None:
        guide.unreadable.add(f"images/{entry.name}")
        if not _IMAGE.fullmatch(entry.name):
            kinds = ", ".join(MEDIA_TYPES)
            self.complain(path, f"an image has a plain lower-case name that ends with: {kinds}")
            return
        data = self.data(entry, path, MAX_IMAGE_BYTES)
        if data is not None:
            guide.unreadable.discard(f"images/{entry.name}")
            guide.images[entry.name] = data


def _shown(name: str) -> str:
    """A file name that can be printed, whatever its bytes are."""
    return os.fsencode(name).decode(errors="backslashreplace")
