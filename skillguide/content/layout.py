"""Lines that Markdown would silently read otherwise than their author meant them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from skillguide.content.problems import did_you_mean
from skillguide.content.scan import Scan

NOTES = {"note": "Note", "warning": "Warning", "example": "Example", "mistake": "Common mistake"}
"""Kinds of boxes, `!!! kind "Title"`, with the titles that they have unless another is given."""

NOTE = re.compile(r'!!! (?P<kind>\w+)(?: +"(?P<title>[^"\n]+)")? *')

MAX_LENGTH = 50_000
MAX_BRACKETS = 100
MAX_INDENT = 40
MAX_QUOTES = 10

Fault = tuple[int, str]

BLOCK = re.compile(r"(?:[^\n]*\S[^\n]*(?:\n|\Z))+")
_ITEM = re.compile(r"( *)(?:[-*+]|\d+\.) +\S")
_FIRST_ITEM = re.compile(r" *(?:[-*+]|1\.) +\S")
_CONTAINER = re.compile(r"(?:[-*+]|\d+\.) |!!!|(?:.*\n)*: ")
_RULE = re.compile(r" *(?:-{2,}|={2,}) *$")
_TABLE_RULE = re.compile(r" *+(?:\| *+)?:?-++:? *+(?:\|[ :|-]*+)?$")
_IN_QUOTE = re.compile(r" *>[> ]*(?:#{1,6} |```|~~~)")


def faults(found: Scan, *, block: bool) -> Iterator[Fault]:
    text, indented = _masked(found)
    if block:
        yield from indented
        yield from _page_faults(text)
        return
    yield from bounds(text)
    if empty := re.search(r"\n[ \t]*\n", text):
        yield empty.start(), "this field is a single paragraph; it has no empty lines"


def _page_faults(text: str) -> Iterator[Fault]:
    if tab := re.search(r"^ *\t", text, re.MULTILINE):
        yield tab.end() - 1, "here is a tab; indent with spaces, four for each level"
        return
    inside = False
    for match in BLOCK.finditer(text):
        lines = match[0]
        if not lines.startswith(" "):
            inside = bool(_CONTAINER.match(lines))
        for offset, message in _block_faults(lines, inside=inside):
            yield match.start() + offset, message


def _masked(found: Scan) -> tuple[str, list[Fault]]:
    """The text without its tokens, every character in its place; and odd indents of those."""
    pieces: list[str] = []
    odd: list[Fault] = []
    done = 0
    for token in found.tokens:
        whole = token.kind in ("code", "display", "figure", "check", "heading")
        if token.kind == "wrong":
            continue
        written = found.text[token.start : token.end]
        pieces += [found.text[done : token.start], re.sub(r"[^\n]", " x"[not whole], written)]
        done = token.end
        if whole:
            indent = len(written) - len(written.lstrip(" "))
            if indent % 4:
                odd.append((token.start + indent, _indent_message("this", indent)))
    pieces.append(found.text[done:])
    return "".join(pieces), odd


def _block_faults(block: str, *, inside: bool) -> Iterator[Fault]:
    yield from _first_line(block, inside=inside)
    listed = bool(_ITEM.match(block) or re.match(r" *(?:>|!!!)", block))
    defined = False
    offset = 0
    lines = block.split("\n")
    for number, line in enumerate(lines):
        before = lines[number - 1] if number else ""
        message = _line_fault(line, before, first=number == 0, listed=listed or defined)
        if message:
            yield offset, message
            listed = True
        if number != 1 and _TABLE_RULE.fullmatch(line) and "|" in line:
            yield offset, "a table begins after an empty line, with one line of titles above this"
        defined = defined or line.startswith(": ")
        offset += len(line) + 1
    yield from bounds(block)


def _first_line(block: str, *, inside: bool) -> Iterator[Fault]:
    indent = len(block) - len(block.lstrip(" "))
    if indent and not inside and not _ITEM.match(block):
        yield indent, "this is indented but in no list; code stands between lines of “```”"
    elif indent % 4:
        yield indent, _indent_message("this", indent)
    if number := re.match(r" *\d+\)( +\S)", block):
        yield number.start(1) - 1, "items of a list are numbered “1.”, with a full stop"


def _line_fault(line: str, before: str, *, first: bool, listed: bool) -> str:
    item = _ITEM.match(line)
    if line.lstrip(" ").startswith("!!!"):
        return _note_fault(line.strip(" "))
    if _IN_QUOTE.match(line):
        return "headings and code cannot stand inside a quotation"
    if not first and _RULE.fullmatch(line) and "|" not in before:
        return "put an empty line before this line; headings are written with “##”"
    if item and not first and len(item[1]) % 4:
        return _indent_message("a list inside a list", len(item[1]))
    if _FIRST_ITEM.match(line) and not first and not listed:
        return "put an empty line before the list; else it is read as part of the paragraph"
    return ""


def _note_fault(line: str) -> str:
    form = NOTE.fullmatch(line)
    if form is None:
        return 'a note begins with a line such as !!! warning "Title", its text indented by four'
    if form["kind"] not in NOTES:
        guess = did_you_mean(form["kind"], list(NOTES))
        return f"“{form['kind']}” is not one of: {', '.join(NOTES)}{guess}"
    return ""


def _indent_message(what: str, indent: int) -> str:
    spaces = "one space" if indent == 1 else f"{indent} spaces"
    return f"{what} is indented by {spaces}; in lists it is four for each level"


def bounds(block: str) -> Iterator[Fault]:
    """What takes the renderer more than a moment is no text for people."""
    if len(block) > MAX_LENGTH:
        yield MAX_LENGTH, f"a paragraph, list or table has at most {MAX_LENGTH:,} characters"
    if block.count("[") > MAX_BRACKETS:
        yield block.index("["), f"more than {MAX_BRACKETS} “[” in one paragraph"
    if deep := re.search(rf"^ {{{MAX_INDENT + 1}}}", block, re.MULTILINE):
        yield deep.start(), f"this is indented by more than {MAX_INDENT} spaces"
    if deep := re.search(rf"^ *(?:> *){{{MAX_QUOTES + 1}}}", block, re.MULTILINE):
        yield deep.start(), f"more than {MAX_QUOTES} quotations are inside each other here"
