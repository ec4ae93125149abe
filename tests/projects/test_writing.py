"""Writing a round: it is saved as it is typed, and nothing that was typed is ever lost."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from projects import actions
from projects.brief import from_brief
from projects.clock import PARK_AFTER, park
from projects.documents import project_of
from projects.models import Event, Round, Submission
from projects.states import State
from skillguide.content.documents import Html
from skillguide.content.schema import Project
from skillguide.learners.models import Draft, DraftVersion, Learner
from tests.conftest import HTMX
from tests.projects.stories import (
    CROSSINGS,
    LINE,
    NOTE,
    PARCEL,
    claimed,
    decided,
    handed_in,
    started,
)

JSON = {"Accept": "application/json"}
PAGE = "/guides/tiny/projects/tie-a-parcel/"
START = f"{PAGE}start/"


def page_of(round: Round) -> str:
    return f"/submissions/{round.submission_id}/rounds/{round.number}/"


def note(text: str, base: int = 0) -> dict[str, Any]:
    return {"base.work.note": base, "work.note.text": text}


def crossings(*rows: dict[str, str], base: int = 0) -> dict[str, Any]:
    cells = {
        f"work.crossings.{number}.{column}": cell
        for number, row in enumerate(rows, start=1)
        for column, cell in row.items()
    }
    return {"base.work.crossings": base} | cells


def draft(round: Round, field: str) -> Any:
    return Draft.objects.get(learner=round.learner, name=round.draft_name(field)).value


def texts(round: Round, field: str = "work.note") -> list[str]:
    rows = DraftVersion.objects.filter(learner=round.learner, name=round.draft_name(field))
    return [row.value["text"] for row in rows.order_by("version")]


@pytest.fixture
def parcel(ada: Learner) -> Round:
    return started(ada, PARCEL)


@pytest.fixture
def save(parcel: Round) -> str:
    return f"{page_of(parcel)}save/"


@pytest.fixture
def project(parcel: Round) -> Project:
    return project_of(parcel)


# ── Beginning ────────────────────────────────────────────────────────────────────────────


def test_starting_leads_to_the_workbench(ada_client: Client, ada: Learner) -> None:
    response = ada_client.post(START, {"key": uuid4()})

    round = Round.objects.get(learner=ada)
    assertRedirects(response, page_of(round))
    assert round.state == State.DRAFT


def test_starting_twice_makes_one_submission(ada_client: Client, ada: Learner) -> None:
    key = uuid4()
    places = [ada_client.post(START, {"key": it})["Location"] for it in (key, key, uuid4())]

    assert len(set(places)) == 1
    assert Submission.objects.filter(learner=ada).count() == 1


@pytest.mark.parametrize("key", ["", "no-key"])
def test_starting_without_a_key_is_refused(ada_client: Client, key: str) -> None:
    assert ada_client.post(START, {"key": key}).status_code == 400
    assert not Submission.objects.exists()


def test_the_workbench_shows_everything_that_is_asked_for(
    ada_client: Client, parcel: Round
) -> None:
    response = ada_client.get(page_of(parcel))

    for words in (
        "Half a page that names each knot",
        "## Knots",
        "Up to 2 files of PNG or JPEG, each at most 5 MB.",
        "The shaking test",
        "half hitch",
        "I shook the parcel for a minute",
        "Not yet",
    ):
        assertContains(response, words)


def test_what_the_brief_points_to_is_found_from_the_workbench(project: Project) -> None:
    text = Html('See <a href="#plan">the plan</a> and <a href="/guides/">the guides</a>.')

    found = from_brief(text, project)

    assert f'href="{PAGE}#plan"' in found
    assert 'href="/guides/"' in found


def test_the_workbench_asks_at_most_eight_queries(
    ada_client: Client,
    parcel: Round,
    save: str,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    link = {"base.work.film": 0, "work.film.url": "https://example.org/film"}
    ada_client.post(save, note("A bowline.") | crossings(*CROSSINGS) | link)

    with django_assert_max_num_queries(8):
        ada_client.get(page_of(parcel))


# ── Saving ───────────────────────────────────────────────────────────────────────────────


def test_saving_as_one_types_answers_with_version_and_checklist(
    ada_client: Client, parcel: Round, save: str
) -> None:
    answer = ada_client.post(save, note(NOTE), headers=JSON).json()

    assert answer["fields"]["work.note"]["version"] == 1
    assert answer["fields"]["work.note"]["conflict"] is None
    assert answer["late"] is False
    assert answer["checklist"]["parts-of-note"] == {"ok": True, "words": "2 headings found"}
    assert draft(parcel, "work.note") == {"text": NOTE}


def test_saving_one_field_asks_at_most_ten_queries(
    ada_client: Client, save: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    ada_client.post(save, note("A bowline."), headers=JSON)

    with django_assert_max_num_queries(16) as asked:
        ada_client.post(save, note("A bowline, and a hitch.", base=1), headers=JSON)

    real = [it["sql"] for it in asked.captured_queries if "SAVEPOINT" not in it["sql"]]
    assert len(real) <= 10


def test_saving_without_script_leads_back_to_the_page(
    ada_client: Client, parcel: Round, save: str
) -> None:
    response = ada_client.post(save, note("A bowline.") | {"do": "save"}, follow=True)

    assertContains(response, "Your draft is saved.")
    assertContains(response, "A bowline.</textarea>")
    assertContains(response, "Earlier drafts")


def test_what_was_not_changed_makes_no_version(
    ada_client: Client, parcel: Round, save: str
) -> None:
    untouched = (
        note("## Knots\r\n\r\n## Reasons\r\n")
        | crossings(dict.fromkeys(["place", "knot"], ""))
        | {"base.tick.shaken": 0, "base.wish": 0, "wish.text": ""}
    )

    ada_client.post(save, untouched)

    assert not DraftVersion.objects.exists()


def test_each_save_is_a_version(ada_client: Client, parcel: Round, save: str) -> None:
    for base, text in enumerate(["One", "Two", "Three"]):
        ada_client.post(save, note(text, base), headers=JSON)

    assert texts(parcel) == ["One", "Two", "Three"]


def test_a_tick_comes_with_its_evidence(ada_client: Client, parcel: Round, save: str) -> None:
    tick = {"base.tick.shaken": 0, "tick.shaken.ticked": "on", "tick.shaken.evidence": "A film"}

    ada_client.post(save, tick)

    assert draft(parcel, "tick.shaken") == {"ticked": True, "evidence": "A film"}
    assertContains(ada_client.get(page_of(parcel)), 'name="tick.shaken.ticked" checked')


# ── Two tabs ─────────────────────────────────────────────────────────────────────────────


def test_two_tabs_get_both_texts_and_both_are_kept(
    ada_client: Client, parcel: Round, save: str
) -> None:
    ada_client.post(save, note("From one tab") | {"tab": "one"}, headers=JSON)
    answer = ada_client.post(save, note("From the other") | {"tab": "two"}, headers=JSON).json()

    conflict = answer["fields"]["work.note"]["conflict"]
    assert conflict["entries"] == [["work.note.text", "From one tab"]]
    assert conflict["version"] == 1
    assert texts(parcel) == ["From one tab", "From the other"]
    assert draft(parcel, "work.note") == {"text": "From one tab"}


def test_a_tab_does_not_conflict_with_itself(ada_client: Client, parcel: Round, save: str) -> None:
    ada_client.post(save, note("One") | {"tab": "one"}, headers=JSON)
    answer = ada_client.post(save, note("One, two") | {"tab": "one"}, headers=JSON).json()

    assert answer["fields"]["work.note"]["conflict"] is None
    assert draft(parcel, "work.note") == {"text": "One, two"}


def test_without_script_two_tabs_get_a_page_with_both_texts(
    ada_client: Client, parcel: Round, save: str
) -> None:
    ada_client.post(save, note("From one tab"))
    response = ada_client.post(save, note("From the <other>"))

    assertContains(response, "Which words shall stand?", status_code=409)
    assertContains(response, "From one tab", status_code=409)
    assertContains(response, "From the &lt;other&gt;", status_code=409)


@pytest.mark.parametrize(
    ("keep", "stands"), [("mine", "From the other"), ("theirs", "From one tab")]
)
def test_the_choice_stands(
    ada_client: Client, parcel: Round, save: str, keep: str, stands: str
) -> None:
    ada_client.post(save, note("From one tab"))
    ada_client.post(save, note("From the other"))
    ada_client.post(save, note("From the other", base=1) | {"keep.work.note": keep})

    assert draft(parcel, "work.note") == {"text": stands}


# ── What does not fit ────────────────────────────────────────────────────────────────────


def test_too_long_a_text_is_told_and_stays_in_its_field(
    ada_client: Client, parcel: Round, save: str
) -> None:
    text = "Knots. " * 15_000
    told = "The text has 105,000 characters; at most 100,000 fit."

    assert ada_client.post(save, note(text), headers=JSON).json() == {"fields": {"work.note": told}}
    response = ada_client.post(save, note(text))

    assertContains(response, told, status_code=422)
    assertContains(response, text, status_code=422)
    assert not DraftVersion.objects.exists()


def test_what_fits_is_saved_beside_what_does_not(
    ada_client: Client, parcel: Round, save: str
) -> None:
    tick = {"base.tick.shaken": 0, "tick.shaken.evidence": "A film"}

    ada_client.post(save, note("x" * 100_001) | tick)

    assert draft(parcel, "tick.shaken")["evidence"] == "A film"


@pytest.mark.parametrize(
    "data",
    [
        note("NUL \0 and a lone \ud800 surrogate".encode("utf-8", "replace").decode()),
        {"base.work.note": "9" * 400, "work.note.text": "x"},
        {"base.work.note": "-1", "work.note.text": "x"},
        {"base.work.crossings": "0", f"work.crossings.{'9' * 50}.place": "x"},
        {"base.work.crossings": "0", "work.crossings..": "x", "work.crossings.²": "y"},
        {"base.score.choice": "0", "score.choice.score": "99", "score.choice.reason": "\0"},
        {"base.nothing": "0", "tab": "\0" * 300},
        {"do": "preview:"},
        {"do": "drop:photo:\0"},
        {"do": "remove:crossings:\0"},
        {"do": "rows:no-such"},
        {"do": "import:../.."},
    ],
)
def test_nothing_strange_breaks_saving(ada_client: Client, save: str, data: dict[str, Any]) -> None:
    assert ada_client.post(save, data).status_code in (302, 409, 422)
    assert ada_client.post(save, data, headers=JSON).status_code in (200, 422)


def test_nul_and_surrogates_are_left_out(ada_client: Client, parcel: Round, save: str) -> None:
    body = b"base.work.note=0&work.note.text=a%00b%ED%A0%80c"

    ada_client.generic("POST", save, body, content_type="application/x-www-form-urlencoded")

    assert "\0" not in draft(parcel, "work.note")["text"]
    assert draft(parcel, "work.note")["text"].startswith("ab")


def test_far_too_much_is_refused_in_words(ada_client: Client, save: str) -> None:
    response = ada_client.post(save, note("x" * 13_000_000))

    assert response.status_code == 400
    assertContains(response, "<h1", status_code=400)


# ── Late ─────────────────────────────────────────────────────────────────────────────────


def test_words_that_arrive_after_handing_in_are_kept_beside(
    ada: Learner, ada_client: Client
) -> None:
    round = handed_in(ada, LINE)
    data = {"base.work.memo": 1, "work.memo.text": "One more thought"}

    answer = ada_client.post(f"{page_of(round)}save/", data, headers=JSON).json()
    response = ada_client.post(f"{page_of(round)}save/", data, follow=True)

    assert answer["late"] is True
    assert answer["fields"]["work.memo"]["conflict"] is None
    assertContains(response, "kept beside it")
    assert "One more thought" in texts(round, "work.memo")
    assert "One more thought" not in str(Round.objects.get(pk=round.pk).work)
    assert draft(round, "work.memo")["text"] != "One more thought"


# ── Tables ───────────────────────────────────────────────────────────────────────────────


def test_faults_stand_beside_their_cells_and_in_a_list(
    ada_client: Client, parcel: Round, save: str
) -> None:
    ada_client.post(save, crossings({"place": "corner", "knot": "bowlin", "load_kg": "12,5"}))

    response = ada_client.get(page_of(parcel))

    assertContains(response, "2 cells to mend")
    assertContains(response, '<a href="#work.crossings.1.knot">Row 1, knot</a>')
    assertContains(response, "did you mean “bowline”?", count=2)
    assertContains(response, "<option selected>bowlin</option>")


def test_the_script_is_told_the_faults_as_well(ada_client: Client, save: str) -> None:
    data = crossings({"place": "corner", "knot": "bowline", "load_kg": "12,5"})

    answer = ada_client.post(save, data, headers=JSON).json()

    (fault,) = answer["tables"]["work.crossings"]["faults"]
    assert (fault["row"], fault["column"]) == (1, "load_kg")


def test_five_rows_more_without_script(ada_client: Client, parcel: Round, save: str) -> None:
    response = ada_client.post(
        save, crossings(CROSSINGS[0]) | {"do": "rows:crossings"}, follow=True
    )

    assertContains(response, 'class="row-number"', count=6)


def test_a_row_is_removed_without_script(ada_client: Client, parcel: Round, save: str) -> None:
    ada_client.post(save, crossings(*CROSSINGS) | {"do": "remove:crossings:1"})

    assert draft(parcel, "work.crossings") == {"rows": [CROSSINGS[1]]}


def test_empty_rows_at_the_end_are_not_kept(ada_client: Client, parcel: Round, save: str) -> None:
    blank = dict.fromkeys(CROSSINGS[0], "")

    ada_client.post(save, crossings(CROSSINGS[0], blank, CROSSINGS[1], blank, blank))

    assert draft(parcel, "work.crossings")["rows"] == [CROSSINGS[0], blank, CROSSINGS[1]]


# ── Preview ──────────────────────────────────────────────────────────────────────────────


def test_the_preview_shows_what_the_reviewer_will_see(
    ada_client: Client, parcel: Round, save: str
) -> None:
    text = "A **bowline** <script>alert(1)</script> >!how to!<"

    response = ada_client.post(save, note(text) | {"do": "preview:note"}, follow=True)

    assertContains(response, "<strong>bowline</strong>")
    assertContains(response, "Harmful passage, 2 words")
    assertNotContains(response, "<script>alert")


def test_the_preview_of_what_is_typed_saves_nothing(ada_client: Client, parcel: Round) -> None:
    url = f"{page_of(parcel)}preview/note/"

    response = ada_client.post(url, {"work.note.text": "*Now*"}, headers=HTMX)

    assertContains(response, "<em>Now</em>")
    assertNotContains(response, "<html")
    assert not DraftVersion.objects.exists()


# ── Earlier drafts ───────────────────────────────────────────────────────────────────────


@pytest.fixture
def earlier(ada_client: Client, parcel: Round, save: str) -> str:
    for base, text in enumerate(["The first words", "The second words"]):
        ada_client.post(save, note(text, base), headers=JSON)
    ada_client.post(save, note("From elsewhere", base=0), headers=JSON)
    return f"{page_of(parcel)}drafts/work.note/"


def test_earlier_drafts_are_listed_and_can_be_looked_at(ada_client: Client, earlier: str) -> None:
    response = ada_client.get(earlier, {"version": 1})

    assertContains(response, "The first words")
    assertContains(response, "kept beside")
    assertContains(response, "stands now")
    assertNotContains(response, "The second words")


def test_restoring_makes_a_new_version_and_loses_nothing(
    ada_client: Client, parcel: Round, earlier: str
) -> None:
    for _ in range(2):
        response = ada_client.post(f"{earlier}restore/", {"version": 1})

    assertRedirects(response, f"{page_of(parcel)}#work.note")
    assert draft(parcel, "work.note") == {"text": "The first words"}
    assert texts(parcel) == [
        "The first words",
        "The second words",
        "From elsewhere",
        "The first words",
    ]


def test_many_drafts_are_listed_page_by_page(ada_client: Client, parcel: Round) -> None:
    for number in range(60):
        field = {"wish": ({"text": f"Wish {number}"}, number)}
        actions.save_fields(parcel.pk, parcel.learner, field)
    url = f"{page_of(parcel)}drafts/wish/"

    assertContains(ada_client.get(url), "?before=11")
    assertContains(ada_client.get(f"{url}?before=11"), '<th scope="row">10')


def test_after_handing_in_nothing_is_restored(ada: Learner, ada_client: Client) -> None:
    round = handed_in(ada, LINE)
    url = f"{page_of(round)}drafts/work.memo/"

    assertNotContains(ada_client.get(f"{url}?version=1"), "Restore this version")
    response = ada_client.post(f"{url}restore/", {"version": 1}, follow=True)

    assertContains(response, "its words stay as they are")


# ── Content that has changed ─────────────────────────────────────────────────────────────


def test_what_is_no_longer_asked_for_is_shown_and_kept(
    ada_client: Client, ada: Learner, parcel: Round
) -> None:
    old = {
        "work.old-report": ({"text": "Words of last year"}, 0),
        "work.film": ({"text": "Once"}, 0),
    }
    actions.save_fields(parcel.pk, ada, old)

    response = ada_client.get(page_of(parcel))

    assertContains(response, "No longer asked for; kept")
    assertContains(response, "Words of last year")
    assertContains(response, "Once")


# ── Going on ─────────────────────────────────────────────────────────────────────────────


def test_withdrawing_brings_the_workbench_back(ada_client: Client, ada: Learner) -> None:
    round = handed_in(ada, LINE)
    key = uuid4()
    for _ in range(2):
        response = ada_client.post(f"{page_of(round)}withdraw/", {"key": key}, follow=True)

    assertContains(response, "Save draft")
    assert Event.objects.filter(round=round, action="withdraw").count() == 1


def test_what_is_claimed_cannot_be_withdrawn(
    ada_client: Client, ada: Learner, ravi: Learner
) -> None:
    round = claimed(handed_in(ada, LINE), ravi)

    response = ada_client.post(f"{page_of(round)}withdraw/", {"key": uuid4()}, follow=True)

    assertContains(response, "A reviewer has claimed it.")
    round.refresh_from_db()
    assert round.state == State.CLAIMED


def test_a_parked_round_is_opened_again(ada_client: Client, ada: Learner, parcel: Round) -> None:
    park(parcel.pk, timezone.now() + PARK_AFTER)
    response = ada_client.post(f"{page_of(parcel)}reopen/", {"key": uuid4()}, follow=True)

    assertContains(response, "Everything is as you left it.")


def test_the_next_round_begins_with_the_last_ones_words(
    ada_client: Client, ada: Learner, ravi: Learner, alma: Learner
) -> None:
    round = decided(handed_in(ada, LINE), ravi, "changes", checker=alma)
    key = uuid4()
    for _ in range(2):
        response = ada_client.post(f"{page_of(round)}next/", {"key": key}, follow=True)

    assertContains(response, "Round 2")
    assertContains(response, "The line is pulled with 400 N by each tree.")
    assert Round.objects.filter(submission=round.submission).count() == 2


# ── Somebody else's ──────────────────────────────────────────────────────────────────────

BELOW = [
    "",
    "checklist/",
    "preview/note/",
    "drafts/work.note/",
    "tables/crossings.csv",
    "tables/crossings/import/",
    "hand-in/",
]
BELOW_POST = [
    "save/",
    "drafts/work.note/restore/",
    "files/photo/",
    "tables/crossings/import/",
    "hand-in/",
    "withdraw/",
    "reopen/",
    "next/",
]


@pytest.mark.parametrize("below", BELOW)
def test_nobody_else_reads_it(
    ben_client: Client, alma_client: Client, parcel: Round, below: str
) -> None:
    assert ben_client.get(page_of(parcel) + below).status_code == 404
    assert alma_client.get(page_of(parcel) + below).status_code == 404


@pytest.mark.parametrize("below", BELOW_POST)
def test_nobody_else_changes_it(ben_client: Client, parcel: Round, below: str) -> None:
    data = note("From Ben") | {"key": uuid4(), "version": 1}

    assert ben_client.post(page_of(parcel) + below, data).status_code == 404
    assert not DraftVersion.objects.exists()


@pytest.mark.parametrize(
    "below",
    [
        "preview/photo/",
        "preview/no-such/",
        "drafts/no-such/",
        "drafts/%00/",
        "tables/note.csv",
        "tables/no-such/import/",
    ],
)
def test_what_is_not_there_is_not_found(ada_client: Client, parcel: Round, below: str) -> None:
    assert ada_client.get(page_of(parcel) + below).status_code == 404


def test_a_round_number_beyond_all_numbers_is_not_found(ada_client: Client, parcel: Round) -> None:
    assert (
        ada_client.get(f"/submissions/{parcel.submission_id}/rounds/{'9' * 30}/").status_code == 404
    )
