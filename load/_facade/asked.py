"""Asked for, or probed: whether somebody's source names the attribute or module that is looked up.

`load.x` in somebody's source is a request; `getattr`, `hasattr`, pickle's walk over all modules, completion and the
like are questions. What tells them apart is the instruction that the calling frame executes: an attribute load of that
very name. `f_lasti` and `co_code` are the same whether the code is traced, specialised or instrumented
(https://docs.python.org/3/reference/datamodel.html#frame-objects).
"""

from __future__ import annotations

from load._imports.statements import is_library
from load._instructions import ATTRIBUTE_LOADS, CACHE, attribute_named, extended_argument

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType

# Modules whose frames evaluate what is being typed, before anybody has asked for it. Others of their packages run what
# was typed, or a whole program: `_pyrepl.console` on Python 3.15, `idlelib.run`, `ptpython.repl`, and of pydevd, which
# PyCharm, VS Code and Spyder debug with, `_pydev_bundle._pydev_execfile`.
_COMPLETERS = (
    "IPython.core.completer",
    "IPython.core.guarded_eval",
    "_pydev_bundle._pydev_completer",
    "_pyrepl._module_completer",
    "_pyrepl.completing_reader",
    "_pyrepl.fancycompleter",
    "_pyrepl.readline",
    "bpython.",
    "idlelib.autocomplete",
    "idlelib.calltip",
    "jedi.",
    "ptpython.completer",
    "ptpython.signatures",
    "rlcompleter",
    "xonsh.completers",
)


def is_asked_of(facade: object, frame: FrameType, name: str) -> bool:
    """Tell whether `load.<name>` stands in the source that `frame` runs.

    Installed code and the standard library name attributes of whatever they are given (`obj.getdoc()`, to see whether
    there is one). They mean `load` only where they have imported it themselves.
    """
    if not is_asked_for(frame, name):
        return False
    return not is_library(frame) or has_imported(frame, facade)


def has_imported(frame: FrameType, facade: object) -> bool:
    """Tell whether the module of the frame, or its function under that very name, has `load` bound."""
    if any(value is facade for value in list(frame.f_globals.values())):
        return True
    return frame.f_locals.get("load") is facade


def is_asked_for(frame: FrameType, name: str) -> bool:
    """Tell whether the code of `frame` is at an attribute load of `name` that a person wrote.

    Args:
        frame: the frame that called a module's `__getattr__`.
        name: the attribute that was looked up; one with a leading underscore is never asked for.
    """
    if name.startswith("_"):
        return False
    return attribute_named(frame.f_code, frame.f_lasti) == name and not _is_evaluated_by_completer(frame)


def attributes_after(frame: FrameType) -> tuple[str, ...]:
    """The names that the source adds after the one being loaded: `("b", "c")` while `x.a` of `x.a.b.c` is."""
    code, instructions = frame.f_code, frame.f_code.co_code
    names: list[str] = []
    offset = frame.f_lasti + 2
    prefix = extended_argument(code)
    while offset < len(instructions):
        if instructions[offset] in ATTRIBUTE_LOADS:
            names.append(str(attribute_named(code, offset)))
        elif instructions[offset] not in (CACHE, prefix):
            break
        offset += 2
    return tuple(names)


def behind_lazy_loader(frame: FrameType, name: str) -> FrameType:
    """The frame that asked, where `importlib.util.LazyLoader` passes its first question on."""
    if (
        frame.f_code.co_name == "__getattribute__"
        and frame.f_globals.get("__name__") == "importlib.util"
        and frame.f_locals.get("attr") == name
    ):
        return frame.f_back or frame
    return frame


def _is_evaluated_by_completer(frame: FrameType) -> bool:
    """Whether the frame is an expression that a completer evaluates (`load.numpy.` and the tabulator key)."""
    above = frame.f_back
    return frame.f_code.co_name == "<module>" and above is not None and is_completer(above)


def is_completer(frame: FrameType) -> bool:
    """Tell whether the frame is code of a completer."""
    module = frame.f_globals.get("__name__")
    return isinstance(module, str) and module.startswith(_COMPLETERS)
