"""A review desk with as much work on it as one likes, put there by a few statements of SQL."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

REVIEWERS = 50
PER_LEARNER = 2
STATEMENTS = (
    """
    INSERT INTO learners_learner (password, is_superuser, is_staff, is_active, date_joined, name,
        email, is_instructor, is_reviewer)
    SELECT '', false, false, true, now(), kind || ' ' || n, kind || '-' || n || '@example.net',
        false, kind = 'reviewer'
    FROM (VALUES ('reviewer', %(reviewers)s), ('learner', %(learners)s)) AS kinds (kind, count),
        generate_series(0, count - 1) AS n
    """,
    # Of ten: six are decided, three wait, one is something else. Thirds of claims have run out.
    """
    CREATE TEMPORARY TABLE desk_plan ON COMMIT DROP AS
    SELECT n, gen_random_uuid() AS submission, gen_random_uuid() AS round,
        learner.id AS learner, reviewer.id AS reviewer,
        (%(projects)s::text[])[1 + n %% %(per_learner)s] AS content_id,
        now() - n * interval '1 minute' AS at,
        CASE WHEN n %% 10 < 5 THEN 'accepted' WHEN n %% 10 = 5 THEN 'changes'
            WHEN n %% 10 < 9 THEN 'waiting' WHEN n < 10 * 3 * %(reviewers)s THEN 'claimed'
            ELSE ('{draft,parked,sending,checking}'::text[])[1 + n / 10 %% 4] END AS state
    FROM generate_series(0, %(submissions)s - 1) AS n
    JOIN learners_learner AS learner
        ON learner.email = 'learner-' || n / %(per_learner)s || '@example.net'
    JOIN learners_learner AS reviewer
        ON reviewer.email = 'reviewer-' || n / 30 %% %(reviewers)s || '@example.net'
    """,
    "ANALYZE desk_plan",
    """
    INSERT INTO projects_submission (id, learner_id, content_id, started_at)
    SELECT submission, learner, content_id, at - interval '9 days' FROM desk_plan
    """,
    """
    INSERT INTO projects_round (id, submission_id, learner_id, content_id, number, state, digest,
        started_at, touched_at, nudges, work, checklist, self_scores, wish, hours, appeal,
        first_handed_in_at, handed_in_at, queued_at, reviewer_id, slot, lease_until, release_at,
        decided_at)
    SELECT round, submission, learner, content_id, 1, state, %(digest)s, at - interval '9 days',
        at, 0, jsonb_build_object('memo', jsonb_build_object('text', repeat('work ', 50))),
        '{}', '{}', '', 5, '', handed_in, handed_in, handed_in,
        CASE WHEN state NOT IN ('draft', 'parked', 'waiting') THEN reviewer END,
        CASE WHEN state = 'claimed' THEN 1 + n / 10 %% 3 END,
        CASE WHEN state = 'claimed' THEN now() + (n / 10 %% 3 - 0.5) * interval '1 hour' END,
        CASE WHEN state = 'sending' THEN now() + interval '1 hour' END,
        CASE WHEN state IN ('accepted', 'changes') THEN at + interval '3 days' END
    FROM desk_plan, LATERAL (SELECT CASE WHEN state NOT IN ('draft', 'parked') THEN at END) AS
        its (handed_in)
    """,
    """
    INSERT INTO projects_event (round_id, learner_id, actor_id, action, source, target, at, edition,
        digest, key, detail)
    SELECT round, learner, learner, action, source, target, at, 1, %(digest)s, gen_random_uuid(),
        '{}'
    FROM desk_plan, (VALUES ('start', '', 'draft'), ('hand_in', 'draft', 'waiting')) AS
        steps (action, source, target)
    """,
    """
    INSERT INTO projects_review (id, round_id, learner_id, reviewer_id, started_at, scores, summary,
        decision, reason, decided_at, sent_at, on_appeal, check_note)
    SELECT gen_random_uuid(), round, learner, reviewer, at, '{}', 'Well done.',
        CASE WHEN state = 'claimed' THEN '' WHEN state = 'accepted' THEN state ELSE 'changes' END,
        '', CASE WHEN state != 'claimed' THEN at END,
        CASE WHEN state IN ('accepted', 'changes') THEN at END, false, ''
    FROM desk_plan WHERE state NOT IN ('draft', 'parked', 'waiting')
    """,
    """
    INSERT INTO projects_comment (id, review_id, round_id, deliverable, anchor, text, made_at)
    SELECT gen_random_uuid(), id, round_id, 'memo', '{}', 'Say how you know.', started_at
    FROM projects_review
    """,
    """
    INSERT INTO projects_secondreading (id, round_id, learner_id, first_reviewer_id, first_scores,
        scores, made_at, reader_id, done_at)
    SELECT gen_random_uuid(), round, learner, reviewer, '{}', '{}', at,
        CASE WHEN n %% 100 != 1 THEN second.id END, CASE WHEN n %% 100 != 1 THEN at END
    FROM desk_plan JOIN learners_learner AS second ON second.email = 'reviewer-0@example.net'
    WHERE n %% 10 = 1 AND reviewer != second.id
    """,
    "ANALYZE",
)


def fill(submissions: int, projects: Sequence[str], digest: str) -> None:
    """So many submissions, of half as many learners, in the open transaction.

    The reviewers are `reviewer-0@example.net` and so on; most of them hold claims.
    """
    values: dict[str, int | str | list[str]] = {
        "submissions": submissions,
        "learners": submissions // PER_LEARNER + 1,
        "per_learner": PER_LEARNER,
        "projects": list(projects),
        "digest": digest,
        "reviewers": REVIEWERS,
    }
    with connection.cursor() as cursor:
        for statement in STATEMENTS:
            cursor.execute(statement, values)
