"""What authors write beyond plain Markdown: terms, citations, links, formulas, code, figures.

One pass over the text finds all of it, with places. Everything else works on the result:
references are resolved, plain text is made for the search, and the renderer leaves only
paragraphs, lists, tables and emphasis to Markdown proper.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import NamedTuple


class Token(NamedTuple):
    """A piece of text with a meaning of its own. What `name` and `words` are depends on `kind`:

    | kind    | name             | words              |
    | ------- | ---------------- | ------------------ |
    | term    | as written       | shown instead      |
    | cite    | keys, locators   |                    |
    | link    | address          |                    |
    | url     | address          |                    |
    | check   | id               |                    |
    | figure  | file name        | alt text           |
    | heading | id               | text               |
    | code    | language         | code               |
    | span    |                  | code               |
    | math    |                  | formula            |
    | display |                  | formula            |
    | wrong   |                  | what is wrong      |
    """

    kind: str
    start: int
    end: int
    name: str = ""
    words: str = ""
    extra: str = ""
    """A figure's caption, a heading's depth."""


@dataclass(frozen=True, slots=True)
class Scan:
    text: str
    tokens: tuple[Token, ...]

    @property
    def headings(self) -> tuple[Token, ...]:
        return tuple(token for token in self.tokens if token.kind == "heading")


# The first character alone decides what can follow; a search for one of a few characters
# is many times faster than a search for one of twenty patterns. Every pattern ends with
# an empty group that names it: `lastgroup` is then the kind. The text is searched with a
# line break put before it, so that every line begins with one.
_FENCE = r"""
      (?P<fence>`{3,}+|~{3,}+)[ ]*(?P<info>[^`~\n]*)(?:
          \n(?P<code_text>(?:[^\n]*\n)*?)[ ]*+(?P=fence)[`~]*[ ]*$(?P<code>)
        | $(?P<open_fence>)
      )
"""
_BLOCKS = (
    r"(?<=\n)(?P<indent>[ ]*+)(?:"
    + _FENCE
    + r"""
    | (?<=\n)(?P<hashes>\#{1,7})(?P<heading_text>[^\n]*)$(?P<heading>)
    | \$\$(?P<display_text>(?:[^$\\\n]|\\.|\n(?![ ]*+\n))*+)\$\$[ ]*$(?P<display>)
    | (?<=\n)\[\[check:(?P<check_id>[^\]\n]*+)\]\][ ]*$(?P<check>)
    | !\[(?P<alt>[^\[\]]{0,1000}+)\]\([ ]*+(?P<src>[^\s()"]*+)
        (?:\s+"(?P<caption>[^"]{0,1000}+)")?[ ]*+\)[ ]*$(?P<figure>)
  )
|"""
)
_SPAN = r"""
  (?<=\\)(?:.|\Z)(?P<escape>)
| (?<=`)(?P<ticks>`*+)(?:
      (?P<span_text>(?:(?!\n[ ]*+\n).){1,2000}?)(?<!`)`(?P=ticks)(?!`)(?P<span>)
    | (?P<ticks_alone>)
  )
"""
_INLINES = (
    _SPAN
    + r"""
| (?<=\$)(?:
      \$(?:[^$\n]*+\$\$)?+(?P<dollars>)
    | (?!\s)(?P<math_text>(?:[^$\\\n]|\\.|\n(?![ ]*+\n))++)(?<!\s)\$(?!\d)(?P<math>)
  )
| (?<=\[)(?:
      \[(?P<term_name>[^\[\]|]{1,200}?)(?:\\?\|(?P<term_words>[^\[\]]{1,200}))?\]\](?P<term>)
    | \[(?P<open_term>)
    | (?P<keys>@[^\[\]]{1,500}+)\](?!\()(?P<cite>)
  )
| (?<=!)\[(?:[^\[\]\n]*+\]\([^()\n]*+\))?+(?P<image>)
| (?<=\])(?:
      \([ ]*+(?P<to>(?:[^()\s<>"\\]|\([^()\s<>"]*+\))*+)(?:\s+"[^"\n]*+")?[ ]*+\)(?P<link>)
    | \((?P<bad_link>)
    | \[(?P<reference_link>)
  )
| (?<=<)(?:
      (?P<url_text>https?://[^\s<>]++|(?:mailto:)?[^\s<>@/]++@[^\s<>@/]++)>(?P<url>)
    | /?(?P<tag>[A-Za-z!?][^\s<>/]{0,40}+)(?P<html>)
  )
"""
)
_FLAGS = re.VERBOSE | re.MULTILINE | re.DOTALL
_PAGE = re.compile(rf"[\n\\`$\[\]<!](?:{_BLOCKS}{_INLINES})", _FLAGS)
_LINE = re.compile(rf"[\\`$\[\]<!](?:{_INLINES})", _FLAGS)
_CODE = re.compile(rf"[\n\\`](?:(?<=\n)(?P<indent>[ ]*+){_FENCE}|{_SPAN})", _FLAGS)
_SPECIAL = re.compile(r"[\\`$\[\]<!]")


def scan(text: str, *, block: bool, headings: bool = False) -> Scan:
    """Find all tokens: of whole blocks (with headings, in a body), or of a single line."""
    if not block and not _SPECIAL.search(text):
        return Scan(text, ())
    tokens: list[Token] = []
    names = _HeadingNames(allowed=headings)
    for match in (_PAGE if block else _LINE).finditer(f"\n{text}"):
        token = _token(match, names)
        if token is not None:
            tokens.append(token)
        if match.lastgroup == "open_fence":
            # All the rest is code that nobody has closed: nothing in it means anything.
            break
    return Scan(text, tuple(tokens))


def scan_code(text: str) -> Scan:
    """Find code only, whatever else the text has; code that is never closed goes to the end."""
    tokens: list[Token] = []
    for match in _CODE.finditer(f"\n{text}"):
        if match.lastgroup == "open_fence":
            start = _span(match)[0]
            words = text[match.start("info") - 1 :].lstrip("\n")
            tokens.append(Token("code", start, len(text), words=words))
            break
        if match.lastgroup == "code":
            tokens.append(_code(match))
        elif match.lastgroup == "span":
            tokens.append(Token("span", *_span(match), words=match["span_text"]))
    return Scan(text, tuple(tokens))


_WRONG = {
    "open_fence": "the code that begins here is never closed by a line like this one",
    "dollars": "a formula in $$…$$ stands on lines of its own, in a text of several lines",
    "open_term": "“[[” is not closed by “]]”; if it is meant, write it as code or with “\\[”",
    "image": 'a figure stands alone: ![what one sees](file.svg "Caption") on a line of its own',
    "bad_link": "this link cannot be read; write [words](address), without spaces in the address",
    "reference_link": "links by reference are not supported; write [words](address)",
}


def _token(match: re.Match[str], names: _HeadingNames) -> Token | None:
    kind = match.lastgroup or ""
    if kind == "heading":
        return names.token(match)
    if make := _MAKERS.get(kind):
        return make(match)
    if kind in _WRONG:
        return Token("wrong", *_span(match), words=_WRONG[kind])
    return None


def _span(match: re.Match[str]) -> tuple[int, int]:
    """Without the line break that was put before the text, or ended the line before."""
    start, end = match.span()
    return start - (match[0][0] != "\n"), end - 1


def _code(match: re.Match[str]) -> Token:
    indent = match["indent"]
    code = match["code_text"]
    if indent:
        code = re.sub(rf"^[ ]{{1,{len(indent)}}}", "", code, flags=re.MULTILINE)
    language = match["info"].strip()
    return Token("code", *_span(match), language, code, indent)


def _figure(match: re.Match[str]) -> Token:
    alt, caption = (" ".join((match[name] or "").split()) for name in ("alt", "caption"))
    return Token("figure", *_span(match), match["src"], alt, caption)


def _term(match: re.Match[str]) -> Token:
    name = " ".join(match["term_name"].split())
    if name.startswith("check:"):
        message = f"[[{name}]] places a check and stands alone on its line, not indented"
        return Token("wrong", *_span(match), words=message)
    return Token("term", *_span(match), name, " ".join((match["term_words"] or "").split()))


def _link(match: re.Match[str]) -> Token:
    """Only the address: the words before it are ordinary text."""
    if match.string[match.start() - 1 : match.start()] == "[":
        message = "this link has no words; write what it leads to between the brackets"
        return Token("wrong", *_span(match), words=message)
    return Token("link", match.start("to") - 1, match.end("to") - 1, match["to"])


def _html(match: re.Match[str]) -> Token | None:
    if match[0].startswith("</"):
        return None
    message = (
        f"HTML (“<{match['tag']}”) is not allowed; write “\\<” or use code if the sign is meant"
    )
    return Token("wrong", *_span(match), words=message)


_MAKERS: dict[str, Callable[[re.Match[str]], Token | None]] = {
    "code": _code,
    "figure": _figure,
    "term": _term,
    "link": _link,
    "html": _html,
    "check": lambda match: Token("check", *_span(match), match["check_id"].strip()),
    "cite": lambda match: Token("cite", *_span(match), match["keys"]),
    "url": lambda match: Token("url", *_span(match), match["url_text"]),
    "span": lambda match: Token("span", *_span(match), words=match["span_text"]),
    "math": lambda match: Token("math", *_span(match), words=match["math_text"]),
    "display": lambda match: Token("display", *_span(match), words=match["display_text"]),
}


class _HeadingNames:
    """Gives each heading of a text an id of its own, and sees that none is skipped."""

    def __init__(self, *, allowed: bool) -> None:
        self.allowed = allowed
        self.depth = 1
        self.used: dict[str, int] = {}

    def token(self, match: re.Match[str]) -> Token:
        depth = len(match["hashes"])
        text = match["heading_text"].strip().rstrip("#").rstrip()
        message = self.fault(depth, match["heading_text"], text)
        if message:
            return Token("wrong", *_span(match), words=message)
        self.depth = depth
        return Token("heading", *_span(match), self.name(text), text, str(depth))

    def fault(self, depth: int, written: str, text: str) -> str:
        if not written.startswith((" ", "\t")):
            return "a heading has a space after its “##”; if the sign is meant, write “\\#”"
        if not self.allowed:
            return "a heading can stand only in the text below the front matter"
        if depth == 1:
            return "headings begin at “##”; the title of the page is the only “#”"
        if not text:
            return "this heading is empty"
        if depth > self.depth + 1:
            return f"this heading skips a level; write “{'#' * (self.depth + 1)}”"
        return "" if depth <= 6 else "headings go no deeper than “######”"

    def name(self, text: str) -> str:
        """
        >>> _HeadingNames(allowed=True).name("Why *this* holds: $x$?")
        'why-this-holds-x'
        """
        plain = unicodedata.normalize("NFKC", plain_text(scan(text, block=False))).casefold()
        base = name = re.sub(r"[\W_]+", "-", plain).strip("-") or "section"
        while name in self.used:
            self.used[base] = self.used.get(base, 1) + 1
            name = f"{base}-{self.used[base]}"
        self.used[name] = 1
        return name


# What goes without a trace, and what parts words.
_MARKS = re.compile(
    r"""
    (?P<inside>
        \\(?P<escaped>[^\w\s]) | \*+ | (?<!\w)_+ | _+(?!\w) | \[
      | \]\([^()\s]*+(?:\([^()\s]*+\)[^()\s]*+)*+(?:\s+"[^"\n]*+")?\)
    )
  | ^[ ]*+(?:[-*+]|\d+\.|>|:|!!!\ \w+)[ ]++     # bullets, quotations, definitions, notes
  | ^[ ]*+(?:\|[ ]*+)?:?-[-:| ]*+$           # rules and the second line of tables
  | [|]
    """,
    re.VERBOSE | re.MULTILINE,
)


def _unmark(text: str) -> str:
    return _MARKS.sub(_without, text)


def _without(match: re.Match[str]) -> str:
    return (match["escaped"] or "") if match["inside"] else " "


def plain_text(found: Scan) -> str:
    """The words, without any markup: what the search looks through."""
    if not found.tokens and not _MARKS.search(found.text):
        return found.text.strip()
    return " ".join(unescape("".join(_plain_pieces(found))).split())


def _plain_pieces(found: Scan) -> Iterator[str]:
    done = 0
    text = found.text
    for token in found.tokens:
        if token.kind in ("link", "wrong"):
            continue
        before = _unmark(text[done : token.start])
        yield before.rstrip() if token.kind == "cite" else before
        yield _plain(token)
        done = token.end
    yield _unmark(text[done:])


def _plain(token: Token) -> str:
    match token.kind:
        case "term":
            return token.words or token.name
        case "heading":
            return f"{plain_text(scan(token.words, block=False))} "
        case "figure":
            return f" {token.words} {token.extra} "
        case "url":
            return token.name
        case "cite" | "check":
            return ""
        case _:
            return token.words
