"""The review desk: what waits, why, for whom; and claiming."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from projects import decisions
from projects.models import Event, Round, SecondReading
from projects.states import State
from skillguide.learners.models import Learner
from tests.conftest import browser_of
from tests.projects.stories import (
    LINE,
    PARCEL,
    appealed,
    calibrated,
    claimed,
    decided,
    hand_in,
    handed_in,
    next_round,
    sending,
    written,
)

DESK, NEXT = "/desk/", "/desk/next/"


@pytest.fixture
def ravi_client(ravi: Learner) -> Client:
    """The desk of a reviewer who has tried the exemplars."""
    return browser_of(calibrated(ravi))


def page(client: Client, address: str = DESK) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def claim_path(round: Round) -> str:
    return f"/desk/{round.pk}/claim/"


def waiting_since(round: Round, days: int) -> Round:
    Round.objects.filter(pk=round.pk).update(queued_at=timezone.now() - timedelta(days=days))
    round.refresh_from_db()
    return round


def test_the_oldest_comes_first_with_the_reason_for_its_place(
    ravi_client: Client, ada: Learner, ben: Learner
) -> None:
    newer, older = waiting_since(handed_in(ada), 1), waiting_since(handed_in(ben, LINE), 2)

    html = page(ravi_client)

    assert html.index(str(older.pk)) < html.index(str(newer.pk))
    assert "Handed in on" in html
    assert "2 wait for a review" in html


def test_an_empty_desk_says_what_will_be_there(ravi_client: Client) -> None:
    html = page(ravi_client)

    assert "You have claimed nothing" in html
    assert "Nothing waits for a review" in html


def test_own_work_is_not_on_the_desk_and_cannot_be_claimed(
    ravi: Learner, ravi_client: Client
) -> None:
    own = handed_in(ravi)

    assertNotContains(ravi_client.get(DESK), str(own.pk))
    ravi_client.post(claim_path(own), {"key": str(uuid4())})
    ravi_client.post(NEXT, {"key": str(uuid4())})
    own.refresh_from_db()
    assert own.state == State.WAITING


def test_a_blind_project_shows_no_name_and_an_open_one_does(
    ravi_client: Client, ada: Learner, ben: Learner
) -> None:
    handed_in(ada)
    handed_in(ben, LINE)

    html = page(ravi_client)

    assert "Ada" not in html
    assert "ada@" not in html
    assert "Ben" in html


def test_the_learners_wish_is_not_on_the_desk(ravi_client: Client, ada: Learner) -> None:
    handed_in(ada, wish="Please look at my corners.")

    assertNotContains(ravi_client.get(DESK), "my corners")


def test_a_second_round_and_an_appeal_say_so(
    ravi: Learner, alma: Learner, ravi_client: Client, ada: Learner, ben: Learner
) -> None:
    hand_in(written(next_round(decided(handed_in(ada), ravi))))
    appealed(decided(handed_in(ben), alma))

    html = page(ravi_client)

    assert "Round 2, handed in on" in html
    assert "Appeal of" in html


def test_an_appeal_is_not_open_to_who_judged_before(
    ravi: Learner, ravi_client: Client, ada: Learner
) -> None:
    round = appealed(decided(handed_in(ada), ravi))

    assertNotContains(ravi_client.get(DESK), str(round.pk))


def test_what_came_back_says_so(ravi_client: Client, alma: Learner, ada: Learner) -> None:
    round = claimed(handed_in(ada), alma)
    decisions.give_back(round.pk, by=alma, key=uuid4())

    assertContains(ravi_client.get(DESK), "Back in the queue")


def test_a_claim_that_ran_out_is_in_the_queue_before_the_clock_comes_round(
    ravi_client: Client, alma: Learner, ada: Learner
) -> None:
    round = claimed(handed_in(ada), alma)
    Round.objects.filter(pk=round.pk).update(lease_until=timezone.now() - timedelta(minutes=1))

    assertContains(ravi_client.get(DESK), "a claim ran out")
    ravi_client.post(claim_path(round), {"key": str(uuid4())})
    round.refresh_from_db()
    assert round.reviewer and round.reviewer.name == "Ravi"


def test_what_needs_calibration_is_counted_and_not_listed(
    ravi: Learner, ada: Learner, ben: Learner
) -> None:
    closed, open = handed_in(ada), handed_in(ben, LINE)

    html = page(browser_of(ravi))

    assert str(closed.pk) not in html
    assert str(open.pk) in html
    assert "1 more for “Tie a parcel that survives the post”" in html
    assert "/desk/calibration/tiny/tie-a-parcel/" in html


FILTERS = [
    ("?project=tiny/project/tie-a-parcel", True),
    ("?project=tiny/project/rig-a-clothes-line", False),
    ("?guide=tiny", True),
    ("?round=1", True),
    ("?round=2", False),
    ("?round=3", False),
    ("?since=3", True),
    ("?since=7", False),
    ("?mine=1", False),
    ("?guide=nonsense&round=many&since=x", True),
    ("?level=nowhere&guide=tiny", True),
]


@pytest.mark.parametrize(("query", "there"), FILTERS)
def test_filters_in_the_address_narrow_the_queue(
    query: str, there: bool, ravi_client: Client, ada: Learner
) -> None:
    round = waiting_since(handed_in(ada), 5)

    assert (str(round.pk) in page(ravi_client, DESK + query)) is there


def test_the_filter_for_ones_own_finds_the_next_round(
    ravi: Learner, ravi_client: Client, ada: Learner, ben: Learner
) -> None:
    again = hand_in(written(next_round(decided(handed_in(ada), ravi))))
    other = handed_in(ben)

    html = page(ravi_client, DESK + "?mine=1")

    assert str(again.pk) in html
    assert str(other.pk) not in html


def test_pages_follow_one_another_without_gaps(
    ravi_client: Client, make_waiting: Callable[[int], list[Round]]
) -> None:
    rounds = make_waiting(30)
    first = ravi_client.get(DESK)
    second = ravi_client.get(DESK + first.context["next_page"])

    listed = [row.id for row in [*first.context["rows"], *second.context["rows"]]]
    assert listed == [round.pk for round in rounds]
    assert second.context["next_page"] == ""


@pytest.mark.parametrize("after", ["x", "2026-01-01_x", "2026-13-01T00:00:00+00:00_1", "\x00"])
def test_a_broken_page_address_begins_at_the_beginning(
    after: str, ravi_client: Client, ada: Learner
) -> None:
    round = handed_in(ada)

    assertContains(ravi_client.get(DESK, {"after": after}), str(round.pk))


def test_the_desk_asks_four_things(
    ravi: Learner,
    alma: Learner,
    ravi_client: Client,
    ada: Learner,
    ben: Learner,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    claimed(handed_in(ada), ravi)
    handed_in(ben)
    ravi_client.get(DESK)

    with django_assert_num_queries(6):  # session, person, own, queue, count, closed
        ravi_client.get(DESK)


def test_claim_next_takes_the_oldest_and_opens_it(
    ravi_client: Client, ada: Learner, ben: Learner
) -> None:
    newer, older = waiting_since(handed_in(ada), 1), waiting_since(handed_in(ben), 2)

    response = ravi_client.post(NEXT, {"key": str(uuid4())})

    assertRedirects(response, f"/desk/{older.pk}/")
    newer.refresh_from_db()
    assert newer.state == State.WAITING


def test_claim_next_keeps_to_the_filters(ravi_client: Client, ada: Learner, ben: Learner) -> None:
    waiting_since(handed_in(ada), 3)
    line = handed_in(ben, LINE)

    response = ravi_client.post(
        NEXT, {"key": str(uuid4()), "project": "tiny/project/rig-a-clothes-line"}
    )

    assertRedirects(response, f"/desk/{line.pk}/")


def test_claiming_twice_with_one_key_claims_once(
    ravi: Learner, ravi_client: Client, ada: Learner, ben: Learner
) -> None:
    handed_in(ada)
    handed_in(ben)
    key = {"key": str(uuid4())}

    answers = [ravi_client.post(NEXT, key).headers["Location"] for _ in range(2)]

    assert answers[0] == answers[1]
    assert Round.objects.held_by(ravi).count() == 1


@pytest.mark.parametrize("key", [{}, {"key": "x"}])
def test_claiming_without_a_key_is_refused(key: dict[str, str], ravi_client: Client) -> None:
    assert ravi_client.post(NEXT, key).status_code == 400


def test_when_nothing_is_left_the_desk_says_so(ravi_client: Client) -> None:
    response = ravi_client.post(NEXT, {"key": str(uuid4()), "guide": "tiny"}, follow=True)

    assert response.redirect_chain == [("/desk/?guide=tiny", 302)]
    assertContains(response, "Nothing is left that you could claim")


def test_nobody_holds_more_than_the_limit(
    ravi: Learner, ravi_client: Client, make_waiting: Callable[[int], list[Round]]
) -> None:
    make_waiting(settings.MOST_CLAIMS + 1)
    for _ in range(settings.MOST_CLAIMS):
        ravi_client.post(NEXT, {"key": str(uuid4())})

    response = ravi_client.post(NEXT, {"key": str(uuid4())}, follow=True)

    assertContains(response, "claims at once, and you do")
    assert Round.objects.held_by(ravi).count() == settings.MOST_CLAIMS


def test_a_claim_that_somebody_else_has_is_refused(
    ravi_client: Client, alma: Learner, ada: Learner
) -> None:
    round = claimed(handed_in(ada), alma)

    response = ravi_client.post(claim_path(round), {"key": str(uuid4())}, follow=True)

    assertContains(response, "Somebody else has just claimed it")
    assert Event.objects.filter(round=round, action="claim").count() == 1


def test_what_one_holds_stands_under_yours(
    ravi: Learner, ravi_client: Client, ada: Learner, ben: Learner
) -> None:
    claimed(handed_in(ada), ravi)
    sending(claimed(handed_in(ben), ravi), ravi)

    html = page(ravi_client)

    assert "Yours until" in html
    assert "Goes out at" in html


def test_a_draft_of_a_review_is_not_lost_from_sight(
    ravi: Learner, ravi_client: Client, ada: Learner
) -> None:
    round = claimed(handed_in(ada), ravi)
    decisions.give_back(round.pk, by=ravi, key=uuid4())

    assertContains(ravi_client.get(DESK), "your draft is kept")


def test_reviews_that_wait_for_a_second_reader_are_listed_for_others_only(
    ravi: Learner, ravi_client: Client, alma_client: Client, ada: Learner
) -> None:
    sending(claimed(handed_in(ada, LINE), ravi), ravi)

    assertContains(ravi_client.get(DESK), "With a second reader")
    assertNotContains(ravi_client.get(DESK), "Waiting for a second reader")
    assertContains(alma_client.get(DESK), "Waiting for a second reader")


def test_second_readings_are_listed_without_a_name(
    ravi: Learner, alma_client: Client, ada: Learner
) -> None:
    round = decided(handed_in(ada, PARCEL), ravi)
    reading, _ = SecondReading.objects.get_or_create(
        round=round,
        defaults={"learner": ada, "first_reviewer": ravi, "first_scores": {}},
    )

    html = page(alma_client)

    assert f"/desk/second/{reading.pk}/" in html
    assert "Ada" not in html


def test_learners_have_no_desk(ada_client: Client, ines_client: Client) -> None:
    assert ada_client.get(DESK).status_code == 404
    assert ines_client.get(DESK).status_code == 404


def test_the_first_page_reads_no_whole_table(ravi_client: Client, ada: Learner) -> None:
    handed_in(ada)
    ravi_client.get(DESK)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    with CaptureQueriesContext(
        connection,
    ) as asked:
        ravi_client.get(DESK)

    for query in asked.captured_queries:
        if '"projects_round"' in query["sql"]:
            assert "projects_round" not in scanned(query["sql"]), query["sql"]


def scanned(sql: str) -> set[str]:
    """The tables that the query can only be answered from by reading all of them."""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (FORMAT JSON) " + sql.replace("%", "%%"))
        plan = cursor.fetchone()[0]
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return set(_scans(plan[0]["Plan"]))


def _scans(node: dict) -> list[str]:  # type: ignore[type-arg]
    own = [node["Relation Name"]] if node["Node Type"] == "Seq Scan" else []
    return own + [name for part in node.get("Plans", []) for name in _scans(part)]


@pytest.fixture
def make_waiting(db: None) -> Callable[[int], list[Round]]:
    """So many rounds by as many learners, the oldest first."""

    def make(number: int) -> list[Round]:
        made = []
        for n in range(number):
            learner = Learner.objects.create_user(f"learner{n}@example.org", name=f"Learner {n}")
            made.append(waiting_since(handed_in(learner, LINE), number - n))
        return made

    return make
