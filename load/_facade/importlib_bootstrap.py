"""The fall-through itself, in a file whose name makes it invisible to `warnings`.

A package's own `__getattr__` warns about deprecated names with `stacklevel=2`, which means whoever looked the name up.
The fall-through calls that hook, so it is a frame in between. `warnings` does not count frames of files whose path
holds "importlib" and "_bootstrap" (`_next_external_frame` in CPython's Lib/warnings.py); this one is such a file, and
the warning goes where it would go without it.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, ModuleType
    from typing import Any
else:
    ModuleType = type(sys)


def fall_through(
    name: str,
    module: ModuleType,
    own: Callable[[str], Any] | None,
    *,
    is_wanted: Callable[[str, str, FrameType], bool],
    submodule: Callable[[str, str, FrameType], Any],
) -> Callable[[str], Any]:
    """Make the `__getattr__` that answers for submodules where the package itself has no answer.

    Args:
        name: name of the package in `sys.modules`.
        module: the package.
        own: its own `__getattr__`; what it raises reaches the caller unchanged.
        is_wanted: tells of package, attribute and asking frame whether a submodule is asked for.
        submodule: imports it.
    """

    def __getattr__(attribute: str) -> Any:  # noqa: N807
        try:
            return own(attribute) if own is not None else _refuse(module, attribute)
        except AttributeError:
            if not is_wanted(name, attribute, sys._getframe(1)):
                raise
        return submodule(name, attribute, sys._getframe(1))

    def again(own: Callable[[str], Any] | None) -> Callable[[str], Any]:
        return fall_through(name, module, own, is_wanted=is_wanted, submodule=submodule)

    __getattr__._is_fall_through = True  # type: ignore[attr-defined]
    __getattr__._planted_again = again  # type: ignore[attr-defined]  # by a reload, after the hook of the new source
    return __getattr__


def is_fall_through(hook: object) -> bool:
    """Tell whether a module's `__getattr__` is one that was planted."""
    return getattr(hook, "_is_fall_through", False) is True


def _refuse(module: ModuleType, attribute: str) -> Any:
    """Raise the AttributeError that Python itself would: it is asked of a module that is bare, but of the same spec."""
    bare = ModuleType(module.__name__)
    bare.__spec__ = module.__spec__
    vars(bare).pop(attribute, None)
    try:
        return getattr(bare, attribute)
    except AttributeError as error:
        error.obj = module
        raise
