"""`load registry show`: what a registry holds, where it was registered, and what of it is loaded."""

from __future__ import annotations

from load._cli.printing import print_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from typing import Any

    from load._cli.arguments import Commands
    from load.registry import LazyImportDict

_LONG = 60  # characters
_MANY = 6  # parts of a tuple
_SHOW = """\
examples:
  load registry show myapp.plugins:PLUGINS
  load registry show load.registry:NAMESPACE        each of its registries
  load registry show myapp.plugins:PLUGINS --json

The module that holds the registry is imported, as it is what fills it; no
entry is. A NAMESPACE holds what was registered by modules that are imported:
name the module that does so, as in `myapp.plugins:NAMESPACE`.
"""


def add_to(commands: Commands) -> None:
    """Add the command to the command line."""
    registry = commands.add_parser(
        "registry",
        help="what a registry of load.registry holds",
        description="Look into registries of load.registry.",
        epilog=_SHOW,
    )
    parts = registry.commands()
    show = parts.add_parser(
        "show",
        help="its keys, what they stand for, where they were registered, and what is loaded",
        description="Show what a registry holds, without importing the entries.",
        epilog=_SHOW,
    )
    show.add_argument("reference", metavar="MODULE:NAME", help="the registry, or a namespace of them")
    show.add_argument("--json", action="store_true", help="as JSON")
    show.set_defaults(act=_show)


def _show(arguments: argparse.Namespace) -> int:
    from load._console.tables import print_table

    facts = {name: _facts(each) for name, each in _registries(arguments.reference).items()}
    if arguments.json:
        print_json(facts)
        return 0
    for name, entries in facts.items():
        rows = [[each["key"], each["is"], "yes" if each["loaded"] else "no", each["registered"]] for each in entries]
        title = f"{name}: {len(rows)} registered, {sum(each['loaded'] for each in entries)} loaded"
        print_table(rows, ["key", "is", "loaded", "registered in"], title=title)
    return 0


def _registries(text: str) -> dict[str, LazyImportDict[Any, Any]]:
    """Name → registry: the one that a reference names, or those of a namespace."""
    from load.errors import RegistryTypeError
    from load.registry import LazyImportDict, Namespace, Registry

    found = _resolved(text)
    if isinstance(found, Namespace):
        return dict(found)
    if isinstance(found, LazyImportDict):
        return {found.name if isinstance(found, Registry) else text: found}
    raise RegistryTypeError(
        f"{text} is no registry: it is of type {type(found).__name__}.", hint="load registry show MODULE:NAME"
    )


def _resolved(text: str) -> Any:
    from load._cli.checkout import require
    from load._reference import Reference

    reference = Reference.parse(text)
    require(reference.module)
    return reference.resolve()


def _facts(registry: LazyImportDict[Any, Any]) -> list[dict[str, Any]]:
    """What is known of each entry without loading it; keys and values of any kind as text."""
    from load.registry import Registry

    return [
        {
            "key": _text(key, str),
            "is": _described(raw),
            "loaded": registry.is_loaded(key),
            "registered": registry.registered_in(key),
            "aliases": [_text(each, str) for each in registry.aliases(key)] if isinstance(registry, Registry) else [],
            "metadata": _texts(registry.metadata(key)) if isinstance(registry, Registry) else {},
        }
        for key, raw in registry.raw_items()
    ]


def _texts(facts: dict[str, Any]) -> dict[str, str]:
    return {_text(name, str): _text(value, str) for name, value in facts.items()}


def _described(raw: object) -> str:
    """An import string as it is; what has a name of its own by that; anything else as its repr, if that is short."""
    from load.registry import Factory, ImportString

    if isinstance(raw, ImportString):
        return str(raw)
    if isinstance(raw, tuple):
        more = f", ... {len(raw)} in all" if len(raw) > _MANY else ""
        return ", ".join(map(_described, raw[:_MANY])) + more
    if isinstance(raw, Factory):
        return f"made by {_described(raw.function)}"
    name = _text(raw, _name_of)
    if name:
        return name
    from reprlib import Repr

    shortened = Repr()  # so that nothing is written out only to be thrown away
    shortened.maxstring = shortened.maxother = shortened.maxlong = 4 * _LONG
    return _cut(" ".join(_text(raw, shortened.repr).split()), raw)


def _name_of(value: object) -> str:
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    return f"{module}:{name}" if isinstance(module, str) and isinstance(name, str) else ""


def _cut(text: str, value: object) -> str:
    return text if len(text) <= _LONG else f"a {type(value).__name__}"


def _text(value: object, make: Callable[[Any], str]) -> str:
    """The text of a value, whose own code makes it and may fail: one entry does not keep the others from being shown.

    Args:
        value: of any kind.
        make: gives its text.
    """
    try:
        return make(value)
    except Exception as error:  # noqa: BLE001 - told in its place
        return f"<a {type(value).__name__}: its text raises {type(error).__name__}>"
