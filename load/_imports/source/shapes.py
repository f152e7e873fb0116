"""The small shapes of a source's tree that the walk asks about."""

from __future__ import annotations

from _ast import Attribute, Call, Constant, DictComp, Expr, Name, Raise, Tuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _ast import AST, AsyncFunctionDef, FunctionDef, GeneratorExp, ListComp, SetComp, arg, expr, stmt
    from collections.abc import Iterable, Iterator

_CATCH_IMPORT_ERRORS = frozenset(
    {"ImportError", "ModuleNotFoundError", "Exception", "BaseException", "LoadError", "ResolveError"}
)
_EXITS = frozenset({"exit", "quit", "_exit", "abort"})


def unwind(node: expr) -> tuple[expr, list[str]]:
    """Split `a.b.c` into what stands at its head and the attributes `["b", "c"]`."""
    chain = []
    while isinstance(node, Attribute):
        chain.append(node.attr)
        node = node.value
    chain.reverse()
    return node, chain


def last_name(node: AST | None) -> str:
    """Give the last part of a dotted name, "" for anything else."""
    if isinstance(node, Attribute):
        return node.attr
    return node.id if isinstance(node, Name) else ""


def catches_import_errors(kind: AST | None) -> bool:
    """Tell whether `except kind:` catches a missing module; None is the bare `except`."""
    if isinstance(kind, Tuple):
        return any(catches_import_errors(item) for item in kind.elts)
    return kind is None or last_name(kind) in _CATCH_IMPORT_ERRORS


def gives_up(body: list[stmt]) -> bool:
    """Tell whether a block ends by raising or exiting, so that what it handles is fatal after all."""
    last = body[-1]
    if isinstance(last, Expr) and isinstance(last.value, Call):
        return last_name(last.value.func) in _EXITS
    return isinstance(last, Raise)


def suppresses_import_errors(manager: expr) -> bool:
    """Tell whether a `with` item is `suppress(ImportError)`."""
    if not isinstance(manager, Call) or last_name(manager.func) != "suppress":
        return False
    return any(catches_import_errors(argument) for argument in manager.args)


def literals(nodes: Iterable[AST]) -> Iterator[tuple[str, int]]:
    """Give those of `nodes` that are strings, with their lines."""
    for node in nodes:
        if isinstance(node, Constant) and isinstance(node.value, str):
            yield node.value, node.lineno


def arguments_of(function: FunctionDef | AsyncFunctionDef) -> Iterator[arg]:
    """Give all parameters of a function."""
    every = function.args
    yield from (*every.posonlyargs, *every.args, *every.kwonlyargs)
    yield from (argument for argument in (every.vararg, every.kwarg) if argument is not None)


def comprehension_parts(node: ListComp | SetComp | DictComp | GeneratorExp) -> tuple[expr, list[expr]]:
    """Give the part of a comprehension that its surroundings evaluate, and those that it evaluates itself."""
    values = [node.key, node.value] if isinstance(node, DictComp) else [node.elt]
    rest = [*values, *(condition for part in node.generators for condition in part.ifs)]
    return node.generators[0].iter, [*rest, *(part.iter for part in node.generators[1:])]


def is_dotted_name(text: str) -> bool:
    """Tell whether `text` is an import name and nothing more."""
    return all(part.isidentifier() for part in text.split("."))


def plain_name(spec: str) -> str:
    """Give the import name of a spec that is no more than `name` or `alias=name`, else ""."""
    alias, sign, target = spec.partition("=")
    name = (target if sign and alias.strip().isidentifier() else spec).strip()
    return name if is_dotted_name(name) else ""
