"""JSON of objects, as a list or one in each line; the line of each is known."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from projects.columns import Fault


class Unreadable(Exception):
    def __init__(self, message: str, faults: Iterable[Fault] = ()) -> None:
        super().__init__(message)
        self.faults = faults


class _Twins(ValueError):
    pass


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _Twins("has a name twice")
    return made


def _constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


# Numbers stay as they are written: 0.10 and 12345678901234567890 keep all their digits.
_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_constant=_constant, parse_int=str, parse_float=str
)


def json_list(text: str) -> list[tuple[int, dict[str, Any]]]:
    """Read the items one by one, so that the line of each is known."""
    place = text.index("[") + 1
    line, counted = 1, 0
    found: list[tuple[int, dict[str, Any]]] = []
    while True:
        place = _after_space(text, place)
        line, counted = line + text.count("\n", counted, place), place
        if text[place : place + 1] == "]" and not found:
            break
        item, place = _decoded(text, place, line)
        found.append((line, item))
        place = _after_space(text, place)
        if text[place : place + 1] == "]":
            break
        if text[place : place + 1] != ",":
            raise Unreadable(f"The JSON list breaks off after the item in line {line}.")
        place += 1
    if text[place + 1 :].strip():
        raise Unreadable("Something stands after the end of the JSON list.")
    return found


def _after_space(text: str, place: int) -> int:
    while place < len(text) and text[place] in " \t\n":
        place += 1
    return place


def json_lines(text: str) -> list[tuple[int, dict[str, Any]]]:
    found = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            item, end = _decoded(line, _after_space(line, 0), number)
            if line[end:].strip():
                raise Unreadable(f"Line {number} goes on after its JSON object.")
            found.append((number, item))
    return found


def _decoded(text: str, place: int, line: int) -> tuple[dict[str, Any], int]:
    try:
        item, end = _DECODER.raw_decode(text, place)
    except _Twins as error:
        raise Unreadable(f"The object in line {line} {error}.") from error
    except (ValueError, RecursionError) as error:
        hint = "For CSV, begin with a line of column names."
        raise Unreadable(f"Line {line} cannot be read as JSON. {hint}") from error
    if not isinstance(item, dict):
        raise Unreadable(f"Line {line} holds no JSON object with a name for each cell.")
    return item, end
