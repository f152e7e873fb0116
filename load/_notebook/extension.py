"""`%load_ext load`: `%use`, `%whyload`, `%autoload`, completion, `load.name?`, and advice where an import fails.

Source: https://ipython.readthedocs.io/en/stable/config/extensions/index.html
"""

from __future__ import annotations

import sys

from load._notebook.advice import Advice
from load._notebook.autoload import AutoLoad
from load._notebook.completion import offer
from load._notebook.looking import look_beyond
from load._notebook.magics import Magics

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

_KEPT = "_load_extension"  # the shell's attribute that holds what was registered
_HANDED_OVER = "_load_autoload_mode"  # the one that holds what `%autoload` did, while `%reload_ext` runs


class Extension:
    """What one shell got of `load`.

    Args:
        shell: IPython's.
    """

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self.autoload = AutoLoad(shell)
        self._advice = Advice(shell)
        self._end_looking = look_beyond(shell)
        self._end_completing = offer(shell)
        magics = Magics(shell)
        own = {"use": magics.use, "whyload": magics.whyload, "autoload": self.autoload.magic}
        self._magics = [_registered(shell, name, function) for name, function in own.items()]

    def stop(self) -> None:
        """Take all of it away again."""
        self.autoload.stop()
        self._advice.stop()
        self._end_looking()
        self._end_completing()
        for unregister in self._magics:
            unregister()


def load_ipython_extension(shell: Any) -> None:
    """Give an IPython shell the magics of `load`, and more, as `%load_ext load` does. Calling it again changes nothing.

    Args:
        shell: the IPython shell.
    """
    if getattr(shell, _KEPT, None) is not None:
        return
    extension = Extension(shell)
    setattr(shell, _KEPT, extension)
    mode = vars(shell).pop(_HANDED_OVER, None)
    if mode is not None:
        extension.autoload.take_over(mode)


def unload_ipython_extension(shell: Any) -> None:
    """Remove the magics and everything else, as `%unload_ext load` does; `%reload_ext load` gives it back at once.

    Args:
        shell: the IPython shell.
    """
    extension = getattr(shell, _KEPT, None)
    if extension is None:
        return
    if _is_reload():
        setattr(shell, _HANDED_OVER, extension.autoload.handed_over())
    extension.stop()
    setattr(shell, _KEPT, None)


def _registered(shell: Any, name: str, function: Callable[..., Any]) -> Callable[[], None]:
    """Register a line magic; the result takes it away, and gives back what bore its name before."""
    magics = shell.magics_manager.magics["line"]
    before = magics.get(name)
    shell.register_magic_function(function, "line", name)
    own = magics[name]

    def unregister() -> None:
        if magics.get(name) is not own:
            return  # somebody else's by now
        if before is None:
            del magics[name]
        else:
            magics[name] = before

    return unregister


def _is_reload() -> bool:
    """Whether IPython's `%reload_ext` is what takes it away."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_name != "reload_extension":
        frame = frame.f_back
    return frame is not None
