"""Passages that learners have marked as harmful: `>!` begins one, `!<` ends it."""

from __future__ import annotations

from typing import NamedTuple

OPENS, CLOSES = ">!", "!<"


class Piece(NamedTuple):
    text: str
    harmful: bool


def pieces(text: str) -> list[Piece]:
    """
    The text without its marks. What is never closed is harmful to the end.

    >>> pieces("Asked >!how to!< and refused.")
    [Piece(text='Asked ', harmful=False), Piece(text='how to', harmful=True), \
Piece(text=' and refused.', harmful=False)]
    """
    found: list[Piece] = []
    place = 0
    harmful = False
    while place <= len(text):
        end = text.find(CLOSES if harmful else OPENS, place)
        end = len(text) if end < 0 else end
        if text[place:end]:
            found.append(Piece(text[place:end], harmful))
        place = end + 2
        harmful = not harmful
    return found


def without_harmful(text: str, put: str = "[harmful passage left out]") -> str:
    return "".join(put if piece.harmful else piece.text for piece in pieces(text))


def has_harmful(text: str) -> bool:
    return any(piece.harmful and piece.text.strip() for piece in pieces(text))
