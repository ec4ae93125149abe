"""A database that several connections work on at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from skillguide.editions import shelf


@pytest.fixture
def transactional_db(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, _steady_library: None
) -> Iterator[None]:
    """Instead of pytest-django's: all people, and what is theirs, are gone afterwards.

    The editions stay, which the tests that come after need.
    """
    with django_db_blocker.unblock():
        shelf.library()
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("TRUNCATE learners_learner CASCADE")
            connection.close()
