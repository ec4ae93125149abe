"""What happens because time passes, once each, however often the clock looks."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from projects import actions, clock, decisions, queue
from projects.clock import release_if_due, tend
from projects.models import Event, Round
from projects.states import State
from skillguide.editions.shelf import library
from skillguide.learners.models import Draft, Learner, Notice
from tests.projects import stories


def in_days(days: float) -> datetime:
    return timezone.now() + timedelta(days=days)


def told(learner: Learner) -> list[str]:
    return list(learner.notices.order_by("told_at", "pk").values_list("text", flat=True))


def state_of(round: Round) -> str:
    return Round.objects.values_list("state", flat=True).get(pk=round.pk)


def twice(now: datetime) -> dict[str, int]:
    """What it did the first time; the second time there is nothing left to do."""
    done = tend(now)
    assert not any(tend(now).values())
    return {what: count for what, count in done.items() if count}


# ── Claims ───────────────────────────────────────────────────────────────────────────────


def test_a_claim_that_ran_out_goes_back_to_its_place(ada: Learner, ravi: Learner) -> None:
    waiting = stories.handed_in(ada)
    round = stories.claimed(waiting, ravi)
    review = stories.review_of(round, ravi)
    decisions.save_review(review, ravi, {"summary": ({"text": "Neat."}, 0)})

    assert twice(timezone.now() + queue.LEASE - timedelta(minutes=1)) == {}
    assert twice(timezone.now() + queue.LEASE + timedelta(minutes=1)) == {"claims returned": 1}

    round.refresh_from_db()
    assert (round.state, round.reviewer, round.slot) == (State.WAITING, None, None)
    assert round.queued_at == waiting.queued_at
    event = round.events.order_by("id").last()
    assert event
    assert (event.action, event.actor, event.detail) == ("lapse", None, {"reviewer": ravi.pk})
    name = review.draft_name("summary")
    assert Draft.objects.of(ravi).get(name=name).value == {"text": "Neat."}


def test_a_claim_that_was_renewed_meanwhile_is_kept(ada: Learner, ravi: Learner) -> None:
    round = stories.claimed(stories.handed_in(ada), ravi)
    before = round.lease_until
    Round.objects.filter(pk=round.pk).update(lease_until=in_days(1))

    assert before
    decisions.lapse(round.pk, before + timedelta(minutes=1))

    assert state_of(round) == State.CLAIMED
    assert not Event.objects.filter(action="lapse").exists()


def test_typing_renews_a_claim(ada: Learner, ravi: Learner) -> None:
    round = stories.claimed(stories.handed_in(ada), ravi)
    review = stories.review_of(round, ravi)
    Round.objects.filter(pk=round.pk).update(lease_until=timezone.now())

    decisions.save_review(review, ravi, {"summary": ({"text": "Neat."}, 0)})

    assert twice(timezone.now() + queue.LEASE - timedelta(minutes=1)) == {}
    assert state_of(round) == State.CLAIMED


def test_a_claim_that_ran_out_is_claimed_by_another_before_the_clock_looks(
    ada: Learner, ravi: Learner, alma: Learner
) -> None:
    round = stories.claimed(stories.handed_in(ada), ravi)
    Round.objects.filter(pk=round.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    stories.calibrated(alma)

    claimed = queue.claim_next(alma, library(), key=uuid4())

    assert claimed == round
    assert twice(timezone.now()) == {}
    actions_done = list(round.events.order_by("id").values_list("action", flat=True))
    assert actions_done == ["start", "hand_in", "claim", "lapse", "claim"]


# ── Decisions ────────────────────────────────────────────────────────────────────────────


def test_a_decision_goes_out_after_two_minutes(ada: Learner, ravi: Learner) -> None:
    round = stories.sending(stories.claimed(stories.handed_in(ada), ravi), ravi, "accepted")

    assert twice(timezone.now() + timedelta(seconds=110)) == {}
    assert told(ada) == []
    assert twice(timezone.now() + timedelta(seconds=121)) == {"decisions sent": 1}

    round.refresh_from_db()
    assert round.state == State.ACCEPTED
    assert [review.reviewer for review in actions.reviews_for_learner(round)] == [ravi]
    assert len(told(ada)) == len(mail.outbox) == 1
    assert "accepted" in mail.outbox[0].body
    assert "A neat parcel." not in mail.outbox[0].body


def test_a_page_sends_a_decision_that_is_due_without_the_clock(ada: Learner, ravi: Learner) -> None:
    round = stories.sending(stories.claimed(stories.handed_in(ada), ravi), ravi)

    assert release_if_due(round).state == State.SENDING
    Round.objects.filter(pk=round.pk).update(release_at=timezone.now())
    round.refresh_from_db()
    assert [release_if_due(round).state for _ in range(2)] == [State.CHANGES] * 2
    assert len(told(ada)) == 1


def test_a_decision_that_was_undone_does_not_go_out(ada: Learner, ravi: Learner) -> None:
    round = stories.sending(stories.claimed(stories.handed_in(ada), ravi), ravi)
    decisions.undo(round.pk, by=ravi, key=uuid4())

    assert twice(timezone.now() + timedelta(minutes=3)) == {}
    assert told(ada) == []


# ── Reminders and parking ────────────────────────────────────────────────────────────────


def test_a_learner_is_reminded_after_three_seven_and_fourteen_days_and_then_it_is_parked(
    ada: Learner, alma: Learner
) -> None:
    round = stories.started(ada)
    days = [2.9, 3.1, 6.9, 7.1, 13.9, 14.1, 20, 27.9, 28.1, 40]

    done = [twice(in_days(it)) for it in days]

    reminder, parked = {"reminders": 1}, {"parked": 1}
    assert done == [{}, reminder, {}, reminder, {}, reminder, {}, {}, parked, {}]
    assert [words.rpartition(" for ")[2] for words in told(ada)[:3]] == [
        "3 days.",
        "7 days.",
        "14 days.",
    ]
    assert told(ada)[3].endswith("is parked. Nothing is lost; open it any time.")
    assert told(alma) == []
    assert state_of(round) == State.PARKED


def test_admins_are_reminded_of_what_waits_for_a_review(
    ada: Learner, alma: Learner, ravi: Learner, ines: Learner
) -> None:
    round = stories.handed_in(ada)

    done = [twice(in_days(it)) for it in (2.9, 3.1, 7.1, 14.1, 28.1, 60)]

    assert done == [{}, *[{"reminders": 1}] * 3, {}, {}]
    assert [words.rpartition(" for ")[2] for words in told(alma)] == [
        "3 days.",
        "7 days.",
        "14 days.",
    ]
    assert told(ada) == told(ravi) == told(ines) == []
    assert state_of(round) == State.WAITING


def test_after_a_pause_of_the_clock_one_reminder_goes_out_and_not_three(ada: Learner) -> None:
    stories.started(ada)

    assert twice(in_days(15)) == {"reminders": 1}


def test_an_admin_is_not_reminded_of_their_own_work(alma: Learner) -> None:
    stories.handed_in(alma)

    twice(in_days(4))

    assert told(alma) == []


def test_whoever_goes_on_writing_is_not_reminded(ada: Learner) -> None:
    round = stories.started(ada)
    twice(in_days(4))
    Round.objects.filter(pk=round.pk).update(touched_at=in_days(4))
    actions.save_fields(round.pk, ada, {"work.note": ({"text": "More."}, 0)})

    round.refresh_from_db()
    assert round.nudges == 0
    assert twice(round.touched_at + timedelta(days=2.9)) == {}
    assert twice(round.touched_at + timedelta(days=3.1)) == {"reminders": 1}


def test_handing_in_ends_the_learners_reminders(ada: Learner, alma: Learner) -> None:
    stories.started(ada)
    twice(in_days(8))
    stories.handed_in(ada)

    assert Round.objects.get().nudges == 0
    twice(in_days(4))
    assert len(told(ada)) == 1
    assert len(told(alma)) == 1


def test_parked_work_is_opened_again_with_every_word(ada: Learner) -> None:
    round = stories.written(stories.started(ada))
    assert twice(in_days(29)) == {"reminders": 1, "parked": 1}
    words = set(Draft.objects.of(ada).values_list("name", "version"))

    actions.reopen(round.pk, by=ada, key=uuid4())

    round.refresh_from_db()
    assert (round.state, round.nudges) == (State.DRAFT, 0)
    assert set(Draft.objects.of(ada).values_list("name", "version")) == words
    assert twice(in_days(2)) == {}
    assert stories.hand_in(round).state == State.WAITING


@pytest.mark.parametrize("decision", ["accepted", "unassessable"])
def test_what_is_decided_is_never_parked(decision: str, ada: Learner, ravi: Learner) -> None:
    round = stories.decided(stories.handed_in(ada), ravi, decision)

    for days in (4, 8, 15, 29, 90):
        assert "parked" not in twice(in_days(days))

    assert state_of(round) == decision


def test_a_round_that_was_touched_meanwhile_is_not_parked(ada: Learner) -> None:
    round = stories.started(ada)

    clock.park(round.pk, in_days(27))

    assert state_of(round) == State.DRAFT
    assert told(ada) == []


def test_nobody_gets_mail_who_does_not_want_it(ada: Learner) -> None:
    Learner.objects.filter(pk=ada.pk).update(wants_mail=False)
    stories.started(ada)

    twice(in_days(4))

    assert Notice.objects.filter(learner=ada).count() == 1
    assert mail.outbox == []


def test_more_than_a_batch_is_done_in_turns(
    ada: Learner, ben: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "BATCH", 1)
    for learner in (ada, ben):
        stories.started(learner)

    done = [tend(in_days(4))["reminders"] for _ in range(3)]

    assert done == [1, 1, 0]
    assert len(told(ada)) == len(told(ben)) == 1


def test_the_command_does_what_is_due_and_says_so(
    ada: Learner, ravi: Learner, capsys: pytest.CaptureFixture[str]
) -> None:
    round = stories.sending(stories.claimed(stories.handed_in(ada), ravi), ravi)
    Round.objects.filter(pk=round.pk).update(release_at=timezone.now())

    call_command("tend")
    assert capsys.readouterr().out == "1 decisions sent\n"

    call_command("tend")
    assert capsys.readouterr().out == ""
    assert state_of(round) == State.CHANGES
