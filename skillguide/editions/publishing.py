"""From a compiled folder to what the site serves: whole, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, Max
from django.utils import timezone

from skillguide.content.compiler import Compilation, compile_folder
from skillguide.content.documents import content_id
from skillguide.content.library import Library
from skillguide.content.names import HIDDEN
from skillguide.content.problems import Problem, as_text
from skillguide.editions import search, shelf
from skillguide.editions.models import Address, Asset, Blob, ContentCheck, Edition

LOCK = 0x5C111  # one publisher at a time, on any machine
BATCH = 500


class NotPublished(Exception):
    """The content has errors. Nothing was changed."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__(as_text(problems))


WAYS_OUT = """\
Learners have rows about these pages, which would be gone. Either
  1. give each page its old identity: `id: its-old-name` in its front matter, or its old file name;
  2. let another page take its place: `replaces: [its-old-name]` there; or
  3. retire it: name it in guide.yaml under `retired:`. The rows are kept, and no longer shown.
A check gets its old id back, or is retired."""


class Orphans(Exception):
    """Learners' rows name content that would be gone. Nothing was changed."""

    def __init__(self, rows: dict[str, int]) -> None:
        self.rows = rows
        lines = [f"{content_id}: {count_of_learners(count)}" for content_id, count in rows.items()]
        super().__init__("\n".join([*lines, WAYS_OUT]))


class NoSuchEdition(Exception):
    """Nothing was published under this number."""


@dataclass(frozen=True)
class Published:
    edition: Edition
    new: int
    unchanged: int
    removed: int
    warnings: tuple[Problem, ...]
    changed: bool
    """False if the active edition was this very content already."""


def count_of_learners(count: int) -> str:
    return "1 learner" if count == 1 else f"{count:,} learners"


def publish_folder(root: Path, *, note: str = "", by: str = "", revision: str = "") -> Published:
    """Compile a content folder and make it what the site serves.

    Raises `NotPublished` or `Orphans`; then everything is as it was.
    """
    published = None
    while published is None:
        # Whoever published meanwhile may have read the files later: then they are read again.
        newest = _newest()
        compilation = compile_folder(root, known=_known)
        if not compilation.ok:
            errors = sum(it.severity == "error" for it in compilation.problems)
            _remember(errors, as_text(compilation.problems))
            raise NotPublished(compilation.problems)
        with _refusals_remembered(), transaction.atomic():
            _lock()
            if _newest() == newest:
                published = _publish(compilation, newest, note=note, by=by, revision=revision)
    _remember(0, as_text(published.warnings) if published.warnings else "")
    return published


@contextmanager
def _refusals_remembered() -> Iterator[None]:
    try:
        yield
    except Orphans as refused:
        _remember(len(refused.rows), str(refused))
        raise


def activate(number: int, *, although_orphans: bool = False) -> Edition:
    """Serve an edition that was published before, older or newer."""
    with transaction.atomic():
        _lock()
        edition = Edition.objects.filter(number=number).first()
        if edition is None:
            raise NoSuchEdition(number)
        if not although_orphans:
            _refuse_orphans(shelf.load(number).library)
        _activate(edition)
    shelf.look_again()
    return edition


def _known(digests: frozenset[str]) -> frozenset[str]:
    return frozenset(Blob.objects.filter(digest__in=list(digests)).values_list("digest", flat=True))


def _remember(errors: int, report: str) -> None:
    """For instructors, who see on the site what keeps their last save from it."""
    ContentCheck.objects.update_or_create(
        id=1, defaults={"checked_at": timezone.now(), "errors": errors, "report": report}
    )
    shelf.look_again()


def _lock() -> None:
    """Wait for other publishers; the lock goes with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _newest() -> int:
    return Edition.objects.aggregate(newest=Max("number"))["newest"] or 0


def _publish(
    compilation: Compilation, newest: int, *, note: str, by: str, revision: str
) -> Published:
    active = Edition.objects.active().first()
    digests = [document.digest for document in compilation.documents]
    warnings = compilation.problems
    if active and active.digests == digests:
        return Published(active, 0, len(digests), 0, warnings, changed=False)
    _refuse_orphans(compilation.library)
    _write(compilation)
    edition = Edition.objects.create(
        number=newest + 1,
        digests=digests,
        assets=sorted({asset.digest for asset in compilation.assets}),
        note=note,
        published_by=by,
        source_revision=revision,
    )
    _activate(edition)
    before: set[str] = set(active.digests) if active else set()
    now = set(digests)
    return Published(
        edition, len(now - before), len(now & before), len(before - now), warnings, changed=True
    )


def _activate(edition: Edition) -> None:
    Edition.objects.active().update(is_active=False)
    edition.is_active, edition.activated_at = True, timezone.now()
    edition.save(update_fields=["is_active", "activated_at"])
    search.rebuild(edition)


def _write(compilation: Compilation) -> None:
    blobs = (
        Blob(
            digest=document.digest,
            content_id=document.content_id,
            slug=document.slug,
            source=document.source,
            data=document.data,
            html=document.html,
            place=document.document.place.as_json(),
            text=document.text,
            unaccented=search.unaccented(document.text),
        )
        for document in compilation.documents
        if document.html is not None
    )
    Blob.objects.bulk_create(blobs, batch_size=BATCH, ignore_conflicts=True)
    assets = (
        Asset(digest=it.digest, name=it.name, media_type=it.media_type, body=it.body)
        for it in compilation.assets
    )
    Asset.objects.bulk_create(assets, batch_size=BATCH, ignore_conflicts=True)
    _keep_addresses(compilation.library)


def _keep_addresses(library: Library) -> None:
    """Remember every address for ever, so that a renamed page's old one redirects."""
    wanted = {
        (guide, "check", check): content_id(guide, "check", check)
        for guide, contents in library.guides.items()
        for check in contents.checks
    }
    documents = [it for it in library.documents.values() if it.kind not in HIDDEN]
    names = [(name, it) for it in documents for name in it.replaces]
    # Later, so that they win: a file may be named as a document was that another one replaced.
    names += [(name, it) for it in documents for name in (it.key, it.slug)]
    wanted |= {(it.guide, it.kind, name): it.content_id for name, it in names}
    known = set(Address.objects.values_list("guide", "kind", "slug", "content_id"))
    Address.objects.bulk_create(
        [
            Address(guide=guide, kind=kind, slug=slug, content_id=id)
            for (guide, kind, slug), id in wanted.items()
            if (guide, kind, slug, id) not in known
        ],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["guide", "kind", "slug"],
        update_fields=["content_id"],
    )


def _refuse_orphans(library: Library) -> None:
    """Learners' rows must keep something to stand for."""
    if rows := orphans(library):
        raise Orphans(rows)


def orphans(library: Library) -> dict[str, int]:
    """Content ids that learners have rows about and `library` lacks: how many learners each."""
    kept = library.content_ids | library.retired | library.successors.keys()
    # An address is given to whatever replaces its document; the blobs still tell whose it was.
    ever = Blob.objects.values_list("content_id").union(Address.objects.values_list("content_id"))
    gone = [content_id for (content_id,) in ever if content_id not in kept]
    return _learners_of(gone) if gone else {}


def _learners_of(content_ids: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for label in settings.CONTENT_ROWS:
        rows = (
            apps.get_model(label)
            ._default_manager.filter(content_id__in=content_ids)
            .values_list("content_id")
            .annotate(learners=Count("learner", distinct=True))
        )
        for id, learners in rows:
            found[id] = max(found.get(id, 0), learners)
    return dict(sorted(found.items()))
