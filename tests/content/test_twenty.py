"""Twenty mistakes of all kinds, planted in one folder, are all told in one run."""

from __future__ import annotations

from tests.content.conftest import Content

PLANTED = {
    "guide.yaml": [
        ("lessons: [friction]", "lessons: [frictoin]"),
        ("projects: [tie-a-parcel]", "projects: [tie-a-parcel, tie-a-parcel]"),
        ("id: lesson/granny-knot", "id: lesson/bowline"),
    ],
    "glossary.yaml": [
        ("see: [bend]", "see: [bent]"),
        ("name: bight\n    definition", "name: bight\n    defintion"),
    ],
    "sources.yaml": [("type: webpage", "type: film")],
    "tools.yaml": [("checked: 2026-11-01", "checked: 1 November 2026")],
    "careers.yaml": [("lessons: [bowline, friction]", "lessons: [bowline, no]")],
    "lessons/parts-of-a-rope.md": [
        ("minutes: 10", 'minutes: "10"'),
        ("kind: choice", "kind: choise"),
    ],
    "lessons/friction.md": [
        ("requires: [parts-of-a-rope, bowline]", "requires: [parts-of-a-rope, bowlin]"),
        ("$e^{0.3 \\cdot", "$e^{0.3 \\cdto"),
        ("## What else", "#### What else"),
        ("(project:rig-a-clothes-line)", "(javascript:alert)"),
        ("    * polished", "  * polished"),
        ("safe may slip.", "safe may slip <b>soon</b>."),
    ],
    "projects/tie-a-parcel.md": [
        ("[[bight]] or a [[hitch]]", "[[bite]] or a [[hitch]]"),
        ("tape [@ashley1944]", "tape [@ashley1945]"),
    ],
    "questions/slipping-hitch.md": [
        ("#how-friction-adds-up)", "#how-friction-add-up)"),
        ("```python", "```\n[[check:three-turns]]\n```\n\n[[check:three-turns]]\n\n```python"),
    ],
}

TOLD = """\
careers.yaml:6:24: there is no lesson “no”
glossary.yaml:13:5: a term has no field “defintion”; did you mean “definition”?
glossary.yaml:18:11: there is no term “bent”; did you mean “bend”?
guide.yaml:35:30: the project “tie-a-parcel” is on the path twice
guide.yaml:45:19: there is no lesson “frictoin”; did you mean “friction”?
guide.yaml:50:9: “lesson/bowline” still exists; delete it, or do not retire it
lessons/friction.md:5:29: there is no lesson “bowlin”; did you mean “bowline”?
lessons/friction.md:21:30: in this formula: unknown command "\\cdto"
lessons/friction.md:48:44: HTML (“<b”) is not allowed; write “\\<” or use
lessons/friction.md:50:1: this heading skips a level; write “###”
lessons/friction.md:54:1: a list inside a list is indented by 2 spaces; in lists it is four
lessons/friction.md:57:32: “javascript:alert” leads nowhere; write https://…, mailto:…, \
or a document as in “lesson:its-id”
lessons/parts-of-a-rope.md:4:10: “minutes” must be a whole number
lessons/parts-of-a-rope.md:12:11: “choise” is not one of: choice, open; did you mean “choice”?
projects/tie-a-parcel.md:16:76: the glossary has no term “bite”
projects/tie-a-parcel.md:142:46: there is no source “ashley1945”; did you mean “ashley1944”?
questions/slipping-hitch.md:19:5: lesson “friction” has no heading “how-friction-add-up”; \
did you mean “how-friction-adds-up”?
questions/slipping-hitch.md:25:1: checks are placed in the text of a lesson, nowhere else
sources.yaml:31:11: “film” is not one of: article, article-journal,
tools.yaml:11:14: “checked”: must be a day, written like 2026-11-01
""".splitlines()


def plant(content: Content) -> None:
    for name, edits in PLANTED.items():
        for old, new in edits:
            content.edit(name, old, new)


def test_all_twenty_are_told_in_one_run(content: Content) -> None:
    plant(content)

    problems = content.problems()

    assert [problem[: len(told)] for problem, told in zip(problems, TOLD, strict=True)] == TOLD
