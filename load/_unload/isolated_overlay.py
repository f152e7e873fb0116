"""What a worker needs and this process has not, or has in another version: an overlay of the worker's own."""

from __future__ import annotations

from load._install import installed
from load._install.installer import install
from load._names import normalize
from load._resolve.install import is_importable, need_of
from load._resolve.lacking import meaning
from load._resolve.origins import INDEX, origin_of, provider
from load._resolve.presence import Missing
from load._resolve.wanted import take_installed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from load._caller import Caller
    from load._install.policy import Need
    from load._install.spec import Spec


def install_aside(specs: Sequence[Spec], missing: Sequence[Missing | None], caller: Caller) -> list[str]:
    """Install what is missing into an overlay, in one solve with what is there already, so that they fit together.

    Args:
        specs: what was asked for.
        missing: of each spec what is lacking, or None.
        caller: who asked.

    Returns:
        The folders that have to stand first on the worker's path.

    Raises:
        LoadError: as `installer.install`.
    """
    needs = {need.requirement: need for need in map(need_of, filter(None, missing))}
    there = [_there(spec) for spec, each in zip(specs, missing, strict=True) if each is None]
    beside = [need for need in there if need is not None]
    outcome = install([*needs.values()], caller, importable=is_importable, for_worker=True, beside=beside)
    return [*outcome.folders]


def _there(spec: Spec) -> Need | None:
    """The need of what is there, which may have to be another version beside what is missing; None of what stays."""
    if spec.source is not None or not spec.module:
        return None
    module = meaning(spec.module)
    found = provider(module, installed.visible())
    if found is None or origin_of(found).kind != INDEX:
        return None
    need = need_of(Missing(spec.text, module, None if spec.is_plain else spec))
    take_installed(need, found, f"{spec.extras}{spec.version}")
    return need


def module_in(folders: Sequence[str], spec: Spec, distribution: str, path: str) -> str:
    """The import name of a distribution that came into an overlay, or "".

    Args:
        folders: the overlay.
        spec: what was asked for.
        distribution: the distribution's name, or "" where only its source is known.
        path: the absolute path of a path source, or "".
    """
    from load._resolve import versions

    came = installed.visible([*folders])
    if distribution:
        found = came.get(normalize(distribution))
    else:
        records = {name: versions.direct_url(each) for name, each in came.items()}
        direct = [
            name for name, record in records.items() if record is not None and versions.is_from(record, spec, path)
        ]
        found = came[direct[0]] if direct else None
    names = installed.import_names_of(found) if found is not None else []
    return names[0] if names else ""
