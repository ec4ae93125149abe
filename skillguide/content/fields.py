"""What the schema's annotations say about each field, found out once for each model."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from types import UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from skillguide.content.documents import Markup, Model, Reference, Words

Marker = Markup | Reference | Words
Loc = tuple[str | int, ...]
"""The way from a document to one of its values: names and positions."""


class Value(NamedTuple):
    loc: Loc
    marker: Marker
    text: str


class _Field(NamedTuple):
    name: str
    written: str
    marker: Marker | None
    models: tuple[type[Model], ...]


def values(model: Model, loc: Loc = ()) -> Iterator[Value]:
    """All texts and references in a document, in the order of the schema."""
    for field in _fields(type(model)):
        found = getattr(model, field.name)
        if found is None:
            continue
        here = (*loc, field.written)
        many = isinstance(found, tuple)
        for number, one in enumerate(found if many else (found,)):
            at = (*here, number) if many else here
            if isinstance(one, Model):
                yield from values(one, at)
            elif field.marker is not None:
                yield Value(at, field.marker, one)


def parts(model: Model, loc: Loc = ()) -> Iterator[tuple[Loc, tuple[Model, ...]]]:
    """All lists of parts in a document."""
    for field in _fields(type(model)):
        found = getattr(model, field.name)
        if not field.models or found is None:
            continue
        here = (*loc, field.written)
        if not isinstance(found, tuple):
            yield from parts(found, here)
            continue
        yield here, found
        for number, one in enumerate(found):
            yield from parts(one, (*here, number))


def written_names(model: type[Model]) -> tuple[str, ...]:
    """The names of a model's fields as authors write them."""
    return tuple(field.written for field in _fields(model))


def model_at(model: type[Model], loc: Loc) -> type[Model]:
    """Which model the schema wants at a place. `loc` may name the variant of a union."""
    variants: tuple[type[Model], ...] = ()
    for step in loc:
        if isinstance(step, int):
            continue
        for variant in variants:
            if step in get_args(variant.model_fields["kind"].annotation):
                model, variants = variant, ()
                break
        else:
            found = [field for field in _fields(model) if field.written == step]
            if found and found[0].models:
                model, *others = found[0].models
                variants = (model, *others) if others else ()
    return model


@cache
def _fields(model: type[Model]) -> tuple[_Field, ...]:
    return tuple(
        _Field(name, info.alias or name, *_read((info.annotation, *info.metadata)))
        for name, info in model.model_fields.items()
    )


def _read(annotations: tuple[Any, ...]) -> tuple[Marker | None, tuple[type[Model], ...]]:
    """The marker, and the models, anywhere inside an annotation."""
    marker: Marker | None = None
    models: list[type[Model]] = []
    todo = list(annotations)
    while todo:
        annotation = todo.pop(0)
        if isinstance(annotation, Marker):
            marker = annotation
        elif isinstance(annotation, type) and issubclass(annotation, Model):
            models.append(annotation)
        elif get_origin(annotation) in (tuple, Union, UnionType, Annotated):
            todo += [*getattr(annotation, "__metadata__", ()), *get_args(annotation)]
    return marker, tuple(models)
