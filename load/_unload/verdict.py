"""What can be taken out of `sys.modules`, and why the rest stays.

The unit is the top-level package: half a package is worse than all of it. What stays is

- the standard library, and what `load` runs on;
- every package with an extension module: importing one a second time, or its package beside the first one's
  extension, crashes some processes and silently corrupts others (numpy, torch, protobuf, cryptography);
- every package that one which stays refers to: its classes would exist twice;
- what another thread imported meanwhile, or is still importing.
"""

from __future__ import annotations

import sys
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader
from types import FunctionType, ModuleType

from load._caller import is_standard_library

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping
    from typing import Any

STANDARD_LIBRARY = "part of the standard library"
MAIN = "the program itself"
NEEDED_BY_LOAD = "used by load itself"
OTHER_THREAD = "imported by another thread during the block"
UNKNOWN_THREAD = "put there during the block, and it cannot be told by which thread"
UNFINISHED = "still being imported"
NO_SOURCE = "made by a program and found nowhere: it could not be imported again"
LATER_BLOCK = "left to a block that was opened later and is still open"
# What `load` runs on; what it imports for itself is nobody else's to take away.
NEEDS_OF_LOAD = frozenset({"filelock", "packaging", "pip", "platformdirs", "psutil", "rich", "tomlkit", "uv"})
_EXTENSION_RISK = "removing extension modules can crash or corrupt the process"


def root_of(name: str) -> str:
    """The top-level package of a dotted name."""
    return name.partition(".")[0]


def copied(name: str) -> str:
    """Another text of the same letters: those in `sys.modules` lie among the modules, and would hold their memory."""
    return f"{name} "[:-1]


def namespace_of(module: object) -> dict[str, Any]:
    """The names of a module as they stand, without running any hook of its own."""
    try:
        namespace = object.__getattribute__(module, "__dict__")
    except AttributeError:
        return {}
    return namespace if isinstance(namespace, dict) else {}


def without_alias(names: Iterable[str]) -> dict[str, object]:
    """Modules by their names, but for those that have another name as well, under which they stay.

    `requests` has `charset_normalizer` as `requests.packages.charset_normalizer`, too.
    """
    among = {name: name for name in names}
    every = list(sys.modules.items())
    staying = {id(module) for name, module in every if name not in among and root_of(name) != "load"}
    return {among[name]: module for name, module in every if name in among and id(module) not in staying}


def is_extension(module: object) -> bool:
    """Whether a module is compiled code, or part of the interpreter."""
    namespace = namespace_of(module)
    spec = namespace.get("__spec__")
    loader = getattr(spec, "loader", None) or namespace.get("__loader__")
    if isinstance(loader, ExtensionFileLoader):
        return True
    origin = getattr(spec, "origin", None) or namespace.get("__file__")
    return isinstance(origin, str) and (origin == "built-in" or origin.endswith(tuple(EXTENSION_SUFFIXES)))


def is_of_standard_library(root: str, module: object) -> bool:
    """Whether a top-level module is part of Python, and not a file that has taken such a name."""
    file = namespace_of(module).get("__file__")
    if isinstance(file, str) and (is_standard_library(file) or not file.endswith(tuple(EXTENSION_SUFFIXES))):
        return is_standard_library(file)
    return root in sys.stdlib_module_names


class Verdict:
    """What goes and what stays.

    Args:
        candidates: the modules in question, by their names in `sys.modules`.
        requested: top-level names that were asked for by name.
        for_load: top-level names that `load` imported for itself.
        foreign: top-level names that another thread imported → the reason in words.
    """

    def __init__(
        self,
        candidates: Mapping[str, object],
        *,
        requested: Iterable[str] = (),
        for_load: Iterable[str] = (),
        foreign: Mapping[str, str] | None = None,
    ) -> None:
        self._candidates = candidates
        self._names: dict[str, list[str]] = {}  # by top-level package
        for name in candidates:
            self._names.setdefault(root_of(name), []).append(name)
        self._extensions = _extensions_in(self._names)
        self._for_load = frozenset(for_load).difference(requested)
        self._foreign = foreign or {}
        self._reasons = {root: self._reason(root) for root in self._names}
        self._keep_what_is_used()

    @property
    def go(self) -> list[str]:
        """Names to remove."""
        return [name for name in self._candidates if not self._reasons[root_of(name)]]

    @property
    def kept(self) -> dict[str, str]:
        """Name → reason, in words."""
        return {name: self._worded(name) for name in self._candidates if self._reasons[root_of(name)]}

    @property
    def own(self) -> tuple[object, ...]:
        """The collections in which it holds modules."""
        return self._candidates, self.__dict__

    def keep(self, reasons: Mapping[str, str]) -> None:
        """Have more top-level packages stay, for reasons in words, and what those use."""
        self._reasons.update(reasons)
        self._keep_what_is_used()

    def _reason(self, root: str) -> str:
        """Why a top-level package stays, or "" where it goes."""
        module = sys.modules.get(root)
        unfinished = any(is_unfinished(self._candidates[name]) for name in self._names[root])
        checks = (
            (MAIN, root in ("__main__", "__mp_main__")),
            (STANDARD_LIBRARY, is_of_standard_library(root, module)),
            (self._foreign.get(root, ""), root in self._foreign),
            (NEEDED_BY_LOAD, root in self._for_load),
            (f"contains extension modules ({self._extensions.get(root)})", root in self._extensions),
            (UNFINISHED, unfinished),
            (NO_SOURCE, not _can_be_found(module)),
        )
        return next((reason for reason, holds in checks if holds), "")

    def _keep_what_is_used(self) -> None:
        """A package that one which stays refers to stays too, and so on."""
        waiting = [root for root, reason in self._reasons.items() if reason not in ("", STANDARD_LIBRARY)]
        while waiting:
            user = waiting.pop()
            for used in self._used_by(user):
                if self._reasons.get(used) == "":
                    self._reasons[used] = f"used by {user}, which stays"
                    waiting.append(used)

    def _used_by(self, root: str) -> set[str]:
        return {used for name in self._names[root] for used in roots_in(self._candidates[name])}

    def _worded(self, name: str) -> str:
        reason = self._reasons[root_of(name)]
        if not reason.startswith("contains extension"):
            return reason
        if is_extension(self._candidates[name]):
            return f"an extension module: {_EXTENSION_RISK}"
        return f"part of {root_of(name)}, which {reason}: {_EXTENSION_RISK}"


def _extensions_in(roots: Container[str]) -> dict[str, str]:
    """Top-level package → one of its extension modules, also one that was there before."""
    found: dict[str, str] = {}
    for name, module in list(sys.modules.items()):
        if (
            root_of(name) in roots
            and root_of(name) not in found
            and is_extension(module)
            and not _is_alias(name, module)
        ):
            found[root_of(name)] = name
    return found


def _is_alias(name: str, module: object) -> bool:
    """Whether a module has its own name in another package, and is there."""
    own = getattr(namespace_of(module).get("__spec__"), "name", name)
    return isinstance(own, str) and root_of(own) != root_of(name) and sys.modules.get(own) is module


def is_unfinished(module: object) -> bool:
    """Whether a module's body still runs, in whatever thread."""
    return bool(getattr(namespace_of(module).get("__spec__"), "_initializing", False))


def _can_be_found(module: object) -> bool:
    """Whether a top-level module came from somewhere, so that an import brings it back."""
    namespace = namespace_of(module)
    return bool(namespace.get("__spec__") or namespace.get("__file__") or namespace.get("__path__"))


def roots_in(module: object) -> Iterator[str]:
    """The top-level packages whose modules, functions and classes a module's namespace holds."""
    for value in list(namespace_of(module).values()):
        kind = type(value)
        if issubclass(kind, ModuleType):
            home = namespace_of(value).get("__name__")
        elif kind is FunctionType or issubclass(kind, type):
            home = getattr(value, "__module__", None)
        else:
            continue
        if isinstance(home, str):
            yield root_of(home)
