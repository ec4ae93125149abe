"""What learners and reviewers write: Markdown of the same kind, under a shorter list.

Whatever an author's text would be refused for is shown here in some form; no word is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import escape
from xml.etree.ElementTree import Element

import nh3
from markdown import Markdown
from markdown.inlinepatterns import AUTOLINK_RE, AutolinkInlineProcessor
from markdown.treeprocessors import Treeprocessor
from pygments.token import STANDARD_TYPES

from skillguide.content import layout
from skillguide.content.documents import Html
from skillguide.content.elements import Elements
from skillguide.content.markdown import ALIGNED, SLOT, Shape, without_code
from skillguide.content.scan import Scan, Token, scan_code

LONGEST_HIGHLIGHT = 4_000
"""In a text, of code with colours. Some languages' rules are slow with code that is none."""

LANGUAGES = frozenset(
    {
        *("bash", "console", "css", "diff", "html", "ini", "javascript", "js", "json"),
        *("py", "python", "sh", "sql", "toml", "yaml"),
    }
)

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(\S[^\n]*)$", re.MULTILINE)
_HEADING_MARK = re.compile("\x0eh(\\d)\x0f")
_ITEM = re.compile(r" *(?:[-*+]|\d{1,9}\.)[ \t]")
_FIRST_ITEM = re.compile(r" {0,3}(?:[-*+]|1\.)[ \t]+\S")
_OUTSIDE = re.compile(r"https?://|mailto:", re.IGNORECASE)


def render_learners(text: str) -> Html:
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4))
    if not text.strip():
        return Html("")
    try:
        return Html(_Page(text).html())
    except (_TooMuchError, RecursionError):
        _markdown.cache_clear()
        return plain(text)


def plain(text: str) -> Html:
    """The text as it was written, without any form."""
    return Html(f'<pre class="plain" tabindex="0">{escape(text, quote=False)}</pre>')


class _TooMuchError(Exception):
    """Nothing that the renderer should be let loose on."""


class _Page:
    """One text on its way: code is taken out and leaves a slot that nobody can write."""

    def __init__(self, text: str) -> None:
        self.found = scan_code(text)
        self.elements = Elements(Scan(text, ()), {})
        self.slots: list[str] = []
        self.blocks: set[int] = set()
        self.colours_left = LONGEST_HIGHLIGHT

    def html(self) -> str:
        text = _HEADING.sub(_marked_heading, "".join(self.with_slots()))
        text = "\n".join(_lists_apart(list(_nested(text.split("\n")))))
        for block in layout.BLOCK.finditer(text):
            if any(True for _ in layout.bounds(block[0])):
                raise _TooMuchError
        made = SLOT.sub(self.fill, _markdown().reset().convert(text))
        return _cleaner().clean(made)

    def with_slots(self) -> Iterator[str]:
        done = 0
        for token in self.found.tokens:
            yield self.found.text[done : token.start]
            yield self.slot(token)
            done = token.end
        yield self.found.text[done:]

    def slot(self, token: Token) -> str:
        number = len(self.slots)
        slot = f"\x0e{number}\x0f"
        if token.kind == "span":
            self.slots.append(self.elements.html(token))
            return slot
        self.slots.append(self.elements.html(self.code(token)))
        self.blocks.add(number)
        return f"\n\n{token.extra}{slot}\n\n"

    def code(self, token: Token) -> Token:
        language = token.name if token.name in LANGUAGES else ""
        if language and len(token.words) <= self.colours_left:
            self.colours_left -= len(token.words)
        else:
            language = ""
        # Words after the fence are no language but somebody's words.
        lost = f"{token.name}\n" if " " in token.name else ""
        return token._replace(name=language, words=lost + token.words)

    def fill(self, match: re.Match[str]) -> str:
        number = int(match[1] or match[2])
        made = self.slots[number]
        return f"<p>{made}</p>" if match[1] and number not in self.blocks else made


def _marked_heading(match: re.Match[str]) -> str:
    """A paragraph that the tree will know for a heading, two levels below the page's."""
    depth = min(len(match[1]) + 2, 6)
    return f"\n\n\x0eh{depth}\x0f{match[2].rstrip('# ') or match[2]}\n\n"


def _nested(lines: list[str]) -> Iterator[str]:
    """A list inside a list may be indented by two or three spaces, as nearly everywhere else."""
    open_at: list[int] = []
    before = ""
    for line in lines:
        indent = len(line) - len(line.lstrip(" "))
        is_item = bool(_ITEM.match(line) and (open_at or indent < 4))
        if line.strip() and (is_item or not before.strip()):
            while open_at and indent < open_at[-1] + 2:
                open_at.pop()
            yield "    " * len(open_at) + line.lstrip(" ") if open_at else line
            if is_item:
                open_at.append(indent)
        else:
            yield line
        before = line


def _lists_apart(lines: list[str]) -> Iterator[str]:
    """A list may follow a paragraph at once, as it may nearly everywhere else."""
    inside = False
    before = ""
    for line in lines:
        if not line.strip():
            inside = False
        elif _ITEM.match(line):
            if before.strip() and not inside and _FIRST_ITEM.match(line):
                yield ""
            inside = True
        elif line.lstrip().startswith(">"):
            inside = True
        yield line
        before = line


# ── Markdown proper ──────────────────────────────────────────────────────────────────────


@cache
def _markdown() -> Markdown:
    markdown = without_code(["tables", "sane_lists"])
    markdown.inlinePatterns.register(
        AutolinkInlineProcessor(AUTOLINK_RE, markdown), "autolink", 120
    )
    markdown.treeprocessors.register(_Learners(markdown), "learners", 16)
    markdown.treeprocessors.register(Shape(markdown), "shape", 15)
    return markdown


class _Learners(Treeprocessor):
    """Headings below the page's own, and links that leave the site or are none."""

    def run(self, root: Element) -> None:
        for element in root.iter():
            if element.tag == "a":
                _only_outside(element)
            elif element.tag == "p" and (mark := _HEADING_MARK.match(element.text or "")):
                element.tag = f"h{mark[1]}"
                element.text = (element.text or "")[mark.end() :]


def _only_outside(link: Element) -> None:
    href = link.get("href", "")
    title = link.get("title", "")
    if _OUTSIDE.match(href):
        link.attrib = {"href": href, "title": title} if title else {"href": href}
        return
    link.tag = "span"
    link.attrib = {}
    link.tail = f" ({' '.join(part for part in (href, title) if part)}){link.tail or ''}"


@cache
def _cleaner() -> nh3.Cleaner:
    tags = {"a", "blockquote", "br", "code", "div", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol"}
    tags |= {"p", "pre", "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}
    return nh3.Cleaner(
        tags=tags,
        attributes={
            "a": {"href", "title"},
            "div": {"aria-label", "role", "tabindex"},
            "ol": {"start"},
            "pre": {"tabindex"},
        },
        allowed_classes={
            "div": {"highlight", "table"},
            "span": {name for name in STANDARD_TYPES.values() if name},
            "td": ALIGNED,
            "th": ALIGNED,
        },
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener ugc",
    )
