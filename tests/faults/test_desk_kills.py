"""The web server is killed while people save, hand in and decide: what was acknowledged is there,
once; what was not is there whole or not at all, and goes through when it is sent again.

Each kill meets three requests under way. 12 kills in an ordinary run; `KILLS` says how many,
100 in `make test-soak`.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from psycopg import IsolationLevel

from skillguide import postgres
from tests.faults.test_publishing import ROOT, Installation
from tests.run.machine import eventually, free_port, room

KILLS = int(os.environ.get("KILLS", "12"))
LONGEST_WAIT = 0.25  # seconds from the first request to the kill
TOKEN = "t" * 32
ANSWERS = {
    "base.score.reasoning": 0,
    "score.reasoning.score": "1",
    "score.reasoning.reason": "Each step follows.",
    "base.wish": 0,
    "wish.text": "Is the angle right?",
}
VERDICT = {
    "base.score.reasoning": 0,
    "score.reasoning.score": "1",
    "score.reasoning.note": "Well argued.",
    "base.summary": 0,
    "summary.text": "The angle is right.",
    "base.decision": 0,
    "decision.decision": "changes",
}
Row = dict[str, str]


class Server:
    """Granian as the site runs it, in a process group of its own."""

    def __init__(self, installation: Installation) -> None:
        self.environment = installation.environment
        self.port = free_port()
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1"]
        command += ["--port", str(self.port), "--blocking-threads", "4", "--no-ws"]
        command += ["--log-level", "critical", "skillguide.wsgi:application"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=self.environment, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def kill(self) -> None:
        """The workers and what watches over them, in the middle of whatever they do."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def start_again(self) -> None:
        self.start()
        assert eventually(self.answers)

    def answers(self) -> bool:
        try:
            return self.send("GET", "/livez")[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def send(self, method: str, path: str, row: Row | None = None, **data: object) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Accept": "application/json" if "tab" in data else "text/html"}
        if row:
            headers["Cookie"] = f"sessionid={row['session']}; csrftoken={TOKEN}"
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = urlencode(data | {"csrfmiddlewaretoken": TOKEN}) if row else None
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()


Answer = tuple[int, bytes]


@dataclass
class Deed:
    """Something that somebody does until it is acknowledged."""

    do: Callable[[], Answer]
    answer: Answer | None = None

    def attempt(self) -> bool:
        try:
            self.answer = self.do()
        except (OSError, http.client.HTTPException):
            return False
        return True


@dataclass
class Writer:
    """Types, and saves each time over the version that was acknowledged last."""

    server: Server
    row: Row
    version: int = 1
    typed: int = 0
    acknowledged: dict[int, str] = field(default_factory=dict)

    def save(self) -> bool:
        text = f"So many words: {self.typed}"
        data = {"base.work.memo": self.version, "work.memo.text": text, "tab": "one"}
        try:
            status, body = self.server.send("POST", f"{self.row['path']}save/", self.row, **data)
        except (OSError, http.client.HTTPException):
            return False
        assert status == 200, body
        told = json.loads(body)["fields"]["work.memo"]
        assert told["conflict"] is None
        self.version = told["version"]
        self.acknowledged[self.version] = text
        self.typed += 1
        return True

    def type(self) -> None:
        while self.save():
            pass


@pytest.fixture
def installation() -> Iterator[Installation]:
    with room() as folder:
        made = Installation(folder)
        made.command("content", "publish", made.content)
        yield made
        postgres.release(made.data)


@pytest.fixture
def server(installation: Installation) -> Iterator[Server]:
    server = Server(installation)
    yield server
    server.kill()


@pytest.fixture
def rows(installation: Installation) -> dict[str, list[Row]]:
    code = f"from tests.faults.desk_rows import prepare; prepare({KILLS})"
    said = installation.command("shell", "--no-imports", "-c", code)
    found: dict[str, list[Row]] = json.loads(said.strip().splitlines()[-1])
    return found


def test_whatever_was_acknowledged_before_a_kill_is_there_once(
    installation: Installation, server: Server, rows: dict[str, list[Row]]
) -> None:
    random = Random(20)  # noqa: S311
    assert eventually(server.answers)
    interrupted = 0
    for row, ready, claimed in zip(rows["write"], rows["hand_in"], rows["decide"], strict=True):
        writer = Writer(server, row)
        deeds = {
            "hand_in": deed(server, ready, f"{ready['path']}hand-in/", ANSWERS),
            "decide": deed(server, claimed, claimed["path"], VERDICT),
        }
        wait = random.uniform(0, LONGEST_WAIT)
        interrupted += meet(server, wait, [writer.type, *(it.attempt for it in deeds.values())])
        check(installation, writer, ready, claimed, deeds)

        server.start_again()
        assert writer.save()
        assert all(it.attempt() for it in deeds.values())
        assert [it.answer and it.answer[0] for it in deeds.values()] == [302, 302]
        check(installation, writer, ready, claimed, deeds)
    assert interrupted >= KILLS


def deed(server: Server, row: Row, path: str, fields: dict[str, object]) -> Deed:
    """With one key, however often it is sent."""
    data = fields | {"key": uuid4(), "seen": row["seen"]}
    return Deed(lambda: server.send("POST", path, row, **data))


def meet(server: Server, wait: float, actions: list[Callable[[], object]]) -> int:
    """Begin all of them, and kill the server; how many it took by surprise."""
    threads = [threading.Thread(target=it) for it in actions]
    for thread in threads:
        thread.start()
    time.sleep(wait)
    surprised = sum(thread.is_alive() for thread in threads)
    server.kill()
    for thread in threads:
        thread.join()
    return surprised


def check(
    installation: Installation, writer: Writer, ready: Row, claimed: Row, deeds: dict[str, Deed]
) -> None:
    with installation.connect() as database:
        database.isolation_level = IsolationLevel.REPEATABLE_READ
        name = f"round/{writer.row['round']}/work.memo"
        saves = database.execute(
            "SELECT version, value ->> 'text', aside FROM learners_draftversion WHERE name = %s",
            [name],
        ).fetchall()
        saved = {version: text for version, text, _ in saves}
        assert saved.items() >= writer.acknowledged.items()
        assert len(set(saved.values())) == len(saved) <= len(writer.acknowledged) + 2
        assert not any(aside for _, _, aside in saves)
        draft = "SELECT version, value ->> 'text' FROM learners_draft WHERE name = %s"
        version, text = database.execute(draft, [name]).fetchone() or (0, "")
        assert (version, text) == max(saved.items())
        for action, row, before in (("hand_in", ready, "draft"), ("decide", claimed, "claimed")):
            happened, state = database.execute(
                "SELECT (SELECT count(*) FROM projects_event WHERE round_id = it.id "
                "AND action = %s), state FROM projects_round AS it WHERE id = %s",
                [action, row["round"]],
            ).fetchone() or (0, "")
            assert happened <= 1
            assert happened >= bool(deeds[action].answer)
            assert (state != before) is bool(happened)
