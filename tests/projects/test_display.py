"""Handed-in work as it is shown, with comments where their words are."""

from __future__ import annotations

from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from projects.anchors import anchor_in, row_key
from projects.display import Joined, homeless, row_words, shown, to_show
from projects.documents import project_of
from projects.models import Comment, Round
from projects.showing import blocks
from projects.shown import ShownDeliverable
from skillguide.content.schema import Project
from skillguide.editions.shelf import rendered
from skillguide.learners.models import Learner
from tests.projects.stories import (
    CROSSINGS,
    LINE,
    NOTE,
    claimed,
    commented,
    handed_in,
    project_called,
    replied,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def round(ada: Learner, ravi: Learner) -> Round:
    return claimed(handed_in(ada), ravi)


def on_words(quote: str, text: str = NOTE) -> dict[str, str]:
    anchor = anchor_in(Joined(it.text for it in blocks(text)).whole, quote)
    assert anchor
    return {"quote": anchor.quote, "before": anchor.before, "after": anchor.after}


def part(
    round: Round, id: str, work: dict[str, Any] | None = None, viewer: Learner | None = None
) -> ShownDeliverable:
    page: Project = rendered(project_of(round))
    comments = to_show(Comment.objects.filter(round=round))
    parts = shown(page, round.work if work is None else work, comments, viewer=viewer)
    return next(it for it in parts if it.deliverable.id == id)


def as_html(round: Round, *parts: ShownDeliverable) -> str:
    context = {"shown": parts, "round": round}
    return render_to_string("projects/_work.html", context, RequestFactory().get("/"))


def test_a_comment_stands_under_the_paragraph_that_it_quotes(round: Round, ravi: Learner) -> None:
    commented(round, ravi, deliverable="note", anchor=on_words("does not slip"))

    note = part(round, "note")

    block = next(it for it in note.blocks if it.comments)
    comment = block.comments[0]
    assert comment.place == "here"
    assert block.text[comment.start : comment.end] == "does not slip"


def test_a_comment_on_a_whole_paragraph_does_not_repeat_it(round: Round, ravi: Learner) -> None:
    commented(round, ravi, deliverable="note", anchor=on_words(blocks(NOTE)[1].text))

    assert part(round, "note").blocks[1].comments[0].quote == ""


def test_a_comment_on_words_that_changed_says_so(round: Round, ravi: Learner) -> None:
    commented(round, ravi, deliverable="note", anchor=on_words("does not slip"))
    later = {"note": {"text": NOTE.replace("does not slip", "holds fast")}}

    block = next(it for it in part(round, "note", later).blocks if it.comments)

    assert block.comments[0].place == "changed since"
    assert block.comments[0].quote == "does not slip"


def test_a_comment_whose_words_are_gone_stands_on_earlier_text(round: Round, ravi: Learner) -> None:
    commented(round, ravi, deliverable="note", anchor=on_words("does not slip"))
    later = {"note": {"text": "I tied it quite differently."}}

    note = part(round, "note", later)

    assert [it.place for it in note.earlier] == ["earlier text"]
    assert "on earlier text" in as_html(round, note)


def test_nothing_handed_in_any_more_keeps_the_comments(round: Round, ravi: Learner) -> None:
    commented(round, ravi, deliverable="note", anchor=on_words("does not slip"))

    assert len(part(round, "note", {}).earlier) == 1


def test_a_comment_stays_with_its_row_and_tells_when_the_row_changed(
    round: Round, ravi: Learner
) -> None:
    crossings = project_called().deliverable("crossings")
    assert crossings
    anchor = {
        "row": row_key(crossings, CROSSINGS[1]),
        "quote": row_words(crossings, CROSSINGS[1]),
    }
    commented(round, ravi, deliverable="crossings", anchor=anchor)
    moved = {"crossings": {"rows": list(reversed(CROSSINGS))}}
    changed = {"crossings": {"rows": [CROSSINGS[1] | {"load_kg": "11"}]}}

    assert part(round, "crossings").rows[1].comments[0].place == "here"
    assert part(round, "crossings", moved).rows[0].comments[0].place == "here"
    assert part(round, "crossings", changed).rows[0].comments[0].place == "changed since"


def test_a_comment_on_the_whole_stands_at_the_end(round: Round, ravi: Learner) -> None:
    commented(round, ravi, deliverable="note")

    assert len(part(round, "note").whole) == 1


def test_removed_comments_are_not_shown(round: Round, ravi: Learner) -> None:
    comment = commented(round, ravi, deliverable="note")
    Comment.objects.filter(pk=comment.pk).update(removed_at=comment.made_at)

    assert part(round, "note").whole == []


def test_comments_on_what_is_no_longer_asked_for_have_a_list_of_their_own(
    round: Round, ravi: Learner
) -> None:
    commented(round, ravi, deliverable="sketch")
    comments = to_show(Comment.objects.filter(round=round))

    assert len(homeless(rendered(project_of(round)), comments)) == 1


def test_a_blind_review_hides_names_from_the_other_side_only(
    round: Round, ada: Learner, ravi: Learner, alma: Learner
) -> None:
    comment = commented(round, ravi, deliverable="note")
    replied(comment, ada)

    def names(viewer: Learner | None) -> list[str]:
        it = part(round, "note", viewer=viewer).whole[0]
        return [it.by, *(reply.by for reply in it.replies)]

    assert names(ada) == ["Reviewer", "You"]
    assert names(ravi) == ["You", "Learner"]
    assert names(alma) == ["Ravi", "Learner"]
    assert names(None) == ["Reviewer", "Learner"]


def test_an_open_review_shows_names(ada: Learner, ravi: Learner) -> None:
    round = claimed(handed_in(ada, LINE), ravi)
    commented(round, ravi, deliverable="memo")

    assert part(round, "memo", viewer=ada).whole[0].by == "Ravi"


def test_harmful_cells_are_folded(round: Round) -> None:
    crossings = part(round, "crossings")

    html = as_html(round, crossings)

    assert crossings.rows[0].cells[3].harmful
    assert not crossings.rows[0].cells[0].harmful
    assert '<details class="harmful"><summary>Harmful, 1 word</summary>Creaked.</details>' in html


def test_choices_are_counted_and_wrong_cells_are_listed(round: Round) -> None:
    work = {"crossings": {"rows": [CROSSINGS[0], CROSSINGS[0] | {"knot": "granny"}]}}

    crossings = part(round, "crossings", work)

    assert crossings.counts[0].choices == [("bowline", 1), ("half hitch", 0), ("reef knot", 0)]
    assert [fault.place for fault in crossings.faults] == ["row 2, place", "row 2, knot"]
    assert "2 cells not as asked for" in as_html(round, crossings)


def test_a_link_that_is_none_is_shown_as_text(round: Round) -> None:
    bad = part(round, "film", {"film": {"url": "javascript:alert(1)", "revision": "v1"}})
    good = part(round, "film")

    assert "href" not in as_html(round, bad).split("</details>")[1]
    assert 'href="https://example.org/film" rel="nofollow noopener ugc"' in as_html(round, good)


def test_what_is_missing_is_said(round: Round) -> None:
    assert "Nothing was handed in here." in as_html(round, part(round, "note", {}))
    assert "it was not required" in as_html(round, part(round, "film", {}))


def test_what_learners_write_is_never_html(round: Round) -> None:
    rows = [CROSSINGS[0] | {"place": "<b>corner</b>"}]
    work = {"note": {"text": "<script>x</script>"}, "crossings": {"rows": rows}}

    html = as_html(round, part(round, "note", work), part(round, "crossings", work))

    assert "<script" not in html
    assert "<b>" not in html


def test_a_text_without_a_single_word_is_shown(round: Round, ravi: Learner) -> None:
    commented(round, ravi, deliverable="note", anchor=on_words("does not slip"))

    assert len(part(round, "note", {"note": {"text": "---"}}).earlier) == 1
