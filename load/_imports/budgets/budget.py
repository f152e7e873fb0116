"""A budget for imports: how many modules may come, in what time, with how much memory, and which may not.

As a file (TOML), or as `[tool.load.budget]` of a `pyproject.toml`::

    [budget]
    modules = 300               # modules that are imported
    seconds = 0.5               # what all imports take
    bytes = 50_000_000          # resident memory that comes with them
    startup_ratio = 20          # what they take ÷ what this Python takes to start, when the budget is checked
    forbidden = ["torch", "tests.*"]
    allowed_roots = ["mypkg", "numpy"]    # beside the standard library
"""

from __future__ import annotations

import sys

from load._imports.budgets.limits import checked, read_limits
from load._imports.budgets.report import Excess, told
from load._imports.profiling.blame import chain, costliest
from load.errors import ProfileError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator
    from typing import Any

    from load._imports.profiling.profile import ImportProfile, Profile

_MOST_UNKNOWN = 0.1  # of the modules: where the memory of more is not known, that of all is not either
_MOST_CHAINS = 3  # packages, and forbidden modules, that are told of for each limit


class Budget:
    """Limits for what imports may cost.

    Args:
        limits: the limits by their keys, at least one of these:

            * `modules`: how many modules may be imported.
            * `seconds`: how long all imports may take.
            * `bytes`: how much resident memory may come with them.
            * `startup_ratio`: how many times as long they may take as this Python takes to start.
            * `forbidden`: modules that must not be imported, nor anything below them; or patterns with `*`.
            * `allowed_roots`: the only packages that may be imported, besides the standard library.

    Raises:
        ConfigError: there is no such limit, its value is not valid, or no limit is given.
    """

    def __init__(self, **limits: object) -> None:
        self.limits = checked(limits, "Budget()")

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Budget:
        """Read a budget from a TOML file: its table `[budget]`, or the whole file if it has no such table.

        Of a `pyproject.toml`, and of whatever has tables of tools, it is `[tool.load.budget]`.

        Args:
            path: the file.

        Raises:
            ConfigError: the file is missing, not valid TOML, or not a budget.
        """
        import os

        path = os.fspath(path)
        budget = cls.__new__(cls)
        budget.limits = read_limits(path)
        return budget

    def check(self, profile: Profile, startup_seconds: float | None = None) -> list[Excess]:
        """Tell which limits were exceeded, and which imports are to blame.

        Args:
            profile: what was imported.
            startup_seconds: how long this Python takes to start and to end; see `measure_startup`.

        Raises:
            ProfileError: a limit is set for something that was not measured.
        """
        return [excess for key in self.limits for excess in _CHECKS[key](self.limits[key], profile, startup_seconds)]

    def enforce(self, profile: Profile, startup_seconds: float | None = None, *, what: str = "") -> None:
        """Raise an error if a limit is exceeded.

        Args:
            profile: what was imported.
            startup_seconds: as for `check`.
            what: what was profiled, for the message.

        Raises:
            ProfileError: a limit is exceeded, by imports that the error names; or it is set for something that was not
                measured.
        """
        found = self.check(profile, startup_seconds)
        if found:
            raise ProfileError(
                f"{what or 'This run'} is over its budget for imports ({', '.join(_unique(found))}).",
                context=told(found),
                hint="import what is to blame where it is used (load.lazy_import), or raise the limit",
                profile=profile,
            )

    def __repr__(self) -> str:
        return f"Budget({', '.join(f'{key}={value!r}' for key, value in self.limits.items())})"


def measure_startup(rounds: int = 5) -> float:
    """Measure how long this Python takes to start, do nothing and end, in seconds; the best of some rounds.

    Args:
        rounds: how often it is started.

    Raises:
        InstallError: it does not end.
        LoadError: this program is not Python.
    """
    from load import _process
    from load._console.status import counted_while

    command = [sys.executable, "-c", "pass"]
    found: list[float] = []
    with counted_while("measuring how long Python takes to start", rounds) as step:
        for done in range(rounds):
            step(done, "")
            found.append(_process.run(command, timeout=60).seconds)
    return min(found)


def _modules(allowed: int, profile: Profile, _: float | None) -> Iterator[Excess]:
    found = sum(map(_was_found, profile))
    if found > allowed:
        text = f"{found} modules are imported, more than {allowed}"
        yield _excess("modules", allowed, found, text, profile, _was_found, f"{{:.0f}} of {found} modules")


def _seconds(allowed: float, profile: Profile, _: float | None) -> Iterator[Excess]:
    found = _total_seconds(profile)
    if found > allowed:
        text = f"imports take {found:.3f} s, more than {allowed:g} s"
        yield _excess("seconds", allowed, found, text, profile, _own_seconds, "{:.3f} s")


def _bytes(allowed: int, profile: Profile, _: float | None) -> Iterator[Excess]:
    unknown = sum(each.self_memory is None for each in profile)
    if unknown and unknown == len(profile):
        raise _not_measured("bytes", "the memory of these imports was not measured", "profile with memory", profile)
    found = sum(map(_own_bytes, profile))
    if found > allowed:
        text = f"{found:,} bytes come with the imports, more than {allowed:,}"
        yield _excess("bytes", allowed, found, text, profile, _own_bytes, "{:,.0f} bytes")
    elif unknown > len(profile) * _MOST_UNKNOWN:
        fact = f"the memory of {unknown} of {len(profile)} imports is not known, as several threads imported at once"
        raise _not_measured("bytes", fact, "limit the memory of one package (load profile --import NAME)", profile)


def _startup_ratio(allowed: float, profile: Profile, startup_seconds: float | None) -> Iterator[Excess]:
    if not startup_seconds or startup_seconds < 0:
        hint = "pass startup_seconds=measure_startup()"
        raise _not_measured("startup_ratio", "how long Python takes to start was not measured", hint, profile)
    found = _total_seconds(profile) / startup_seconds
    if found > allowed:
        start = f"what Python takes to start ({startup_seconds * 1e3:.1f} ms)"
        text = f"imports take {found:.2f} times {start}, more than {allowed:g} times"
        yield _excess("startup_ratio", allowed, found, text, profile, _own_seconds, "{:.3f} s")


def _forbidden(patterns: tuple[str, ...], profile: Profile, _: float | None) -> Iterator[Excess]:
    for pattern in patterns:
        met = [each.module for each in profile if _was_found(each) and _matches(each.module, pattern)]
        if met:
            by = "" if met[0] == pattern else f", by {pattern!r}"
            yield _named("forbidden", pattern, met, f"{met[0]} is imported, which is forbidden{by}", profile)


def _allowed_roots(roots: tuple[str, ...], profile: Profile, _: float | None) -> Iterator[Excess]:
    allowed = (*roots, __name__.partition(".")[0])  # `load` is there as it looks
    others: dict[str, list[str]] = {}
    for each in profile:
        root = each.module.partition(".")[0]
        if _was_found(each) and root not in allowed and not _is_standard(root):
            others.setdefault(root, []).append(each.module)
    for root, met in others.items():
        text = f"{met[0]} is imported, and {root} is none of the allowed roots"
        yield _named("allowed_roots", roots, met, text, profile)


def _is_standard(root: str) -> bool:
    """Whether a module is Python's own; that of `sysconfig` has the name of the platform."""
    return root in sys.stdlib_module_names or root.startswith("_sysconfigdata_")


_CHECKS: dict[str, Callable[[Any, Profile, float | None], Iterator[Excess]]] = {
    "modules": _modules,
    "seconds": _seconds,
    "bytes": _bytes,
    "startup_ratio": _startup_ratio,
    "forbidden": _forbidden,
    "allowed_roots": _allowed_roots,
}


def _was_found(each: ImportProfile) -> bool:
    """Whether it was there; one that was looked for in vain is not imported, one that failed as it ran is."""
    return bool(each.origin) or not each.errors


def _own_seconds(each: ImportProfile) -> float:
    return each.self_duration


def _own_bytes(each: ImportProfile) -> int:
    return each.self_memory or 0


def _total_seconds(profile: Profile) -> float:
    return sum(map(_own_seconds, profile))


def _matches(module: str, pattern: str) -> bool:
    """Whether a module is what a pattern names, or lies below it."""
    from fnmatch import fnmatchcase

    return fnmatchcase(module, pattern) or fnmatchcase(module, f"{pattern}.*")


def _excess(
    key: str,
    allowed: float,
    found: float,
    text: str,
    profile: Profile,
    cost: Callable[[ImportProfile], float],
    shown: str,
) -> Excess:
    worst = costliest(profile, cost, most=_MOST_CHAINS)
    names = tuple(each.module for each, _ in worst)
    costs = tuple(shown.format(its) for _, its in worst)
    return Excess(key, allowed, found, text, names, tuple(_chain(profile, name) for name in names), costs)


def _named(key: str, allowed: str | tuple[str, ...], met: list[str], text: str, profile: Profile) -> Excess:
    """The excess of modules that must not be there; those that come within another of them are not told of."""
    every = profile.profiles
    several = set(met)
    outermost = [name for name in met if every[name].parent not in several]
    names = tuple(outermost[:_MOST_CHAINS])
    more = len(met) - 1
    text += f" ({more} more like it came along)" if more else ""
    return Excess(key, allowed, met[0], text, names, tuple(_chain(profile, name) for name in names))


def _chain(profile: Profile, module: str) -> tuple[str, ...]:
    return tuple(chain(profile, module))


def _unique(found: list[Excess]) -> list[str]:
    return list(dict.fromkeys(excess.limit for excess in found))


def _not_measured(key: str, fact: str, hint: str, profile: Profile) -> ProfileError:
    return ProfileError(f"The limit {key!r} cannot be checked: {fact}.", hint=hint, profile=profile)
