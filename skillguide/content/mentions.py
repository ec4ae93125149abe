"""Where something is named, so that a problem with the name can be told there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from skillguide.content.fields import Loc
from skillguide.content.problems import Problem
from skillguide.content.reader import Draft


class Mention(NamedTuple):
    """Where something is written."""

    name: str
    draft: Draft
    loc: Loc

    def problem(self, message: str) -> Problem:
        return self.draft.problem(self.loc, message)


def repeated(mentions: Iterable[Mention], message: str) -> Iterator[Problem]:
    """A problem for every mention but the first of each name."""
    seen: set[str] = set()
    for mention in mentions:
        if mention.name in seen:
            yield mention.problem(message.format(mention.name))
        seen.add(mention.name)
