"""What would not have been imported without some import statements: all that nothing else leads to."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from load._imports.profiling.profile import ImportProfile, Profile
    from load._imports.suggesting.unneeded import Unneeded


class Imports:
    """Who imports whom, to tell what would not be imported without some of the statements.

    Args:
        profile: what was imported, and by which statements first.
        edges: importer, imported and line of all statements that run with their modules.
    """

    def __init__(self, profile: Profile, edges: Iterable[tuple[str, str, int]]) -> None:
        self._profiles = profile.profiles
        self._edges = set(edges)
        for each in profile:
            line = each.place.rpartition(":")[2]
            self._edges.add((each.importer or each.parent, each.module, int(line) if line.isdigit() else 0))

    def left_without(self, statements: Iterable[Unneeded]) -> set[str]:
        """The modules that would be imported if none of these statements were there."""
        without = {(each.importer, module, each.line) for each in statements for module in each.modules}
        imports: dict[str, list[str]] = {}
        for edge in self._edges - without:
            imports.setdefault(edge[0], []).append(edge[1])
        reached = {name for name in imports if name not in self._profiles}
        todo = list(reached)
        while todo:
            name = todo.pop()
            above = name.rpartition(".")[0]
            for each in (*imports.get(name, ()), *((above,) if above else ())):
                if each not in reached:
                    reached.add(each)
                    todo.append(each)
        return reached

    def is_left(self, module: str, left: set[str]) -> bool:
        """Whether a module would still run; what was there before is no matter of imports."""
        return module not in self._profiles or module in left

    def gone(self, modules: Iterable[ImportProfile], left: set[str]) -> list[ImportProfile]:
        """Those of some modules, and of what came in their course, that would not be imported."""
        every, todo = self._profiles, list(modules)
        found: dict[str, ImportProfile] = {}
        while todo:
            each = todo.pop()
            if each.module not in found:
                found[each.module] = each
                below = (every[name] for name in each.dependencies if name in every)
                todo += [one for one in below if one.parent == each.module]
        return [each for name, each in found.items() if name not in left]
