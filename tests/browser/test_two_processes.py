"""The site's processes notice a publish within two seconds."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

from tests.browser.conftest import ROOT, Site


def said(url: str, count: int) -> list[str]:
    """Ask often enough that both web processes have answered, each on new connections."""
    answers = []
    for _ in range(count):
        with urlopen(url) as answer:  # noqa: S310
            answers.append(answer.read().decode())
    return answers


def publish(folder: Path, site: Site) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "content", "publish", str(folder)],
        cwd=ROOT, check=True, capture_output=True,
        env=os.environ | {"DATA_DIR": str(site.data)},
    )  # fmt: skip


def test_two_processes_see_a_publish(site: Site, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(ROOT / "tests" / "sample", tmp_path / "content"))
    lesson = folder / "tiny" / "lessons" / "friction.md"
    lesson.write_text(lesson.read_text().replace("A sailor", "An admiral"))
    url = f"{site.url}/guides/tiny/lessons/friction/"
    assert all("A sailor" in page for page in said(url, 8))

    publish(folder, site)
    time.sleep(2)

    try:
        assert all("An admiral" in page for page in said(url, 24))
    finally:
        publish(ROOT / "tests" / "sample", site)
