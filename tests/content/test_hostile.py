"""Whatever a file holds, the answer is documents or problems: soon, and never a crash."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillguide.content.compiler import compile_folder
from skillguide.content.maths import FormulaError, mathml
from skillguide.content.nodes import read_yaml
from skillguide.content.problems import File
from skillguide.content.reader import read_guide, read_list, read_page
from skillguide.content.schema import Lesson
from tests.content.conftest import Content

SECONDS = 10
"""Far more than anything takes here, far less than what is quadratic would take."""

PAGE = "---\ntitle: t\nsummary: s\nminutes: 1\nobjectives: [{id: a, text: b}]\n---\n"
MEGABYTE = 1_000_000

YAML = {
    "alias bomb": "a: &a [x,x,x]\nb: &b [*a,*a,*a]\nc: &c [*b,*b,*b]\nd: [*c,*c,*c]\n",
    "recursive": "a: &a [*a]\n",
    "open lists": "[" * (MEGABYTE - 100),
    "open mappings": "{a: " * 200_000,
    "block lists": "- " * 400_000,
    "keys of keys": "? " * 400_000,
    "many keys": "".join(f"k{number}: 1\n" for number in range(70_000)),
    "one key often": "title: x\n" * 100_000,
    "a long line": "title: " + "x" * (MEGABYTE - 100),
    "a long number": "minutes: " + "9" * (MEGABYTE - 100),
    "a long key": "x" * (MEGABYTE - 100) + ": 1",
    "quotes": '"' * (MEGABYTE - 100),
    "percent": "%" * (MEGABYTE - 100),
    "comments": "#\n" * 400_000,
    "many documents": "--- a\n" * 100_000,
    "exotic": "a: !!python/object/apply:os.system ['x']\n",
    "merge": "<<: {title: x}\n",
    "binary": "a: !!binary aGk=\n",
    "date": "a: 2026-99-99\nb: 1:99\nc: 0o9\nd: .nan\ne: 1e999\n",
}


@pytest.mark.parametrize("name", YAML)
@pytest.mark.parametrize("as_page", [True, False])
def test_hostile_yaml(content: Content, name: str, as_page: bool) -> None:
    start = time.monotonic()
    if as_page:
        content.write("lessons/friction.md", f"---\n{YAML[name][: MEGABYTE - 50]}\n---\nText\n")
    else:
        content.write("glossary.yaml", YAML[name])

    problems = content.problems()

    assert problems
    assert len(problems) < 200
    assert time.monotonic() - start < SECONDS


def test_many_wrong_entries(content: Content) -> None:
    """Looking for what was meant must not take for ever either."""
    entries = "".join(
        f"  - {{id: t{number}, name: n{number}, definition: '[[x]]', see: [u{number}]}}\n"
        for number in range(12_000)
    )
    content.write("glossary.yaml", f"terms:\n{entries}"[:MEGABYTE])
    start = time.monotonic()

    assert content.problems()
    assert time.monotonic() - start < 3 * SECONDS


SIZE = 199_000
MARKDOWN = {
    "brackets": "[" * SIZE,
    "20k brackets": "[" * 20_000,
    "closing brackets": "]" * SIZE,
    "links": "[a](" * (SIZE // 4),
    "links in angles": "[a](<" * (SIZE // 5),
    "nested links": "[" * 90 + "a" + "](lesson:bowline)" * 90,
    "images": "![" * (SIZE // 2),
    "terms": "[[a|" * (SIZE // 4),
    "citations": "[@a;" * (SIZE // 4),
    "stars": "*" * SIZE,
    "emphasis": "*a **b " * (SIZE // 7),
    "underscores": "_a __b " * (SIZE // 7),
    "backticks": "".join("`" * (number % 400 + 1) + " " for number in range(900)),
    "fences": "```a\n" * (SIZE // 5),
    "tildes": "~" * SIZE,
    "dollars": "$a " * (SIZE // 3),
    "double dollars": "$$\na\n" * (SIZE // 5),
    "angles": "<a " * (SIZE // 3),
    "comments": "<!--" * (SIZE // 4),
    "entities": "&#x" * (SIZE // 3),
    "quotations": ">" * SIZE,
    "quotations in lines": "> > > a\n" * (SIZE // 8),
    "deep quotations": "\n".join("> " * depth + "a" for depth in range(300)),
    "deep lists": "\n".join("    " * depth + "- a" for depth in range(300)),
    "long list": "- a\n" * (SIZE // 4),
    "loose list": "- a\n\n" * (SIZE // 5),
    "definitions": "a\n:   b\n" * (SIZE // 8),
    "definitions apart": "a\n:   b\n\n" * (SIZE // 9),
    "wide table": "|" * 20_000 + "\n" + "|-" * 20_000 + "\n",
    "long table": "|a|b|\n|-|-|\n" + "|a|b|\n" * (SIZE // 6 - 2),
    "notes": "!!! note\n    a\n\n" * (SIZE // 16),
    "deep notes": "\n\n".join("    " * depth + "!!! note" for depth in range(60)),
    "headings": "## a\n" * (SIZE // 5),
    "rules": "- " * (SIZE // 2) + "a",
    "spaces": " " * SIZE + "a",
    "empty lines": "a\n\n" * (SIZE // 3),
    "backslashes": "\\" * SIZE,
    "too long": "a " * 150_000,
    "mail": "<a@" * (SIZE // 3),
    "a long paragraph": "word " * (SIZE // 5),
    "deep formula": "$" + "{" * 900 + "}" * 900 + "$",
    "deep fractions": "$" + "\\frac" * 300 + "$",
    "open formula": "$" + "(" * 30 + "$",
    "long formula": "$" + "x+" * 2_000 + "$",
    "bomb formula": "$\\def\\a{\\a\\a}\\a$",
    "many formulas": "$x$ " * (SIZE // 4),
    "slow code": "```python\n" + '"' * 50_000 + "\n" + "(" * 50_000 + "\n```\n",
}


@pytest.mark.parametrize("name", MARKDOWN)
def test_hostile_markdown(content: Content, name: str) -> None:
    content.write("lessons/friction.md", f"{PAGE}{MARKDOWN[name]}\n")
    start = time.monotonic()

    content.problems()

    assert time.monotonic() - start < SECONDS


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("20k brackets", "“[[” is not closed"),
        ("deep quotations", "more than 10 quotations are inside each other here"),
        ("deep lists", "this is indented by more than 40 spaces"),
        ("a long paragraph", "a paragraph, list or table has at most 50,000 characters"),
        ("deep formula", "in this formula: this is nested more than 50 deep"),
        ("deep fractions", "in this formula: too many commands follow each other"),
        ("open formula", "in this formula: too many brackets are not closed"),
        ("long formula", "in this formula: a formula has at most 2,000 characters"),
        ("bomb formula", "in this formula: too many expansions"),
        ("too long", "“body” is longer than 200,000 characters"),
        ("closing brackets", ""),
    ],
)
def test_what_hostile_markdown_is_told(content: Content, name: str, message: str) -> None:
    content.write("lessons/friction.md", f"{PAGE}{MARKDOWN[name]}\n")

    told = [problem for problem in content.problems() if problem.startswith("lessons/friction.md")]

    assert any(message in problem for problem in told) or not message


def test_single_brackets_have_a_bound_of_their_own(content: Content) -> None:
    content.write("lessons/friction.md", f"{PAGE}a\n\n{'[a ' * 200}\n")

    assert "lessons/friction.md:9:1: more than 100 “[” in one paragraph" in content.problems()


def test_a_page_after_a_hostile_one_is_rendered_as_ever(content: Content) -> None:
    """What was stopped in the middle of a list must not go on with it in the next page."""
    before = [item.html for item in content.compile().documents]
    content.write("lessons/another.md", PAGE + "a\n:   b\n" * 5_000)

    compilation = content.compile()

    assert any("render" in problem.message for problem in compilation.problems)
    assert [item.html for item in compilation.documents if item.slug != "another"] == before


YAML_LIKE = st.text(
    st.sampled_from("abZ019 \t\n:-?,[]{}#&*!|>'\"%@`~.<=/\\\u00e9\u2028\ufeff\x00\x85\U0001f600"),
    max_size=80,
)
LIKE_A_PAGE = st.builds(
    lambda front, body: f"---\n{front}\n---\n{body}", YAML_LIKE, YAML_LIKE | st.text(max_size=80)
)


@given(YAML_LIKE | st.text(max_size=80))
@settings(max_examples=400, deadline=None)
def test_any_text_is_yaml_or_a_problem(text: str) -> None:
    node, faults = read_yaml(text, 0, len(text))

    assert (node is not None) or faults
    assert all(0 <= fault.offset <= len(text) for fault in faults)


@given(LIKE_A_PAGE | YAML_LIKE | st.text(max_size=80))
@settings(max_examples=400, deadline=None)
def test_any_text_is_a_document_or_a_problem(text: str) -> None:
    file = File("x", text)
    for reading in (
        read_page(file, "g", "x", Lesson),
        read_guide(file, "g"),
        *(read_list(file, "g", name) for name in ("glossary.yaml", "sources.yaml")),
    ):
        assert reading.drafts or reading.problems or "[]" in text


@given(st.binary(max_size=120) | LIKE_A_PAGE.map(lambda text: text.encode(errors="surrogatepass")))
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_bytes_are_documents_or_problems(tmp_path: Path, data: bytes) -> None:
    folder = tmp_path / "content" / "guide"
    for name in ("lessons", "images"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name in ("guide.yaml", "glossary.yaml", "lessons/x.md", "images/x.svg", "images/x.webp"):
        (folder / name).write_bytes(data)

    assert compile_folder(tmp_path / "content", workers=1).problems


MARKDOWN_LIKE = st.text(
    st.sampled_from("ab1 \n\n*_`~#>-+.:!|[]()<>@$\\{}^&;\"'=\u00e9") | st.characters(),
    max_size=120,
)


@given(MARKDOWN_LIKE)
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_text_is_a_page_or_a_problem_with_a_place(tmp_path: Path, text: str) -> None:
    content = tmp_path / "content"
    if not content.exists():
        Content(content)
    page = f"{PAGE}{text}\n".encode(errors="replace")
    (content / "tiny" / "lessons" / "friction.md").write_bytes(page)

    compilation = compile_folder(content, workers=1)

    lines = page.decode().count("\n") + 1
    assert all(
        problem.line <= lines
        for problem in compilation.problems
        if problem.path.endswith("friction.md")
    )
    assert not any("cannot be rendered" in problem.message for problem in compilation.problems)


TEX = st.lists(
    st.sampled_from(
        [*"()[]{}|x1+=^_'&/<>!,. ", "\\frac", "\\sqrt", "\\left(", "\\right)", "\\{", "\\}", "\\\\",
         "\\begin{matrix}", "\\end{matrix}", "\\langle", "\\rvert", "\\text{a}", "\\hat", "\\sum",
         "\\limits", "\\big(", "\\not", "\\stackrel", "\\middle|", "\\def\\a{\\a}", "\\a", "%"]
    ),
    max_size=150,
).map("".join)  # fmt: skip


@given(TEX)
@settings(max_examples=300, deadline=2_000)
def test_any_formula_is_mathml_or_an_error_with_a_place(tex: str) -> None:
    try:
        made = mathml(tex, display=True)
    except FormulaError as error:
        offset = error.offset
    else:
        offset = 0
        assert made.startswith("<math")
        assert " style=" not in made
    assert 0 <= offset <= len(tex)


def test_a_folder_that_may_not_be_read(content: Content) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    content.path("lessons").chmod(0)
    assert any("cannot be read" in problem for problem in content.problems())
    content.path("lessons").chmod(0o755)
