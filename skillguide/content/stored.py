"""Documents as text and back: what is kept of them, and how pages get them again.

Small on purpose: a process that only serves pages needs this and not the compiler.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import unescape
from typing import NamedTuple

from skillguide.content.documents import RENDERED, Document, Place
from skillguide.content.fields import Loc
from skillguide.content.schema import KINDS


class Heading(NamedTuple):
    """An entry of a page's table of contents."""

    id: str
    text: str
    depth: int


_HEADING = re.compile(r'<h([2-6]) id="([^"]*)">(.*?)</h\1>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def headings(html: str) -> tuple[Heading, ...]:
    """The table of contents of a rendered body.

    >>> headings('<h2 id="why">Why <em>not</em>?</h2><p>…</p>')
    (Heading(id='why', text='Why not?', depth=2),)
    """
    return tuple(
        Heading(unescape(key), unescape(_TAG.sub("", words)), int(depth))
        for depth, key, words in _HEADING.findall(html)
    )


def dump(document: Document) -> str:
    """A document as JSON."""
    return document.model_dump_json(by_alias=True, exclude_none=True)


def dump_rendered(document: Document, html: Mapping[Loc, str]) -> str:
    """A document as JSON with HTML in place of its Markdown."""
    value = document.model_dump(mode="json", by_alias=True, exclude_none=True)
    for loc, made in html.items():
        inner = value
        for step in loc[:-1]:
            inner = inner[step]  # type: ignore[index]
        inner[loc[-1]] = made  # type: ignore[index]
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def restore(kind: str, data: str, place: Place) -> Document:
    """The document that was dumped."""
    return KINDS[kind].model_validate_json(data).at(place)


def restore_rendered(kind: str, html: str, place: Place) -> Document:
    """The document that was dumped rendered: every field with markup is `Html`."""
    return KINDS[kind].model_validate_json(html, context=RENDERED).at(place)
