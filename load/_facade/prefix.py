"""What `import load.numpy` finds and does: the real module, under a second name.

`find_spec` only describes. The import happens when the described module is executed: the real one is resolved under its
own name and takes the place in `sys.modules` that the import system made for `load.numpy`, from where it is taken
(https://docs.python.org/3/reference/import.html#loading). The real module is not touched, and never runs twice.
"""

from __future__ import annotations

import sys
from _frozen_importlib import ModuleSpec

from load._facade.asked import is_completer
from load._facade.request import by_name, is_own
from load._find import find
from load._imports.statements import import_names, importing_frame, is_lazy_use
from load._reserved import PREFIX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.abc import Loader
    from types import CodeType, FrameType, ModuleType
    from typing import Any
else:
    Loader = object

_FACADE = PREFIX[:-1]


class RealModuleLoader(Loader):
    """Loads `load.<name>` by giving its place to the module `<name>` (`importlib.abc.Loader`)."""

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Leave it to the import system; what it makes is thrown away."""

    def exec_module(self, module: ModuleType) -> None:
        """Resolve the real module and put it into `sys.modules` under the name with the prefix."""
        assert module.__spec__ is not None
        fullname = module.__spec__.name
        frame = sys._getframe(1)
        written = tuple(name.removeprefix(PREFIX) for name in import_names(frame))
        real = by_name(_real_name(fullname), frame, written)
        sys.modules[fullname] = real
        _lay_out_children(fullname, real)
        _spare_parent(fullname, real)

    def get_code(self, fullname: str) -> CodeType | None:
        """The code of the real module, for `python -m load.http.server` (`importlib.abc.InspectLoader`)."""
        found = find(_target_of(fullname[len(PREFIX) :]))
        get_code = getattr(found.loader, "get_code", None) if found is not None else None
        code: CodeType | None = get_code(found.name) if found is not None and get_code is not None else None
        return code


_LOADER = RealModuleLoader()


def describe(fullname: str, frame: FrameType) -> ModuleSpec | None:
    """Describe `load.<name>` for the import system, or for whoever asks where it is.

    Args:
        fullname: the name, with the prefix.
        frame: the frame that called `find_spec`.

    Returns:
        For an import statement a spec in any case: what is missing becomes the Resolver's own error once it is loaded.
        For a question (`importlib.util.find_spec`, a completer) a spec only where loading it would install nothing.

    Raises:
        ResolveError: the import of a name that `load` keeps for itself and that is not a module.
    """
    name = fullname[len(PREFIX) :]
    importer = importing_frame(frame)
    if importer is not None and not _is_question(importer):
        if is_own(name):
            if is_lazy_use(importer):  # 3.15 looks for a submodule before it asks for the attribute
                return None
            raise _no_module(name)
        return ModuleSpec(fullname, _LOADER, origin=_FACADE)
    return _describe_present(fullname, name, only_loaded=importer is not None and is_completer(importer))


def _is_question(importer: FrameType) -> bool:
    """Whether an import only serves to see what there is: `find_spec` imports the parents of a dotted name."""
    return is_completer(importer) or importer.f_globals.get("__name__") == "importlib.util"


def _describe_present(fullname: str, name: str, *, only_loaded: bool) -> ModuleSpec | None:
    target = _target_of(name)
    if is_own(name) or (only_loaded and target not in sys.modules):
        return None
    found = find(target)
    if found is None:
        return None
    spec = ModuleSpec(fullname, _LOADER, origin=found.origin, is_package=found.submodule_search_locations is not None)
    if found.submodule_search_locations is not None:
        spec.submodule_search_locations = list(found.submodule_search_locations)
    return spec


def _target_of(name: str) -> str:
    from load._api.availability import present_name

    return present_name(name)


def _no_module(name: str) -> Exception:
    from load.errors import ResolveError

    root = name.partition(".")[0]
    return ResolveError(
        f"{PREFIX}{root} is part of load itself, and no module.",
        hint=f'write "from load import {root}"; for a package of that name, load({name!r})',
        name=name,
    )


def _real_name(fullname: str) -> str:
    """The import name that stands behind the prefix; below an alias, that of what the alias led to."""
    root, dot, rest = fullname[len(PREFIX) :].partition(".")
    reached = sys.modules.get(PREFIX + root)
    if not dot or reached is None or sys.modules.get(root) is reached:
        return root + dot + rest
    return f"{reached.__name__}.{rest}"


def _lay_out_children(fullname: str, real: ModuleType) -> None:
    """Some modules are no packages, but bring submodules with them: `os.path` must be found as `load.os.path`."""
    if hasattr(real, "__path__"):
        return
    beginning = f"{_real_name(fullname)}."
    for name, module in list(sys.modules.items()):
        if name.startswith(beginning):
            sys.modules.setdefault(PREFIX + name, module)


def _spare_parent(fullname: str, real: ModuleType) -> None:
    """Keep the import system from writing into the real package.

    After an import it sets the submodule as an attribute of its parent. A package may have put something else under
    that name (a function called like its module), and that is to stay.
    """
    parent, _, child = fullname.rpartition(".")
    package = sys.modules[parent]
    if parent != _FACADE and vars(package).get(child) is not real:
        sys.modules[parent] = _Shield(parent, package)  # type: ignore[assignment]


class _Shield:
    """Takes a package's place in `sys.modules` for the one attribute that is about to be set, and does not set it."""

    def __init__(self, name: str, package: ModuleType) -> None:
        self.__dict__.update(_name=name, _package=package)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._package, name)

    def __setattr__(self, name: str, value: object) -> None:
        sys.modules[self._name] = self._package
