"""The Resolver for handles: what a declaration names, at its first use."""

from __future__ import annotations

import sys

from load import _config
from load._find import find
from load._install import installed
from load._names import normalize
from load._resolve import _Request, presence, resolve_name, resolve_spec, specs
from load.errors import InstallRefused, VersionConflict

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from packaging.requirements import Requirement

    from load._caller import Caller
    from load._install.installed import Installed
    from load._lazy.declaration import Declaration


def resolve_declared(declaration: Declaration) -> Any:
    """The object of a declaration; installed where the policy allows it to the code that declared it.

    Raises:
        VersionConflict: it is there in a version that `require` excludes, and no other may be installed.
        ImportError: it cannot be had, or has no such attribute.
    """
    reference, caller = declaration.reference, declaration.caller
    if not declaration.require:
        return reference.within(resolve_name(reference.module, caller))
    _check_loaded(declaration)
    try:
        return reference.within(resolve_spec(_spec(declaration), caller))
    except InstallRefused as error:
        _check_installed(error, declaration)
        raise


def resolve_present(declaration: Declaration) -> Any:
    """The same, and it is not installed whatever the policy says; what its body asks for is another matter."""
    reference, caller = declaration.reference, declaration.caller
    if declaration.require:
        _check_loaded(declaration)
    request = _Request(reference.module, caller)
    try:
        found = _look(declaration, caller)
        if isinstance(found, presence.Missing):
            _refuse(found, declaration)
            found = _look(declaration, caller, was_installed=True)
    except Exception as error:
        request.failed(error)
        raise
    request.done(found)
    return reference.within(found)


def _look(declaration: Declaration, caller: Caller, *, was_installed: bool = False) -> Any:
    if not declaration.require:
        return presence.by_name(declaration.reference.module, installed=was_installed)
    from load._install.spec import parse

    return specs.by_spec(parse(_spec(declaration)), caller, installed=was_installed)


def _spec(declaration: Declaration) -> str:
    return f"{declaration.reference.module} @ pypi:{declaration.require}"


def _refuse(missing: presence.Missing, declaration: Declaration) -> None:
    """Say of what is missing how it is had; an overlay may have it all the time."""
    from load._resolve.install import install_missing

    try:
        with _config.Override({"install": "never"}):
            install_missing([missing], declaration.caller)
    except InstallRefused as error:
        error.context = ("it was declared without install=True",)
        _check_installed(error, declaration)
        raise


# -- what is there in another version ----------------------------------------------------------------------------------


def _check_loaded(declaration: Declaration) -> None:
    """A version that is loaded is never replaced under a running program."""
    module = declaration.reference.module
    if module.partition(".")[0] not in sys.modules:
        return
    present = installed.visible().get(_wanted(declaration).name)
    if present is not None and not _suits(present, declaration):
        hint = f"ask for it before anything else imports {module!r}, in a fresh process"
        raise _conflict(declaration, f"{present.name} {present.version} is loaded", hint, present)


def _check_installed(error: InstallRefused, declaration: Declaration) -> None:
    """What is there in another version is not missing, and is not said to be."""
    if not declaration.require:
        return
    module, distributions = declaration.reference.module, installed.visible()
    present = distributions.get(_wanted(declaration).name) or installed.provider_of(module, distributions)
    if present is None and find(module) is not None:
        raise _conflict(declaration, f"{module!r} belongs to no distribution", error.hint) from error
    if present is not None and not _suits(present, declaration):
        raise _conflict(declaration, f"{present.name} {present.version} is installed", error.hint, present) from error


def _wanted(declaration: Declaration) -> Requirement:
    from packaging.requirements import Requirement

    wanted = Requirement(declaration.require or "")
    wanted.name = normalize(wanted.name)
    return wanted


def _suits(present: Installed, declaration: Declaration) -> bool:
    wanted = _wanted(declaration)
    return present.name == wanted.name and wanted.specifier.contains(present.version, prereleases=True)


def _conflict(
    declaration: Declaration, fact: str, hint: str | None, present: Installed | None = None
) -> VersionConflict:
    return VersionConflict(
        f"{fact}, and {declaration.require} was asked for.",
        context=(f"declared in {declaration}",),
        hint=hint,
        name=declaration.reference.module,
        distribution=present.name if present is not None else "",
        present=present.version if present is not None else "",
        wanted=declaration.require,
    )
