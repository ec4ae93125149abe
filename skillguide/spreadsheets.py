"""Cells that a spreadsheet takes for text and not for a formula."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"[ \u00a0]*[=+\-@|%\t\r\n＝＋－＠｜％]")
_NUMBER = re.compile(r"[+-]?\d[\d ]*(?:[.,]\d+)*(?:[eE][+-]?\d+)? ?%?", re.ASCII)


def defused(cell: str) -> str:
    """
    >>> defused("=HYPERLINK(1)"), defused("-3.5"), defused("plain")
    ("'=HYPERLINK(1)", '-3.5', 'plain')
    """
    if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell
