"""The Resolver for handles: what a declaration names, at its first use."""

from __future__ import annotations

from load import _config
from load.errors import InstallRefused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from load._lazy.declaration import Declaration


def resolve_declared(declaration: Declaration) -> Any:
    """The object of a declaration; installed where the policy allows it to the code that declared it.

    Raises:
        VersionConflict: it is there in a version that `require` excludes.
        ImportError: it cannot be had, or has no such attribute.
    """
    from load._resolve import resolve_name, resolve_spec

    reference, caller = declaration.reference, declaration.caller
    if declaration.require:
        module = resolve_spec(f"{reference.module} @ pypi:{declaration.require}", caller)
    else:
        module = resolve_name(reference.module, caller)
    return reference.within(module)


def resolve_present(declaration: Declaration) -> Any:
    """The same, and nothing is installed whatever the policy says."""
    try:
        with _config.Override({"install": "never"}):
            return resolve_declared(declaration)
    except InstallRefused as error:
        error.context = ("declared with install=False",)
        raise
