"""Running the sources of loaded modules again: all of them, or none."""

from __future__ import annotations

import sys
from types import ModuleType

from load._imports.module_files import namespace_of
from load._imports.record import told
from load.errors import ReloadError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import CodeType
    from typing import Any

# What Python goes on writing into as a body runs: each run gets its own, and one that failed leaves the old as it was.
_OF_ONE_RUN = ("__annotations__", "__annotate__", "__conditional_annotations__", "__warningregistry__")


def reload_modules(names: Iterable[str]) -> list[str]:
    """Run modules again, each in its own namespace, in the order given.

    All are compiled first, from their sources: compiled files tell two edits within one second apart by their size
    alone. When one fails, every module is what it was, name by name, and so is its class and its place in
    `sys.modules`. What they imported for the first time stays loaded. `SystemExit` and the like are no failure of a
    source: all is as it was then too, and they go on as they are.

    Args:
        names: of loaded modules; one that has several names runs once.

    Returns:
        The names of those that ran.

    Raises:
        ReloadError: one of them is not loaded, is the program itself, has no source, or its source fails.
    """
    plan: dict[int, tuple[str, ModuleType, CodeType]] = {}
    for name in names:
        module = _reloadable(name)
        if id(module) not in plan:
            plan[id(module)] = (name, module, _compiled(name, module))
    before = _Before([(name, module) for name, module, _ in plan.values()])
    begun: list[str] = []
    for name, module, code in plan.values():
        begun.append(name)
        try:
            _run(name, module, code)
        except BaseException as error:
            before.restore()
            if not isinstance(error, Exception):
                raise
            raise ReloadError(
                f"{name!r} failed when its source ran again: {told(error)}",
                context=(f"as before are: {', '.join(begun)}",),
                hint="mend its source and reload it once more",
                name=name,
                rolled_back=tuple(begun),
            ) from error
    return begun


def has_source(name: str) -> bool:
    """Whether a loaded module could be run again: the program itself, and what is not written in Python, cannot."""
    module = sys.modules.get(name)
    if not issubclass(type(module), ModuleType) or module is sys.modules.get("__main__"):
        return False
    spec = namespace_of(module).get("__spec__")  # type: ignore[arg-type]
    path, loader = getattr(spec, "origin", None), getattr(spec, "loader", None)
    return isinstance(path, str) and hasattr(loader, "get_data") and hasattr(loader, "source_to_code")


def _run(name: str, module: ModuleType, code: CodeType) -> None:
    namespace = namespace_of(module)
    for each in _OF_ONE_RUN:
        namespace.pop(each, None)
    exec(code, namespace)  # noqa: S102 - that is what importing it does
    if sys.modules.get(name) is None:
        raise ImportError("it took itself out of sys.modules", name=name)


class _Before:
    """Modules as they were before they ran again, and what stood under their names and below them."""

    def __init__(self, plan: list[tuple[str, ModuleType]]) -> None:
        self._states = {name: _State(module) for name, module in plan}
        whole = {id(module) for _, module in plan}
        below = tuple(f"{name}." for name, _ in plan)
        self._loaded = {
            name: each
            for name, each in list(sys.modules.items())
            if id(each) in whole or (type(name) is str and name.startswith(below))
        }

    def restore(self) -> None:
        for name, module in self._loaded.items():
            if sys.modules.get(name) is not module:
                sys.modules[name] = module
        for state in self._states.values():
            state.restore()
        for name, module in list(sys.modules.items()):
            if type(name) is str and name not in self._loaded and issubclass(type(module), ModuleType):
                package, _, last = name.rpartition(".")
                if package in self._states:  # Python binds a submodule when it is first imported, and never again
                    self._states[package].names.setdefault(last, module)


class _State:
    """One module as it was."""

    __slots__ = ("_kind", "_module", "_names", "_path", "names")

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self._kind = type(module)
        self.names = namespace_of(module)
        self._names = dict(self.names)
        path = self._names.get("__path__")
        self._path = list(path) if type(path) is list else None  # bodies add to it, as it is

    def restore(self) -> None:
        if type(self._module) is not self._kind:
            object.__setattr__(self._module, "__class__", self._kind)
        for name in list(self.names):
            if name not in self._names:
                self.names.pop(name, None)
        self.names.update(self._names)
        if self._path is not None:
            self._names["__path__"][:] = self._path


def _reloadable(name: str) -> ModuleType:
    module = sys.modules.get(name)
    if module is None:
        raise _refused(name, "is not loaded", f"import {name}")
    if not issubclass(type(module), ModuleType):
        raise _refused(name, f"is no module, but a {type(module).__name__!r} in its place", "restart the program")
    if module is sys.modules.get("__main__"):
        raise _refused(name, "is the program itself, which runs", "move what is to be reloaded into a module")
    if not has_source(name):
        raise _refused(name, "has no source that could run again", "restart the program")
    return module


def _compiled(name: str, module: ModuleType) -> CodeType:
    spec: Any = namespace_of(module)["__spec__"]
    loader, path = spec.loader, spec.origin
    try:
        source: bytes = loader.get_data(path)
    except OSError as error:
        raise _refused(name, f"has no source any more: {error}", "restart the program") from error
    except Exception as error:
        raise _refused(name, f"cannot be read: {told(error)}", "restart the program") from error
    try:
        code: CodeType = loader.source_to_code(source, path)
    except (SyntaxError, ValueError) as error:
        raise _refused(name, f"cannot be compiled: {error}", "mend its source; nothing was changed") from error
    except Exception as error:  # too deep, or too long: MemoryError, RecursionError, OverflowError, as versions differ
        raise _refused(name, f"cannot be compiled: {told(error)}", "mend its source; nothing was changed") from error
    return code


def _refused(name: str, why: str, hint: str) -> ReloadError:
    return ReloadError(f"{name!r} {why}.", hint=hint, name=name)
