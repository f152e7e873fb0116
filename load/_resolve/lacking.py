"""What a spec lacks, told without importing anything: for whole programs and for `install`."""

from __future__ import annotations

from load import _names
from load._find import find
from load._resolve import presence, versions
from load._resolve.presence import Missing
from load._resolve.specs import check_path, module_of_distribution

TYPE_CHECKING = False
if TYPE_CHECKING:
    from load._caller import Caller
    from load._install.sources import PathSource
    from load._install.spec import Spec


def lacking(spec: Spec, caller: Caller) -> Missing | None:
    """What would have to be installed for a spec, or None where all is there.

    Raises:
        SourceError: a path leads nowhere.
        VersionConflict: another version is loaded.
    """
    from load._install.sources import IndexSource, PathSource

    if isinstance(spec.source, PathSource):
        return _lacking_path(spec, spec.source, caller)
    if isinstance(spec.source, IndexSource):
        return None if versions.is_installed(spec.source) else Missing(spec.text, spec.module, spec)
    if spec.source is not None:
        return Missing(spec.text, spec.module, spec) if versions.names_from(spec, "") is None else None
    return _lacking_name(spec)


def _lacking_path(spec: Spec, source: PathSource, caller: Caller) -> Missing | None:
    from load._imports.local import is_module_path

    path = source.resolved(caller.folder)
    check_path(path, spec)
    if is_module_path(path) or versions.names_from(spec, path) is not None:
        return None
    return Missing(spec.text, spec.module, spec, path)


def _lacking_name(spec: Spec) -> Missing | None:
    module = meaning(spec.module) if spec.module else module_of_distribution(spec.distribution)
    if not module:
        return Missing(spec.text, "", spec)
    absent = missing_part(module)
    if absent is not None:
        return Missing(spec.text, absent, None if spec.is_plain else spec)
    if (spec.version or spec.extras) and not versions.suits(spec, module):
        return Missing(spec.text, module, spec)
    return None


def meaning(name: str) -> str:
    """The import name that a name or alias means; what can be found under the very name goes before shipped aliases."""
    own = presence.user_aliases.get(name.partition(".")[0])
    if own is None and find(name.partition(".")[0]) is not None:
        return name
    target = presence.target_of(name)
    return presence.named_as_distribution(name) or target if target == name else target


def missing_part(module: str) -> str | None:
    """The import name that an install would have to bring for `module`, or None."""
    root = module.partition(".")[0]
    if find(root) is None:
        return None if _names.standard_library(root) else module
    entry = _names.lookup(_names.ImportName(module))  # a part of a namespace package may be lacking by itself
    return entry.import_name if entry is not None and find(entry.import_name) is None else None
