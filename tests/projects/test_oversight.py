"""What admins see of the desk: numbers, every round, and the record."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from html.parser import HTMLParser
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from projects import decisions, exporting, figures, oversight
from projects.exporting import cells, rounds_after
from projects.models import Event, Round, SecondReading
from projects.scope import Scope
from projects.states import State
from skillguide.learners.models import Learner, Notice
from skillguide.spreadsheets import defused
from tests.conftest import browser_of
from tests.projects import stories

OVERVIEW, ROUNDS = "/desk/overview/", "/desk/overview/rounds/"
EXPORT = "/desk/overview/export.csv"


def everything(days: int = 28, project: str = "") -> Scope:
    return Scope(project, days, timezone.now())


def hours_ago(hours: float) -> datetime:
    return timezone.now() - timedelta(hours=hours)


class _Rows(HTMLParser):
    """The words of each cell of the table with this id."""

    def __init__(self, id: str) -> None:
        super().__init__()
        self.id, self.inside, self.rows = id, False, list[list[str]]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.inside = ("id", self.id) in attrs
        if self.inside and tag == "tr":
            self.rows.append([])
        if self.inside and tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "table"

    def handle_data(self, data: str) -> None:
        if self.inside and self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


def table(html: str, id: str) -> list[list[str]]:
    parser = _Rows(id)
    parser.feed(html)
    return [[" ".join(cell.split()) for cell in row] for row in parser.rows]


def pages(client: Client, address: str) -> Iterator[str]:
    while True:
        response = client.get(address)
        yield response.content.decode()
        if not (last := response.context["next"]):
            return
        address = f"{ROUNDS}?{response.context['scope'].address}&after={last}"


@pytest.fixture
def busy(ada: Learner, ben: Learner, ravi: Learner) -> None:
    """Rounds in several states, of two learners and two projects."""
    changed = stories.decided(stories.handed_in(ada), ravi)
    stories.hand_in(stories.written(stories.next_round(changed)))
    stories.claimed(stories.handed_in(ben), ravi)
    stories.started(ben, stories.LINE)


# ── The list and its file ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("query", ["", "?project=tiny/project/tie-a-parcel&days=7"])
def test_the_file_has_the_cells_of_the_screen(
    query: str, busy: None, ben: Learner, alma_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oversight, "A_PAGE", 2)
    monkeypatch.setattr(exporting, "BATCH", 2)
    Learner.objects.filter(pk=ben.pk).update(name="=cmd|' /C calc'!A1")

    seen = [table(page, "rounds") for page in pages(alma_client, ROUNDS + query)]
    screen = [seen[0][0], *(row for page in seen for row in page[1:])]
    given = alma_client.get(EXPORT + query).getvalue().decode("utf-8-sig")
    file = list(csv.reader(StringIO(given)))

    assert file == [[defused(cell) for cell in row] for row in screen]
    assert len(file) == (4 if query else 5)
    assert any(cell.startswith("'=cmd") for row in file for cell in row)


def test_the_file_opens_as_text_under_a_name_with_its_time(alma_client: Client, busy: None) -> None:
    with time_machine.travel("2026-11-03T14:02:05Z", tick=False):
        response = alma_client.get(EXPORT)

    assert response.getvalue().startswith(b"\xef\xbb\xbfProject,")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="rounds-2026-11-03-140205.csv"' in response.headers["Content-Disposition"]


def test_a_line_says_what_became_of_a_round(ada: Learner, ravi: Learner, db: None) -> None:
    round = stories.decided(stories.handed_in(ada), ravi)

    (line,) = [cells(it) for it in rounds_after(everything(), None, 9)]

    moment = f"{timezone.localtime(round.decided_at):%Y-%m-%d %H:%M}"
    title = stories.project_called().title
    assert line[:4] == [title, "Ada", "1", "decided"]
    assert line[6:10] == [moment, "Ravi", "changes requested", "choice 0, words 0"]


def test_the_list_leaves_out_what_nothing_happened_to(ada: Learner, db: None) -> None:
    with time_machine.travel(hours_ago(24 * 10), tick=False):
        stories.handed_in(ada)

    assert rounds_after(everything(days=7), None, 9) == []
    assert len(rounds_after(everything(days=28), None, 9)) == 1


def test_the_list_asks_the_same_questions_however_long_it_is(
    busy: None, alma_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(4):
        alma_client.get(ROUNDS)


@pytest.mark.parametrize(
    "query", ["?days=-3&project=../x", "?days=%00&project=%00", "?after=1", f"?after={uuid4()}"]
)
def test_an_address_that_asks_for_nonsense_gets_the_usual(
    query: str, busy: None, alma_client: Client
) -> None:
    assert alma_client.get(ROUNDS + query).status_code == 200
    assert alma_client.get(OVERVIEW + query).status_code == 200
    assert alma_client.get(EXPORT + query).getvalue()


# ── Numbers ──────────────────────────────────────────────────────────────────────────────


def test_the_load_counts_every_open_round_by_project(busy: None) -> None:
    parcel, line = stories.project_called(), stories.project_called(stories.LINE)

    rows = figures.load(everything())

    states = figures.LOADED
    counted = {row.title: dict(zip(states, row.counts, strict=True)) for row in rows}
    assert counted[parcel.title] | {} == dict.fromkeys(states, 0) | {
        State.WAITING: 1,
        State.CLAIMED: 1,
    }
    assert counted[line.title] == dict.fromkeys(states, 0) | {State.DRAFT: 1}
    assert rows[-1].title == "All"
    assert sum(rows[-1].counts) == 3


def test_waits_are_those_of_decided_rounds_and_the_oldest_is_told(
    ada: Learner, ben: Learner, ines: Learner, ravi: Learner
) -> None:
    for learner, hours in ((ada, 10), (ben, 30)):
        round = stories.handed_in(learner)
        Round.objects.filter(pk=round.pk).update(queued_at=hours_ago(hours))
        stories.decided(round, ravi)
    waiting = stories.handed_in(ines)
    since = hours_ago(200)
    Round.objects.filter(pk=waiting.pk).update(queued_at=since)

    found = figures.waits(everything())

    assert found.decided == 2
    assert found.median == pytest.approx(20, abs=0.1)
    assert found.ninetieth == pytest.approx(28, abs=0.1)
    assert (found.oldest, found.queued) == (since, 1)


def test_no_wait_is_made_up_when_nothing_was_decided(db: None) -> None:
    found = figures.waits(everything())

    assert (found.decided, found.median, found.oldest) == (0, None, None)


def test_a_reviewers_line_counts_what_was_sent_and_is_held(
    busy: None, ravi: Learner, ada: Learner
) -> None:
    (line,) = figures.activity(everything())

    assert line.reviewer == ravi
    assert (line.sent, line.held, line.tried) == (1, 1, 2)
    assert line.active_at
    assert str(line.distance) == "the same on every criterion"


def test_agreement_is_counted_by_criterion(ada: Learner, ben: Learner, ravi: Learner) -> None:
    pairs = [({"choice": 2, "words": 1}, {"choice": 2, "words": 0}),
             ({"choice": 0, "words": 0}, {"choice": 0, "words": 1})]  # fmt: skip
    for learner, (first, second) in zip((ada, ben), pairs, strict=True):
        round = stories.handed_in(learner)
        SecondReading.objects.create(
            round=round, learner=learner, first_reviewer=ravi, first_scores=first,
            reader=Learner.objects.exclude(pk__in=[learner.pk, ravi.pk]).first(),
            scores=second, done_at=timezone.now(),
        )  # fmt: skip

    found = figures.agreements(everything())

    assert [(it.criterion, it.kappa, it.readings) for it in found] == [
        ("Choice of knots", 1.0, 2),
        ("Words", -1.0, 2),
    ]


def test_a_filter_leaves_out_other_projects(busy: None) -> None:
    line = everything(project=stories.project_called(stories.LINE).content_id)

    assert [row.title for row in figures.load(line)] == [
        stories.project_called(stories.LINE).title,
        "All",
    ]
    assert figures.waits(line).queued == 0
    assert figures.activity(line)[0].sent == 0


def test_the_overview_shows_all_of_it(
    busy: None,
    alma_client: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(15):
        response = alma_client.get(OVERVIEW)

    for words in ("Load", "Oldest in the queue", "Reviewers", "Agreement", "Ravi", "Ada"):
        assertContains(response, words)


def test_the_overview_says_what_will_be_there(alma_client: Client) -> None:
    response = alma_client.get(OVERVIEW)

    for words in ("Nothing waits.", "Nobody is at work", "No second reading was finished"):
        assertContains(response, words)


# ── Assigning and the record ─────────────────────────────────────────────────────────────


def assign(client: Client, round: Round, to: Any, key: str = "") -> Any:
    given = {"to": getattr(to, "pk", to), "key": key or str(uuid4())}
    return client.post(f"/desk/record/{round.pk}/assign/", given, follow=True)


def test_an_admin_assigns_a_round_and_the_reviewer_is_told(
    ada: Learner, ravi: Learner, alma: Learner, alma_client: Client
) -> None:
    round = stories.handed_in(ada)
    key = str(uuid4())

    for _ in range(2):
        assertContains(assign(alma_client, round, ravi, key), "It is Ravi’s now")

    round.refresh_from_db()
    assert (round.state, round.reviewer) == (State.CLAIMED, ravi)
    assert Event.objects.get(action="assign").actor == alma
    assert Notice.objects.filter(learner=ravi).count() == 1


def test_an_assigned_round_is_taken_from_who_had_it(
    ada: Learner, ravi: Learner, alma: Learner, alma_client: Client
) -> None:
    round = stories.claimed(stories.handed_in(ada), ravi)

    assign(alma_client, round, alma)

    round.refresh_from_db()
    assert round.reviewer == alma
    assert stories.review_of(round, ravi).decided_at is None


@pytest.mark.parametrize("to", ["", "x", "0", "ben", "ada"])
def test_a_round_is_assigned_to_reviewers_only(
    to: str, ada: Learner, ben: Learner, alma_client: Client
) -> None:
    round = stories.handed_in(ada)
    person = {"ben": ben, "ada": ada}.get(to, to)

    assertContains(assign(alma_client, round, person), "Choose a reviewer first")

    round.refresh_from_db()
    assert round.state == State.WAITING


def test_nobody_is_assigned_their_own_work(ada: Learner, alma_client: Client) -> None:
    Learner.objects.filter(pk=ada.pk).update(is_reviewer=True)
    round = stories.handed_in(ada)

    assertContains(assign(alma_client, round, ada), "Nobody reviews their own work.")


def test_a_round_that_is_decided_is_not_assigned(
    ada: Learner, ravi: Learner, alma_client: Client
) -> None:
    round = stories.decided(stories.handed_in(ada), ravi)

    response = assign(alma_client, round, ravi)

    assertContains(response, "Changes have been requested.")
    assertNotContains(response, 'id="page_assign"')


def test_assigning_needs_its_key_and_a_round(ada: Learner, alma_client: Client) -> None:
    round = stories.handed_in(ada)

    assert assign(alma_client, round, ada, "x").status_code == 400
    missing = f"/desk/record/{uuid4()}/assign/"
    assert alma_client.post(missing, {"key": str(uuid4())}).status_code == 404


def test_the_record_tells_in_words_what_happened_to_all_rounds(
    ada: Learner, ravi: Learner, alma: Learner, alma_client: Client
) -> None:
    round = stories.claimed(stories.handed_in(ada), ravi)
    decisions.hand_over(round.pk, alma, by=ravi, key=uuid4())
    round.refresh_from_db()
    second = stories.next_round(stories.decided(round, alma))

    html = alma_client.get(f"/desk/record/{second.pk}/").content.decode()

    told = [row[1:5] for row in table(html, "record")[1:]]
    assert told == [
        ["1", "Round begun", "Ada", ""],
        ["1", "Handed in", "Ada", ""],
        ["1", "Claimed", "Ravi", ""],
        ["1", "Handed over", "Ravi", "to Alma"],
        ["1", "Decided", "Alma", "changes requested"],
        ["1", "Sent to the learner", "the site", "changes requested, reviewed by Alma"],
        ["2", "Round begun", "Ada", ""],
    ]
    editions = {row[5] for row in table(html, "record")[1:]}
    assert editions == {str(Event.objects.values_list("edition", flat=True)[0])}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE projects_event SET action = 'claim'",
        "UPDATE projects_event SET detail = '{}'",
        "UPDATE projects_event SET at = now()",
        "DELETE FROM projects_event",
    ],
)
def test_the_database_keeps_the_record_as_it_is(statement: str, ada: Learner) -> None:
    stories.started(ada)

    with (
        pytest.raises(DatabaseError, match="only added to"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Event.objects.get().action == "start"


# ── Doors ────────────────────────────────────────────────────────────────────────────────


def test_oversight_is_for_admins_only(
    ada: Learner, ravi: Learner, ada_client: Client, ines_client: Client
) -> None:
    round = stories.handed_in(ada)
    pages = [OVERVIEW, ROUNDS, EXPORT, f"/desk/record/{round.pk}/"]

    for client in (ada_client, ines_client, browser_of(ravi)):
        assert [client.get(page).status_code for page in pages] == [404] * 4
        assert assign(client, round, ravi).status_code == 404


def test_a_record_of_nothing_is_not_found(alma_client: Client) -> None:
    assert alma_client.get(f"/desk/record/{uuid4()}/").status_code == 404


@pytest.mark.parametrize("model", ["submission", "round", "review", "event"])
def test_the_admin_site_shows_rows_and_changes_none(
    model: str, busy: None, alma_client: Client
) -> None:
    listed = f"/admin/projects/{model}/"
    row = {"event": Event.objects.first()}.get(model) or Round.objects.first()
    assert row

    assert alma_client.get(listed).status_code == 200
    assert alma_client.get(f"{listed}add/").status_code == 403
    assert alma_client.post(listed, {"action": "delete_selected"}).status_code in (200, 302)


def test_the_admin_site_does_not_show_the_work_itself(ada: Learner, alma_client: Client) -> None:
    round = stories.handed_in(ada)

    response = alma_client.get(f"/admin/projects/round/{round.pk}/change/")

    assertNotContains(response, "can be tied with cold hands")
    assertContains(response, "tie-a-parcel")
    assert alma_client.post(f"/admin/projects/round/{round.pk}/change/").status_code == 403
    assert alma_client.post(f"/admin/projects/round/{round.pk}/delete/").status_code == 403
    assertRedirects(alma_client.get("/admin/projects/round/x/change/"), "/admin/")
