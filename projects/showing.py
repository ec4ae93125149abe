"""What people hand in and write to each other, as it is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape

from projects.anchors import normalised
from projects.checklist import word_count
from projects.harmful import Piece, pieces
from skillguide.content.documents import Html
from skillguide.content.stricter import plain, render_learners

MOST_PASSAGES = 100
"""With more harmful passages than these, what stands between them is shown as written."""


@dataclass(frozen=True)
class Block:
    """A paragraph, list, table, …: what a comment is about."""

    number: int
    html: Html
    text: str
    """The words as a browser gives them, with single spaces."""


def render_text(markdown: str) -> Html:
    """HTML of somebody's Markdown; harmful passages are folded away."""
    return Html("\n".join(html for html, _ in _parts(markdown)))


def render_line(text: str) -> Html:
    """Plain words, as somebody gives them with a tick or a score; harmful ones are folded away."""
    return Html(
        "".join(
            _folded(piece) if piece.harmful else escape(piece.text).replace("\n", "<br>")
            for piece in pieces(text)
            if piece.text.strip()
        )
    )


def blocks(markdown: str) -> list[Block]:
    """The same HTML, cut where one comment ends and another begins."""
    cut = [
        (html, text)
        for made, harmful in _parts(markdown)
        for html, text in ([(made, normalised(harmful))] if harmful else _cut(made))
    ]
    return [Block(number, Html(html), text) for number, (html, text) in enumerate(cut, start=1)]


def _parts(markdown: str) -> Iterator[tuple[str, str]]:
    """Pieces of HTML, and the words of those that are harmful."""
    found = pieces(markdown)
    render = plain if len(found) > 2 * MOST_PASSAGES else render_learners
    for piece in found:
        if piece.text.strip():
            yield (_folded(piece), piece.text) if piece.harmful else (render(piece.text), "")


def _folded(piece: Piece) -> str:
    number = word_count(piece.text)
    words = "1 word" if number == 1 else f"{number:,} words"
    text = escape(piece.text.strip("\n"), quote=False).replace("\n", "<br>\n")
    return (
        f'<details class="harmful"><summary>Harmful passage, {words}</summary>'
        f"<p>{text}</p></details>"
    )


_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:[^<>"]|"[^"]*")*+)>')
_VOID = ("br", "hr", "img")


def _cut(html: str) -> Iterator[tuple[str, str]]:
    """The outermost elements of sane HTML."""
    depth = start = 0
    for tag in _TAG.finditer(html):
        if tag[2] in _VOID:
            continue
        depth += -1 if tag[1] else 1
        if depth == 0:
            made = html[start : tag.end()].strip()
            start = tag.end()
            if text := _text(made):
                yield made, text


def _text(html: str) -> str:
    return normalised(unescape(_TAG.sub("", html)))
