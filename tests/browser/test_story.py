"""The whole story, on a phone: start, write, hand in, be reviewed, hand in again, be accepted."""

from __future__ import annotations

import re
import time

import pytest

from tests.browser import learner_chapters as learner
from tests.browser import reviewer_chapters as reviewer
from tests.browser.conftest import NewPage, Site
from tests.browser.story import ON_ROW, ON_WORDS, REPLY, SUMMARY, Story, address_of


@pytest.mark.parametrize("scripted", [True, False], ids=["with script", "without script"])
def test_from_the_start_to_accepted(scripted: bool, site: Site, new_page: NewPage) -> None:
    options = {"java_script_enabled": scripted, "viewport": {"width": 360, "height": 740}}
    # Forgiving, as going offline is part of it.
    phone, desk = (new_page(forgiving=True, **options) for _ in range(2))
    story = Story(site, scripted, new_page, learner=phone, reviewer=desk)

    learner.begin_and_learn_how_one_is_told(story)
    learner.fill_a_table(story)
    learner.add_a_photograph_and_a_link(story)
    if scripted:
        learner.write_offline(story.learner)
    learner.write_in_two_tabs(story)
    learner.restore_what_the_other_tab_wrote(story)
    learner.hand_in_after_a_warning(story)

    reviewer.let_a_reviewer_in(story)
    reviewer.try_both_examples(story)
    reviewer.claim_the_next(story)
    reviewer.comment_on_words_and_on_a_row(story)
    reviewer.ask_for_changes_and_undo_it(story)
    learner.see_that_nothing_came_yet(story)
    reviewer.send_it_again(story)

    learner.read_the_review(story)
    learner.reply_that_it_is_dealt_with(story)
    learner.hand_in_a_second_round(story)

    reviewer.see_the_comments_again(story)
    reviewer.see_what_changed(story)
    reviewer.accept(story)

    learner.be_told_that_it_is_accepted(story)
    expect_one_mail_for_each_event(story)
    assert story.findings == []


def expect_one_mail_for_each_event(story: Story) -> None:
    changes, accepted = notices_mailed_to(story.address, story, count=2)
    (reply,) = notices_mailed_to(address_of(story.reviewer), story, count=1)

    assert "changes are requested" in changes
    assert "was accepted" in accepted
    assert story.here in accepted
    assert "There is a reply to your comment" in reply
    written = (ON_WORDS, ON_ROW, SUMMARY, REPLY, "Ravi")
    assert not [it for it in written if it in changes + accepted]
    assert REPLY not in reply


def notices_mailed_to(address: str, story: Story, *, count: int) -> list[str]:
    """What followed each “To:”, up to the line that ends a mail that is printed."""
    mail = re.compile(rf"^To: {re.escape(address)}$.*?^-{{79}}$", re.MULTILINE | re.DOTALL)
    deadline = time.monotonic() + 20
    found: list[str] = []
    while len(found) < count and time.monotonic() < deadline:
        mails = mail.findall(story.site.output.read_text())
        found = [it for it in mails if "notices of your account" in it]
        time.sleep(0.1)
    assert len(found) == count
    return found
