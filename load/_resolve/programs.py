"""Whole programs: all that a script needs in one solve, its overlays on the path, the environment of its children."""

from __future__ import annotations

import os
import shlex
import sys

from load import _names
from load._caller import Caller
from load._install import overlay
from load._resolve.install import install_missing, running_script
from load._resolve.lacking import lacking, meaning, missing_part
from load._resolve.presence import Missing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from load._imports.scripts.scan import Need as ScriptNeed
    from load._imports.scripts.scan import ScriptNeeds
    from load._install.spec import Spec


def prepare(script: str, needs: ScriptNeeds, *, is_local: Callable[[str], bool]) -> None:
    """Install what a script names and what is not there, in one solve, and put its overlays on `sys.path`.

    Args:
        script: path of the script.
        needs: what it names.
        is_local: whether a root name is a module that lies beside the script.

    Raises:
        LoadError: as the Resolver does; nothing was changed then.
    """
    if needs.requires_python:
        _check_python(script, needs.requires_python)
    activate(script)
    caller = Caller(script, 1)
    missing = _declared(needs.dependencies, caller) if needs.dependencies else []
    for need in needs.required(lambda name: is_local(name.partition(".")[0]) or missing_part(name) is None):
        if is_local(need.root):
            continue
        found = _missing(need, caller)
        # A block that declares dependencies is complete: what no table knows comes with one of them.
        if found is not None and (needs.dependencies is None or _names.lookup(_names.ImportName(found.module))):
            missing.append(found)
            caller.line = need.line
    if missing:
        install_missing(missing, caller)
        overlay.remember_script(script)


def _check_python(script: str, wanted: str) -> None:
    """Make sure that this Python is one that a script says it runs on, in its block (PEP 723).

    A pre-release counts as its release: who runs one wants to.
    """
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    from load.errors import SourceError, VersionConflict

    present = ".".join(map(str, sys.version_info[:3]))
    try:
        is_met = SpecifierSet(wanted).contains(present)
    except InvalidSpecifier:
        raise SourceError(
            f"The requires-python of {script} cannot be read: {wanted}.", text=wanted, hint='write it as ">=3.11"'
        ) from None
    if not is_met:
        raise VersionConflict(
            f"{script} needs Python {wanted}, and this is {present}.",
            context=[f"this is {sys.executable}", "its block says so: requires-python"],
            hint=f"uv run {shlex.quote(script)}, which finds or fetches such a Python",
            distribution="python",
            present=present,
            wanted=wanted,
        )


def _missing(need: ScriptNeed, caller: Caller) -> Missing | None:
    """What a need lacks, or None if it is there; nothing is imported."""
    if need.spec:
        from load._install.spec import parse

        spec = parse(need.spec)
        # Paths and repositories are seen to where the script asks for them.
        return lacking(spec, caller) if spec.source is None else None
    module = meaning(need.name) if need.via == "load" else need.name
    absent = missing_part(module)
    return Missing(need.name, absent) if absent is not None else None


def _declared(dependencies: Sequence[str], caller: Caller) -> list[Missing]:
    """The requirements of a script's own block (PEP 723) that are not met; who writes them down there knows them."""
    specs = [spec for spec in map(_spec_of_dependency, dependencies) if spec is not None]
    found = [lacking(spec, caller) for spec in specs]
    missing = [each for each in found if each is not None]
    for each in missing:
        each.declared = True
    return missing


def _spec_of_dependency(text: str) -> Spec | None:
    """The spec of a requirement (PEP 508), or None where its marker says that it is not for here."""
    from packaging.markers import UndefinedComparison, UndefinedEnvironmentName
    from packaging.requirements import InvalidRequirement, Requirement

    from load._install.spec import parse
    from load.errors import SourceError

    try:
        requirement = Requirement(text)
        is_for_here = requirement.marker is None or requirement.marker.evaluate()
    except UndefinedEnvironmentName as error:
        raise SourceError(
            f"A dependency in the script's block depends on {error}, which a script has none of.", text=text
        ) from None
    except (InvalidRequirement, UndefinedComparison) as error:
        fact = str(error).splitlines()[0]
        raise SourceError(f"A dependency in the script's block cannot be read: {fact}.", text=text) from None
    if not is_for_here:
        return None
    requirement.marker = None
    return parse(f"{requirement.name} @ {requirement.url}" if requirement.url else f"pypi:{requirement}")


def activate(script: str | None = None) -> tuple[str, ...]:
    """Put the overlays that a script used before on `sys.path`; all that are active are given back."""
    path = script or running_script()
    if path is not None:
        for folder in overlay.of_script(path):
            overlay.activate(folder)
    return overlay.active()


def child_env() -> dict[str, str]:
    """The environment for subprocesses: this one's, with the active overlays last on `PYTHONPATH`."""
    env = dict(os.environ)
    folders = [folder for folder in overlay.active() if folder in sys.path]
    if folders:
        env["PYTHONPATH"] = os.pathsep.join([*filter(None, [env.get("PYTHONPATH")]), *folders])
    return env
