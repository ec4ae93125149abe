"""YAML to values of which every one knows its place.

Of YAML only what a list of fields needs: the core types of YAML 1.2 (`no` is a word,
`12:30` is a word, `2026-11-01` is a word), no tags, no anchors and aliases, one document,
each key once. Depth is bounded while reading, so that nothing hostile is ever built.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import yaml

from skillguide.content.problems import shorten

MAX_DEPTH = 20

_CORE = re.compile(
    r"(?P<null>~|null|Null|NULL|)"
    r"|(?P<true>true|True|TRUE)"
    r"|(?P<false>false|False|FALSE)"
    r"|(?P<int>[-+]?[0-9]{1,18})"
    r"|0o(?P<octal>[0-7]{1,18})"
    r"|0x(?P<hex>[0-9a-fA-F]{1,15})"
    r"|(?P<float>[-+]?(?:\.[0-9]{1,18}|[0-9]{1,18}(?:\.[0-9]{0,18})?)(?:[eE][-+]?[0-9]{1,3})?)"
)
_CORE_STARTS = frozenset("~nNtTfF+-.0123456789")

_SHOWN = {
    '"': re.compile(r"\\(?:x..|u.{4}|U.{8}|[^nrt \n])|(?P<space>\\[nrt \n])|\S"),
    "'": re.compile(r"''|(?P<space>(?!))|\S"),
}
_VISIBLE = re.compile(r"(?P<space>(?!))|\S")
"""What stands for one character of a value that is not white space."""


class YamlError(Exception):
    """What is wrong with a YAML text, and where."""

    def __init__(self, offset: int, message: str) -> None:
        super().__init__(message)
        self.offset = offset
        self.message = message


_NO_CHILDREN: dict[str | int, Any] = {}
_NO_KEYS: dict[str, int] = {}


class Node:
    """A value and where its text begins and ends."""

    __slots__ = ("children", "end", "keys", "start", "style", "value")

    def __init__(
        self,
        start: int,
        end: int,
        value: Any,
        style: str = "",
        children: dict[str | int, Node] = _NO_CHILDREN,
        keys: dict[str, int] = _NO_KEYS,
    ) -> None:
        self.start = start
        self.end = end
        self.value = value
        self.style = style
        """`|`, `>`, a quotation mark, or nothing."""
        self.children = children
        self.keys = keys
        """Where the names of fields stand."""

    def at(self, loc: tuple[str | int, ...]) -> Node:
        """The deepest node on the way; steps that are not written are passed over."""
        node = self
        for step in loc:
            node = node.children.get(step, node)
        return node

    def offset_in(self, text: str, index: int) -> int:
        """Where in `text`, the whole, character `index` of this node's value stands."""
        if not isinstance(self.value, str):
            return self.start
        start = self.start
        if self.style in ("|", ">"):
            start = text.find("\n", start) + 1
        elif self.style:
            start += 1
        wanted = sum(1 for _ in _VISIBLE.finditer(self.value, 0, index))
        for match in _SHOWN.get(self.style, _VISIBLE).finditer(text, start, self.end):
            if match["space"] is None:
                if wanted == 0:
                    return match.start()
                wanted -= 1
        return self.start


def read_yaml(text: str, start: int, end: int) -> tuple[Node | None, list[YamlError]]:
    """The one document in a part of a text, and what is wrong with it."""
    composer = _Composer(text[start:end], start)
    try:
        return composer.document(), composer.faults
    except YamlError as fault:
        return None, [*composer.faults, fault]
    except yaml.MarkedYAMLError as error:
        return None, [*composer.faults, _syntax_fault(text[start:end], start, error)]
    except yaml.YAMLError:
        return None, [*composer.faults, YamlError(start, "this cannot be read as YAML")]


class _Composer:
    def __init__(self, text: str, base: int) -> None:
        self.base = base
        self.faults: list[YamlError] = []
        loader: Any = yaml.CSafeLoader(text)
        self.next: Callable[[], Any] = loader.get_event

    def place(self, mark: Any) -> int:
        return self.base + int(mark.index)

    def document(self) -> Node:
        self.next()
        event = self.next()
        if isinstance(event, yaml.StreamEndEvent):
            raise YamlError(self.base, "there is nothing here; it holds no fields")
        root = self.node(self.next(), 0)
        self.next()
        event = self.next()
        if not isinstance(event, yaml.StreamEndEvent):
            raise YamlError(
                self.place(event.start_mark), "a second YAML document begins; one is enough"
            )
        return root

    def node(self, event: Any, depth: int) -> Node:
        start = self.place(event.start_mark)
        if isinstance(event, yaml.AliasEvent):
            raise YamlError(
                start, "aliases (“*name”) are not allowed; write the value again, or quote"
            )
        if event.anchor is not None:
            raise YamlError(start, "anchors (“&name”) are not allowed; put the text in quotes")
        if event.tag is not None:
            raise YamlError(start, "tags (“!name”) are not allowed; put the text in quotes")
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event, start)
        if depth == MAX_DEPTH:
            raise YamlError(start, f"this is nested more than {MAX_DEPTH} levels deep")
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(start, depth)
        return self.mapping(start, depth)

    def scalar(self, event: Any, start: int) -> Node:
        plain = event.implicit[0]
        value = _core(event.value) if plain else event.value
        style = "" if plain else event.style
        return Node(start, self.place(event.end_mark), value, style)

    def sequence(self, start: int, depth: int) -> Node:
        children: dict[str | int, Node] = {}
        event = self.next()
        while not isinstance(event, yaml.SequenceEndEvent):
            children[len(children)] = self.node(event, depth + 1)
            event = self.next()
        value = [child.value for child in children.values()]
        return Node(start, self.place(event.end_mark), value, children=children)

    def mapping(self, start: int, depth: int) -> Node:
        children: dict[str | int, Node] = {}
        keys: dict[str, int] = {}
        event = self.next()
        while not isinstance(event, yaml.MappingEndEvent):
            name = self.node(event, depth + 1)
            value = self.node(self.next(), depth + 1)
            key = name.value
            if not isinstance(key, str):
                self.faults.append(YamlError(name.start, "the name of a field is a word"))
            elif key in keys:
                message = f"“{shorten(key)}” is written twice here; a field can be given once"
                self.faults.append(YamlError(name.start, message))
            else:
                keys[key] = name.start
                children[key] = value
            event = self.next()
        values = {key: child.value for key, child in children.items()}
        return Node(start, self.place(event.end_mark), values, "", children, keys)


def _core(text: str) -> Any:
    """What a word without quotes means in YAML 1.2."""
    if text and text[0] not in _CORE_STARTS:
        return text
    match = _CORE.fullmatch(text)
    if match is None:
        return text
    match match.lastgroup:
        case "null":
            return None
        case "true" | "false" as word:
            return word == "true"
        case "int":
            return int(text)
        case "octal" | "hex" as base:
            return int(match[base], 8 if base == "octal" else 16)
        case _:
            return float(text)


_SYNTAX = (
    (
        "mapping values are not allowed",
        "a colon with a space after it begins a new field; put text that contains one in quotes",
    ),
    ("could not find expected ':'", "a field is a name, a colon and a space: “name: value”"),
    ("did not find expected key", "this line does not fit the ones above; check its indentation"),
    (
        "did not find expected '-' indicator",
        "this line does not fit the list above; check its indentation",
    ),
    ("did not find expected node content", "here a value is missing, or a bracket is not closed"),
    ("did not find expected ',' or ']'", "the list that is open here is not closed with “]”"),
    ("did not find expected ',' or '}'", "the fields that are open here are not closed with “}”"),
    (
        "block sequence entries are not allowed",
        "an item of a list (“- ”) cannot begin here; begin it on a line of its own",
    ),
    (
        "found unknown escape character",
        "a backslash in double quotes must be written twice; or use single quotes",
    ),
    ("found undefined tag handle", "tags (“!name”) are not allowed; put the text in quotes"),
    ("a quoted scalar", "the quotation mark that opens here is never closed"),
    ("while scanning an anchor", "text cannot begin with “&”; put it in quotes"),
    ("while scanning an alias", "text cannot begin with “*”; put it in quotes"),
    ("while scanning a tag", "tags (“!name”) are not allowed; put the text in quotes"),
    ("while scanning a directive", "a line cannot begin with “%”; put the text in quotes"),
    ("did not find expected <document start>", "this line does not belong to the fields above"),
)


_AT_THE_OPENING = ("expected ',' or", "could not find expected ':'", "a quoted scalar")
"""Faults that the parser notices far below the place to mend."""


def _syntax_fault(text: str, base: int, error: yaml.MarkedYAMLError) -> YamlError:
    said = f"{error.context or ''} {error.problem or ''}"
    mark = error.problem_mark or error.context_mark
    if any(words in said for words in _AT_THE_OPENING) and "escape" not in said:
        mark = error.context_mark or mark
    index = min(mark.index if mark else 0, len(text))
    return YamlError(base + index, _syntax_message(said, text, index))


def _syntax_message(said: str, text: str, index: int) -> str:
    sign = text[index : index + 1]
    if sign == "\t" or "tab" in said:
        return "here is a tab; YAML is indented with spaces"
    if "cannot start any token" in said:
        return f"text cannot begin with “{sign}”; put it in quotes"
    if "did not find expected key" in said and text[index - 1 : index] in ("'", '"'):
        return "the text in quotes has ended before this; write '' for an apostrophe inside it"
    for words, message in _SYNTAX:
        if words in said:
            return message
    return f"this cannot be read as YAML:{said}"
