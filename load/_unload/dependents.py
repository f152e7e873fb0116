"""Who needs what: modules that only a package needs, and the other modules that need it."""

from __future__ import annotations

import sys
from types import FunctionType, ModuleType

from load._unload.reach import home_of, is_a
from load._unload.verdict import (
    NEEDS_OF_LOAD,
    copied,
    is_of_standard_library,
    namespace_of,
    root_of,
    roots_in,
    without_alias,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from load._imports.graph.graph import DependencyGraph


def subtree(name: str) -> list[str]:
    """A module and all below it."""
    below = f"{name}."
    return [copied(each) for each in list(sys.modules) if each == name or each.startswith(below)]


def used_packages(names: Collection[str]) -> set[str]:
    """Top-level packages that modules hold something of, and those that these hold something of, and so on.

    What is only imported within functions is not among them; it stays.
    """
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        used = {root for name in waiting for root in roots_in(sys.modules.get(name))}
        used -= {*found, *map(root_of, names), *NEEDS_OF_LOAD, "load"}
        used = {root for root in used if root in sys.modules and not is_of_standard_library(root, sys.modules[root])}
        found |= used
        waiting = [name for root in used for name in subtree(root)]
    return found


def needed_only_by(names: Collection[str], packages: Collection[str], graph: DependencyGraph) -> list[str]:
    """The modules of packages that nobody needs but `names`, and those among themselves.

    Args:
        names: what is to go.
        packages: top-level names.
        graph: who imports whom.
    """
    found = {root: subtree(root) for root in packages}
    while found:
        every = {*names, *(each for members in found.values() for each in members)}
        needed = [root for root, members in found.items() if _is_needed(members, graph, every)]
        if not needed:
            break
        for root in needed:
            del found[root]
    return [each for members in found.values() for each in members]


def _is_needed(members: list[str], graph: DependencyGraph, among: Collection[str]) -> bool:
    return next(dependents(members, graph, among, ("eager", "deferred")), None) is not None


def dependents(
    names: Collection[str], graph: DependencyGraph, among: Collection[str] = (), kinds: Collection[str] = ("eager",)
) -> Iterator[str]:
    """Who needs modules: a name in another module, or an import statement in it, each module once.

    Args:
        names: the modules.
        graph: who imports whom.
        among: modules that do not count.
        kinds: of the statements that count.
    """
    passed = {*names, *among}
    names = list(without_alias(names))
    for module, name in names_elsewhere(names, passed.__contains__):
        if module not in passed:
            passed.add(module)
            yield f"{module}.{name}"
    for name in names:
        for edge in graph.edges(imported=name) if name in graph else ():
            if edge.kind in kinds and _counts(edge.importer, passed):
                passed.add(edge.importer)
                yield f"{edge.importer}, line {edge.line}: {edge.text}"


def _counts(importer: str, passed: Collection[str]) -> bool:
    return importer not in passed and importer in sys.modules and root_of(importer) != "load"


def names_elsewhere(names: Collection[str], is_passed: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """Names in other modules for something of some modules: which module, and which name.

    Those of `load` itself, which it takes out, do not count, nor a package's for a submodule; nor what the standard
    library was told to use, as `sys.excepthook`, which does not need it.
    """
    going = without_alias(names)
    gone = set(map(id, going.values()))
    namespaces = {id(namespace_of(module)) for module in going.values()}
    homes = frozenset(names)

    def is_theirs(value: object) -> bool:
        if is_a(value, ModuleType):
            return id(value) in gone
        if type(value) is FunctionType:
            return id(value.__globals__) in namespaces
        return home_of(value if is_a(value, type) else type(value)) in homes

    for module, each in list(sys.modules.items()):
        root = root_of(module)
        if is_passed(module) or root == "load" or is_of_standard_library(root, sys.modules.get(root)):
            continue
        for name, value in list(namespace_of(each).items()):
            if is_theirs(value) and not _is_own_child(module, name, value):
                yield module, name


def _is_own_child(package: str, name: str, value: object) -> bool:
    """Whether the import system has put a submodule into its package."""
    return is_a(value, ModuleType) and sys.modules.get(f"{package}.{name}") is value
