"""What became of a reload, in facts and words."""

from __future__ import annotations

from collections.abc import Sequence

from load._display import Told

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any, overload

_SHOWN = 8  # names told in a line; the rest is counted


class ReloadReport(Told, Sequence[str]):
    """The names of the modules that are what their sources say now, in their order, and what else was done.

    It compares equal to a list, or another report, of the same names.

    Attributes:
        planned: what would run, in order, where nothing was done (`dry_run`); else what ran, or was about to.
        patched: module → qualified names of its functions and classes that go on as the objects they were, with their
            new code.
        rebound: module that did not run → its names that stand for new objects now.
        replaced: qualified name, with its module → why it is another object now, and what of the old one is left.
        not_run: module that has the new code of its functions, which is all that was edited of it → why it did not run
            for that: it cannot run twice in a process.
        skipped: module → why it did not run, though something that it needs did, or its file has changed.
        failed: the module whose source, or hook, failed; None where none did.
        rolled_back: modules that had run, or begun to, and are what they were before.
        seconds: how long it took.
    """

    __slots__ = (
        "_left",
        "_names",
        "failed",
        "not_run",
        "patched",
        "planned",
        "rebound",
        "replaced",
        "rolled_back",
        "seconds",
        "skipped",
    )

    def __init__(self, planned: Iterable[str] = (), skipped: Mapping[str, str] | None = None) -> None:
        self._names: tuple[str, ...] = ()
        self.planned: tuple[str, ...] = tuple(planned)
        self.patched: dict[str, tuple[str, ...]] = {}
        self.rebound: dict[str, tuple[str, ...]] = {}
        self.replaced: dict[str, str] = {}
        self._left: Callable[[], dict[str, str]] | dict[str, str] = {}
        self.not_run: dict[str, str] = {}
        self.skipped: dict[str, str] = dict(skipped or {})
        self.failed: str | None = None
        self.rolled_back: tuple[str, ...] = ()
        self.seconds = 0.0

    # -- the names -----------------------------------------------------------------------------------------------------

    if TYPE_CHECKING:

        @overload
        def __getitem__(self, index: int) -> str: ...
        @overload
        def __getitem__(self, index: slice) -> Sequence[str]: ...

    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        return self._names[index]

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (ReloadReport, list, tuple)):
            return self._names == tuple(other)
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]

    @property
    def left(self) -> dict[str, str]:
        """Qualified name, with its module → who still has what it stood for: no reload reaches that.

        A server goes on with the application that it was given, a table with the entry of a function that is gone, and
        a loop that runs with the code that it began with.
        It is looked for when somebody asks first, in a tenth of a second or so.
        """
        if not isinstance(self._left, dict):
            self._left = self._left()
        return self._left

    def __getstate__(self) -> object:
        """What it says in another process: who has what, only this one can tell."""
        _ = self.left
        return super().__getstate__()

    # -- as text and data ----------------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        if self.failed is not None:
            return f"<ReloadReport: {self.failed!r} failed, {len(self.rolled_back)} rolled back>"
        if self._is_plan:
            return f"<ReloadReport: {len(self.planned)} planned, nothing done>"
        return f"<ReloadReport of {list(self._names)!r}>"

    def __str__(self) -> str:
        lines = [self.headline]
        for title, names in (("patched", self.patched), ("rebound", self.rebound)):
            lines += [f"  {title} in {module}: {listed(found)}" for module, found in names.items()]
        lines += [
            f"  not run {name}, but its functions have their new code: {why}" for name, why in self.not_run.items()
        ]
        lines += [f"  replaced {name}: {why}" for name, why in self.replaced.items()]
        lines += [f"  left {name}: the one of before is held by {who}" for name, who in self.left.items()]
        lines += [f"  skipped {name}: {why}" for name, why in self.skipped.items()]
        return "\n".join(lines)

    @property
    def headline(self) -> str:
        """The modules, in one line."""
        took = f" in {self.seconds * 1e3:.1f} ms" if self.seconds else ""
        if self.failed is not None:
            return f"failed: {self.failed}; as before are: {listed(self.rolled_back) or 'all modules'}"
        if self._names:
            names = [f"{name} (its functions alone)" if name in self.not_run else name for name in self._names]
            return f"reloaded{took}: {listed(names)}{self._still}"
        if self._is_plan:
            return f"would reload: {listed(self.planned)}"
        return "nothing to reload"

    @property
    def _is_plan(self) -> bool:
        """Whether nothing was done: what was, took a while, also where all modules stay as they are."""
        return bool(self.planned) and not self._names and not self.seconds

    @property
    def _still(self) -> str:
        if not self.left:
            return ""
        places = {name: place for place, name in enumerate(self._names)}
        # What needs all else, as an application does, ran last.
        name = max(self.left, key=lambda each: places.get(each.rpartition(".")[0], -1))
        who = self.left[name]
        more = f" (and {len(self.left) - 1} more)" if len(self.left) > 1 else ""
        return f"; {name} of before is still held by {who}{more}"

    def as_dict(self) -> dict[str, Any]:
        """The report in the types of JSON."""
        return {
            "reloaded": list(self._names),
            "planned": list(self.planned),
            "patched": {module: list(names) for module, names in self.patched.items()},
            "rebound": {module: list(names) for module, names in self.rebound.items()},
            "replaced": dict(self.replaced),
            "not_run": dict(self.not_run),
            "left": dict(self.left),
            "skipped": dict(self.skipped),
            "failed": self.failed,
            "rolled_back": list(self.rolled_back),
            "seconds": self.seconds,
        }

    # -- filled by the transaction -------------------------------------------------------------------------------------

    def done(self, names: Iterable[str]) -> None:
        """All of it went well."""
        self._names = tuple(names)

    def may_have_left(self, look: Callable[[], dict[str, str]]) -> None:
        """Others may still have something.

        Args:
            look: finds out what, and who.
        """
        self._left = look

    def undone(self, failed: str | None, begun: Iterable[str]) -> None:
        """Nothing of it is left."""
        self.failed = failed
        self.rolled_back = tuple(begun)
        self._names = ()
        self.patched.clear()
        self.rebound.clear()
        self.replaced.clear()
        self.not_run.clear()


def listed(names: Iterable[str]) -> str:
    """Names in a line; of many, the first."""
    every = list(names)
    if len(every) <= _SHOWN + 1:
        return ", ".join(every)
    return f"{', '.join(every[:_SHOWN])} and {len(every) - _SHOWN} more"
