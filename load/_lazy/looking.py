"""Who asks a handle that was not used yet: somebody who looks what kind of thing it is, or somebody who uses it.

Tools ask every object that comes by whether it is a proxy, a mock, a plot or an array. That loads nothing: what source
names (`handle.__doc__`) is a use, what is only looked for (`hasattr(handle, "__array__")`) is none.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

TOLD = frozenset(("__file__", "__loader__", "__name__", "__package__", "__path__", "__spec__"))
_SEEN_IN_ANY_CASE = frozenset(("__all__", "__dict__", "__version__"))  # asked for to be known, as by `vars`
# Names by which tools look at whatever value comes by; the last two are those of rich, wherever that is vendored.
_LOOKED_FOR = ("_ipython_", "_repr_", "_pytest", "_mock_", "_is_coroutine", "awehoi", "aihwerij")
_LOOKED_FOR_EXACTLY = frozenset(("_asdict", "_fields", "_typ"))  # those of pandas, and of who knows named tuples
# Packages that show values, and never use what they ask for: rich; those of debugpy and PyCharm; Spyder's list of
# variables; the completion of Python's own prompts, which a key must not have import anything.
_LOOKERS = frozenset((
    *("rich", "_pydevd_bundle", "pydevd", "pydevd_plugins", "spyder_kernels", "rlcompleter", "_pyrepl"),
))  # fmt: skip
_LOOKING_MODULES = frozenset(("IPython.core.oinspect",))  # `name?`, and the help of notebooks that follows the cursor
# How functions begin that a front end runs in a kernel for its list of variables: those of VS Code (the third is what
# it wraps them in), and of the variable inspector of JupyterLab.
_LISTERS = ("_VSCODE_", "__VSCODE_", "__jupyter_exec_background__", "_jupyterlab_variableinspector_")
_DOCUMENTERS = frozenset(("pydoc", "sphinx"))
# Functions that give what they find, or copy it; `inspect.iscoroutinefunction` asks for the same names, and looks.
_READERS = frozenset((
    *(("functools", "update_wrapper"), ("dataclasses", "fields"), ("typing", "get_type_hints")),
    *(("inspect", "get_annotations"), ("annotationlib", "get_annotations")),
    *(("annotationlib", "_get_dunder_annotations"), ("annotationlib", "_get_and_call_annotate")),
))  # fmt: skip


def is_probe(name: str, user: FrameType) -> bool:
    """Whether an attribute is only looked for, to see what kind of thing this is, and not used."""
    if is_shown(user):
        return True
    if not name.startswith("__"):
        looked_for = name.startswith(_LOOKED_FOR) or name in _LOOKED_FOR_EXACTLY
        return looked_for and not is_named(name, user)
    if name in _SEEN_IN_ANY_CASE or (str(user.f_globals.get("__name__")), user.f_code.co_name) in _READERS:
        return False
    return not is_named(name, user)


def is_shown(user: FrameType) -> bool:
    """Whether something is asked for to be shown."""
    module, function = _asker(user)
    return module.partition(".")[0] in _LOOKERS or module in _LOOKING_MODULES or function.startswith(_LISTERS)


def is_documented(name: str, user: FrameType) -> bool:
    """Whether it is the documentation that is asked for, by what documents whatever stands in a module or class."""
    return name == "__doc__" and _asker(user)[0].partition(".")[0] in _DOCUMENTERS


def _asker(user: FrameType) -> tuple[str, str]:
    """The module and the function that ask; what `inspect` asks, it asks for somebody else."""
    asker: FrameType | None = user
    while asker is not None and asker.f_globals.get("__name__") == "inspect":
        asker = asker.f_back
    if asker is None:
        return "", ""
    return str(asker.f_globals.get("__name__")), asker.f_code.co_qualname


def is_named(name: str, user: FrameType) -> bool:
    """Whether the code that asks has the name as an attribute in its source."""
    from load._instructions import CACHE, attribute_named

    instructions, offset = user.f_code.co_code, user.f_lasti
    while offset > 0 and instructions[offset] == CACHE:  # 3.12 stands behind an instruction that calls Python code
        offset -= 2
    return attribute_named(user.f_code, offset) == name


def told(module: str, name: str) -> Any:
    """What can be told of a module that is not loaded, one of `TOLD`; None where nothing can."""
    if name == "__name__" and module not in sys.modules:
        return module
    from load._find import find

    try:
        spec = find(module)
    except Exception:  # noqa: BLE001 - a finder's own; the import will raise it
        return None
    if spec is None:
        return module if name == "__name__" else None
    return {
        "__file__": spec.origin if spec.has_location else None,
        "__loader__": spec.loader,
        "__name__": spec.name,
        "__package__": spec.parent,
        "__path__": spec.submodule_search_locations,
        "__spec__": spec,
    }[name]


def check_reload(name: str, user: FrameType) -> None:
    """Explain what `importlib.reload` would say in another way: it takes what stands in `sys.modules`, and no other.

    Raises:
        TypeError: it is `importlib.reload` that asks.
    """
    if user.f_code.co_name == "reload" and user.f_globals.get("__name__") == "importlib":
        raise TypeError(f"a handle on {name!r} cannot be reloaded itself: use importlib.reload(load.materialize(…))")
