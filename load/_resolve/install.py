"""From what is missing to what has to be installed: the second half of the Resolver."""

from __future__ import annotations

import os

from load import _names
from load._caller import script_of
from load._find import find
from load._install import installed, overlay
from load._install.installer import Outcome, install, look
from load._install.policy import Need, table_entry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from load._caller import Caller
    from load._install.plan import Plan
    from load._install.spec import Spec
    from load._resolve.presence import Missing


def install_missing(missing: Sequence[Missing], caller: Caller, *, explicit: bool = False) -> Outcome:
    """Install all that is missing in one solve, under the policy; the errors are those of `installer.install`."""
    needs = _merged([need_of(each) for each in missing])
    outcome = install(needs, caller, importable=is_importable, explicit=explicit)
    script = script_of(caller)
    if script is not None:
        overlay.remember_script(script)
    return outcome


def is_importable(name: str) -> bool:
    """Whether a module is there now, told without importing it."""
    return find(name) is not None


def running_script() -> str | None:
    """The file of the program that runs, if it is one."""
    import sys

    return getattr(sys.modules.get("__main__"), "__file__", None)


def _merged(needs: Sequence[Need]) -> list[Need]:
    """Each requirement once, in order."""
    return list({need.requirement: need for need in reversed(needs)}.values())[::-1]


def need_of(missing: Missing) -> Need:
    """What has to be installed for something that is missing."""
    spec = missing.spec
    need = _need_of_name(missing, spec) if spec is None or spec.source is None else _need_of_source(missing, spec)
    if missing.declared:
        need.table = "project"
    return need


def install_specs(texts: Sequence[str], caller: Caller) -> Outcome:
    """Install what a person types, where it is not there; nothing is imported.

    Args:
        texts: specs.
        caller: who asked; relative paths start beside it.

    Raises:
        SourceError: a spec cannot be read, or leads nowhere.
        LoadError: as `installer.install`.
    """
    from load._install.spec import parse
    from load._resolve.lacking import lacking

    found = [_typed(lacking(spec, caller)) for spec in [parse(text) for text in texts]]
    missing = [each for each in found if each is not None]
    return install_missing(missing, caller, explicit=True) if missing else Outcome((), ())


def _typed(missing: Missing | None) -> Missing | None:
    """What a person types to be installed may be a distribution's name: then that is all that has to be there."""
    if missing is None or missing.spec is not None or "." in missing.module or _is_known_import(missing.module):
        return missing
    from load._install.spec import Spec

    if _names.normalize(missing.module) in installed.visible():
        return None
    missing.spec = Spec(missing.asked, distribution=missing.module)
    missing.module = ""
    return missing


def _is_known_import(module: str) -> bool:
    return table_entry(module) is not None or bool(_names.near_known(module))


def plan_specs(texts: Sequence[str], caller: Caller, *, explicit: bool = False) -> Plan:
    """What installing specs would change; nothing is imported, and nothing changed.

    Raises:
        SourceError: a spec cannot be read, or leads nowhere.
        LoadError: as `installer.look`.
    """
    from load._install.spec import parse
    from load._resolve.lacking import lacking

    found = [lacking(spec, caller) for spec in [parse(text) for text in texts]]
    if explicit:
        found = [_typed(each) for each in found]
    needs = _merged([need_of(each) for each in found if each is not None])
    return look(needs, caller, importable=is_importable, explicit=explicit)


def _need_of_name(missing: Missing, spec: Spec | None) -> Need:
    extra = f"{spec.extras}{spec.version}" if spec is not None else ""
    if not missing.module and spec is not None:
        return Need(
            missing.asked,
            module="",
            distribution=spec.distribution,
            requirement=spec.distribution + extra,
            table=_table_of(spec.distribution),
        )
    module = missing.module
    found = table_entry(module)
    distribution, table, heavy = found or _installed_name(module) or _same_name(module)
    return Need(
        missing.asked,
        module=_provided_name(module),
        distribution=distribution,
        requirement=distribution + extra,
        table=table,
        heavy=heavy,
    )


def _installed_name(module: str) -> tuple[str, str, bool] | None:
    """The distribution that provides the name already, where only its version is not the one asked for."""
    if find(module) is None:
        return None
    provider = installed.provider_of(module, installed.visible())
    return (provider.name, "installed", False) if provider is not None else None


def _same_name(module: str) -> tuple[str, str, bool]:
    """The distribution of the same name: the rule that holds most often, and the weakest."""
    root = module.partition(".")[0]
    return root, "shipped" if _names.import_names_of(root) else "same name", False


def _provided_name(module: str) -> str:
    """The import name that the distribution itself must bring: a name of the table, else the root."""
    entry = _names.lookup(_names.ImportName(module))
    return entry.import_name if entry is not None else module.partition(".")[0]


def _table_of(distribution: str) -> str:
    return "shipped" if _names.import_names_of(distribution) else "spec"


def _need_of_source(missing: Missing, spec: Spec) -> Need:
    from load._install.sources import GitSource, IndexSource, WheelSource

    source = spec.source
    name = spec.distribution
    if isinstance(source, IndexSource):
        return Need(
            missing.asked,
            module=spec.module,
            distribution=source.distribution,
            requirement=source.requirement,
            table=_table_of(source.distribution),
        )
    if isinstance(source, GitSource):
        requirement = f"{name} @ {source.location}" if name else source.location
        return _direct(missing, spec, requirement, name, builds=True, trusted=source.is_pinned)
    if isinstance(source, WheelSource):
        return _direct(missing, spec, source.location, _name_in_wheel(source.url), trusted=bool(source.sha256))
    return _need_of_path(missing, spec)


def _need_of_path(missing: Missing, spec: Spec) -> Need:
    path = missing.path
    if path.endswith(".whl"):
        return _direct(missing, spec, path, _name_in_wheel(path), trusted=True)
    need = _direct(missing, spec, path, "", builds=True, trusted=True)
    need.editable = True
    return need


def _direct(
    missing: Missing, spec: Spec, requirement: str, distribution: str, *, trusted: bool, builds: bool = False
) -> Need:
    return Need(
        missing.asked,
        module=spec.module,
        distribution=_names.normalize(distribution) if distribution else "",
        requirement=requirement,
        table="spec",
        builds=builds,
        trusted_source=trusted,
    )


def _name_in_wheel(location: str) -> str:
    """The distribution's name in a wheel's file name (https://packaging.python.org/specifications/binary-distribution-format/)."""
    return os.path.basename(location).partition("-")[0]
