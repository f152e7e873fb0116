"""Names of modules and distributions, without importing anything of them."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def modules(beginning: str) -> list[str]:
    """The modules whose names begin so; of those below a package the folder of the package tells."""
    package, dot, name = beginning.rpartition(".")
    found = {f"{package}{dot}{each}" for folder in _folders() for each in _modules_in(folder, package)}
    if not package:
        found.update(sys.stdlib_module_names)
    return sorted(each for each in found if name.startswith("_") or not each.rpartition(".")[2].startswith("_"))


def distributions(beginning: str) -> list[str]:
    """The distributions that are installed."""
    from load._install.installed import visible

    return sorted(each for each in visible() if each.startswith(beginning))


def specs(beginning: str) -> list[str]:
    """What has the name: known modules and distributions, aliases, and what could be imported; of nothing, none."""
    if not beginning:
        return []
    from load._names import shipped_aliases
    from load._names.table import distributions as known_distributions
    from load._names.table import known_names

    return sorted({*known_names(), *known_distributions(), *shipped_aliases(), *modules(beginning)})


def _folders() -> Iterator[str]:
    """Where modules are looked for; as a command looks for them, from the working directory on."""
    program = os.path.dirname(os.path.realpath(sys.argv[0])) if sys.argv else ""
    yield os.curdir
    yield from (each for each in sys.path if each and os.path.realpath(each) != program)


def _modules_in(folder: str, package: str) -> Iterator[str]:
    from importlib.machinery import all_suffixes

    suffixes = tuple(all_suffixes())
    is_installed = package or os.path.basename(folder) in ("site-packages", "dist-packages")
    try:
        with os.scandir(os.path.join(folder, *package.split("."))) as entries:
            for each in entries:
                name = each.name.partition(".")[0]
                if name.isidentifier() and (
                    each.name.endswith(suffixes) or (name == each.name and _is_package(each, mere=bool(is_installed)))
                ):
                    yield name
    except OSError:  # an entry of `sys.path` that is not there, or an archive
        return


def _is_package(entry: os.DirEntry[str], *, mere: bool) -> bool:
    """Whether a folder is a package; without an `__init__` only among what is installed."""
    return entry.is_dir() and (mere or os.path.isfile(os.path.join(entry.path, "__init__.py")))
