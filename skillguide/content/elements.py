"""The HTML of terms, citations, formulas, code and figures."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from html import escape
from typing import NamedTuple

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_all_lexers, get_lexer_by_name
from pygments.util import ClassNotFound

from skillguide.content.links import citations
from skillguide.content.maths import FormulaError, mathml
from skillguide.content.problems import Severity, did_you_mean, shorten
from skillguide.content.scan import Scan, Token

Links = Mapping[str, tuple[str, ...]]
"""What the references in a text lead to, by kind and name as written."""


class Fault(NamedTuple):
    offset: int
    message: str
    severity: Severity = "error"


class Elements:
    """Makes the elements of one text, and notes what is wrong with them."""

    def __init__(self, found: Scan, links: Links) -> None:
        self.found = found
        self.links = links
        self.faults: list[Fault] = []

    def html(self, token: Token) -> str:
        match token.kind:
            case "term":
                return self.anchor(f"term {token.name}", token.words or token.name, "term")
            case "cite":
                return self.citation(token)
            case "url":
                return self.anchor(f"link {token.name}", token.name.removeprefix("mailto:"))
            case "math" | "display":
                return self.formula(token)
            case "figure":
                return self.figure(token)
            case "code":
                return self.code(token)
            case _:
                return f"<code>{escape(token.words.strip(), quote=False)}</code>"

    def anchor(self, link: str, words: str, css_class: str = "") -> str:
        marked = f' class="{css_class}"' if css_class else ""
        href = self.links.get(link, ("#",))[0]
        return f'<a{marked} href="{escape(href)}">{escape(words)}</a>'

    def citation(self, token: Token) -> str:
        made = []
        for key, where in citations(token.name):
            href, label = self.links.get(f"cite {key}", ("#", key))
            shown = f"{label}, {where}" if where else label
            made.append(f'<a class="cite" href="{escape(href)}">[{escape(shown)}]</a>')
        return " ".join(made)

    def formula(self, token: Token) -> str:
        display = token.kind == "display"
        try:
            made = mathml(token.words, display=display)
        except FormulaError as error:
            start = self.found.text.index(token.words, token.start)
            self.faults.append(Fault(start + error.offset, f"in this formula: {error.message}"))
            return ""
        return f'<div class="formula">{made}</div>' if display else made

    def figure(self, token: Token) -> str:
        src, width, height = self.links.get(f"figure {token.name}", ("", "1", "1"))
        caption = f"<figcaption>{escape(token.extra)}</figcaption>" if token.extra else ""
        return (
            f'<figure><img src="{escape(src)}" alt="{escape(token.words)}" width="{width}"'
            f' height="{height}" loading="lazy">{caption}</figure>'
        )

    def code(self, token: Token) -> str:
        lexer = _lexer(token.name or "text")
        if lexer is None:
            start = self.found.text.index(token.name, token.start)
            guess = did_you_mean(token.name, _languages())
            message = f"there is no highlighting for “{shorten(token.name)}”{guess}"
            self.faults.append(Fault(start, message, "warning"))
            made = escape(token.words, quote=False)
        else:
            made = highlight(token.words, lexer, _FORMATTER)
        # Long lines are scrolled to, which must be possible with the keyboard.
        return f'<div class="highlight"><pre tabindex="0"><code>{made}</code></pre></div>'


_FORMATTER: HtmlFormatter[str] = HtmlFormatter(nowrap=True)


@cache
def _lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return None


@cache
def _languages() -> list[str]:
    return [alias for _, aliases, _, _ in get_all_lexers() for alias in aliases]
