"""A guide of any size that looks like a real one, for measuring."""

from __future__ import annotations

import random
from pathlib import Path

WORDS = """
model reward signal policy metric sample error bound proxy goal test result method evidence
claim system output input layer weight training data feedback human judge monitor risk control
plan review design scale shift noise value score search agent
""".split()  # noqa: SIM905
PER_MODULE = 10
TERMS = 40


def write_guide(root: Path, lessons: int) -> None:
    """Write a guide with so many lessons of 8 kB: 0.8 kB of front matter, two code blocks."""
    guide = root / "synthetic"
    (guide / "lessons").mkdir(parents=True)
    names = [f"lesson-{number:05}" for number in range(lessons)]
    for number, name in enumerate(names):
        (guide / "lessons" / f"{name}.md").write_text(_lesson(number, names), encoding="utf-8")
    (guide / "guide.yaml").write_text(_guide(names), encoding="utf-8")
    (guide / "glossary.yaml").write_text(_glossary(), encoding="utf-8")
    (guide / "sources.yaml").write_text(_sources(), encoding="utf-8")


def _guide(names: list[str]) -> str:
    modules = [names[start : start + PER_MODULE] for start in range(0, len(names), PER_MODULE)]
    lines = [
        "title: A synthetic guide",
        "summary: As large as one likes.",
        "definition: It measures how long publishing takes.",
        "why: What is not measured grows slow.",
        "levels:",
        "  - id: beginner",
        "    title: Beginner",
        "    mark: circle",
        "    outcome: You have waited.",
        "    modules:",
    ]
    for number, lessons in enumerate(modules):
        lines += [
            f"      - id: module-{number}",
            f"        title: Module {number}",
            "        summary: Ten lessons more.",
            f"        lessons: [{', '.join(lessons)}]",
        ]
    return "\n".join(lines) + "\n"


def _glossary() -> str:
    terms = [
        f"  - id: term-{number}\n    name: term {number}\n    definition: It means {number}.\n"
        for number in range(TERMS)
    ]
    return "terms:\n" + "".join(terms)


def _sources() -> str:
    works = [
        f"  - id: work{number}\n    type: book\n    title: Work {number}\n    issued: '2020'\n"
        for number in range(TERMS)
    ]
    return "references:\n" + "".join(works)


def _lesson(number: int, names: list[str]) -> str:
    chance = random.Random(number)  # noqa: S311
    sections = "\n\n".join(_section(number, part, names, chance) for part in range(5))
    return f"{_front_matter(number)}{sections}\n"


def _front_matter(number: int) -> str:
    return f"""---
title: Lesson {number} of a long path
summary: What the lesson with the number {number} says, told in one sentence.
minutes: 30
objectives:
  - id: first
    text: Say what this lesson is about, and what it leaves out on purpose.
  - id: second
    text: Tell a proxy from a goal in an example of your own.
checks:
  - id: check-{number}
    kind: choice
    question: Which of these two statements follows from the text above?
    options:
      - id: one
        text: The first statement, which is about the metric
        correct: true
        explanation: The text says so in its third section, with an example.
      - id: two
        text: The second statement, which is about the goal
        explanation: That would follow only if the metric were the goal itself.
---
"""


def _section(number: int, part: int, names: list[str], chance: random.Random) -> str:
    def sentence() -> str:
        return " ".join(chance.choices(WORDS, k=16)).capitalize() + "."

    def paragraph() -> str:
        return " ".join(sentence() for _ in range(4))

    pieces = [
        f"## Section {part} of lesson {number}",
        f"{paragraph()} See [[term {chance.randrange(TERMS)}]] [@work{chance.randrange(TERMS)}].",
        f"{paragraph()} It goes on in [another lesson](lesson:{chance.choice(names)}).",
        "\n".join(f"* **{chance.choice(WORDS)}**: {sentence()}" for _ in range(3)),
    ]
    if part in (1, 3):
        pieces.append(_code(number, chance))
    if part == 2:
        pieces.append(f"[[check:check-{number}]]")
        pieces.append("| a | b |\n| - | - |\n| $x^2$ | `code` |\n| 1 | 2 |")
    return "\n\n".join(pieces)


def _code(number: int, chance: random.Random) -> str:
    lines = [
        f"    {chance.choice(WORDS)}_{line} = weigh({chance.random():.3f}, scale={number})"
        for line in range(6)
    ]
    return "\n".join(
        [
            "```python",
            "def measure(samples: list[float]) -> float:",
            '    """Weigh."""',
            *lines,
            "    return sum(samples)",
            "```",
        ]
    )
