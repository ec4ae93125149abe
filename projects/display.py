"""Handed-in work as it is shown, with what reviewers said about it at its place."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any

from projects.anchors import Anchor, Place, find, normalised, row_key
from projects.brief import from_brief
from projects.checklist import word_count
from projects.columns import Row, columns_of, counts, faults, is_blank
from projects.documents import of_digest
from projects.harmful import Piece, pieces
from projects.models import Comment, Round
from projects.models.reviews import CommentQuerySet
from projects.showing import Block, blocks, render_text
from projects.shown import (
    ShownBlock,
    ShownCell,
    ShownComment,
    ShownCount,
    ShownDeliverable,
    ShownLink,
    ShownReply,
    ShownRow,
)
from projects.values import empty_value, is_empty
from skillguide.content.schema import Column, Deliverable, Project
from skillguide.learners.models import Learner


def to_show(comments: CommentQuerySet) -> list[Comment]:
    """The comments, with what `shown` wants to know about each; two queries."""
    rows = comments.standing().select_related("round", "review__reviewer", "review__learner")
    return list(rows.prefetch_related("replies__author"))


def shown(
    page: Project,
    work: Mapping[str, Any],
    comments: Iterable[Comment] = (),
    *,
    viewer: Learner | None = None,
) -> list[ShownDeliverable]:
    """Everything that was handed in, in the project's order.

    `page` is the rendered project. Comments may be of earlier rounds: they stand where their
    words are now. `viewer` is who looks at it: names are hidden from the other side of a blind
    review.
    """
    said: dict[str, list[ShownComment]] = {}
    for comment in comments:
        said.setdefault(comment.deliverable, []).append(shown_comment(page, comment, viewer))
    return [
        _deliverable(page, it, work.get(it.id) or empty_value(it), said.get(it.id, []))
        for it in page.deliverables
    ]


def homeless(
    page: Project, comments: Iterable[Comment], *, viewer: Learner | None = None
) -> list[ShownComment]:
    """Comments on deliverables that the project no longer asks for."""
    known = {it.id for it in page.deliverables}
    return [shown_comment(page, it, viewer) for it in comments if it.deliverable not in known]


def _deliverable(
    page: Project,
    deliverable: Deliverable,
    value: Mapping[str, Any],
    said: Sequence[ShownComment],
) -> ShownDeliverable:
    empty = is_empty(value)
    places = _Places(said)
    parts = {} if empty else _parts(deliverable, value, places)
    asked = from_brief(deliverable.description, page)
    return ShownDeliverable(
        deliverable, asked, value, empty, whole=places.whole, earlier=places.left(), **parts
    )


def _parts(deliverable: Deliverable, value: Mapping[str, Any], places: _Places) -> dict[str, Any]:
    match deliverable.format:
        case "text":
            return _text(value["text"], places)
        case "table":
            return _table(deliverable, value["rows"], places)
        case "file":
            return {"files": value["files"]}
        case "link":
            return {"link": ShownLink(value["url"], value.get("revision", ""))}


# ── Comments ─────────────────────────────────────────────────────────────────────────────


def shown_comment(page: Project, comment: Comment, viewer: Learner | None) -> ShownComment:
    review, page = comment.review, as_promised(page, comment.round)
    replies = [
        ShownReply(it, name_of(page, it.author, review.learner_id, viewer), render_text(it.text))
        for it in comment.replies.all()
    ]
    return ShownComment(
        comment,
        render_text(comment.text),
        name_of(page, review.reviewer, review.learner_id, viewer),
        comment.round.number,
        replies,
        quote=comment.anchor.get("quote", ""),
    )


def as_promised(page: Project, round: Round) -> Project:
    """An earlier round may have been blind though this one is not: names stay hidden there."""
    return page if page.blind or round.digest == page.digest else of_digest(round.digest)


def name_of(page: Project, person: Learner, learner_id: int, viewer: Learner | None) -> str:
    """How `viewer` may call somebody who takes part in a review.

    In a blind review learner and reviewers do not know each other; reviewers among themselves do.
    """
    if viewer is not None and person.pk == viewer.pk:
        return "You"
    is_learner = person.pk == learner_id
    sees_learner = viewer is not None and viewer.pk == learner_id
    if not page.blind or (viewer is not None and is_learner == sees_learner):
        return str(person)
    return "Learner" if is_learner else "Reviewer"


class _Places:
    """Hands out the comments of one deliverable to the places where they belong."""

    def __init__(self, said: Iterable[ShownComment]) -> None:
        self.whole = [it for it in said if not it.comment.anchor]
        self.anchored = [it for it in said if it.comment.anchor]
        self._placed: set[int] = set()

    def put(self, among: list[ShownComment], it: ShownComment, **found: Any) -> None:
        among.append(replace(it, **found))
        self._placed.add(id(it))

    def left(self) -> list[ShownComment]:
        """Those whose words are gone; nobody knows any more whether the words were harmful."""
        gone = [it for it in self.anchored if id(it) not in self._placed]
        return [replace(it, place="earlier text", harmful=True) for it in gone]


# ── Texts ────────────────────────────────────────────────────────────────────────────────


class Joined:
    """The words of all blocks of a text: what its anchors are looked up in."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = list(texts)
        self.whole = " ".join(self.texts)
        lengths = (len(text) + 1 for text in self.texts)
        self.starts = list(accumulate(lengths, initial=0))[:-1]

    def index_at(self, place: int) -> int:
        """Which block a place is in."""
        return max(bisect_right(self.starts, place) - 1, 0)


def _text(text: str, places: _Places) -> dict[str, Any]:
    found = [_block(it) for it in blocks(text)]
    words = Joined(it.text for it in found)
    for it in places.anchored:
        anchor = anchor_of(it.comment)
        if anchor and (place := find(words.whole, anchor)):
            index = words.index_at(place.start)
            last = words.index_at(max(place.end - 1, place.start))
            harmful = any(block.harmful for block in found[index : last + 1])
            _put_into_block(it, place, found[index], words.starts[index], places, harmful=harmful)
    return {"blocks": found, "words": word_count(text)}


def _block(block: Block) -> ShownBlock:
    harmful = block.html.startswith('<details class="harmful"')
    return ShownBlock(block.number, block.html, block.text, harmful)


def anchor_of(comment: Comment) -> Anchor | None:
    parts = [comment.anchor.get(name) for name in ("quote", "before", "after")]
    return Anchor(*parts) if all(isinstance(part, str) for part in parts) else None


def _put_into_block(
    it: ShownComment,
    place: Place,
    block: ShownBlock,
    begins: int,
    places: _Places,
    *,
    harmful: bool,
) -> None:
    """Words that changed may have been harmful before: then they are folded as well."""
    places.put(
        block.comments,
        it,
        place="here" if place.exact else "changed since",
        quote="" if place.exact and it.quote == block.text else it.quote,
        harmful=harmful or not place.exact,
        start=max(place.start - begins, 0),
        end=min(place.end - begins, len(block.text)),
    )


# ── Tables ───────────────────────────────────────────────────────────────────────────────


def _table(deliverable: Deliverable, rows: Sequence[Row], places: _Places) -> dict[str, Any]:
    found = [
        _row(deliverable, number, row)
        for number, row in enumerate(rows, start=1)
        if not is_blank(row)
    ]
    by_key = {it.key: it for it in reversed(found)}
    for it in places.anchored:
        if row := by_key.get(it.comment.anchor.get("row", "")):
            same = it.quote == row.text
            places.put(
                row.comments,
                it,
                place="here" if same else "changed since",
                quote="" if same else it.quote,
                harmful=True,
            )
    numbers = counts(deliverable, rows).items()
    return {
        "columns": columns_of(deliverable),
        "rows": found,
        "counts": [ShownCount(name, list(choices.items())) for name, choices in numbers],
        "faults": faults(deliverable, rows),
    }


def _row(deliverable: Deliverable, number: int, row: Row) -> ShownRow:
    cells = [ShownCell(it, _pieces(it, row.get(it.name, ""))) for it in columns_of(deliverable)]
    return ShownRow(number, row_key(deliverable, row), row_words(deliverable, row), cells)


def _pieces(column: Column, cell: str) -> list[Piece]:
    found = [piece for piece in pieces(cell) if piece.text.strip()]
    if column.harmful and found:
        return [Piece("".join(piece.text for piece in found), harmful=True)]
    return found


def row_words(deliverable: Deliverable, row: Row) -> str:
    """A row as a quote: its cells, so that it can be told whether one has changed."""
    return " | ".join(normalised(row.get(it.name, "")) for it in columns_of(deliverable))
