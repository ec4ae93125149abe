"""The only place where HTML of content is put together, and where it is sanitised."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from typing import NamedTuple
from xml.etree.ElementTree import Element

import nh3
from markdown import Markdown
from markdown.extensions.admonition import AdmonitionProcessor
from markdown.treeprocessors import Treeprocessor
from pygments.token import STANDARD_TYPES

from skillguide.content import layout, maths
from skillguide.content.elements import Elements, Fault, Links
from skillguide.content.scan import Scan, Token, scan

RENDERER = "2"
"""Part of every digest: change it when the same text becomes other HTML."""


class Rendered(NamedTuple):
    html: str
    faults: list[Fault]


_MARKED = re.compile(r"[\\*_&<>]|\n[ \t]*\n|  \n")


def render(found: Scan, links: Links, *, block: bool) -> Rendered:
    """Make HTML of whole blocks, or of a single line."""
    if not block and not found.tokens and not _MARKED.search(found.text):
        return Rendered(escape(found.text, quote=False), [])
    page = _Page(found, links, block=block)
    return Rendered(page.html(), page.faults)


# ── From text to HTML ────────────────────────────────────────────────────────────────────

SLOT = re.compile("<p>\x0e(\\d+)\x0f</p>|\x0e(\\d+)\x0f")
_BLOCKS = frozenset(["code", "display", "figure", "check", "heading"])


class _Page:
    """One text on its way.

    Whatever has a meaning of its own is taken out and leaves a numbered slot that no
    author can write; Markdown proper never sees it. It comes back before the sanitiser,
    so that nothing goes round that; only checks, which are comments, come after.
    """

    def __init__(self, found: Scan, links: Links, *, block: bool) -> None:
        self.found = found
        self.links = links
        self.block = block
        self.elements = Elements(found, links)
        self.slots: list[str] = []
        self.blocks: set[int] = set()
        self.checks: dict[int, str] = {}

    @property
    def faults(self) -> list[Fault]:
        return self.elements.faults

    def html(self) -> str:
        self.faults.extend(Fault(*fault) for fault in layout.faults(self.found, block=self.block))
        text = self.with_slots()
        if any(fault.severity == "error" for fault in self.faults):
            # Some of them are bounds, which hold before Markdown is let loose.
            return ""
        made = SLOT.sub(self.fill, _markdown(self.block).reset().convert(text))
        if not self.block:
            made = made.removeprefix("<p>").removesuffix("</p>")
        return SLOT.sub(self.place_check, _cleaner().clean(made))

    def with_slots(self) -> str:
        pieces: list[str] = []
        done = 0
        for token in self.found.tokens:
            if token.kind != "wrong":
                pieces += [self.found.text[done : token.start], self.slot(token)]
                done = token.end
        return "".join([*pieces, self.found.text[done:]])

    def slot(self, token: Token) -> str:
        if token.kind == "link":
            return self.links.get(f"link {token.name}", ("#",))[0]
        number = len(self.slots)
        if token.kind == "check":
            self.checks[number] = token.name
        self.slots.append("" if token.kind == "check" else self.element(token))
        slot = f"\x0e{number}\x0f"
        if token.kind not in _BLOCKS:
            return slot
        self.blocks.add(number)
        written = self.found.text[token.start : token.end]
        return f"\n\n{' ' * (len(written) - len(written.lstrip(' ')))}{slot}\n\n"

    def element(self, token: Token) -> str:
        if token.kind != "heading":
            return self.elements.html(token)
        words = render(scan(token.words, block=False), self.links, block=False)
        start = self.found.text.index(token.words, token.start)
        self.faults.extend(fault._replace(offset=start + fault.offset) for fault in words.faults)
        depth = token.extra
        return f'<h{depth} id="{escape(token.name)}">{words.html}</h{depth}>'

    def fill(self, match: re.Match[str]) -> str:
        number = int(match[1] or match[2])
        if number in self.checks or number >= len(self.slots):
            return match[0]
        made = self.slots[number]
        return f"<p>{made}</p>" if match[1] and number not in self.blocks else made

    def place_check(self, match: re.Match[str]) -> str:
        name = self.checks.get(int(match[1] or match[2]))
        return f"<!-- check {escape(name)} -->" if name else ""


# ── Markdown proper: paragraphs, lists, quotations, tables, definitions, notes, emphasis ──


@cache
def _markdown(block: bool) -> Markdown:
    """One for the whole process: making one takes as long as rendering a page."""
    markdown = without_code(["tables", "def_list", "sane_lists"] if block else [])
    blocks = markdown.parser.blockprocessors
    if not block:
        for name in ("indent", "hr", "olist", "ulist", "quote"):
            blocks.deregister(name)
    if block:
        blocks.register(_NoteProcessor(markdown.parser), "note", 105)
        markdown.treeprocessors.register(Shape(markdown), "shape", 15)
    return markdown


def without_code(extensions: list[str]) -> Markdown:
    """Neither HTML nor images, and without code and headings, which are taken out before."""
    markdown = Markdown(extensions=extensions)
    markdown.preprocessors.deregister("html_block")
    for name in ("backtick", "reference", "image_link", "image_reference", "short_reference"):
        markdown.inlinePatterns.deregister(name)
    for name in ("short_image_ref", "autolink", "automail", "html"):
        markdown.inlinePatterns.deregister(name)
    for name in ("code", "hashheader", "setextheader", "reference"):
        markdown.parser.blockprocessors.deregister(name)
    markdown.ESCAPED_CHARS = [*markdown.ESCAPED_CHARS, "$", "<", "~", ":", "|"]
    return markdown


def start_afresh() -> None:
    """Forget a renderer that was stopped in the middle: it would go on from there."""
    _markdown.cache_clear()


class _NoteProcessor(AdmonitionProcessor):
    CLASSNAME = "box"
    CLASSNAME_TITLE = "title"

    def get_class_and_title(self, match: re.Match[str]) -> tuple[str, str | None]:
        return match[1], match[2] or layout.NOTES.get(match[1])


class Shape(Treeprocessor):
    """Gives tables and notes the form in which they are shown."""

    def run(self, root: Element) -> None:
        for parent in list(root.iter()):
            for index, child in enumerate(parent):
                if child.tag == "table":
                    parent[index] = _wrapped(child)
                elif child.tag == "th" and not child.text and not len(child):
                    child.tag = "td"  # an empty corner is no title of anything
                elif child.tag == "div":
                    child.set("role", "note")
                elif style := child.attrib.pop("style", ""):
                    child.set("class", style.removeprefix("text-align: ").rstrip(";"))


def _wrapped(table: Element) -> Element:
    """Wide tables are scrolled to, also with the keyboard; readers are told what it is."""
    attributes = {"class": "table", "tabindex": "0", "role": "group", "aria-label": "Table"}
    box = Element("div", attributes)
    box.append(table)
    table.tail = None
    return box


# ── What may stand in a page ─────────────────────────────────────────────────────────────

_TAGS = maths.TAGS | {
    *("a", "blockquote", "br", "code", "dd", "div", "dl", "dt", "em", "figcaption", "figure"),
    *("h2", "h3", "h4", "h5", "h6", "hr", "img", "li", "ol", "p", "pre", "span", "strong"),
    *("table", "tbody", "td", "th", "thead", "tr", "ul"),
}
_MATH_ATTRIBUTES = {
    *("accent", "accentunder", "depth", "display", "displaystyle", "fence", "form", "height"),
    *("largeop", "linethickness", "lspace", "mathvariant", "maxsize", "minsize"),
    *("movablelimits", "rspace", "scriptlevel", "separator", "stretchy", "symmetric"),
    *("voffset", "width", "columnspan", "rowspan"),
}
_ATTRIBUTES = {
    **dict.fromkeys(maths.TAGS, _MATH_ATTRIBUTES),
    "a": {"href", "title"},
    "div": {"aria-label", "role", "tabindex"},
    **{f"h{depth}": {"id"} for depth in range(2, 7)},
    "img": {"alt", "height", "loading", "src", "width"},
    "ol": {"start"},
    "pre": {"tabindex"},
}
ALIGNED = {"center", "left", "right"}
_CLASSES = {
    "a": {"cite", "term"},
    "div": {"box", "formula", "highlight", "table", *layout.NOTES},
    "mtable": set(maths.CLASSES.values()),
    "mtd": set(maths.CLASSES.values()),
    "p": {"title"},
    "span": {name for name in STANDARD_TYPES.values() if name},
    "td": ALIGNED,
    "th": ALIGNED,
}


@cache
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(_TAGS),
        attributes=_ATTRIBUTES,
        allowed_classes=_CLASSES,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
