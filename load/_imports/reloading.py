"""Running the sources of loaded modules again: all of them, or none."""

from __future__ import annotations

import sys

from load.errors import ReloadError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import CodeType, ModuleType
    from typing import Any


def reload_modules(names: Iterable[str]) -> list[str]:
    """Run modules again, each in its own namespace, in the order given.

    All are compiled first, from their sources: compiled files tell two edits within one second apart by their size
    alone. When one fails, every module is what it was, name by name.

    Args:
        names: of loaded modules.

    Returns:
        The names.

    Raises:
        ReloadError: one of them is not loaded, is the program itself, has no source, or its source fails.
    """
    plan = [(name, *_compiled(name)) for name in dict.fromkeys(names)]
    before: list[tuple[ModuleType, dict[str, object]]] = []
    for name, module, code in plan:
        before.append((module, dict(vars(module))))
        try:
            exec(code, vars(module))  # noqa: S102 - that is what importing it does
        except BaseException as error:
            for changed, namespace in reversed(before):
                _restore(changed, namespace)
            if not isinstance(error, Exception):
                raise
            done = [each for each, _, _ in plan[: len(before)]]
            raise ReloadError(
                f"{name!r} failed when its source ran again: {type(error).__name__}: {error}",
                context=(f"as before are: {', '.join(done)}",),
                hint="mend its source and reload it once more",
                name=name,
                rolled_back=tuple(done),
            ) from error
    return [name for name, _, _ in plan]


def has_source(name: str) -> bool:
    """Whether a loaded module could be run again: the program itself, and what is not written in Python, cannot."""
    spec = getattr(sys.modules.get(name), "__spec__", None)
    path, loader = getattr(spec, "origin", None), getattr(spec, "loader", None)
    is_python = isinstance(path, str) and hasattr(loader, "get_data") and hasattr(loader, "source_to_code")
    return name != "__main__" and is_python


def _restore(module: ModuleType, namespace: dict[str, object]) -> None:
    names = vars(module)
    for name in [name for name in names if name not in namespace]:
        del names[name]
    names.update(namespace)


def _compiled(name: str) -> tuple[ModuleType, CodeType]:
    module = sys.modules.get(name)
    if not isinstance(module, type(sys)):
        raise _refused(name, "is not loaded", f"import {name}")
    if name == "__main__":
        raise _refused(name, "is the program itself, which runs", "move what is to be reloaded into a module")
    if not has_source(name):
        raise _refused(name, "has no source that could run again", "restart the program")
    spec: Any = module.__spec__
    loader, path = spec.loader, spec.origin
    try:
        source: bytes = loader.get_data(path)
        return module, loader.source_to_code(source, path)
    except OSError as error:
        raise _refused(name, f"has no source any more: {error}", "restart the program") from error
    except (SyntaxError, ValueError) as error:
        raise _refused(name, f"cannot be compiled: {error}", "mend its source; nothing was changed") from error


def _refused(name: str, why: str, hint: str) -> ReloadError:
    return ReloadError(f"{name!r} {why}.", hint=hint, name=name)
