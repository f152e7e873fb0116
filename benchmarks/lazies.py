"""Handles and lazy packages: what they cost before the first use, and that they cost nothing after it."""

from __future__ import annotations

import importlib
import sys
import timeit
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks.pairs import Figure, compared, printed
from benchmarks.places import Place

NAMES = 200
BY_HAND = """
_NAMES = {names!r}
__all__ = list(_NAMES)
def __getattr__(name):
    if name not in _NAMES:
        raise AttributeError(name)
    from importlib import import_module
    value = globals()[name] = getattr(import_module("." + _NAMES[name], __name__), name)
    return value
def __dir__():
    return __all__
"""
ATTACHED = "import load\n__getattr__, __dir__, __all__ = load.attach(__name__, attributes={entries!r})\n"
STUBBED = "import load\n__getattr__, __dir__, __all__ = load.attach_stub(__name__, __file__)\n"
PEER = "import lazy_loader\n__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submod_attrs={entries!r})\n"
_TIMED = "import time, {first}; started = time.perf_counter(); import {package}; print(time.perf_counter() - started)"
_VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"
_FORWARDS = 10.0 if sys.version_info >= (3, 14) else 2.0


def measure(folder: Path) -> list[Figure]:
    """Handles in this process, packages in fresh ones."""
    return [*_handles(folder), *_packages(folder)]


# -- handles -----------------------------------------------------------------------------------------------------------


def _handles(folder: Path) -> list[Figure]:
    made = [_creation(name, kind) for name, kind in (("json", "present"), ("nothing_of_that_name", "missing"))]
    return [*made, *_accesses(folder)]


def _creation(name: str, kind: str) -> Figure:
    import load

    load.lazy_import(name)
    number = 20_000
    times = [timeit.timeit(lambda: load.lazy_import(name), number=number) / number * 1e6 for _ in range(15)]
    times.sort()
    return Figure(f"a handle on a {kind} module ({_VERSION})", 1.0, times[7], times[0], times[-1], "µs")


def _accesses(folder: Path) -> list[Figure]:
    """An attribute after the first use: by the name that was declared, and from wherever else the handle is held."""
    (folder / "plain_one.py").write_text("value = 1\n", encoding="utf-8")
    (folder / "hooked_one.py").write_text(
        "value = 1\ndef __getattr__(name): raise AttributeError(name)\n", encoding="utf-8"
    )
    declaring = "import load\nplain = load.lazy_import('plain_one')\nhooked = load.lazy_import('hooked_one')\n"
    (folder / "declaring_one.py").write_text(f"{declaring}held = [plain, hooked]\n", encoding="utf-8")
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    declared: Any = importlib.import_module("declaring_one")
    plain, hooked = declared.held
    assert plain.value == hooked.value == 1
    real = importlib.import_module("plain_one"), importlib.import_module("hooked_one")
    return [
        _access("an attribute by the declared name : of the module", 1.2, declared.plain, real[0]),
        _access("an attribute of a handle held elsewhere : of the module", _FORWARDS, plain, real[0]),
        _access("the same for a module with a PEP 562 hook", _FORWARDS, hooked, real[1]),
    ]


def _access(what: str, promise: float, ours: ModuleType, theirs: ModuleType) -> Figure:
    number = 200_000

    def cost(module: ModuleType) -> float:
        # In a function of its own each: an instruction is specialised for what it meets first.
        code = "def run(m, times):\n    for _ in times: " + "m.value;" * 20 + "\n"
        empty = "def run(m, times):\n    for _ in times: " + "m;" * 20 + "\n"
        return min(_timed(code, module, number) for _ in range(3)) - min(
            _timed(empty, module, number) for _ in range(3)
        )

    return compared(f"{what} ({_VERSION})", promise, lambda: cost(ours), lambda: cost(theirs), rounds=11)


def _timed(code: str, module: ModuleType, number: int) -> float:
    from itertools import repeat
    from time import perf_counter

    scope: dict[str, Any] = {}
    exec(code, scope)
    scope["run"](module, repeat(None, 1_000))
    started = perf_counter()
    scope["run"](module, repeat(None, number // 20))
    return perf_counter() - started


# -- packages ----------------------------------------------------------------------------------------------------------


def _packages(folder: Path) -> list[Figure]:
    place = Place(folder / "lazies")
    site = Path(printed([place.python, "-I", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]))
    names = {f"name_{number}": f"part_{number}" for number in range(NAMES)}
    entries = {part: [name] for name, part in names.items()}
    _write(site / "by_hand", BY_HAND.format(names=names), names)
    _write(site / "attached", ATTACHED.format(entries=entries), names)
    _write(site / "of_a_peer", PEER.format(entries=entries), names)
    _write(site / "stubbed", STUBBED, names)
    stub = "".join(f"from .{part} import {name} as {name}\n" for name, part in names.items())
    (site / "stubbed" / "__init__.pyi").write_text(stub, encoding="utf-8")

    def cost(package: str, first: str = "sys") -> float:
        return float(printed([place.python, "-I", "-c", _TIMED.format(package=package, first=first)]))

    what = f"a package of {NAMES} names"
    warm = "load; load.attach; load.attach_stub"
    return [
        _absolute(f"{what}, `load` imported ({_VERSION})", 0.2, lambda: cost("attached", warm)),
        _absolute(f"{what}, cold ({_VERSION})", 1.0, lambda: cost("attached")),
        compared(
            f"{what}, cold : lazy_loader ({_VERSION})",
            1.5,
            lambda: cost("attached"),
            lambda: cost("of_a_peer"),
            rounds=21,
        ),
        compared(
            f"the same from a stub, `load` imported : a `__getattr__` by hand ({_VERSION})",
            1.3,
            lambda: cost("stubbed", warm),
            lambda: cost("by_hand"),
            rounds=41,
        ),
        _resolved(site, names),
    ]


def _absolute(what: str, promise: float, act: Any) -> Figure:
    times = sorted(act() * 1e3 for _ in range(22))[:21]
    return Figure(what, promise, times[10], times[0], times[-1], "ms")


def _resolved(site: Path, names: dict[str, str]) -> Figure:
    sys.path.insert(0, str(site))
    package = importlib.import_module("attached")
    for name in names:
        getattr(package, name)
    plain = ModuleType("plain")
    plain.value = package.value = 1  # type: ignore[attr-defined]
    return _access("an attribute of a lazy package, all resolved : of a module", 1.1, package, plain)


def _write(folder: Path, body: str, names: dict[str, str]) -> None:
    folder.mkdir()
    (folder / "__init__.py").write_text(body, encoding="utf-8")
    for name, part in names.items():
        (folder / f"{part}.py").write_text(f"{name} = 1\n", encoding="utf-8")
