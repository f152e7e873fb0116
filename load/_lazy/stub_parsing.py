"""What a stub, or the compiled code of a package, imports for others.

A stub exports `from .module import name`, `from .module import name as other`, `from . import module` and
`import package as name`; what comes from `typing` and the like is for the stub itself.
Source: https://typing.readthedocs.io/en/latest/spec/distributing.html#import-conventions
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator
    from dis import Instruction
    from types import CodeType

    Found = dict[str, tuple[str, str]]

_FOR_THE_STUB = frozenset(("__future__", "_typeshed", "abc", "collections.abc", "types", "typing", "typing_extensions"))


def parse_stub(path: str) -> Found:
    """What the stub at `path` exports: name → module and attribute.

    Raises:
        SourceError: it cannot be parsed, or has a star import; the error says where.
    """
    import ast

    from load.errors import SourceError

    try:
        with open(path, "rb") as file:
            tree = ast.parse(file.read(), path)
    except (SyntaxError, ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None) or 0
        raise SourceError(
            f"The stub {path} cannot be parsed: {getattr(error, 'msg', None) or error}.",
            context=(f"{path}:{line}",),
            hint="correct the stub; a type checker shows the place",
        ) from error
    return exports_of(tree, path)


def exports_of(tree: ast.Module, path: str) -> Found:
    """What a parsed stub exports.

    Raises:
        SourceError: it has a star import.
    """
    found: Found = {}
    for node in _imports(tree):
        _take(node, found, path)
    return found


def _imports(tree: ast.Module) -> Iterator[ast.Import | ast.ImportFrom]:
    """The imports at the top, and those below conditions there (`sys.version_info`, `TYPE_CHECKING`)."""
    import ast

    todo: list[ast.stmt] = list(tree.body)
    while todo:
        node = todo.pop(0)
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield node
        elif isinstance(node, ast.If):
            todo[:0] = [*_branch(node)]


def _branch(node: ast.If) -> list[ast.stmt]:
    """What a type checker sees of a condition: the branch that holds for this Python, else both."""
    from load._truth import holds_for_checkers

    holds = holds_for_checkers(node.test)
    return [*(node.body if holds is not False else ()), *(node.orelse if holds is not True else ())]


def _take(node: ast.Import | ast.ImportFrom, found: Found, path: str) -> None:
    import ast

    if isinstance(node, ast.Import):
        for each in node.names:
            if each.asname is not None:  # `import a.b` alone exports nothing
                found[each.asname] = (each.name, "")
        return
    module = f"{'.' * node.level}{node.module or ''}"
    for each in node.names:
        if each.name == "*":
            from load.errors import SourceError

            raise SourceError(
                f"The stub {path} has a star import, which cannot be lazy.",
                context=(f"{path}:{node.lineno}: from {module} import *",),
                hint="name what it brings",
            )
        if module in _FOR_THE_STUB and each.asname is None:
            continue
        name = each.asname or each.name
        is_module = not node.module
        found[name] = (f"{module}{each.name}", "") if is_module else (module, each.name)


def parse_code(code: CodeType) -> Found:
    """What a package's compiled body imports below `if TYPE_CHECKING:`, read from its instructions.

    That is there where neither stub nor source were shipped, as in a frozen program.
    """
    import dis

    reader = _Reader()
    for each in dis.get_instructions(code):
        reader.read(each)
    return {name: target for name, target in reader.found.items() if target[0].lstrip(".") not in _FOR_THE_STUB}


class _Reader:
    """Follows the instructions of a body; only what stands below the condition counts."""

    def __init__(self) -> None:
        self.found: Found = {}
        self._end = -1  # the offset that the branch below the condition ends at
        self._condition = ""
        self._level = 0
        self._names: tuple[object, ...] | None = None
        self._module = ""
        self._attribute = ""
        self._whole = False

    def read(self, instruction: Instruction) -> None:
        name = instruction.opname
        if name.startswith("POP_JUMP") and self._condition == "TYPE_CHECKING":
            self._end = max(self._end, int(instruction.argval))
        elif name in ("LOAD_CONST", "LOAD_SMALL_INT"):
            self._constant(instruction.argval)
        elif name == "IMPORT_FROM":
            self._attribute = str(instruction.argval)
        elif instruction.offset < self._end and name in ("IMPORT_NAME", "STORE_NAME"):
            (self._import if name == "IMPORT_NAME" else self._store)(str(instruction.argval))
        if name in ("LOAD_NAME", "LOAD_GLOBAL", "LOAD_ATTR"):
            self._condition = str(instruction.argval)
        elif name not in ("CACHE", "NOT_TAKEN", "TO_BOOL", "EXTENDED_ARG"):
            self._condition = ""

    def _constant(self, value: object) -> None:
        """An import loads its level, and then the names that it takes, if it takes any."""
        if isinstance(value, int):
            self._level, self._names = value, None
        elif isinstance(value, tuple):
            self._names = value

    def _import(self, module: str) -> None:
        self._module = f"{'.' * self._level}{module}"
        self._whole = self._names is None  # `import module as name`
        self._attribute = ""

    def _store(self, name: str) -> None:
        if self._whole:
            self.found[name] = (self._module, "")
        elif self._attribute:
            is_module = not self._module.strip(".")
            self.found[name] = (
                (f"{self._module}{self._attribute}", "") if is_module else (self._module, self._attribute)
            )
        self._attribute, self._whole = "", False
