"""From an author's Markdown to the HTML of a page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from skillguide.content.markdown import render
from skillguide.content.scan import plain_text, scan
from skillguide.content.stored import Heading, headings

LINKS = {
    "term reward hacking": ("/guides/g/glossary/#reward-hacking",),
    "cite amodei2016": ("#source-amodei2016", "1"),
    "cite ngo2022": ("#source-ngo2022", "2"),
    "link lesson:x": ("/guides/g/lessons/x/",),
    "link https://example.org/a_(b)": ("https://example.org/a_(b)",),
    "link mailto:ada@example.org": ("mailto:ada@example.org",),
    "link ada@example.org": ("mailto:ada@example.org",),
    "figure x.svg": ("/assets/abc/x.svg", "640", "320"),
}


def html(text: str, *, block: bool = True) -> str:
    made = render(scan(text, block=block, headings=True), LINKS, block=block)
    assert made.faults == []
    return made.html


PIECES = (Path(__file__).parent / "markdown.txt").read_text(encoding="utf-8").split("════\n")[1:]


@pytest.mark.parametrize("piece", PIECES)
def test_blocks(piece: str) -> None:
    text, expected = piece.split("\n→\n")

    assert html(text) == expected.removesuffix("\n")


LINES = {
    "plain words": "plain words",
    "a & b < c": "a &amp; b &lt; c",
    "a *b* [c](lesson:x)": 'a <em>b</em> <a href="/guides/g/lessons/x/">c</a>',
    "1. no list": "1. no list",
    "- no list": "- no list",
    "> no quotation": "&gt; no quotation",
    "# no heading": "# no heading",
    "| no | table |": "| no | table |",
    "over\ntwo lines": "over\ntwo lines",
    "$x$": "<math><mi>x</mi></math>",
}  # fmt: skip


@pytest.mark.parametrize("text", LINES)
def test_single_lines(text: str) -> None:
    assert html(text, block=False) == LINES[text]


def test_aligned_formulas_have_classes_and_no_styles() -> None:
    made = html("$$\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}$$")

    assert 'class="m-right m-close-right"' in made
    assert 'class="m-left m-close-left"' in made
    assert " style=" not in made


def test_the_table_of_contents() -> None:
    made = html("## Why *this*\n\n### `x` < $y$\n\n## Über uns")

    assert headings(made) == (
        Heading("why-this", "Why this", 2),
        Heading("x-y", "x < y", 3),
        Heading("über-uns", "Über uns", 2),
    )


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<a href='javascript:alert(1)' hx-get=/x hx-on:click=x data-hx-post=/y style=x>x</a>",
    "<iframe src=//example.org></iframe><object data=x></object><embed src=x>",
    "<form action=/logout method=post><button>x</button></form>",
    "<style>*{display:none}</style>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=x>'>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "[x](//example.org)",
    "[x](\\\\example.org)",
    '[x](lesson:x "a\\" onmouseover=\\"alert(1)")',
    "[x](<javascript:alert(1)>)",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    '![x" onerror="alert(1)](x.svg)',
    '![x](x.svg "<script>alert(1)</script>")',
    "$\\text{<script>alert(1)</script>}$",
    "$\\href{javascript:alert(1)}{x}$",
    "$\\style{color:red}{x}$",
    "$\\class{x}{y}$",
    "```python onload=alert(1)\n<script>alert(1)</script>\n```",
    '```"><script>alert(1)</script>\nx\n```',
    "`<script>alert(1)</script>`",
    "[[reward hacking|<script>alert(1)</script>]]",
    '[[reward hacking|" onclick="alert(1)]]',
    "[@amodei2016, <script>alert(1)</script>]",
    "## <script>alert(1)</script>",
    '## x" onclick="alert(1)',
    "[[check:--><script>alert(1)</script>]]",
    "!!! note \"<script>alert(1)</script>\"\n    x",
    "!!! note onclick=alert(1)\n    x",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\x0e0\x0f \x0e1\x0f",
    "\x02wzxhzdk:0\x03 \x02amp\x03",
    "| a |\n| - |\n| <script>alert(1)</script> |",
    "x {: onclick=alert(1) style=x }",
    "*[HTML]: x\n\nHTML",
    "--8<-- \"/etc/passwd\"",
    "[TOC]",
]  # fmt: skip
ALLOWED_TAGS = re.compile(
    r"<(?:!-- check|/?(?:a|p|h2|code|pre|div|span|figure|img|figcaption|math|mi|mtext|ul|li|"
    r"table|thead|tbody|tr|th|td)\b)"
)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("block", [True, False])
def test_nothing_hostile_comes_through(text: str, block: bool) -> None:
    """As HTML. As text, or as nothing at all because it is a mistake, it may."""
    found = scan(text, block=block, headings=True)
    # As if nobody had looked at what the references lead to.
    links = {
        f"{token.kind} {token.name}": (token.name, "1", "1")
        for token in found.tokens
        if not token.name.lower().startswith("javascript")
    }
    made = render(found, links, block=block).html

    tags = re.findall(r"<[^>]*>", made)
    assert all(ALLOWED_TAGS.match(tag) for tag in tags)
    for tag in tags:
        attributes = re.findall(r'([a-zA-Z:-]+)="[^"]*"', "" if tag.startswith("<!--") else tag)
        assert {*attributes} <= {
            "alt", "aria-label", "class", "height", "href", "id", "loading", "role", "src",
            "tabindex", "title", "width",
        }  # fmt: skip
    assert not re.search(r'(?:href|src)="\s*(?:javascript|vbscript|data):', made, re.IGNORECASE)


PLAIN = {
    "A *b* **c** _d_ [e](lesson:x) `f` $g$ [[h]] [[i|j]] k [@l].": "A b c d e f g h j k.",
    "## Title\n\n- one\n- two\n\n> three": "Title one two three",
    "| a | b |\n| - | - |\n| c | d |": "a b c d",
    "![alt](x.svg \"Caption\")\n\n[[check:x]]\n\n```python\ncode\n```": "alt Caption code",
    "!!! note \"Title\"\n    Text": '"Title" Text',
    "&amp; \\* snake_case 2 \\< 3": "& * snake_case 2 < 3",
}  # fmt: skip


@pytest.mark.parametrize("text", PLAIN)
def test_plain_text_for_the_search(text: str) -> None:
    assert plain_text(scan(text, block=True, headings=True)) == PLAIN[text]
