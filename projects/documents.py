"""The project that a round goes by: today's while it is written, that day's once handed in."""

from __future__ import annotations

from functools import lru_cache

from projects.models import Round
from skillguide.content.library import Contents
from skillguide.content.schema import Project
from skillguide.editions.models import Blob
from skillguide.editions.shelf import library, restored


def published(content_id: str) -> Project | None:
    """As it is now; what took its place if it was replaced; None if it went."""
    documents = library().documents
    found = documents.get(library().successors.get(content_id, content_id))
    return found if isinstance(found, Project) else None


def project_of(round: Round) -> Project:
    """Every round has one: what was ever published is kept."""
    if round.is_with_learner and (now := published(round.content_id)):
        return now
    return of_digest(round.digest)


def of_digest(digest: str) -> Project:
    found = next((it for it in library().documents.values() if it.digest == digest), None)
    document = found or _stored(digest)
    if not isinstance(document, Project):
        raise TypeError(f"{digest} names no project")
    return document


@lru_cache(maxsize=500)
def _stored(digest: str) -> object:
    row = Blob.objects.values_list("digest", "content_id", "slug", "data", "place").get(
        digest=digest
    )
    return restored(*row)


def contents_of(round: Round) -> Contents | None:
    """The guide, if it is still published."""
    return library().guides.get(round.content_id.partition("/")[0])
