"""`load registry show`: what a registry holds, where it was registered, and what of it is loaded."""

from __future__ import annotations

from load._cli.printing import print_json

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import Any

    from load._cli.arguments import Commands
    from load.registry import LazyImportDict

_SHOW = """\
examples:
  load registry show myapp.plugins:PLUGINS
  load registry show load.registry:NAMESPACE        each of its registries
  load registry show myapp.plugins:PLUGINS --json

The module that holds the registry is imported, because it fills the registry;
the entries are not. A NAMESPACE holds what imported modules have registered:
give the module that registers it, as in `myapp.plugins:NAMESPACE`.
"""


def add_to(commands: Commands) -> None:
    """Add the command to the command line."""
    registry = commands.add_parser(
        "registry",
        description="Look into a registry made with load.registry.",
        epilog=_SHOW,
    )
    parts = registry.commands()
    show = parts.add_parser(
        "show",
        help="the keys, what they stand for, where they were registered, what is loaded",
        description="Show what a registry contains, without importing the entries.",
        epilog=_SHOW,
    )
    show.add_argument("reference", metavar="MODULE:NAME", help="the registry, or a namespace of registries")
    show.add_argument("--json", action="store_true", help="print JSON")
    show.set_defaults(act=_show)


def _show(arguments: argparse.Namespace) -> int:
    from load._console.tables import print_table
    from load.registry._showing import facts_of

    facts = {name: facts_of(each) for name, each in _registries(arguments.reference).items()}
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
        f"{text} is not a registry: it is of type {type(found).__name__}.", hint="load registry show MODULE:NAME"
    )


def _resolved(text: str) -> Any:
    from load._cli.checkout import require
    from load._reference import Reference

    reference = Reference.parse(text)
    require(reference.module)
    return reference.resolve()
