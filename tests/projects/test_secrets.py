"""Personal data and keys are found before they are handed in, and false alarms are few."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.secrets import Finding, findings, findings_in
from projects.values import Value
from tests.projects.making import PROMPTS, deliverable, project, prompt

EMAIL, PHONE, KEY = "e-mail address", "phone number", "key or password"
LETTERS = "AbCdEfGh1jKlMnOp2rStUvWx3zAbCdEf4hIjKl5n"


@pytest.mark.parametrize(
    ("text", "kind", "shown"),
    [
        ("Write to jane.roe@maple-books.co.uk.", EMAIL, "j…@maple-books.co.uk"),
        ("<j+x@mail.de>", EMAIL, "j…@mail.de"),
        ("+49 30 1234567", PHONE, "+49 …67"),
        ("+442079460958", PHONE, "+442…58"),
        ("+44 (0)20 7946 0958", PHONE, "+44 …58"),
        ("Tel. 030/12345678", PHONE, "030/…78"),
        ("(030) 1234 567", PHONE, "(030…67"),
        ("020 7946 0958", PHONE, "020 …58"),
        ("(555) 123-4567", PHONE, "(555…67"),
        ("555-123-4567", PHONE, "555-…67"),
        ("AKIAABCDEFGHIJKLMNOP", KEY, "AKIA…"),
        (f"ghp_{LETTERS}", KEY, "ghp_…"),
        (f"github_pat_{LETTERS}", KEY, "gith…"),
        (f"sk-{LETTERS}", KEY, "sk-A…"),
        (f"sk-ant-api03-{LETTERS}", KEY, "sk-a…"),
        (f"hf_{LETTERS}", KEY, "hf_A…"),
        ("xoxb-123456789012-abcdef", KEY, "xoxb…"),
        (f"AIza{LETTERS[:35]}", KEY, "AIza…"),
        (f"eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.{LETTERS}", KEY, "eyJh…"),
        ("-----BEGIN RSA PRIVATE KEY-----", KEY, "a private key"),
        ('password = "hunter2-and-more"', KEY, 'password = "hu…'),
        (f"API_KEY: {LETTERS}", KEY, "API_KEY: Ab…"),
    ],
)
def test_it_is_found_and_masked(text: str, kind: str, shown: str) -> None:
    found = findings(f"First line.\n{text}\n")

    assert [(it.kind, it.shown, it.line) for it in found] == [(kind, shown, 2)]


@pytest.mark.parametrize(
    "text",
    [
        "ada@example.org, x@mail.example.com, a@b.test, me@localhost",
        "git@github.com:me/work.git",
        "@decorator and a @ b and x@y",
        "2026-11-01 12:30:45, 01-02-2026, 01/02/2026, 1.2.2026, 12.11.2026",
        "version 1.2.3.4567, Python 3.11.14, 0.1.2",
        "0.123456789 12.3456789 -0.000123456 1e-05 +1.2345678",
        "| 012 | 345 | 678 | 901 |",
        "1 234 567 890",
        "100 200 3000",
        "0 1 0 1 1 0 0 1 0 1",
        "00 11 22 33 44 55",
        "id 12345678901234",
        "arXiv:2401.12345, ISBN 978-3-16-148410-0",
        "8f14e45fceea167a5a36dedd4bea2543",
        "commit 0123456789abcdef0123456789abcdef01234567",
        "127.0.0.1:8000, 192.168.100.100",
        "p < 0.05, n = 1,234,567, 95 % CI 0.61-0.83",
        'password = "your-password-1"',
        'api_key = "<put yours here 1>", token: ${TOKEN}',
        "token = tokenizer.encode(text)",
        "The task-oriented dialogue-system-of-1998 risk-assessment-of-2024",
        "token: the-number-of-words",
        "https://example.org/a/0301234567",
    ],
)
def test_a_false_alarm_is_not_raised(text: str) -> None:
    assert findings(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "a" * 100_000,
        "a." * 50_000,
        "a@" * 50_000,
        "a@" + "a." * 50_000,
        "1 " * 50_000,
        "+1" * 50_000,
        "+1 " * 33_000,
        "01 " * 33_000,
        "(0" * 50_000,
        "eyJ" * 33_000,
        "eyJaaaaaaaaaaaa." * 6_000,
        "sk-" * 33_000,
        "password=" * 11_000,
        'password="' * 10_000,
        "-----BEGIN " * 9_000,
        "\n" * 100_000,
        "x@mail.de\n" * 10_000,
    ],
)
def test_long_texts_take_a_moment(text: str) -> None:
    start = time.monotonic()

    assert len(findings(text)) <= 100
    assert time.monotonic() - start < 3


@given(st.text(st.sampled_from("a1+@.-_ (\n:='\"") | st.characters()))
def test_looking_is_total_and_in_order(text: str) -> None:
    lines = [it.line for it in findings(text)]

    assert lines == sorted(lines)


def test_all_work_is_looked_through_and_places_are_named() -> None:
    text = deliverable().model_copy(update={"id": "memo"})
    link = deliverable("link").model_copy(update={"id": "code"})
    work: dict[str, Value] = {
        "memo": {"text": "a\n\nme@mail.de"},
        "it": {"rows": [prompt("1"), prompt("2", prompt="Call +49 30 1234567")]},
        "code": {"url": "https://e.org/?mail=me@mail.de", "revision": ""},
    }

    assert findings_in(project(text, PROMPTS, link), work) == [
        ("memo", "line 3", Finding("e-mail address", "m…@mail.de", 3)),
        ("it", "row 2, prompt", Finding("phone number", "+49 …67", 1)),
        ("code", "the address", Finding("e-mail address", "m…@mail.de", 1)),
    ]
