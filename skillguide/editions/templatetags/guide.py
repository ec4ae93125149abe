"""What templates say about documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from skillguide.content import links
from skillguide.content.documents import Document
from skillguide.content.schema import Name, Source

register = template.Library()
T = TypeVar("T")

SHOWN_AUTHORS = 6


@register.filter
def address(document: Document) -> str:
    """Where the document is read."""
    return links.address(document.guide, document.kind, document.slug)


@register.filter
def get(mapping: Mapping[str, T], key: str) -> T | None:
    return mapping.get(key)


@register.filter
def hours(minutes: float) -> str:
    """
    >>> hours(40), hours(90), hours(120)
    ('40 min', '1 h 30 min', '2 h')
    """
    whole, rest = divmod(round(minutes), 60)
    return " ".join([f"{whole} h"] * bool(whole) + [f"{rest} min"] * bool(rest or not whole))


@register.filter
def join_names(names: Iterable[Any]) -> str:
    """
    >>> join_names(["a", "b", "c"])
    'a, b and c'
    """
    *most, last = [str(name) for name in names] or [""]
    return f"{', '.join(most)} and {last}" if most else last


@register.filter
def citation(source: Source) -> SafeString:
    """Author (year). Title. Where it appeared. The title links to the work."""
    title = format_html("<cite>{}</cite>", source.title)
    if link := source.url or (source.doi and f"https://doi.org/{source.doi}"):
        title = format_html('<a href="{}" rel="noopener">{}</a>', link, title)
    where = [source.container_title, source.publisher, source.number]
    return format_html(
        "{}{}{}{}",
        f"{authors(source.author)} " if source.author else "",
        f"({source.issued[:4]}). " if source.issued else "",
        title,
        format_html_join("", ". {}", ((part,) for part in dict.fromkeys(where) if part))
        + mark_safe("."),
    )


def authors(names: tuple[Name, ...]) -> str:
    """The first few of them."""
    shown = [
        name.literal or " ".join(filter(None, [name.given, name.family]))
        for name in names[:SHOWN_AUTHORS]
    ]
    return join_names(shown) if len(names) <= SHOWN_AUTHORS else ", ".join(shown) + " and others"
