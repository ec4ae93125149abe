"""What must hold within a practice project, and between it and its exemplars.

Rules of the compiler, not of the schema: a document of an older edition may break them
and is still read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from skillguide.content.fields import Loc
from skillguide.content.mentions import Mention, repeated
from skillguide.content.practice import (
    AutomaticCheck,
    CategoriesCheck,
    Column,
    Criterion,
    Deliverable,
    Exemplar,
    FilledCheck,
    Project,
    RowsCheck,
    WordsCheck,
)
from skillguide.content.problems import Problem, did_you_mean, shorten
from skillguide.content.reader import Draft

_ONLY_FOR = {
    "template": "text",
    "columns": "table",
    "accept": "file",
    "most_files": "file",
    "most_megabytes": "file",
    "pinned": "link",
}
_LOOKS_AT = {
    "headings": "text",
    "words": "text",
    "rows": "table",
    "categories": "table",
    "filled": "table",
    "reachable": "link",
}
"""Which format of deliverable a kind of check is about; `present` is about any."""


def check_project(draft: Draft) -> Iterator[Problem]:
    if isinstance(draft.model, Project):
        for number, deliverable in enumerate(draft.model.deliverables):
            yield from _deliverable(draft, ("deliverables", number), deliverable)
        for number, item in enumerate(draft.model.checklist):
            if item.check is not None:
                yield from _check(draft, draft.model, ("checklist", number, "check"), item.check)


def _deliverable(draft: Draft, loc: Loc, deliverable: Deliverable) -> Iterator[Problem]:
    for field, wanted in _ONLY_FOR.items():
        if field in deliverable.model_fields_set and deliverable.format != wanted:
            message = f"“{field}” is only for `format: {wanted}`, and this is a {{}}; leave it out"
            yield draft.problem((*loc, field), message.format(deliverable.format))
    if deliverable.format == "table" and not deliverable.columns:
        message = "a table needs “columns”, each with a name and a type"
        yield draft.problem((*loc, "format"), message)
    columns = [
        Mention(column.name, draft, (*loc, "columns", number, "name"))
        for number, column in enumerate(deliverable.columns)
    ]
    yield from repeated(columns, "this table has two columns with the name “{}”")
    for number, column in enumerate(deliverable.columns):
        yield from _column(draft, (*loc, "columns", number), column)


def _column(draft: Draft, loc: Loc, column: Column) -> Iterator[Problem]:
    if column.type == "choice" and not column.choices:
        message = "a column with `type: choice` needs “choices”, the values a cell may have"
        yield draft.problem((*loc, "type"), message)
    if column.type != "choice" and column.choices:
        message = f"“choices” is only for `type: choice`, and this is `type: {column.type}`"
        yield draft.problem((*loc, "choices"), message)
    choices = [
        Mention(choice, draft, (*loc, "choices", number))
        for number, choice in enumerate(column.choices)
    ]
    yield from repeated(choices, "the choice “{}” is given twice")


def _check(draft: Draft, project: Project, loc: Loc, check: AutomaticCheck) -> Iterator[Problem]:
    yield from _bounds(draft, loc, check)
    deliverable = project.deliverable(check.deliverable)
    if deliverable is None:
        guess = did_you_mean(check.deliverable, [it.id for it in project.deliverables])
        message = f"there is no deliverable “{check.deliverable}” in this project{guess}"
        yield draft.problem((*loc, "deliverable"), message)
        return
    wanted = _LOOKS_AT.get(check.kind, deliverable.format)
    if deliverable.format != wanted:
        message = f"a check of the kind “{check.kind}” looks at a {wanted}, and this is a {{}}"
        yield draft.problem((*loc, "deliverable"), message.format(deliverable.format))
    elif isinstance(check, CategoriesCheck):
        yield from _categories(draft, loc, check, deliverable)
    elif isinstance(check, FilledCheck):
        for number, name in enumerate(check.columns):
            yield from _known(draft, (*loc, "columns", number), name, deliverable)


def _bounds(draft: Draft, loc: Loc, check: AutomaticCheck) -> Iterator[Problem]:
    if not isinstance(check, (WordsCheck, RowsCheck)):
        return
    if check.at_most is not None and check.at_least > check.at_most:
        message = f"“at_most” must not be less than “at_least”, {check.at_least:,}"
        yield draft.problem((*loc, "at_most"), message)


def _categories(
    draft: Draft, loc: Loc, check: CategoriesCheck, deliverable: Deliverable
) -> Iterator[Problem]:
    column = next((it for it in deliverable.columns if it.name == check.column), None)
    if column is None:
        yield from _known(draft, (*loc, "column"), check.column, deliverable)
    elif column.type == "choice":
        for number, value in enumerate(check.values):
            if column.choices and value not in column.choices:
                guess = did_you_mean(value, column.choices)
                message = f"“{shorten(value)}” is not among the choices of “{column.name}”{guess}"
                yield draft.problem((*loc, "values", number), message)
    elif not check.values:
        message = f"“{column.name}” has no choices; write the “values” to look for"
        yield draft.problem((*loc, "column"), message)


def _known(draft: Draft, loc: Loc, name: str, deliverable: Deliverable) -> Iterator[Problem]:
    names = [column.name for column in deliverable.columns]
    if names and name not in names:
        message = f"the table “{deliverable.id}” has no column “{name}”{did_you_mean(name, names)}"
        yield draft.problem(loc, message)


def check_exemplars(exemplars: Iterable[Draft], projects: Iterable[Draft]) -> Iterator[Problem]:
    """Every criterion of the project's rubric is scored once, with one of its grades."""
    rubrics = {it.key: it.model.rubric for it in projects if isinstance(it.model, Project)}
    for draft in exemplars:
        if isinstance(draft.model, Exemplar) and draft.model.project in rubrics:
            yield from _exemplar(draft, draft.model, rubrics[draft.model.project])


def _exemplar(draft: Draft, exemplar: Exemplar, rubric: tuple[Criterion, ...]) -> Iterator[Problem]:
    criteria = {criterion.id: criterion for criterion in rubric}
    mentions = [
        Mention(agreed.criterion, draft, ("scores", number, "criterion"))
        for number, agreed in enumerate(exemplar.scores)
    ]
    yield from repeated(mentions, "the criterion “{}” is scored twice")
    for mention, agreed in zip(mentions, exemplar.scores, strict=True):
        if criterion := criteria.get(mention.name):
            yield from _score(draft, (*mention.loc[:-1], "score"), criterion, agreed.score)
        else:
            guess = did_you_mean(mention.name, list(criteria))
            message = f"the rubric of “{exemplar.project}” has no criterion “{{}}”{guess}"
            yield mention.problem(message.format(mention.name))
    scored = {mention.name for mention in mentions}
    if scored <= criteria.keys():  # A misspelt criterion is not missing as well.
        for missing in criteria.keys() - scored:
            message = f"the criterion “{missing}” of “{exemplar.project}” is not scored"
            yield draft.problem(("scores",), message)


def _score(draft: Draft, loc: Loc, criterion: Criterion, score: int) -> Iterator[Problem]:
    scores = sorted(grade.score for grade in criterion.grades)
    if score not in scores:
        known = ", ".join(map(str, scores))
        message = f"“{criterion.id}” has no grade with the score {score}; its scores are {known}"
        yield draft.problem(loc, message)
