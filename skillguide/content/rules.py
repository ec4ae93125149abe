"""What must hold within a document, and between the documents of a guide."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from skillguide.content.documents import Document, Part, Reference
from skillguide.content.fields import Loc, parts
from skillguide.content.mentions import Mention, repeated
from skillguide.content.names import PAGES
from skillguide.content.practice_rules import check_exemplars, check_project
from skillguide.content.problems import Problem, nearest
from skillguide.content.reader import Draft, folded
from skillguide.content.schema import Grade, Guide, Lesson, Project, Term


def check_document(draft: Draft) -> Iterator[Problem]:
    """Parts have ids of their own, grades have scores of their own, nothing is named twice."""
    for loc, listed in parts(draft.model):
        ids = [
            Mention(part.id, draft, (*loc, number, "id"))
            for number, part in enumerate(listed)
            if isinstance(part, Part)
        ]
        if loc[-1] not in _UNIQUE_IN_THE_GUIDE:
            yield from repeated(ids, "the id “{}” is given twice in this list")
        scores = [
            Mention(str(part.score), draft, (*loc, number, "score"))
            for number, part in enumerate(listed)
            if isinstance(part, Grade)
        ]
        yield from repeated(scores, "two grades of one criterion have the score {}")
    if not isinstance(draft.model, Guide):
        yield from _named_twice(draft)
    yield from check_project(draft)


_UNIQUE_IN_THE_GUIDE = frozenset(("checks", "levels", "modules"))


def _named_twice(draft: Draft) -> Iterator[Problem]:
    lists: dict[Loc, list[Mention]] = {}
    for value in draft.values:
        if isinstance(value.marker, Reference) and isinstance(value.loc[-1], int):
            mention = Mention(value.text, draft, value.loc)
            lists.setdefault(value.loc[:-1], []).append(mention)
    for mentions in lists.values():
        yield from repeated(mentions, "“{}” is listed twice here")


def check_guide(drafts: list[Draft]) -> Iterator[Problem]:
    """Everything about one guide that no single document can know."""
    by_kind: dict[str, list[Draft]] = {}
    for draft in drafts:
        by_kind.setdefault(draft.kind, []).append(draft)
    for same in by_kind.values():
        yield from _ids(same)
        yield from _replaces(same)
    yield from _checks(by_kind.get("lesson", []))
    yield from _names(by_kind.get("term", []))
    yield from _cycles(by_kind.get("lesson", []))
    yield from check_exemplars(by_kind.get("exemplar", []), by_kind.get("project", []))
    for guide in by_kind.get("guide", []):
        yield from _folder_name(guide)
        yield from _outline(guide)
        yield from _order(guide, by_kind)
        yield from _retired(guide, by_kind)


def _ids(drafts: list[Draft]) -> Iterator[Problem]:
    """Within one kind."""
    ids = (Mention(draft.key, draft, ("id",)) for draft in drafts)
    yield from repeated(ids, f"another {drafts[0].kind} has the id “{{}}” already")
    by_file = {draft.slug: draft for draft in drafts}
    for draft in drafts:
        other = by_file.get(draft.key, draft)
        if other is not draft and other.key != draft.key:
            message = f"the id “{draft.key}” is the name of another file, {other.file.path}"
            yield draft.problem(("id",), message)


def _replaces(drafts: list[Draft]) -> Iterator[Problem]:
    existing = {draft.key for draft in drafts}
    mentions = [
        Mention(old, draft, ("replaces", number))
        for draft in drafts
        for number, old in enumerate(draft.model.replaces)
    ]
    for mention in mentions:
        if mention.name in existing:
            kind = mention.draft.kind
            yield mention.problem(f"the {kind} “{mention.name}” still exists; delete it first")
    yield from repeated(mentions, "“{}” is replaced twice; only one can take its place")


def _checks(lessons: list[Draft]) -> Iterator[Problem]:
    mentions = (
        Mention(check.id, draft, ("checks", number, "id"))
        for draft in lessons
        if isinstance(draft.model, Lesson)
        for number, check in enumerate(draft.model.checks)
    )
    yield from repeated(mentions, "another check of this guide has the id “{}” already")


def _names(terms: list[Draft]) -> Iterator[Problem]:
    """`[[name]]` must mean one term."""
    owners: dict[str, str] = {}
    for draft in terms:
        if not isinstance(draft.model, Term):
            continue
        names: list[tuple[Loc, str]] = [(("name",), draft.model.name)]
        names += [(("aliases", at), alias) for at, alias in enumerate(draft.model.aliases)]
        for loc, name in [*names, (("id",), draft.key)]:
            owner = owners.setdefault(folded(name), draft.key)
            if owner != draft.key:
                message = f"“{name}” means the term “{owner}” already; [[{name}]] must mean one"
                yield draft.problem(loc, message)


def _cycles(lessons: list[Draft]) -> Iterator[Problem]:
    by_key = {draft.key: draft for draft in lessons}
    wanted = {
        draft.key: [key for key in draft.model.requires if key in by_key]
        for draft in lessons
        if isinstance(draft.model, Lesson)
    }
    while True:
        try:
            TopologicalSorter(wanted).prepare()
        except CycleError as error:
            circle: list[str] = error.args[1]
        else:
            return
        before, lesson = circle[:2]
        draft = by_key[lesson]
        if isinstance(draft.model, Lesson):
            loc = ("requires", draft.model.requires.index(before))
            shown = " → ".join(reversed(circle))
            yield draft.problem(loc, f"these lessons require each other in a circle: {shown}")
        wanted[lesson] = [key for key in wanted[lesson] if key != before]


def _folder_name(guide: Draft) -> Iterator[Problem]:
    """Learners' rows begin with it."""
    if guide.model.id not in (None, guide.slug):
        message = f"a guide has the name of its folder, “{guide.slug}”, for ever; leave `id` out"
        yield guide.problem(("id",), message)
    if guide.model.replaces:
        message = "a guide cannot take the place of another one; leave `replaces` out"
        yield guide.problem(("replaces",), message)


def _outline(guide: Draft) -> Iterator[Problem]:
    """Levels and modules are places on one page, so they share their ids."""
    if not isinstance(guide.model, Guide):
        return
    mentions: list[Mention] = []
    for at, level in enumerate(guide.model.levels):
        mentions.append(Mention(level.id, guide, ("levels", at, "id")))
        mentions += [
            Mention(module.id, guide, ("levels", at, "modules", number, "id"))
            for number, module in enumerate(level.modules)
        ]
    yield from repeated(mentions, "another level or module has the id “{}” already")


def _order(guide: Draft, by_kind: dict[str, list[Draft]]) -> Iterator[Problem]:
    """Every page is on the path once, and after what it requires."""
    for kind in PAGES:
        mentions = [
            Mention(value.text, guide, value.loc)
            for value in guide.values
            if value.marker == Reference(kind)
        ]
        yield from repeated(mentions, f"the {kind} “{{}}” is on the path twice")
        pages = by_kind.get(kind, [])
        listed = {mention.name for mention in mentions}
        known = {draft.key for draft in pages}
        # A misspelt name is told where it stands; its page has nothing wrong with it.
        listed |= {nearest(name, sorted(known)) or name for name in sorted(listed - known)[:50]}
        for draft in pages:
            if draft.key not in listed:
                where = "a module" if kind == "lesson" else "a level"
                message = f"this {kind} is nowhere on the path; list “{draft.key}” in {where}"
                yield draft.file.problem(0, f"{message} of guide.yaml")
    yield from _later(guide, by_kind)


def _later(guide: Draft, by_kind: dict[str, list[Draft]]) -> Iterator[Problem]:
    place: dict[tuple[str, str], int] = {}
    if isinstance(guide.model, Guide):
        for level in guide.model.levels:
            for key in (key for module in level.modules for key in module.lessons):
                place.setdefault(("lesson", key), len(place))
            place |= {("project", key): len(place) for key in level.projects}
    for draft in [*by_kind.get("lesson", []), *by_kind.get("project", [])]:
        model = draft.model
        here = place.get((draft.kind, draft.key))
        if here is None or not isinstance(model, (Lesson, Project)):
            continue
        for number, key in enumerate(model.requires):
            if place.get(("lesson", key), -1) > here:
                message = f"“{key}” comes later on the path than this {draft.kind}"
                offset = draft.offset(("requires", number))
                yield draft.file.problem(offset, message, "warning")


def _retired(guide: Draft, by_kind: dict[str, list[Draft]]) -> Iterator[Problem]:
    if not isinstance(guide.model, Guide):
        return
    existing = {f"{kind}/{draft.key}" for kind, same in by_kind.items() for draft in same}
    existing |= {
        f"check/{key}" for draft in by_kind.get("lesson", []) for key in _check_ids(draft.model)
    }
    mentions = [
        Mention(retired.id, guide, ("retired", number, "id"))
        for number, retired in enumerate(guide.model.retired)
    ]
    for mention in mentions:
        if mention.name in existing:
            yield mention.problem(f"“{mention.name}” still exists; delete it, or do not retire it")
    yield from repeated(mentions, "“{}” is retired twice")


def _check_ids(model: Document) -> list[str]:
    return [check.id for check in model.checks] if isinstance(model, Lesson) else []
