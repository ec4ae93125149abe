"""Personal data and keys that somebody may hand in without meaning to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from math import log2
from typing import Literal

from projects.columns import columns_of
from projects.values import Value
from skillguide.content.schema import Project

MOST = 100
"""Findings in one text. Nobody looks at more."""

Kind = Literal["e-mail address", "phone number", "key or password"]


@dataclass(frozen=True)
class Finding:
    kind: Kind
    shown: str
    """Enough to know it again, and no more."""
    line: int


def findings(text: str) -> list[Finding]:
    """In order of the text, each place once."""
    found: dict[int, Finding] = {}
    line, counted = 1, 0
    places = [
        (match.start(), kind, shown)
        for kind, pattern, masked in _KINDS
        for match, shown in islice(_masked(pattern, masked, text), MOST)
    ]
    for start, kind, shown in sorted(places):
        line, counted = line + text.count("\n", counted, start), start
        found.setdefault(start, Finding(kind, shown, line))
    return list(found.values())[:MOST]


def findings_in(project: Project, work: Mapping[str, Value]) -> list[tuple[str, str, Finding]]:
    """The deliverable's id, the place in words, and what is there."""
    return [
        (deliverable.id, place or f"line {finding.line}", finding)
        for deliverable in project.deliverables
        for place, text in _texts(project, deliverable.id, work.get(deliverable.id, {}))
        for finding in findings(text)
    ]


def _texts(project: Project, id: str, value: Value) -> Iterator[tuple[str, str]]:
    deliverable = project.deliverable(id)
    yield "", value.get("text", "")
    yield "the address", value.get("url", "")
    for file in value.get("files", []):
        yield "the name of a file", file["name"]
    if deliverable and deliverable.format == "table":
        for number, row in enumerate(value.get("rows", []), start=1):
            for column in columns_of(deliverable):
                yield f"row {number}, {column.name}", row.get(column.name, "")


Masked = Callable[[re.Match[str]], str]
"""What is shown of a match; nothing when it is a false alarm."""


def _masked(
    pattern: re.Pattern[str], masked: Masked, text: str
) -> Iterator[tuple[re.Match[str], str]]:
    for match in pattern.finditer(text):
        if shown := masked(match):
            yield match, shown


# Every pattern begins where a word begins, and is bounded from there: all are linear.

_EMAIL = re.compile(
    r"(?<![\w.%+-])[\w.%+-]{1,64}@((?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24})(?![\w-])", re.ASCII
)
_MADE_UP = re.compile(
    r"(?:.*\.)?(?:example(?:\.(?:com|net|org))?|test|invalid|localhost)", re.IGNORECASE
)


def _email(match: re.Match[str]) -> str:
    name = match[0].partition("@")[0]
    if _MADE_UP.fullmatch(match[1]) or name.casefold() in ("git", "noreply", "no-reply"):
        return ""
    return f"{name[0]}…@{match[1]}"


_PHONE = re.compile(
    r"""
    (?<![\w.,:/+(=-])(?:
        \+[1-9]\d{0,2}(?:[ ./-]?\(0?\d{1,4}\))?(?:[ ./-]?\d{1,14}){1,7}    # +49 30 1234567
      | \(0\d{1,5}\)[ /-]{0,3}\d{2,8}(?:[ -]\d{2,6}){0,4}                 # (030) 123 456
      | 0\d{2,5}(?:[ ]?/[ ]?|[ -])\d{2,8}(?:[ -]\d{2,6}){0,4}             # 020 7946 0958
      | (?:\(\d{3}\)[ ]?|\d{3}-)\d{3}-\d{4}                               # 555-123-4567
    )(?![\w(%]|[.,:]\d|[-/]\d)
    """,
    re.VERBOSE | re.ASCII,
)
_NO_PHONE = re.compile(r"\+?\d+\.\d+|\d\d?[ /-]\d\d?[ /-]\d{4}|0\d+(?: 0?\d+)+(?<!\d{4})", re.ASCII)


def _phone(match: re.Match[str]) -> str:
    number = match[0]
    digits = sum(letter.isdigit() for letter in number)
    if not 9 <= digits <= 15 or _NO_PHONE.fullmatch(number):
        return ""
    return f"{number[:4]}…{number[-2:]}"


_KEY = re.compile(
    r"""
    (?<![A-Za-z0-9])(?:
        (?:AKIA|ASIA)[0-9A-Z]{16}
      | gh[pousr]_[A-Za-z0-9]{30,255} | github_pat_[A-Za-z0-9_]{22,255}
      | glpat-[A-Za-z0-9_-]{20,64}
      | (?:sk|pk|rk)[-_](?=[A-Za-z_-]{0,40}\d)[A-Za-z0-9_-]{20,255}
      | hf_[A-Za-z0-9]{30,64}
      | xox[abeoprs]-[A-Za-z0-9-]{10,255}
      | AIza[0-9A-Za-z_-]{35}
      | eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{10,2000}
    )
  | -----BEGIN\ [A-Z ]{0,40}PRIVATE\ KEY-----
    """,
    re.VERBOSE | re.ASCII,
)
_ASSIGNED = re.compile(
    r"""
    (?<![A-Za-z])(?:password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|secret[_-]?key)
    ["']?[ ]{0,3}[:=][ ]{0,3}
    (?:"(?P<double>[^"\s]{8,200})"|'(?P<single>[^'\s]{8,200})'|(?P<bare>[A-Za-z0-9_+/=-]{16,200}))
    """,
    re.VERBOSE | re.ASCII | re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"[<${*]|your|example|x{4}|change|placeholder|\.\.\.|redacted", re.IGNORECASE
)


def _key(match: re.Match[str]) -> str:
    return "a private key" if match[0].startswith("-") else f"{match[0][:4]}…"


def _assigned(match: re.Match[str]) -> str:
    value = match["double"] or match["single"] or match["bare"]
    least = 3.5 if match["bare"] else 2.5
    mixed = re.search(r"\d", value) and re.search(r"[A-Za-z]", value)
    if not mixed or _PLACEHOLDER.search(value) or _entropy(value) < least:
        return ""
    return f"{match[0][: match[0].index(value)]}{value[:2]}…"


def _entropy(text: str) -> float:
    """
    Bits in each character.

    >>> _entropy("aaaa"), _entropy("abcd")
    (0.0, 2.0)
    """
    counts = Counter(text).values()
    return abs(sum(n / len(text) * log2(n / len(text)) for n in counts))


_KINDS: tuple[tuple[Kind, re.Pattern[str], Masked], ...] = (
    ("e-mail address", _EMAIL, _email),
    ("phone number", _PHONE, _phone),
    ("key or password", _KEY, _key),
    ("key or password", _ASSIGNED, _assigned),
)
