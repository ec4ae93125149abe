"""What was published: documents by digest, and lists of them."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Blob(models.Model):
    """One compiled document. Named by its digest, written once, never changed."""

    digest = models.CharField(max_length=64, primary_key=True)
    content_id = models.CharField(max_length=200)
    slug = models.CharField(max_length=80)
    source = models.TextField()
    """What the author wrote."""
    data = models.TextField()
    """The document as JSON, in authors' Markdown."""
    html = models.TextField()
    """The same with every text rendered."""
    place = models.JSONField()
    """What else the compiler found out: links, headings."""
    text = models.TextField()
    """Plain words for the search; the first line is the title."""
    unaccented = models.TextField(blank=True)
    """Its words that have accents, written without them."""

    def __str__(self) -> str:
        return self.content_id

    @property
    def kind(self) -> str:
        return self.content_id.split("/")[1]


class Asset(models.Model):
    """A picture that a document shows, or a project's starter kit. Named by its digest."""

    digest = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=80)
    body = models.BinaryField()

    def __str__(self) -> str:
        return self.name


class EditionQuerySet(models.QuerySet["Edition"]):
    def active(self) -> EditionQuerySet:
        return self.filter(is_active=True)


class Edition(models.Model):
    """An immutable list of documents. The site serves the one that is active."""

    number = models.PositiveIntegerField(primary_key=True)
    digests = models.JSONField()
    """Of its documents, in the order of the files: lists are shown in it."""
    assets = models.JSONField(default=list)
    source_revision = models.CharField(max_length=80, blank=True)
    note = models.TextField(blank=True)
    published_at = models.DateTimeField(default=timezone.now)
    published_by = models.CharField(max_length=150, blank=True)
    is_active = models.BooleanField(default=False)
    activated_at = models.DateTimeField(null=True, blank=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_active"], condition=Q(is_active=True), name="one_active_edition"
            ),
        ]

    def __str__(self) -> str:
        return f"Edition {self.number}"


class Address(models.Model):
    """An address at which something was ever published. None of them may ever go dead."""

    guide = models.CharField(max_length=80)
    kind = models.CharField(max_length=20)
    slug = models.CharField(max_length=80)
    content_id = models.CharField(max_length=200)

    class Meta:
        verbose_name_plural = "addresses"
        constraints = [
            models.UniqueConstraint(
                fields=["guide", "kind", "slug"], name="an_address_names_one_document"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guide}/{self.kind}/{self.slug}"


class SearchEntry(models.Model):
    """One document of the active edition, ready to be searched."""

    content_id = models.CharField(max_length=200, primary_key=True)
    digest = models.CharField(max_length=64)
    title = models.TextField()
    text = models.TextField()
    unaccented = models.TextField(blank=True)
    vector = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="english")
        + SearchVector("text", "unaccented", weight="B", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        verbose_name_plural = "search entries"
        indexes = [GinIndex(fields=["vector"], name="search_entry_vector")]

    def __str__(self) -> str:
        return self.content_id


class ContentCheck(models.Model):
    """The outcome of the latest attempt to publish, for instructors to see on the site."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    checked_at = models.DateTimeField(default=timezone.now)
    errors = models.PositiveIntegerField(default=0)
    report = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="there_is_one_content_check"),
        ]

    def __str__(self) -> str:
        return f"{self.errors} errors at {self.checked_at}"
