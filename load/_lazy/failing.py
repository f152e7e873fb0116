"""A name of a lazy package that could not be resolved, and why: the package, what it needs, or the declaration."""

from __future__ import annotations

import sys
from types import ModuleType

from load._lazy import missing as way_out
from load._lazy.declaration import is_being_imported
from load.errors import AttributeNotFound, ImportFailed, ResolveError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import FrameType
    from typing import Any


# Who looks at every name of whatever module it is given: a name that cannot be had is none to them.
_LOOKERS = frozenset(("IPython", "doctest", "inspect", "jedi", "pydoc", "rlcompleter", "unittest"))


class NoSuchAttribute(AttributeError):
    """What was imported has no such attribute; an AttributeError of its own code is none of these."""

    name: str
    obj: Any


def submodule(owner: Any, part: str, error: AttributeError) -> Any:
    """The submodule of a package where it has no such attribute, as `from package import part` would give it.

    Raises:
        NoSuchAttribute: there is none.
        AttributeError: the error of the owner's own code.
    """
    if getattr(error, "name", None) not in (part, None):  # of something that the owner's hook did
        raise error
    if isinstance(owner, ModuleType) and hasattr(owner, "__path__"):
        full_name = f"{owner.__name__}.{part}"
        try:
            __import__(full_name)
        except ModuleNotFoundError as missing:
            if missing.name != full_name:
                raise
        else:
            return sys.modules[full_name]
    raise NoSuchAttribute(str(error), name=part, obj=owner) from error


def only_looks(frame: FrameType) -> bool:
    """Whether it is somebody who looks at all names there are, and takes no error but an AttributeError."""
    return str(frame.f_globals.get("__name__")).partition(".")[0] in _LOOKERS


class Failure:
    """One failed access.

    Args:
        package: import name of the lazy package.
        place: file and line of its declaration.
        name: the name that was asked for.
        module: the module that it leads to.
        attribute: the attribute of it, or "".
    """

    def __init__(self, package: str, place: str, name: str, module: str, attribute: str) -> None:
        self._package = package
        self._place = place
        self._name = name
        self._module = module
        self._attribute = attribute

    def handle(self, error: Exception, extras: Mapping[str, str], missing: str, user: FrameType) -> Any:
        """What stands in for the name; the error where nothing does.

        Args:
            error: what came.
            extras: as for `attach`.
            missing: as for `attach`.
            user: the frame that wants the name.

        Raises:
            AttributeNotFound: the module has no such attribute.
            AttributeError: it has none yet, as its body still runs: Python looks for a submodule then. Or somebody who
                looks at all names meets one whose optional dependency is not installed.
            ImportFailed: the module's own code raised an AttributeError.
            ResolveError: an optional dependency is not installed.
            Exception: the error itself.
        """
        if isinstance(error, AttributeError):
            raise self._of_attribute(error) from error
        if isinstance(error, ModuleNotFoundError) and self._is_outside(error):
            explained = self._of_dependency(error, extras)
            if missing == "raise":
                if only_looks(user):
                    raise AttributeError(str(explained), name=self._name) from explained
                raise explained from error
            way_out.warn(explained, 4)
            return way_out.Placeholder(explained) if missing == "warn" else None
        note = f"{self._package}.{self._name} is imported lazily: declared in {self._place}"
        if note not in getattr(error, "__notes__", ()):
            error.add_note(note)
        raise error

    def _of_attribute(self, error: AttributeError) -> Exception:
        where = f"declared in {self._place}"
        if not isinstance(error, NoSuchAttribute):
            return ImportFailed(
                f"{self._package}.{self._name} could not be imported: {type(error).__name__}: {error}",
                context=(where,),
                hint="see the error above, which the module's own code raised",
                name=self._module,
            )
        wanted = error.name
        if is_being_imported(sys.modules.get(self._module)):
            from load._lazy.shadowing import guard_also

            guard_also(self._package, self._name, self._module, self._attribute)
            text = (
                f"{self._module!r} has no {wanted!r} yet: it is being imported (most likely due to a circular import)"
            )
            return AttributeError(f"{text}; {where}", name=self._name, obj=sys.modules.get(self._package))
        from difflib import get_close_matches

        close = get_close_matches(wanted, dir(error.obj), n=3)
        owner = getattr(error.obj, "__name__", self._module)
        return AttributeNotFound(
            f"{owner!r} has no attribute {wanted!r}, which {self._package}.{self._name} stands for.",
            context=(where,),
            hint=f"did you mean {', '.join(map(repr, close))}?"
            if close
            else f"correct the declaration of {self._name!r}",
            name=self._module,
            attribute=wanted,
        )

    def _is_outside(self, error: ModuleNotFoundError) -> bool:
        """Whether what is missing is no part of the package."""
        name = error.name or ""
        return name.partition(".")[0] != self._package.partition(".")[0] and way_out.is_absent(name)

    def _of_dependency(self, error: ModuleNotFoundError, extras: Mapping[str, str]) -> ResolveError:
        missing = error.name or ""
        root = missing.partition(".")[0]
        extra = next((extras[key] for key in (missing, root, self._name) if key in extras), "")
        own = _distribution_of(self._package.partition(".")[0])
        distribution = way_out.distribution_of(missing)
        whole = f"{own}[{extra}]" if extra else distribution
        return ResolveError(
            f"{self._package}.{self._name} needs {missing!r}: the distribution {distribution!r} is not installed.",
            context=(f"declared in {self._place}",),
            hint=way_out.command(whole),
            name=error.name,
            distribution=distribution,
            extra=extra,
        )


def _distribution_of(package: str) -> str:
    """The distribution that brings the package itself; its metadata is read only where something is missing."""
    from importlib.metadata import packages_distributions

    found = packages_distributions().get(package)
    return found[0] if found else package
