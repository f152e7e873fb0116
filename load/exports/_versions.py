"""Which distribution provides a package, and in which version."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from load._install.installed import Installed


def provider_of(import_name: str) -> Installed | None:
    """The distribution that provides a module, or None."""
    from load._install import installed

    return installed.provider_of(import_name, installed.visible())


def version_of(import_name: str, module: Any) -> str | None:
    """The version of what provides a module, else what it says itself; None where nobody says."""
    provider = provider_of(import_name)
    return provider.version if provider is not None else version_in(module)


def version_in(module: Any) -> str | None:
    """What a module says that its version is; None where it says nothing."""
    version = getattr(module, "__dict__", {}).get("__version__")
    return version if isinstance(version, str) else None
