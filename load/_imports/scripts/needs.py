"""What a script was found to need: plain values, with the conditions under which each need holds."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Literal

    Condition = tuple[Literal["missing", "found"], tuple[str, ...]]


class Need:
    """One module that a script names.

    Attributes:
        name: dotted import name as written (`a.b.c`; for `load.a.b.attr` the whole chain `a.b.attr`). Empty
            where `spec` says more than a name (`numpy>=2`, `./tool.py`): the parser of specs reads it.
        line: line of the first place that names it.
        members: for `from a.b import c` the names `("c",)`, each of which may be a submodule or an attribute.
        via: "import" for import statements and `importlib.import_module`, "load" for the forms of `load`.
        spec: what is asked of `load`, as written; None where `via` is "import".
        deferred: it is named inside a function.
        caught: a missing module would be caught there, or would never be imported (typing only).
        conditions: what must be so for the place to be reached: `("missing", names)` in an
            `except ImportError`, where one of `names` has to be missing; `("found", names)` in its `else`,
            where all have to be there.
    """

    __slots__ = ("caught", "conditions", "deferred", "line", "members", "name", "spec", "via")

    def __init__(
        self,
        name: str,
        line: int,
        *,
        members: tuple[str, ...] = (),
        via: Literal["import", "load"] = "import",
        spec: str | None = None,
        deferred: bool = False,
        caught: bool = False,
        conditions: tuple[Condition, ...] = (),
    ) -> None:
        self.name = name
        self.line = line
        self.members = members
        self.via = via
        self.spec = spec
        self.deferred = deferred
        self.caught = caught
        self.conditions = conditions

    @property
    def root(self) -> str:
        """The top-level name, empty where `name` is."""
        return self.name.partition(".")[0]

    @property
    def optional(self) -> bool:
        """Whether the script may well run without it."""
        return self.caught or bool(self.conditions)

    def is_required(self, found: Callable[[str], bool]) -> bool:
        """Tell whether the script fails without it, given which names `found` says are there."""
        return not self.caught and all(_holds(condition, found) for condition in self.conditions)

    def _facts(self) -> tuple[Any, ...]:
        return tuple(getattr(self, slot) for slot in self.__slots__)

    def __eq__(self, other: object) -> bool:
        return self._facts() == other._facts() if isinstance(other, Need) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._facts())

    def __repr__(self) -> str:
        facts = ", ".join(f"{slot}={getattr(self, slot)!r}" for slot in self.__slots__ if slot != "name")
        return f"Need({self.name!r}, {facts})"


def _holds(condition: Condition, found: Callable[[str], bool]) -> bool:
    kind, names = condition
    if kind == "missing":
        return not all(found(name) for name in names)
    return all(found(name) for name in names)


class ScriptNeeds:
    """All that a script says about what it needs.

    Attributes:
        needs: the modules that it names, in the order of their lines, each way of naming one once.
        requires_python: `requires-python` of its PEP 723 block, as written; None where it does not say.
        dependencies: `dependencies` of that block; None without a block, empty where the block lists none.
        tool: the `[tool]` table of that block.
    """

    __slots__ = ("dependencies", "needs", "requires_python", "tool")

    def __init__(
        self,
        needs: tuple[Need, ...] = (),
        *,
        requires_python: str | None = None,
        dependencies: tuple[str, ...] | None = None,
        tool: dict[str, Any] | None = None,
    ) -> None:
        self.needs = needs
        self.requires_python = requires_python
        self.dependencies = dependencies
        self.tool = tool if tool is not None else {}

    def required(self, found: Callable[[str], bool]) -> tuple[Need, ...]:
        """Give the needs without which the script fails.

        Args:
            found: tells whether a dotted name is there. It decides about fallbacks: what an
                `except ImportError` imports is required where the module tried before it is missing.
        """
        return tuple(need for need in self.needs if need.is_required(found))

    def __repr__(self) -> str:
        return (
            f"ScriptNeeds({self.needs!r}, requires_python={self.requires_python!r}, "
            f"dependencies={self.dependencies!r}, tool={self.tool!r})"
        )
