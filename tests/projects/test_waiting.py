"""What is said about waiting and agreement is honest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.agreement import weighted_kappa
from projects.waiting import Range, Wait, in_words, percentile, wait_range

WAITS = st.lists(st.builds(Wait, st.floats(0, 1e4), st.booleans()), max_size=60)


def test_without_waiting_work_it_is_the_middle_of_the_finished() -> None:
    waits = [Wait(hours, over=True) for hours in range(1, 11)]

    assert wait_range(waits) == Range(2, 8)


def test_work_that_still_waits_makes_the_range_longer() -> None:
    finished = [Wait(hours, over=True) for hours in range(1, 11)]

    assert wait_range([*finished, *[Wait(20, over=False)] * 5]) == Range(3, None)


def test_an_estimate_of_kaplan_and_meier_by_hand() -> None:
    """Survival: 5/6 at 1; ·3/4 at 3 = 0.625; ·2/3 at 4; ·1/2 at 5 = 0.208; 0 at 6."""
    waits = [Wait(1, True), Wait(2, False), Wait(3, True), Wait(4, True), Wait(5, True)]

    assert wait_range([*waits, Wait(6, True)]) == Range(3, 6)


def test_nothing_is_said_from_less_than_five_reviews() -> None:
    assert wait_range([Wait(1, True)] * 4 + [Wait(1, False)] * 90) is None


def test_when_nearly_all_still_wait_it_is_longer_than_any_has_waited() -> None:
    assert wait_range([Wait(1, True)] * 5 + [Wait(700, False)] * 90) == Range(700, None)


@given(WAITS)
def test_the_range_is_in_order(waits: list[Wait]) -> None:
    found = wait_range(waits)

    if found and found.high is not None:
        assert found.low <= found.high
    if found:
        assert in_words(found)


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.2, 0.9, "up to 1 hour"),
        (3, 20.5, "3 to 21 hours"),
        (40, 110, "1 to 5 days"),
        (5, 72, "up to 3 days"),
        (72, 72, "about 3 days"),
        (200, 800, "1 to 5 weeks"),
        (510, None, "more than 3 weeks"),
        (30, None, "more than 30 hours"),
        (0.5, None, "an hour or more"),
    ],
)
def test_a_range_in_words(low: float, high: float | None, words: str) -> None:
    assert in_words(Range(low, high)) == words


def test_percentiles_lie_between_values() -> None:
    assert percentile([4, 1, 3, 2], 50) == 2.5
    assert percentile([1, 2, 3], 90) == pytest.approx(2.8)
    assert percentile([7], 90) == 7
    assert percentile([], 50) is None


def test_full_agreement_is_one_and_its_opposite_minus_one() -> None:
    assert weighted_kappa([(0, 0), (1, 1), (2, 2)], [0, 1, 2]) == 1
    assert weighted_kappa([(0, 2), (2, 0)], [0, 1, 2]) == -1


def test_the_agreement_of_a_worked_example() -> None:
    """Squares of ten pairs: observed 6 of 10; expected 16 + 64 + 8 + 16 + 16 + 8 of 100."""
    pairs = [(0, 0)] * 2 + [(0, 1)] + [(1, 1)] * 3 + [(1, 2)] + [(2, 2)] * 2 + [(0, 2)]

    assert weighted_kappa(pairs, [0, 1, 2]) == pytest.approx(1 - 0.6 / 1.28)


def test_grades_count_by_their_order_and_not_by_their_number() -> None:
    pairs = [(0, 5), (5, 10), (10, 10), (0, 0)]

    assert weighted_kappa(pairs, [0, 5, 10]) == weighted_kappa(
        [(a // 5, b // 5) for a, b in pairs], [0, 1, 2]
    )


def test_agreement_that_is_not_defined_is_none() -> None:
    assert weighted_kappa([(1, 1)], [0, 1]) is None
    assert weighted_kappa([(1, 1), (1, 1)], [0, 1]) is None
    assert weighted_kappa([], []) is None


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=30))
def test_agreement_is_the_same_whoever_is_named_first(pairs: list[tuple[int, int]]) -> None:
    found = weighted_kappa(pairs, [0, 1, 2, 3])

    assert found == pytest.approx(weighted_kappa([(b, a) for a, b in pairs], [0, 1, 2, 3]))
    assert found is None or -1.000001 <= found <= 1
