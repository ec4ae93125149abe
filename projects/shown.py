"""The parts of handed-in work, as templates take them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from projects.columns import Fault
from projects.harmful import Piece
from projects.models import Comment, Reply
from skillguide.content.documents import Html
from skillguide.content.schema import Column, Deliverable

Spot = Literal["here", "changed since", "earlier text"]
"""Whether the words that a comment is about still stand there."""


@dataclass(frozen=True)
class ShownReply:
    reply: Reply
    by: str
    html: Html


@dataclass(frozen=True)
class ShownComment:
    comment: Comment
    html: Html
    by: str
    round_number: int
    replies: list[ShownReply]
    place: Spot = "here"
    quote: str = ""
    """The words it is about, unless it is about all that it stands under."""
    harmful: bool = False
    """Whether these words are to be folded away."""
    start: int = 0
    end: int = 0
    """Where they stand in the words of their block."""

    @property
    def settled(self) -> bool:
        return any(it.reply.settles for it in self.replies)


@dataclass(frozen=True)
class ShownBlock:
    number: int
    html: Html
    text: str
    harmful: bool
    comments: list[ShownComment] = field(default_factory=list)


@dataclass(frozen=True)
class ShownCell:
    column: Column
    pieces: list[Piece]

    @property
    def harmful(self) -> bool:
        return any(piece.harmful for piece in self.pieces)


@dataclass(frozen=True)
class ShownRow:
    number: int
    key: str
    text: str
    cells: list[ShownCell]
    comments: list[ShownComment] = field(default_factory=list)


@dataclass(frozen=True)
class ShownCount:
    """How often each choice of a column was made."""

    column: str
    choices: list[tuple[str, int]]


@dataclass(frozen=True)
class ShownLink:
    url: str
    revision: str

    @property
    def leads_on(self) -> bool:
        """Whatever else somebody has typed is shown as text."""
        return self.url.lower().startswith(("https://", "http://"))


@dataclass(frozen=True)
class ShownDeliverable:
    deliverable: Deliverable
    asked: Html
    """What it must hold; its links lead to the brief."""
    value: Mapping[str, Any]
    empty: bool
    words: int = 0
    blocks: list[ShownBlock] = field(default_factory=list)
    columns: tuple[Column, ...] = ()
    rows: list[ShownRow] = field(default_factory=list)
    counts: list[ShownCount] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    files: list[Mapping[str, Any]] = field(default_factory=list)
    link: ShownLink | None = None
    whole: list[ShownComment] = field(default_factory=list)
    """Comments on the deliverable as a whole."""
    earlier: list[ShownComment] = field(default_factory=list)
    """Comments whose place is gone."""
