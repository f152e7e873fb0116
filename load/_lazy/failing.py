"""A name of a lazy package that could not be resolved, and why: the package, what it needs, or the declaration."""

from __future__ import annotations

import sys

from load._lazy import missing as way_out
from load.errors import AttributeNotFound, ImportFailed, ResolveError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


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

    def handle(self, error: Exception, extras: Mapping[str, str], missing: str) -> Any:
        """What stands in for the name; the error where nothing does.

        Raises:
            AttributeNotFound: the module has no such attribute.
            ImportFailed: the module's own code raised an AttributeError.
            ResolveError: an optional dependency is not installed.
            Exception: the error itself.
        """
        if isinstance(error, AttributeError):
            raise self._of_attribute(error) from error
        if isinstance(error, ModuleNotFoundError) and self._is_outside(error):
            explained = self._of_dependency(error, extras)
            if missing == "raise":
                raise explained from error
            way_out.warn(explained, 4)
            return way_out.Placeholder(explained) if missing == "warn" else None
        note = f"{self._package}.{self._name} is imported lazily: declared in {self._place}"
        if note not in getattr(error, "__notes__", ()):
            error.add_note(note)
        raise error

    def _of_attribute(self, error: AttributeError) -> ImportError:
        where = f"declared in {self._place}"
        module = sys.modules.get(self._module)
        if module is None or getattr(error, "obj", None) is not module:
            return ImportFailed(
                f"{self._package}.{self._name} could not be imported: {type(error).__name__}: {error}",
                context=(where,),
                hint="see the error above, which the module's own code raised",
                name=self._module,
            )
        from difflib import get_close_matches

        wanted = self._attribute.partition(".")[0]
        close = get_close_matches(wanted, dir(module), n=3)
        return AttributeNotFound(
            f"{self._module!r} has no attribute {wanted!r}, which {self._package}.{self._name} stands for.",
            context=(where,),
            hint=f"did you mean {', '.join(map(repr, close))}?"
            if close
            else f"correct the declaration of {self._name!r}",
            name=self._module,
            attribute=wanted,
        )

    def _is_outside(self, error: ModuleNotFoundError) -> bool:
        """Whether what is missing is no part of the package."""
        root = self._package.partition(".")[0]
        name = error.name or ""
        return bool(name) and name != root and not name.startswith(f"{root}.")

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
