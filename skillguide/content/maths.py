"""Formulas: TeX to MathML, without anything that a page's security policy would refuse."""

from __future__ import annotations

import re
from functools import cache

from math_core import LatexError, LatexToMathML

from skillguide.content.problems import shorten

MAX_LENGTH = 2_000
MAX_DEPTH = 50
MAX_RUN = 30
MAX_OPEN = 12

# The library descends once for each of these and has no bound of its own: some thousand
# of them end the process, a few dozen brackets without a partner keep it busy for years.
_PAIRS = {
    "(": ")",
    "[": "]",
    "{": "}",
    r"\{": r"\}",
    r"\left": r"\right",
    r"\begin": r"\end",
    **{
        rf"\l{name}": rf"\r{name}"
        for name in ("angle", "brace", "brack", "ceil", "floor", "group", "vert", "Vert")
    },
}
_PARTNERS = {closing: opening for opening, closing in _PAIRS.items()}
_NESTING = re.compile(r"[(){}\[\]]|\\(?:[A-Za-z]+|.)", re.DOTALL)
_GROUPS = frozenset(["{", r"\left", r"\begin"])
_RUN = re.compile(rf"(?:\\[A-Za-z]++[ ]*+[\[0-9]?+|[\^_ ]){{{MAX_RUN}}}")

TAGS = frozenset(
    [
        *("math", "mi", "mn", "mo", "ms", "mtext", "mspace", "mrow", "mfrac", "msqrt", "mroot"),
        *("msub", "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts"),
        *("mprescripts", "mtable", "mtr", "mtd", "mpadded", "mphantom", "mstyle"),
    ]
)
CLASSES = {
    "text-align: left": "m-left",
    "text-align: right": "m-right",
    "padding-left: 0": "m-close-left",
    "padding-left:1em": "m-apart",
    "padding-right: 0": "m-close-right",
    "width: 100%": "m-wide",
    "width: 50%": "m-half",
    "border-left: 0.05em solid currentcolor": "m-line-left",
    "border-right: 0.05em solid currentcolor": "m-line-right",
    "border-top: 0.05em solid currentcolor": "m-line-above",
    "border-bottom: 0.05em solid currentcolor": "m-line-below",
}
"""Pages allow no styles within the text, so each that matters is a class of the style sheet."""

_NUMBERED = re.compile(r"\\begin\{(equation|align|gather|multline|flalign|alignat)\}")
_STYLE = re.compile(r' style="([^"]*)"')
_TAG = re.compile(r"<([a-z]+)")


class FormulaError(Exception):
    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


@cache
def _converter() -> LatexToMathML:
    return LatexToMathML(fancy_error=False, max_expansions=100)


def mathml(tex: str, *, display: bool) -> str:
    _check_bounds(tex)
    if numbered := _NUMBERED.search(tex):
        name = numbered[1]
        instead = "aligned" if name.startswith(("align", "flalign")) else f"{name}*"
        raise FormulaError(f"formulas have no numbers here; use “{instead}”", numbered.start())
    try:
        found = _converter().convert_with_local_state(tex, displaystyle=display)
    except LatexError as error:
        raise _translated(str(error)) from None
    for tag in _TAG.findall(found):
        if tag not in TAGS:
            raise FormulaError("browsers do not agree on how to show this; say it in another way")
    return _STYLE.sub(_style_to_class, found)


def _translated(message: str) -> FormulaError:
    place, _, words = message.partition(": ")
    words = words.replace("\\\\", "\\").rstrip(".")
    words = words[:1].lower() + words[1:]
    return FormulaError(words, int(place) if place.isdecimal() else 0)


def _style_to_class(match: re.Match[str]) -> str:
    classes = []
    for declaration in map(str.strip, match[1].split(";")):
        if declaration in CLASSES:
            classes.append(CLASSES[declaration])
        elif declaration.startswith("color"):
            raise FormulaError("formulas have no colours: not everybody would see them")
        elif declaration and not declaration.startswith(("justify-items", "width:")):
            raise FormulaError(f"this needs the style “{shorten(declaration)}”, which pages lack")
    return f' class="{" ".join(classes)}"' if classes else ""


def _check_bounds(tex: str) -> None:
    if len(tex) > MAX_LENGTH:
        raise FormulaError(f"a formula has at most {MAX_LENGTH:,} characters")
    if run := _RUN.search(tex):
        raise FormulaError("too many commands follow each other without braces", run.start())
    brackets = _Brackets()
    for match in _NESTING.finditer(tex):
        brackets.meet(match[0])
        if brackets.depth > MAX_DEPTH:
            raise FormulaError(f"this is nested more than {MAX_DEPTH} deep", match.start())
    if brackets.unpaired > MAX_OPEN:
        raise FormulaError("too many brackets are not closed")


class _Brackets:
    """Counts what is open, and what can never be closed any more."""

    def __init__(self) -> None:
        self.groups: list[list[str]] = [[]]
        self.lost = 0

    @property
    def depth(self) -> int:
        return len(self.groups) + len(self.groups[-1])

    @property
    def unpaired(self) -> int:
        return self.lost + sum(map(len, self.groups))

    def meet(self, name: str) -> None:
        partner = _PARTNERS.get(name)
        if name in _GROUPS:
            self.groups.append([])
        elif partner in _GROUPS and len(self.groups) > 1:
            self.lost += len(self.groups.pop())
        elif name in _PAIRS:
            self.groups[-1].append(name)
        elif partner in self.groups[-1]:
            between = self.groups[-1][::-1].index(partner)
            del self.groups[-1][-1 - between :]
            self.lost += between
