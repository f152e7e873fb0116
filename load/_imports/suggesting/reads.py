"""Which names of a module its code reads, and when: as the module runs, or in functions that ran, or did not.

The compiler has resolved all scopes, so it is read from the code it makes: what it looks up among the globals.
"""

from __future__ import annotations

import ast
import re
from opcode import EXTENDED_ARG, opmap
from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType

    from load._imports.suggesting.usage import Used

_DELETES = (("DELETE_NAME", 0), ("DELETE_GLOBAL", 0))  # which fail where there is no such name
# Instructions that look a name up among the globals, and by how many bits their argument is more than its index.
_SHIFTS = {
    opmap[name]: shift
    for name, shift in (("LOAD_NAME", 0), ("LOAD_GLOBAL", 1), ("LOAD_FROM_DICT_OR_GLOBALS", 0), *_DELETES)
    if name in opmap
}
_OPTIMIZED = 0x1  # CO_OPTIMIZED: the code of a function, not the body of a class
_PART_OF_ITS_SURROUNDINGS = frozenset(("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"))
_GENERIC = "<generic parameters of "
_ANNOTATE = "__annotate__"
_WORDS = re.compile(r"[^\W\d]\w*")


class Reads(NamedTuple):
    """The names that a module's code looks up among its globals.

    Attributes:
        eager: those that are read as the module runs.
        called: name → the functions that read it and ran; or of which nobody knows whether they did.
        idle: name → the functions that read it and did not run.
        annotations: those that stand in annotations; of which some were evaluated, or may have been, are eager, too.
    """

    eager: set[str]
    called: dict[str, list[str]]
    idle: dict[str, list[str]]
    annotations: set[str]


def reads_of(tree: ast.Module, code: CodeType, used: Used | None) -> Reads:
    """Tell which names a module reads.

    Args:
        tree: its source.
        code: the same compiled.
        used: which functions ran; None where that is not known.
    """
    reads = Reads(set(), {}, {}, set())
    todo: list[tuple[CodeType, CodeType | None]] = [(code, None)]
    while todo:
        each, function = todo.pop()
        names = _global_names(each)
        if function is None:
            reads.eager.update(names)
        elif function.co_name == _ANNOTATE:  # Python 3.14 and later: it runs where somebody asks for annotations
            (reads.eager if used is None or _ran(function, used) else reads.annotations).update(names)
        else:
            known = reads.called if used is None or _ran(function, used) else reads.idle
            for name in names:
                known.setdefault(name, []).append(function.co_qualname)
        inner = [part for part in each.co_consts if isinstance(part, type(code))]
        todo += [(part, function if _is_part(part) else part) for part in inner]
    texts = set(_annotation_texts(tree))
    reads.eager.update(name for name in texts if used is None or used.is_evaluated(name))
    reads.annotations.update(texts)
    return reads


def _global_names(code: CodeType) -> set[str]:
    """The names that code itself looks up; `dis` tells the same, ten times as slowly."""
    instructions, names = code.co_code, code.co_names
    found: set[str] = set()
    argument = 0
    for offset in range(0, len(instructions), 2):
        operation = instructions[offset]
        argument = argument << 8 | instructions[offset + 1]
        if operation == EXTENDED_ARG:
            continue
        if operation in _SHIFTS:
            found.add(names[argument >> _SHIFTS[operation]])
        argument = 0
    return found


def _is_part(code: CodeType) -> bool:
    """Whether code runs where it stands: the body of a class, a comprehension, the parameters of a generic."""
    if not code.co_flags & _OPTIMIZED or code.co_name in _PART_OF_ITS_SURROUNDINGS:
        return True
    return code.co_name.startswith(_GENERIC)


def _ran(code: CodeType, used: Used | None) -> bool:
    return used is not None and used.ran(code.co_filename, code.co_firstlineno, code.co_qualname)


def _annotation_texts(tree: ast.Module) -> Iterator[str]:
    """Names in annotations that are texts: quoted ones, and all where `from __future__ import annotations` stands."""
    as_texts = any(
        isinstance(each, ast.ImportFrom) and each.module == "__future__" and _has(each, "annotations")
        for each in tree.body
    )
    for node in ast.walk(tree):
        annotation = node.returns if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) else None
        if isinstance(node, (ast.arg, ast.AnnAssign)):
            annotation = node.annotation
        for part in ast.walk(annotation) if annotation is not None else ():
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                yield from _WORDS.findall(part.value)
            elif as_texts and isinstance(part, ast.Name):
                yield part.id


def _has(statement: ast.ImportFrom, name: str) -> bool:
    return any(alias.name == name for alias in statement.names)


def exported(tree: ast.Module) -> set[str]:
    """The texts in all statements at the top of a module that set or change `__all__`."""
    return {
        part.value
        for node in tree.body
        if any(isinstance(part, ast.Name) and part.id == "__all__" for part in ast.walk(_changed(node)))
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }


def _changed(node: ast.stmt) -> ast.AST:
    """What a statement assigns to, or what it calls a method of."""
    if isinstance(node, ast.Assign):
        return ast.Tuple(node.targets, ast.Store())
    if isinstance(node, (ast.AugAssign, ast.AnnAssign)):
        return node.target
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return node.value.func
    return ast.Pass()


def read_elsewhere(tree: ast.Module, package: str) -> set[str]:
    """What a module reads of others: dotted names, and "module.*" for a star.

    Args:
        tree: its source.
        package: what its relative imports are relative to.
    """
    named, attributes = _named(tree, package)
    return attributes.union(*named.values())


def relied_on(tree: ast.Module, package: str) -> set[str]:
    """What a module reads of packages by dotted names, though no statement of its own names it; somebody else's does.

    Args:
        tree: its source.
        package: what its relative imports are relative to.
    """
    named, attributes = _named(tree, package)
    above = {name for base in named for name in with_parents(base)}
    return attributes.difference(above, *named.values())


def _named(tree: ast.Module, package: str) -> tuple[dict[str, set[str]], set[str]]:
    """The modules that import statements name, with what is taken from each by `from`; and all dotted names read."""
    named: dict[str, set[str]] = {}
    bound: dict[str, str] = {}
    attributes: list[ast.Attribute] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            attributes.append(node)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                root = alias.name.partition(".")[0]
                named.setdefault(alias.name, set())
                bound[alias.asname or root] = alias.name if alias.asname else root
        elif isinstance(node, ast.ImportFrom):
            base = base_of(node, package)
            for alias in node.names if base else ():
                named.setdefault(base or "", set()).add(f"{base}.{alias.name}")
                bound[alias.asname or alias.name] = f"{base}.{alias.name}"
    return named, {_dotted(node, bound) for node in attributes}


def with_parents(module: str) -> tuple[str, ...]:
    """A module after all packages above it, the outermost first."""
    parts = module.split(".")
    return tuple(".".join(parts[:end]) for end in range(1, len(parts) + 1))


def base_of(statement: ast.ImportFrom, package: str) -> str | None:
    """The absolute name of what a `from` names; None where it lies above the package, or there is none."""
    from load._imports.source.edges import resolved

    return resolved("." * statement.level + (statement.module or ""), package)


def _dotted(node: ast.expr, bound: dict[str, str]) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in bound:
        return ""
    return ".".join((bound[node.id], *reversed(parts)))
