"""Whether a package stays lazy: what its import brings, how long that takes, and who brought what should not be there.

It is looked at in a fresh process, as a process in which other things were imported already tells nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    # importer, and the frames (file, line, function) from the import out to the importer's body
    Importers = Mapping[str, tuple[str, Sequence[tuple[str, int, str]]]]


class Laziness:
    """What the import of a package brings.

    Attributes:
        package: its import name.
        modules: the modules that come with it, in the order in which they came.
        seconds: how long it takes.
    """

    def __init__(self, package: str, modules: Sequence[str], seconds: float, importers: Importers) -> None:
        self.package = package
        self.modules = tuple(modules)
        self.seconds = seconds
        self._importers = dict(importers)

    def __repr__(self) -> str:
        return f"<Laziness of {self.package!r}: {len(self.modules)} modules, {self.seconds * 1e3:.1f} ms>"

    def is_loaded(self, name: str) -> bool:
        """Whether a module, or anything below it, comes along."""
        return any(each == name or each.startswith(f"{name}.") for each in self.modules)

    def chain(self, name: str) -> list[str]:
        """Who brought a module, as lines "file:line imports name", from the package down to it.

        Where a function imports it, or uses what is imported lazily, the calls that lead there are lines as well.
        """
        parts: list[list[str]] = []
        below = next((each for each in self.modules if each.startswith(f"{name}.")), name)
        wanted = name if name in self.modules else below
        seen: set[str] = set()
        while wanted in self._importers and wanted not in seen:
            seen.add(wanted)
            importer, frames = self._importers[wanted]
            parts.append(_lines(wanted, frames))
            wanted = importer
        return [line for part in reversed(parts) for line in part]

    def check(
        self, not_loaded: Iterable[str] = (), max_modules: int | None = None, max_ms: float | None = None
    ) -> list[str]:
        """What is not as it should be, a text each, with the chain of imports that brought it.

        Args:
            not_loaded: modules that must not come along; one text is one name.
            max_modules: how many may.
            max_ms: how many milliseconds it may take.

        Raises:
            SourceError: something in `not_loaded` is not an import name, and would never be loaded.
        """
        facts: list[str] = []
        for name in [not_loaded] if isinstance(not_loaded, str) else not_loaded:
            _check_name(name)
            if self.is_loaded(name):
                chain = "".join(f"\n  {line}" for line in self.chain(name))
                facts.append(f"import {self.package} loads {name}{chain and ':'}{chain}")
        if max_modules is not None and len(self.modules) > max_modules:
            facts.append(f"import {self.package} loads {len(self.modules)} modules, more than {max_modules}")
        if max_ms is not None and self.seconds * 1e3 > max_ms:
            facts.append(f"import {self.package} takes {self.seconds * 1e3:.1f} ms, more than {max_ms:g}")
        return facts


def look(package: str, *, rounds: int = 1) -> Laziness:
    """Import a package in a fresh process of this Python, and tell what came.

    Args:
        package: its import name.
        rounds: how many processes; the shortest time counts.

    Raises:
        SourceError: `package` is not an import name.
        ResolveError: it cannot be imported; `context` has the end of what its process said.
    """
    from load._lazy.fresh import ask

    _check_name(package)
    from load._console.status import counted_while

    every = []
    with counted_while(f"looking at what the import of {package} brings", rounds) as step:
        for done in range(rounds):
            step(done, f"round {done + 1} of {rounds}" if rounds > 1 else "")
            every.append(ask(package))
    told = min(every, key=lambda each: each["seconds"])
    return Laziness(package, told["modules"], told["seconds"], told["importers"])


def _check_name(name: Any) -> None:
    from load._reference import Reference
    from load.errors import SourceError

    if not isinstance(name, str):
        raise SourceError(
            f"{name!r} is not an import name.", text=str(name), hint='write it as a text, as "package.module"'
        )
    Reference(name)


def _lines(name: str, frames: Sequence[tuple[str, int, str]]) -> list[str]:
    """The frames as lines, outermost first: calls, and the import itself."""
    lines: list[str] = []
    what = f"imports {name}"
    for file, line, function in frames:
        lines.append(f"{file}:{line} {what}")
        what = f"calls {function}"
    return lines[::-1]
