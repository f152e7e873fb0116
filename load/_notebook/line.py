"""One thing that was loaded, in one line: `numpy 2.4.6 · imported · 84 ms · +21.6 MB`."""

from __future__ import annotations

import os
import sys

from load._console.wording import duration, growth

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from load._events import Loaded


def line_of(event: Loaded) -> str:
    """The line of one thing that was loaded."""
    version = version_of(event.module, is_local=event.how == "local")
    alias = event.name if event.name != event.module and event.name.isidentifier() else ""
    parts = [
        f"{event.module} {version or ''}".rstrip() + (f" (as {alias})" if alias else ""),
        event.how,
        duration(event.seconds),
    ]
    if event.memory is not None:
        parts.append(growth(event.memory))
    return " · ".join(parts)


def version_of(module_name: str, *, is_local: bool = False) -> str | None:
    """The version of the distribution that provides a module, or what the module says of itself, or None.

    No attribute of the module is looked up in a way that could run its code.

    Args:
        module_name: dotted import name.
        is_local: whether it was imported from where it lies, so that no distribution provides it.
    """
    root = module_name.partition(".")[0]
    namespace = _namespace(root)
    if root in sys.stdlib_module_names and not is_local:
        return None
    own = namespace.get("__version__")
    own_version = own if isinstance(own, str) else None
    return own_version if is_local else _distribution_version(module_name, namespace) or own_version


def _namespace(root: str) -> dict[str, Any]:
    """The names of a loaded module as they stand, without its hooks: a lazy one stays lazy."""
    try:
        namespace = object.__getattribute__(sys.modules.get(root), "__dict__")
    except AttributeError:
        return {}
    return namespace if isinstance(namespace, dict) else {}


def _distribution_version(module_name: str, namespace: dict[str, Any]) -> str | None:
    from load._install import installed

    provider = installed.provider_of(module_name, installed.visible())
    if provider is None:
        return None
    file = namespace.get("__file__")
    # From elsewhere: it hides the distribution of its name, or is an editable install of it. It knows better.
    if isinstance(file, str) and not _lies_in(file, provider.folder) and "__version__" in namespace:
        return None
    return provider.version


def _lies_in(file: str, folder: str) -> bool:
    return os.path.realpath(file).startswith(os.path.join(os.path.realpath(folder), ""))
