"""What pydantic finds wrong, in plain sentences."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from pydantic_core import ErrorDetails

from skillguide.content.documents import Model
from skillguide.content.fields import Loc, model_at, written_names
from skillguide.content.problems import did_you_mean, nearest, shorten

Tell = Callable[[str, Any, dict[str, Any]], str]


def sentence(error: ErrorDetails, model: type[Model], noun: str) -> str:
    """Tell one error of a document that should have been a `model`."""
    loc = error["loc"]
    kind = error["type"]
    if kind == "missing":
        return _missing(loc, model, noun)
    if kind == "extra_forbidden":
        return _unknown(error, model, noun)
    subject = _subject(_without_variant(loc, model))
    tell = _SENTENCES.get(kind)
    if tell is None:
        return f"{subject} is not right: {error['msg']}"
    return tell(subject, error["input"], error.get("ctx", {}))


def _without_variant(loc: Loc, model: type[Model]) -> Loc:
    """Drop the name of a union's variant, which nobody has written there."""
    if len(loc) > 1 and isinstance(loc[-2], int):
        return loc if loc[-1] in written_names(model_at(model, loc[:-1])) else loc[:-1]
    return loc


def _missing(loc: Loc, model: type[Model], noun: str) -> str:
    if loc == ("body",):
        return "there is no text below the front matter"
    return f"{_thing(loc[:-1], model, noun)} needs the field “{loc[-1]}”"


def meant(error: ErrorDetails, model: type[Model]) -> str | None:
    """The field whose name was misspelt."""
    loc = error["loc"]
    return nearest(str(loc[-1]), written_names(model_at(model, loc[:-1])))


def _unknown(error: ErrorDetails, model: type[Model], noun: str) -> str:
    loc = error["loc"]
    name = meant(error, model)
    guess = f"; did you mean “{name}”?" if name else ""
    return f"{_thing(loc[:-1], model, noun)} has no field “{shorten(str(loc[-1]))}”{guess}"


def _thing(loc: Loc, model: type[Model], noun: str) -> str:
    """
    >>> from skillguide.content.schema import Lesson
    >>> _thing(("checks", 0, "open"), Lesson, "lesson")
    'an open check'
    """
    if loc:
        found = model_at(model, loc)
        noun = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", found.__name__).lower()
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _subject(loc: Loc) -> str:
    """
    >>> _subject(("requires", 1))
    'item 2 of “requires”'
    """
    names = [step for step in loc if isinstance(step, str)]
    if not loc:
        return "this"
    if isinstance(loc[-1], int) and names:
        return f"item {loc[-1] + 1} of “{names[-1]}”"
    return f"“{loc[-1]}”"


def _slug_for(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:80].strip("-")
    return f"; did you mean “{slug}”?" if slug else ""


_PATTERNS: tuple[tuple[str, Callable[[str], str]], ...] = (
    (
        "^[a-z0-9]+(-",
        lambda text: (
            "an id has only lower-case letters, digits and single hyphens" + _slug_for(text)
        ),
    ),
    ("^https?://", lambda _: "a web address begins with https:// and has no spaces"),
    (
        r"^\d{4}(",
        lambda _: "a date is written 2016, 2016-06 or 2016-06-21",
    ),
    ("^[A-Za-z]", lambda _: "a source's id has only letters, digits, and _ : -"),
    ("^(lesson|", lambda _: "write the kind and the id, such as lesson/old-name"),
    (
        "^[a-z][a-z0-9_]",
        lambda _: "a column's name has only lower-case letters, digits and underscores",
    ),
    ("^[a-z]{2}(", lambda _: "a language is written en or en-GB"),
)


def _pattern(subject: str, value: Any, context: dict[str, Any]) -> str:
    for start, explain in _PATTERNS:
        if str(context["pattern"]).startswith(start):
            return f"“{shorten(value)}” cannot be used for {subject}: {explain(value)}"
    return f"“{shorten(value)}” does not have the form {context['pattern']}"


def _text_wanted(subject: str, value: Any, _: dict[str, Any]) -> str:
    if value is None:
        return f"{subject} is empty"
    if isinstance(value, (bool, int, float)):
        return f"{subject} must be text, and this is read as something else; put it in quotes"
    return f"{subject} must be text"


def _choices(value: Any, context: dict[str, Any], expected: str) -> str:
    names = re.findall(r"'([^']*)'", str(context[expected]))
    shown = "nothing" if value is None else f"“{shorten(str(value))}”"
    guess = did_you_mean(value, names) if isinstance(value, str) else ""
    return f"{shown} is not one of: {', '.join(names)}{guess}"


def _variant(_subject: str, _value: Any, context: dict[str, Any]) -> str:
    return _choices(context["tag"], context, "expected_tags")


def _number(words: str) -> Tell:
    def tell(subject: str, value: Any, _: dict[str, Any]) -> str:
        return f"{subject} is empty" if value is None else f"{subject} must be {words}"

    return tell


def _limit(words: str, name: str) -> Tell:
    def tell(subject: str, _: Any, context: dict[str, Any]) -> str:
        number = context[name]
        shown = f"{number:,}" if isinstance(number, int) else f"{number:g}"
        return f"{subject} must be {words} {shown}"

    return tell


def _list_wanted(subject: str, value: Any, _: dict[str, Any]) -> str:
    if value is None:
        return f"{subject} is empty; leave the field out, or write a list"
    return f"{subject} must be a list, each item on a line that begins with “- ”"


def _fields_wanted(subject: str, *_: Any) -> str:
    return f"{subject} must be a group of fields: “name: value”"


def _too_few(subject: str, _: Any, context: dict[str, Any]) -> str:
    least = context["min_length"]
    return f"{subject} needs at least {least} {'item' if least == 1 else 'items'}"


def _too_long(subject: str, _: Any, context: dict[str, Any]) -> str:
    return f"{subject} is longer than {context['max_length']:,} characters"


def _own(subject: str, _: Any, context: dict[str, Any]) -> str:
    """The schema's own rules say only what is wrong, not of what."""
    return f"{subject}: {context['error']}" if subject != "this" else str(context["error"])


_SENTENCES: dict[str, Tell] = {
    "string_type": _text_wanted,
    "string_pattern_mismatch": _pattern,
    "string_too_short": lambda subject, *_: f"{subject} is empty",
    "string_too_long": _too_long,
    "int_type": _number("a whole number"),
    "int_from_float": _number("a whole number"),
    "float_type": _number("a number"),
    "bool_type": _number("true or false"),
    "greater_than": _limit("more than", "gt"),
    "greater_than_equal": _limit("at least", "ge"),
    "less_than": _limit("less than", "lt"),
    "less_than_equal": _limit("at most", "le"),
    "literal_error": lambda _, value, context: _choices(value, context, "expected"),
    "union_tag_invalid": _variant,
    "union_tag_not_found": lambda subject, *_: f"{subject} needs the field “kind”",
    "dict_type": _fields_wanted,
    "model_type": _fields_wanted,
    "tuple_type": _list_wanted,
    "too_short": _too_few,
    "too_long": lambda subject, _, context: (
        f"{subject} has more than {context['max_length']} items"
    ),
    "date_type": _number("a day, written like 2026-11-01"),
    "value_error": _own,
}
