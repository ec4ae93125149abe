"""From the words of an address to published content, or to “not found”."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from django.http import Http404

from skillguide.content.library import Contents
from skillguide.editions.shelf import library

T = TypeVar("T")


def guide_or_404(slug: str) -> Contents:
    return found_or_404(library().guides, slug)


def found_or_404(mapping: Mapping[str, T], slug: str) -> T:
    try:
        return mapping[slug]
    except KeyError:
        raise Http404(slug) from None
