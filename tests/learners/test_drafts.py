"""Whatever was typed is kept, and no text is ever put over another unseen."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillguide.learners.drafts import save_draft, versions_of
from skillguide.learners.models import Draft, DraftVersion, Learner

NAME = "round/1/work.note"


def text(words: str) -> dict[str, str]:
    return {"text": words}


def texts(learner: Learner, name: str = NAME) -> list[str]:
    """Of every version, oldest first; those kept aside with a star."""
    found = reversed(versions_of(learner, name))
    return [it.value["text"] + "*" * it.aside for it in found]


def test_each_save_is_a_version(ada: Learner) -> None:
    first = save_draft(ada, NAME, text("a"), base=0, tab="one").draft
    second = save_draft(ada, NAME, text("ab"), base=first.version, tab="one").draft

    assert (first.version, second.version) == (1, 2)
    assert second.saved_at >= first.saved_at
    assert texts(ada) == ["a", "ab"]


def test_the_same_words_again_are_no_new_version(ada: Learner) -> None:
    save_draft(ada, NAME, text("a"), base=0, tab="one")

    for tab, base in (("one", 0), ("one", 1), ("two", 0), ("", 0)):
        saved = save_draft(ada, NAME, text("a"), base=base, tab=tab)
        assert (saved.draft.version, saved.aside) == (1, None)
    assert texts(ada) == ["a"]


def test_a_tab_whose_answer_was_lost_goes_on_without_a_conflict(ada: Learner) -> None:
    save_draft(ada, NAME, text("a"), base=0, tab="one")

    saved = save_draft(ada, NAME, text("ab"), base=0, tab="one")

    assert saved.aside is None
    assert saved.draft.value == text("ab")


def test_another_tab_with_an_old_base_keeps_both_texts(ada: Learner) -> None:
    save_draft(ada, NAME, text("mine"), base=0, tab="one")

    saved = save_draft(ada, NAME, text("other"), base=0, tab="two")

    assert saved.draft.value == text("mine")
    assert saved.aside and saved.aside.value == text("other")
    assert texts(ada) == ["mine", "other*"]


def test_another_tab_that_knows_the_newest_version_goes_on(ada: Learner) -> None:
    newest = save_draft(ada, NAME, text("mine"), base=0, tab="one").draft

    saved = save_draft(ada, NAME, text("mine, and more"), base=newest.version, tab="two")

    assert saved.aside is None
    assert saved.draft.tab == "two"


def test_a_conflict_is_settled_by_saving_over_the_version_that_stands(ada: Learner) -> None:
    save_draft(ada, NAME, text("mine"), base=0, tab="one")
    stands = save_draft(ada, NAME, text("other"), base=0, tab="two").draft

    saved = save_draft(ada, NAME, text("other"), base=stands.version, tab="two")

    assert saved.aside is None
    assert saved.draft.version == 3
    assert texts(ada) == ["mine", "other*", "other"]


def test_pages_without_script_name_no_tab_and_never_pass_for_each_other(ada: Learner) -> None:
    save_draft(ada, NAME, text("mine"), base=0)

    assert save_draft(ada, NAME, text("other"), base=0).aside


def test_words_that_come_too_late_are_kept_and_do_not_become_the_draft(ada: Learner) -> None:
    save_draft(ada, NAME, text("handed in"), base=0, tab="one")

    saved = save_draft(ada, NAME, text("late"), base=1, tab="one", aside=True)

    assert saved.draft.value == text("handed in")
    assert texts(ada) == ["handed in", "late*"]


def test_versions_are_ones_own_and_of_one_field(ada: Learner, ben: Learner) -> None:
    save_draft(ada, NAME, text("of Ada"), base=0)
    save_draft(ben, NAME, text("of Ben"), base=0)
    save_draft(ada, "round/1/work.note2", text("other"), base=0)

    assert texts(ada) == ["of Ada"]
    assert texts(ben) == ["of Ben"]


def test_all_fields_of_one_form_are_found_and_no_others(ada: Learner, ben: Learner) -> None:
    for name in ("round/1/work.note", "round/1/wish", "round/10/wish", "round/1x/wish"):
        save_draft(ada, name, text(name), base=0)
    save_draft(ben, "round/1/hours", text("3"), base=0)

    found = Draft.objects.of(ada).below("round/1").by_field()

    assert sorted(found) == ["wish", "work.note"]


SAVES = st.lists(
    st.tuples(
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8),
        st.integers(0, 6),
        st.sampled_from(["", "one", "two"]),
        st.booleans(),
    ),
    max_size=12,
)


@pytest.mark.django_db
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(SAVES)
def test_no_text_is_ever_missing(ada: Learner, saves: list[tuple[str, int, str, bool]]) -> None:
    Draft.objects.all().delete()
    DraftVersion.objects.all().delete()

    for words, base, tab, aside in saves:
        before = Draft.objects.of(ada).first()
        saved = save_draft(ada, NAME, text(words), base=base, tab=tab, aside=aside)
        kept = {it.value["text"] for it in versions_of(ada, NAME)}
        assert words in kept
        if before and saved.aside:
            assert saved.draft.value == before.value

    numbers = [it.version for it in versions_of(ada, NAME)]
    assert numbers == list(range(len(numbers), 0, -1))
    for draft in Draft.objects.of(ada):
        taken = [it.value for it in versions_of(ada, NAME) if not it.aside]
        assert draft.value == (taken[0] if taken else None)
