"""Every colour that stands on another can be told from it, in every theme."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SHEET = (Path(__file__).parent.parent / "static" / "site.css").read_text()
TOKEN = re.compile(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")

TEXT, MARK = 4.5, 3.0
"""The least contrast of text, and of what is drawn or frames a control (WCAG 2.2, AA)."""

PAPERS = ("paper", "raised")
TEXTS = (
    "ink", "muted", "accent", "accent-deep", "done", "attention", "danger",
    "code-keyword", "code-string", "code-number", "code-name", "code-quiet",
)  # fmt: skip
MARKS = ("beginner", "intermediate", "advanced", "edge", "focus")
PAIRS = [
    *((text, paper, TEXT) for text in TEXTS for paper in PAPERS),
    *((mark, paper, MARK) for mark in MARKS for paper in PAPERS),
    ("beginner", "paper", TEXT),  # numbers of steps
    ("intermediate", "raised", TEXT),  # titles of notes
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-deep", TEXT),
    ("paper", "ink", TEXT),  # the pressed button of a row
    ("paper", "done", MARK),  # the tick in a waypoint
    ("ink", "found", TEXT),
    ("accent", "found", TEXT),
]
DECORATION = {"line", "found"}
"""Only ever beside something that says the same."""


def tokens(selector: str) -> dict[str, tuple[str, str]]:
    """The colours that one rule sets, each light and dark."""
    (rule,) = re.findall(
        rf"^  {re.escape(selector)} {{\n(.*?)^  }}", SHEET, re.DOTALL | re.MULTILINE
    )[:1]
    return {name: (light, dark) for name, light, dark in TOKEN.findall(rule)}


USUAL = tokens(":root")
THEMES = {
    "light": {name: colours[0] for name, colours in USUAL.items()},
    "dark": {name: colours[1] for name, colours in USUAL.items()},
} | {
    f"contrast, {scheme}": {
        name: colours[side] for name, colours in (USUAL | tokens('[data-theme="contrast"]')).items()
    }
    for side, scheme in enumerate(("light", "dark"))
}


def luminance(colour: str) -> float:
    """
    >>> luminance("#000000"), luminance("#ffffff")
    (0.0, 1.0)
    """
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_colours_can_be_told_apart(theme: str) -> None:
    colours = THEMES[theme]
    weak = [
        f"{front} on {back} is {ratio:.2f}:1, less than {least}:1"
        for front, back, least in PAIRS
        if (ratio := contrast(colours[front], colours[back])) < least
    ]

    assert weak == []


@pytest.mark.parametrize("theme", ["contrast, light", "contrast, dark"])
def test_high_contrast_is_high(theme: str) -> None:
    colours = THEMES[theme]

    assert min(contrast(colours[text], colours["paper"]) for text in TEXTS) >= 7


def test_every_colour_is_in_a_pair() -> None:
    paired = {name for front, back, _ in PAIRS for name in (front, back)}

    assert set(USUAL) - paired - DECORATION == set()


def test_colours_are_tokens() -> None:
    """A colour written anywhere else would follow no theme."""
    rules = TOKEN.sub("", SHEET.partition("@layer base {")[2].partition("@media print")[0])

    assert set(re.findall(r"#[0-9a-f]{3,8}\b", rules)) <= {"#fff"}  # the paper of figures
