"""Sources read and compiled anew, never from what was compiled before."""

from __future__ import annotations

import ast
import os
import sys
from importlib.machinery import SourceFileLoader

from load._imports.files.compiled import drop_doubtful
from load._imports.files.module_files import namespace_of
from load._imports.profiling.record import told
from load._imports.reload.functions import codes_within
from load._imports.reload.marks import mark, telling
from load._imports.reload.names import Names, names_of
from load.errors import ReloadError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container
    from types import CodeType, ModuleType
    from typing import Any

    from load._imports.reload.marks import Listener


class Source:
    """The source of a module as it was read, compiled.

    Attributes:
        name: the module's name, as it was given.
        own_name: what the module says that it is called.
        module: the module.
        path: where it was read.
        data: what was read.
        status: of the file before it was read; None where it lies in none.
        code: what is to run.
        names: which names it binds; None where its text is not plain Python, or too deep to be looked at.
    """

    __slots__ = ("_told_of", "code", "data", "module", "name", "names", "own_name", "path", "status")

    def __init__(self, name: str, module: ModuleType, *, wanted: Container[str]) -> None:
        self.name = name
        self.module = module
        self.own_name = str(namespace_of(module).get("__name__"))
        spec: Any = namespace_of(module)["__spec__"]
        loader = spec.loader
        self.path: str = spec.origin
        self.status = _status(self.path)
        self.data = _read(name, loader, self.path)
        self.names: Names | None = None
        self._told_of: frozenset[str] = frozenset()
        try:
            self.code = self._compiled(loader, wanted)
        except (SyntaxError, ValueError) as error:
            raise refused(name, f"cannot be compiled: {error}", "mend its source; nothing was changed") from error
        except Exception as error:  # too deep, or too long: MemoryError, RecursionError, OverflowError by the version
            raise refused(name, f"cannot be compiled: {told(error)}", "mend its source; nothing was changed") from error

    def _compiled(self, loader: Any, wanted: Container[str]) -> CodeType:
        """The code; a loader that makes something else of a source than Python does makes it here, too."""
        is_plain = _is_plain(loader)
        try:
            tree = ast.parse(self.data, self.path)
            names = self.names = names_of(tree)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            if is_plain and not isinstance(sys.exc_info()[1], (RecursionError, MemoryError)):
                raise
            tree = None
        if tree is None or not is_plain:
            code: CodeType = loader.source_to_code(self.data, self.path)
            return code
        self._told_of = mark(tree, names, wanted, namespace_of(self.module))
        return compile(tree, self.path, "exec", dont_inherit=True)

    @property
    def is_plain(self) -> bool:
        """Whether its loader makes of a source what Python does."""
        return _is_plain(namespace_of(self.module)["__spec__"].loader)

    def goes(self, name: str) -> bool:
        """Whether a name that the module has is to be taken out before it runs."""
        if self.names is not None:
            return self.names.goes(name)
        every = (self.code, *codes_within(self.code))
        return not any(name in code.co_names for code in every)

    def tells(self, name: str) -> bool:
        """Whether the code tells if it binds a name: then that can be taken out when it has run."""
        return name in self._told_of

    def telling(self, listener: Listener) -> CodeType:
        """The code that tells somebody what it binds."""
        return telling(self.code, listener)


def _is_plain(loader: Any) -> bool:
    return getattr(type(loader), "source_to_code", None) is SourceFileLoader.source_to_code


def _read(name: str, loader: Any, path: str) -> bytes:
    try:
        data: bytes = loader.get_data(path)
    except OSError as error:
        became = _became(path)
        why = f"has become {became}" if became else f"has no source any more: {error}"
        raise refused(name, why, "restart the program") from error
    except Exception as error:
        raise refused(name, f"cannot be read: {told(error)}", "restart the program") from error
    if _is_hidden(path):
        raise refused(name, f"has become {_became(path)}", "restart the program")
    return data


def _became(path: str) -> str:
    """What a module that was in a file is by now, in words; "" where nothing of its name is there."""
    folder, file = os.path.split(path)
    if file == "__init__.py":
        return f"a module, {folder}.py" if os.path.isfile(f"{folder}.py") else ""
    package = os.path.join(path.removesuffix(".py"), "__init__.py")
    return f"a package, {package}" if path.endswith(".py") and os.path.isfile(package) else ""


def _is_hidden(path: str) -> bool:
    """Whether Python would import a package instead of a module's file, where both are there."""
    return os.path.basename(path) != "__init__.py" and bool(_became(path))


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except (OSError, ValueError):
        return None


def refused(name: str, why: str, hint: str) -> ReloadError:
    """That a module cannot be reloaded, and nothing was changed."""
    return ReloadError(f"{name!r} {why}.", hint=hint, name=name)


# -- what is left of older sources -------------------------------------------------------------------------------------


def forget_lines(path: str) -> None:
    """Have tracebacks show the source as it is now."""
    cache: dict[str, Any] = getattr(sys.modules.get("linecache"), "cache", {})
    cache.pop(path, None)


def drop_compiled(source: Source) -> None:
    """Remove the compiled file of a module where Python could take an older source's for that of this one."""
    cached = getattr(namespace_of(source.module).get("__spec__"), "cached", None)
    if source.status is not None and isinstance(cached, str):
        drop_doubtful(cached, source.status)
