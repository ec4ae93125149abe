"""People's Markdown is shown safely, and no word of it is lost."""

from __future__ import annotations

import re
import time
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.showing import blocks, render_text

SHOWN = {
    *("a", "blockquote", "br", "code", "details", "div", "em", "h3", "h4", "h5", "h6", "hr", "li"),
    *("ol", "p", "pre", "span", "strong", "summary", "table", "tbody", "td", "th", "thead", "tr"),
    "ul",
}
HOSTILE = {
    "brackets": "[" * 20_000,
    "brackets in paragraphs": ("[" * 99 + "\n\n") * 200,
    "links": "[a](<" * 4_000,
    "titles": '[a](b "c ' * 2_200,
    "stars": "*a " * 6_600,
    "strong": "__a**b" * 3_300,
    "quotes": ">" * 20_000,
    "bullets": "- " * 10_000,
    "numbers": "1. " * 6_600,
    "deep list": "\n".join(" " * (4 * number) + "- a" for number in range(95)),
    "rules": "- " * 9_999 + "a",
    "hashes": "# " + "#" * 19_990 + "x",
    "cells": "|a" * 6_000 + "\n" + "|-" * 4_000,
    "fences": "```\n" * 5_000,
    "ticks": "a".join("`" * number for number in range(200)),
    "backslashes": "\\" * 20_000,
    "entities": "&a;" * 6_600,
    "harmful": ">!a!<b" * 3_300,
    "comments": "<!--" * 5_000,
    "code": "```html\n" + "&" * 19_000 + "\n```",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_shown_soon(name: str) -> None:
    start = time.monotonic()

    html = render_text(HOSTILE[name])

    assert html
    assert time.monotonic() - start < 5  # a second and a half on a machine that is not busy


def test_markdown_is_rendered() -> None:
    html = render_text(
        "# One *two*\n\nA **b** `c<d`:\n- x\n- y\n\n> q\n\n| a |\n|--:|\n| 1 |\n\n"
        "```python\nx = 1\n```\n"
    )

    for piece in (
        "<h3>One <em>two</em></h3>",
        "<strong>b</strong> <code>c&lt;d</code>",
        "<li>x</li>",
        "<blockquote>",
        '<td class="right">1</td>',
        '<span class="n">x</span>',
    ):
        assert piece in html


@pytest.mark.parametrize("indent", ["  ", "   ", "    "])
def test_a_list_inside_a_list_is_indented_by_two_spaces_or_more(indent: str) -> None:
    html = render_text(f"1. One\n2. Two:\n{indent}- first\n{indent}- then\n\nAfter.")

    assert html.count("<ol>") == html.count("<ul>") == 1
    assert re.search(r"Two:\s*<ul>\s*<li>first</li>\s*<li>then</li>\s*</ul>\s*</li>", html)
    assert html.endswith("<p>After.</p>")


def test_what_follows_a_list_is_indented_to_belong_to_it() -> None:
    assert "<p>of one</p>\n</li>" in render_text("- One\n\n  of one\n- Two")
    assert render_text("- One\n\nof none").endswith("<p>of none</p>")


def test_headings_go_no_deeper_than_six_and_have_no_id() -> None:
    assert render_text("###### a\n\n#not\n\n## {#id} b") == (
        "<h6>a</h6>\n<p>#not</p>\n<h4>{#id} b</h4>"
    )


@pytest.mark.parametrize(
    "text",
    ["<script>x</script>", "<b onclick=x>y</b>", "![x](https://e.org/a.png)", "[[x]] [@y] $z$"],
)
def test_what_only_authors_may_write_stays_as_it_is_written(text: str) -> None:
    html = render_text(text)

    assert unescape(re.sub(r"</?p>", "", html)) == text


def test_links_leave_the_site_without_its_good_name() -> None:
    html = render_text("[a](https://e.org/?a=1&b=2) <http://f.org> [b](mailto:a@e.org)")

    assert html.count('rel="nofollow noopener ugc"') == 3


@pytest.mark.parametrize(
    "href", ["javascript:x", "/guides/", "data:text/html,x", "a.csv", "//e.org"]
)
def test_other_links_are_words_with_their_address(href: str) -> None:
    html = render_text(f"See [this]({href}) now")

    assert "<a" not in html and f"this</span> ({href}) now" in html


def test_code_that_is_never_closed_loses_nothing() -> None:
    html = render_text("a\n\n```look at this\nx\n")

    assert "look at this\nx" in html


def test_a_text_with_too_many_brackets_is_shown_as_written() -> None:
    text = "<b> " + "[" * 301

    assert render_text(text) == f'<pre class="plain" tabindex="0">&lt;b&gt; {"[" * 301}</pre>'


def test_a_harmful_passage_is_folded_and_no_markdown() -> None:
    html = render_text("Asked >!how **to**\n<b>!< and\n\n>!one")

    assert html == (
        "<p>Asked </p>\n"
        '<details class="harmful"><summary>Harmful passage, 3 words</summary>'
        "<p>how **to**<br>\n&lt;b&gt;</p></details>\n"
        "<p>and</p>\n"
        '<details class="harmful"><summary>Harmful passage, 1 word</summary>'
        "<p>one</p></details>"
    )


def test_many_harmful_passages_are_all_folded() -> None:
    html = render_text("a >!b!<" * 300)

    assert html.count("<details") == 300


def test_blocks_are_what_a_comment_is_about() -> None:
    found = blocks(
        "# A\n\nb &amp; *c*\nd\n\n- x\n- y\n\n>!h\nz!<\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    )

    assert [block.text for block in found] == ["A", "b & c d", "x y", "h z", "a b 1 2"]
    assert [block.number for block in found] == [1, 2, 3, 4, 5]
    assert found[1].html == "<p>b &amp; <em>c</em>\nd</p>"


@given(st.text(st.sampled_from("ab #*_-`>|[]()<&\\\n1."), max_size=80))
def test_no_letter_is_lost(text: str) -> None:
    shown = "".join(block.text for block in blocks(text))

    if "`" not in text and "\\" not in text and "(" not in text and "&" not in text:
        assert len(re.findall("[ab]", shown)) == len(re.findall("[ab]", text))


@given(st.text())
def test_rendering_is_total_and_makes_no_element_of_its_own(text: str) -> None:
    html = render_text(text)

    tags = set(re.findall(r"<([a-z0-9]+)", html))
    assert tags <= SHOWN
