"""What the pages about handed-in work say and carry."""

from __future__ import annotations

from uuid import UUID, uuid4

from django import template

from projects import brief
from projects.showing import render_line
from skillguide.content.documents import Html

register = template.Library()


@register.simple_tag
def new_key() -> UUID:
    """For a form that changes something: sending it twice does it once."""
    return uuid4()


@register.filter
def folding(text: str) -> Html:
    """Somebody's words in one line, the harmful ones folded away; not within a `<p>`."""
    return render_line(text)


@register.filter
def in_box(text: str) -> str:
    """What stands in a textarea: browsers drop a line break at its start, even the text's own."""
    return f"\n{text}"


register.filter(brief.from_brief)
