"""The types of the specialised exports, made from their tables: `python -m tests.support.exports_stub` writes them.

What a name stands for, a module, a class or a function, is seen by looking: the packages have to be installed. What is
not there keeps what the file says of it.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_overloads

from load.exports import _tables
from load.exports._special import SpecializedExports

STUB = Path(str(_tables.__file__)).with_suffix(".pyi")
HEAD = """\
# The types of the names of the tables: made by `python -m tests.support.exports_stub`, as a test sees.
# Of what is not installed nothing is known, which is no error of whoever reads it.
# mypy: disable-error-code="attr-defined, import-not-found, import-untyped"
# ruff: noqa: I001, ICN001, N812 - in the order of the tables, by the names of these
from collections.abc import Callable
from typing import Any

from load.exports._pictures import ImageFormat
from load.exports._special import SpecializedExports
"""
Kinds = dict[str, str]  # name → "import" (of a module or class), "function", "callable" or "value"


def classes() -> list[type[SpecializedExports]]:
    """All that come with `load`, in the order in which they stand."""
    found = vars(_tables).values()
    return [each for each in found if inspect.isclass(each) and each.__module__ == _tables.__name__]


def kinds_of(cls: type[SpecializedExports], known: Kinds) -> Kinds:
    """What the names stand for; of what is not there, what is known."""
    exports = cls()
    missing = exports.missing()
    return {
        name: known.get(name, "value") if name in missing else _kind(getattr(exports, name)) for name in cls._entries
    }


def _kind(value: Any) -> str:
    if inspect.ismodule(value) or inspect.isclass(value):
        return "import"
    if inspect.isfunction(value) and not get_overloads(value) and not hasattr(value, "__wrapped__"):
        return "function"
    return "callable" if callable(value) else "value"


def kinds_in(text: str) -> dict[str, Kinds]:
    """What a stub says that names stand for, by class."""
    return {
        node.name: {name: kind for each in node.body for name, kind in _said(each)}
        for node in ast.parse(text).body
        if isinstance(node, ast.ClassDef)
    }


def _said(node: ast.stmt) -> Iterator[tuple[str, str]]:
    match node:
        case ast.Import(names=[ast.alias(asname=str(name))]) | ast.ImportFrom(names=[ast.alias(asname=str(name))]):
            yield name, "import"
        case ast.Assign(targets=[ast.Name(id=name)]):
            yield name, "function"
        case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation):
            yield name, "value" if isinstance(annotation, ast.Name) else "callable"


def text_of(kinds: dict[str, Kinds]) -> str:
    """The stub."""
    functions: list[str] = []
    bodies: list[str] = []
    for cls in classes():
        known = kinds.get(cls.__name__, {})
        lines = [_line(cls, name, known.get(name, "value"), functions) for name in cls._entries]
        lines += [f"def {name}{inspect.signature(method)}: ..." for name, method in _methods(cls)]
        bodies.append(f"class {cls.__name__}(SpecializedExports):\n" + "".join(_spaced(lines)))
    return "\n".join([HEAD + "".join(functions), *bodies]).replace("'", "")


def _spaced(lines: list[str]) -> Iterator[str]:
    """The body of a class, with what ruff puts between imports and what follows them."""
    was_import = False
    for line in lines:
        is_import = line.startswith(("import ", "from "))
        yield "\n" if was_import and not is_import else ""
        yield f"    {line}\n"
        was_import = is_import


def _line(cls: type[SpecializedExports], name: str, kind: str, functions: list[str]) -> str:
    reference = cls._entries[name].reference
    home, _, last = ".".join(filter(None, (reference.module, reference.attribute))).rpartition(".")
    if kind == "import":
        return f"from {home} import {last} as {name}" if home else f"import {last} as {name}"
    if kind == "function":
        alias = f"_{cls.package}_{name}"
        functions.append(f"from {home} import {last} as {alias}\n")
        return f"{name} = staticmethod({alias})"
    return f"{name}: {'Callable[..., Any]' if kind == 'callable' else 'Any'}  # {home}.{last}"


def _methods(cls: type) -> list[tuple[str, Any]]:
    found = vars(cls).items()
    return [(name, value) for name, value in found if inspect.isfunction(value) and not name.startswith("_")]


def main() -> None:
    """Look at all packages, and write the file."""
    known = kinds_in(STUB.read_text(encoding="utf-8")) if STUB.exists() else {}
    found = {cls.__name__: kinds_of(cls, known.get(cls.__name__, {})) for cls in classes()}
    STUB.write_text(text_of(found), encoding="utf-8")


if __name__ == "__main__":
    main()
