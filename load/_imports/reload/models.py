"""Pydantic's models: what they check by was made of their classes as these were, and is made anew."""

from __future__ import annotations

import sys
from typing import get_args

from load._imports.files.module_files import namespace_of
from load._imports.reload.class_names import put, take_out
from load._imports.reload.journal import MISSING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import Any

    from load._imports.reload.journal import Journal

_GENERIC = "__pydantic_generic_metadata__"


def is_model(cls: type) -> bool:
    """Whether a class is a model; the library's own base has no schema that is whole."""
    return "__pydantic_core_schema__" in vars(cls) and _GENERIC in vars(cls)


def renew(model: Any, namespace: dict[str, Any] | None) -> None:
    """Have a model that went on with other fields check by these.

    The validator makes instances of the class that it was made for, so that another class's is of no use.

    Args:
        model: the class.
        namespace: of its module; None where that is gone.

    Raises:
        Exception: the library's own.
    """
    model.model_rebuild(force=True, raise_errors=False, _types_namespace=namespace)


def renew_holders(models: Collection[type], journal: Journal) -> None:
    """Have models check by what has become of others that are in their fields: the schemas of these are part of theirs.

    They are those of modules that do not run, and those that `Page[Item]` makes, which the library keeps as long as
    anybody has one of them.

    Args:
        models: those that went on.
        journal: is told how it is undone.
    """
    base = getattr(sys.modules.get("pydantic.main"), "BaseModel", None)
    if base is None or not models:
        return
    changed = set(models)
    left = [each for each in _below(base) if is_model(each) and each not in changed]
    while found := [each for each in left if not changed.isdisjoint(_mentioned(each))]:
        for model in found:
            own = {name: value for name, value in vars(model).items() if name.startswith("__pydantic_")}
            journal.did(lambda model=model, own=own: _put_back(model, own))  # type: ignore[misc]
            module = sys.modules.get(model.__module__)
            renew(model, namespace_of(module) if module is not None else None)
        changed.update(found)
        left = [each for each in left if each not in changed]


def _below(cls: type) -> Iterator[type]:
    seen = {cls}
    todo = [cls]
    for each in todo:  # grows as it is walked
        found: list[type] = type.__subclasses__(each)
        for below in found:
            if below not in seen:
                seen.add(below)
                todo.append(below)
                yield below


def _mentioned(model: Any) -> Iterator[object]:
    """The classes that the fields of a model name, and what a generic model was made of."""
    made_of = vars(model)[_GENERIC]
    todo = [made_of.get("origin"), *made_of.get("args", ())]
    fields = vars(model).get("__pydantic_fields__", vars(model).get("model_fields", {}))  # the latter: before 2.10
    todo += [getattr(field, "annotation", None) for field in fields.values()]
    for each in todo:  # grows as it is walked
        todo += get_args(each)
        if isinstance(each, type):
            yield each


def _put_back(model: type, own: dict[str, Any]) -> None:
    for name in [name for name in vars(model) if name.startswith("__pydantic_") and name not in own]:
        take_out(model, name)
    for name, value in own.items():
        if vars(model).get(name, MISSING) is not value:
            put(model, name, value)
