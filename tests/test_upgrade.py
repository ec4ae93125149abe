"""A database of the release before is brought up to date: nothing is lost, the old code goes on."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.graph import MigrationGraph

from skillguide.learners.models import Attempt, Learner, Progress

# The newest migrations of each app in the last release.
BEFORE: dict[str, str | None] = {
    "learners": "0002_cache_table",
    "editions": "0001_initial",
    "projects": None,
}

# As the last release wrote its rows: what it did not know of is not named.
OLD_LEARNER = """
INSERT INTO learners_learner (password, is_superuser, is_staff, is_active, date_joined, name, email,
    is_instructor, is_reviewer)
VALUES ('', false, false, true, now(), %s, %s, false, false) RETURNING id
"""
OLD_PROGRESS = """
INSERT INTO learners_progress (learner_id, content_id, started_at, seen_at, anchor, done_at,
    first_done_at, answer)
VALUES (%s, 'tiny/lesson/bowline', now(), now(), '', now(), now(), '{"choice": 1}')
"""
OLD_ATTEMPT = """
INSERT INTO learners_attempt (learner_id, id, content_id, digest, answer, correct, given_at)
VALUES (%s, %s, 'tiny/check/explain-loop', %s, '{"text": "It pinches."}', NULL, now())
"""
OLD_TABLES = (
    "learners_learner",
    "learners_progress",
    "learners_attempt",
    "editions_edition",
    "editions_blob",
    "editions_searchentry",
)


@pytest.mark.django_db
def test_a_database_of_the_last_release_keeps_every_row_and_serves_the_old_code() -> None:
    newest = dict(graph_of_migrations().leaf_nodes())
    migrate_to(BEFORE)
    assert "projects_round" not in connection.introspection.table_names()
    write_as_before("ada@example.org")
    before = everything()

    migrate_to({app: newest[app] for app in BEFORE})

    assert "projects_round" in connection.introspection.table_names()
    after = everything()
    assert {table: len(rows) for table, rows in after.items()} == {
        table: len(rows) for table, rows in before.items()
    }
    for table, rows in before.items():
        for old, new in zip(rows, after[table], strict=True):
            assert old.items() <= new.items(), table
    write_as_before("ben@example.org")
    ben = Learner.objects.get(email="ben@example.org")
    assert ben.wants_mail is True
    assert Progress.objects.of(ben).count() == Attempt.objects.of(ben).count() == 1


def test_migrations_only_add_to_the_tables_that_the_old_code_uses(db: None) -> None:
    statements = [it for app, name in new_migrations() for it in sql_of(app, name)]

    assert len(statements) > 20
    for statement in statements:
        assert not re.search(r"\b(DROP|RENAME|TRUNCATE|SET NOT NULL)\b", statement), statement
        altered = re.match(r'ALTER TABLE "?(\w+)', statement)
        if altered and altered[1] in OLD_TABLES:
            assert re.search(r" ADD COLUMN .* (DEFAULT .* NOT NULL|NULL)$", statement), statement


def migrate_to(targets: Mapping[str, str | None]) -> None:
    with connection.cursor() as cursor:
        # No table is altered while one of its rows still has a check before it.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    MigrationExecutor(connection).migrate(list(targets.items()))


def write_as_before(email: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(OLD_LEARNER, [email.partition("@")[0].title(), email])
        (learner,) = cursor.fetchone()
        cursor.execute(OLD_PROGRESS, [learner])
        cursor.execute(OLD_ATTEMPT, [learner, uuid4(), "0" * 64])


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of the old tables, with the columns that it has now."""
    found = {}
    with connection.cursor() as cursor:
        for table in OLD_TABLES:
            key = "learner_id" if table in ("learners_progress", "learners_attempt") else "1"
            sql = f"SELECT to_jsonb(it) FROM {table} AS it ORDER BY {key}, 1"  # noqa: S608
            cursor.execute(sql)
            found[table] = [json.loads(row[0]) for row in cursor.fetchall()]
    return found


def new_migrations() -> list[tuple[str, str]]:
    graph = graph_of_migrations()
    old = {
        node for app, name in BEFORE.items() if name for node in graph.forwards_plan((app, name))
    }
    return [node for node in graph.nodes if node[0] in BEFORE and node not in old]


def graph_of_migrations() -> MigrationGraph:
    graph: MigrationGraph = MigrationExecutor(connection).loader.graph
    return graph


def sql_of(app: str, name: str) -> list[str]:
    out = StringIO()
    call_command("sqlmigrate", app, name, stdout=out)
    lines = [line for line in out.getvalue().splitlines() if not line.startswith("--")]
    return [" ".join(it.split()) for it in "\n".join(lines).split(";") if it.strip()]
