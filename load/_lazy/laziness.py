"""Whether a package stays lazy: what its import brings, how long that takes, and who brought what should not be there.

It is looked at in a fresh process, as a process in which other things were imported already tells nothing.
"""

from __future__ import annotations

import sys

from load import _process

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

_TIMEOUT = 300.0  # seconds for the import
# What runs in the fresh process. Its finder finds nothing, and notes whose statement each module is looked for by.
_CHILD = """
import sys
_own = ("<frozen importlib._bootstrap>", "<frozen importlib._bootstrap_external>")
_seen = {}
class _Notes:
    @staticmethod
    def find_spec(name, path=None, target=None):
        frame = sys._getframe(1)
        while frame is not None and frame.f_code.co_filename in _own:
            frame = frame.f_back
        if frame is not None:
            _seen.setdefault(name, (frame.f_globals.get("__name__", ""), frame.f_code.co_filename, frame.f_lineno or 0))
        return None
_package, _attributes = sys.argv[1], sys.argv[2:]
_before = set(sys.modules)
import time as _time
_started = _time.perf_counter()
sys.meta_path.insert(0, _Notes)
_module = __import__(_package, fromlist=["*"]) if "." in _package else __import__(_package)
_seconds = _time.perf_counter() - _started
sys.meta_path.remove(_Notes)
_came = [name for name in list(sys.modules) if name not in _before]
import json as _json
sys.stdout.write("\\n" + _json.dumps({"seconds": _seconds, "modules": _came, "importers": _seen}))
"""


class Laziness:
    """What the import of a package brings.

    Attributes:
        package: its import name.
        modules: the modules that come with it, in the order in which they came.
        seconds: how long it takes.
    """

    def __init__(
        self, package: str, modules: Sequence[str], seconds: float, importers: Mapping[str, Sequence[Any]]
    ) -> None:
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
        """Who brought a module, as lines "file:line imports name", from the package down to it."""
        lines: list[str] = []
        below = next((each for each in self.modules if each.startswith(f"{name}.")), name)
        wanted = name if name in self.modules else below
        seen: set[str] = set()
        while wanted in self._importers and wanted not in seen:
            seen.add(wanted)
            importer, file, line = self._importers[wanted]
            lines.append(f"{file}:{line} imports {wanted}")
            if importer == "__main__":
                lines.pop()
                break
            wanted = importer
        return lines[::-1]

    def check(
        self, not_loaded: Sequence[str] = (), max_modules: int | None = None, max_ms: float | None = None
    ) -> list[str]:
        """What is not as it should be, a text each, with the chain of imports that brought it.

        Args:
            not_loaded: modules that must not come along.
            max_modules: how many may.
            max_ms: how many milliseconds it may take.
        """
        facts: list[str] = []
        for name in not_loaded:
            if self.is_loaded(name):
                chain = "".join(f"\n  {line}" for line in self.chain(name))
                facts.append(f"import {self.package} loads {name}:{chain}")
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
        SourceError: `package` is no import name.
        ResolveError: it cannot be imported; `context` has the end of what its process said.
    """
    from load._reference import Reference

    Reference(package)
    return min((_look(package) for _ in range(rounds)), key=lambda each: each.seconds)


def _look(package: str) -> Laziness:
    import json
    import os

    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(each or os.getcwd() for each in sys.path)}
    environ.pop("LOAD_EAGER", None)
    done = _process.run([sys.executable, "-c", _CHILD, package], env=environ, timeout=_TIMEOUT)
    if done.returncode != 0:
        from load.errors import ResolveError

        raise ResolveError(
            f"{package!r} cannot be imported in a fresh process.",
            context=done.stderr.strip().splitlines()[-5:],
            hint=f"{sys.executable} -c 'import {package}'",
            name=package,
        )
    told = json.loads(done.stdout.rpartition("\n")[2])
    return Laziness(package, told["modules"], told["seconds"], told["importers"])
