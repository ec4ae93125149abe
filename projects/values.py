"""What is handed in for a deliverable: plain JSON of one shape for each format."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any, get_args

from projects.columns import LONGEST_CELL, MOST_ROWS, columns_of, is_blank, tidy
from skillguide.content.schema import Deliverable, FileType

Value = dict[str, Any]
Work = Mapping[str, Value]
"""By the deliverable's id."""

LONGEST_TEXT = 100_000
LONGEST_URL = 1_000
LONGEST_REVISION = 100
LONGEST_NAME = 255

_RELOAD = "It could not be read. Load the page again; what was saved before is still there."


def empty_value(deliverable: Deliverable) -> Value:
    match deliverable.format:
        case "text":
            return {"text": ""}
        case "table":
            return {"rows": []}
        case "file":
            return {"files": []}
        case "link":
            return {"url": "", "revision": ""}


def first_value(deliverable: Deliverable) -> Value:
    """What stands in it before anything is written."""
    if deliverable.format == "text" and deliverable.template:
        return {"text": tidy(deliverable.template)}
    return empty_value(deliverable)


_PARTS = {"text": "text", "table": "rows", "file": "files", "link": "url"}


def fits(deliverable: Deliverable, value: Mapping[str, Any]) -> bool:
    """Whether it is of the format that is asked for today."""
    return _PARTS[deliverable.format] in value


def is_empty(value: Mapping[str, Any]) -> bool:
    if rows := value.get("rows"):
        return all(is_blank(row) for row in rows)
    words = (value.get("text"), value.get("url"), value.get("revision"))
    return not value.get("files") and not any(word and word.strip() for word in words)


def clean(deliverable: Deliverable, value: object) -> Value:
    """The well-formed value that a browser meant; nothing is cut off silently.

    Raises ValueError with a sentence for people when something does not fit.
    """
    if value is None:
        return empty_value(deliverable)
    if not isinstance(value, Mapping):
        raise ValueError(_RELOAD)
    return _CLEANERS[deliverable.format](deliverable, value)


def _text(_: Deliverable, value: Mapping[Any, Any]) -> Value:
    return {"text": _short(_string(value.get("text")), LONGEST_TEXT, "The text")}


def _table(deliverable: Deliverable, value: Mapping[Any, Any]) -> Value:
    rows = _list(value.get("rows"))
    if len(rows) > MOST_ROWS:
        raise ValueError(f"The table has {len(rows):,} rows; at most {MOST_ROWS:,} fit.")
    return {"rows": [_row(deliverable, number, row) for number, row in enumerate(rows, start=1)]}


def _row(deliverable: Deliverable, number: int, row: object) -> dict[str, str]:
    if not isinstance(row, Mapping):
        raise ValueError(_RELOAD)
    cells = {}
    for column in columns_of(deliverable):
        cell = _string(row.get(column.name))
        cells[column.name] = _short(cell, LONGEST_CELL, f"Row {number}, {column.name}")
    return cells


def _file(deliverable: Deliverable, value: Mapping[Any, Any]) -> Value:
    files = _list(value.get("files"))
    if len(files) > deliverable.most_files:
        raise ValueError(
            f"There are {len(files)} files; at most {deliverable.most_files} can be handed in here."
        )
    return {"files": [_one_file(file) for file in files]}


def _one_file(file: object) -> dict[str, Any]:
    if not isinstance(file, Mapping):
        raise ValueError(_RELOAD)
    size, type_ = file.get("size"), file.get("type")
    if type(size) is not int or size < 0 or type_ not in get_args(FileType):
        raise ValueError(_RELOAD)
    try:
        id_ = str(uuid.UUID(str(file.get("id"))))
    except ValueError:
        raise ValueError(_RELOAD) from None
    name = _short(_string(file.get("name")), LONGEST_NAME, "The name of a file")
    return {"id": id_, "name": name, "size": size, "type": type_}


def _link(_: Deliverable, value: Mapping[Any, Any]) -> Value:
    url = _string(value.get("url")).strip()
    revision = _string(value.get("revision")).strip()
    return {
        "url": _short(url, LONGEST_URL, "The address"),
        "revision": _short(revision, LONGEST_REVISION, "The revision"),
    }


_CLEANERS: dict[str, Callable[[Deliverable, Mapping[Any, Any]], Value]] = {
    "text": _text,
    "table": _table,
    "file": _file,
    "link": _link,
}


def _list(value: object) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise ValueError(_RELOAD)
    return value


def _string(value: object) -> str:
    """
    >>> _string(True), _string(2.5), _string(None)
    ('yes', '2.5', '')
    """
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case str() | int() | float():
            return tidy(str(value))
        case _:
            raise ValueError(_RELOAD)


def _short(text: str, limit: int, what: str) -> str:
    if len(text) > limit:
        raise ValueError(f"{what} has {len(text):,} characters; at most {limit:,} fit.")
    return text
