"""Import statements, seen from within the import that they cause: who wrote it, and which names it means.

What tells a statement from a call of `importlib` or `__import__` is the instruction that the importing frame executes;
`f_lasti` and `co_code` are the same whether the code is traced, specialised or instrumented
(https://docs.python.org/3/reference/datamodel.html#frame-objects).
"""

from __future__ import annotations

import sys
from importlib import _bootstrap

from load._caller import is_library_code
from load._instructions import argument_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType

# The frames of an import that comes from nothing but a statement; they do not change while Python runs.
_FIND_SPEC = _bootstrap._find_spec.__code__  # type: ignore[attr-defined]
FIND_AND_LOAD = _bootstrap._find_and_load.__code__  # type: ignore[attr-defined]
_WITHOUT_LOCK = _bootstrap._find_and_load_unlocked.__code__  # type: ignore[attr-defined]
_FINDING = frozenset(("_find_spec", "find_spec"))
_IMPORT_SYSTEM = "<frozen importlib._bootstrap"
_STANDS_IN = "ForLoader."  # the frame of `importlib_bootstrap`, whose code says that it is the import system's
# Where a lazy import (PEP 810) is used first, its name is what is loaded there.
_USES_OF_LAZY = ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS") if sys.version_info >= (3, 15) else ()


def importing_frame(frame: FrameType | None) -> FrameType | None:
    """The frame of the import for which a finder is asked, or None where it is asked without one.

    Args:
        frame: the frame that called `find_spec`; other finders that pass the question on may lie in between.
    """
    if frame is not None and frame.f_code is _FIND_SPEC:
        frame = frame.f_back
        if frame is not None and frame.f_code is _WITHOUT_LOCK:
            return importer_of(frame.f_back)
    while frame is not None and frame.f_code.co_name in _FINDING:
        if frame.f_globals.get("__name__") == "importlib.util":  # a finder asks where another module is
            return None
        frame = frame.f_back
    if frame is None or frame.f_code.co_name != "_find_and_load_unlocked" or not _is_import_system(frame):
        return None
    return importer_of(frame)


def importer_of(frame: FrameType | None) -> FrameType | None:
    """The frame whose import statement, or call, the import system works on; `frame` is one of the import system."""
    while frame is not None and _is_import_system(frame):
        frame = frame.f_back
    return frame


def import_names(frame: FrameType | None) -> tuple[str, ...]:
    """The dotted names that an import statement means, from within the import of a package above them.

    `from a.b import c, d` means `a.b.c` and `a.b.d`, `import a.b.c` just that.
    """
    name = ""
    while frame is not None and (not name or _is_import_system(frame)):
        if frame.f_code.co_name == "_find_and_load" and _is_import_system(frame):
            name = frame.f_locals["name"]
        frame = frame.f_back
    items = _from_list(frame) if frame is not None else ()
    return tuple(f"{name}.{item}" for item in items) if items else (name,)


def is_statement(frame: FrameType) -> bool:
    """Whether the frame that imports is at an import statement, or at the first use of a lazy one (PEP 810)."""
    return _instruction(frame.f_code, frame.f_lasti) == "IMPORT_NAME" or is_lazy_use(frame)


def is_lazy_use(frame: FrameType) -> bool:
    """Whether the frame that imports is at the first use of a lazy import (PEP 810)."""
    return is_lazy_use_at(frame.f_code, frame.f_lasti)


def is_lazy_use_at(code: CodeType, offset: int) -> bool:
    """The same, told by the code and the instruction (`f_lasti`) of the frame."""
    return _instruction(code, offset) in _USES_OF_LAZY


def _instruction(code: CodeType, offset: int) -> str:
    from opcode import opname

    return opname[code.co_code[offset]] if offset >= 0 else ""


def is_library(frame: FrameType) -> bool:
    """Tell whether a frame runs installed code or the standard library, code included that these generate."""
    filename = frame.f_code.co_filename
    if filename.startswith("<"):
        written_in = frame.f_globals.get("__file__")
        return is_library_code(filename) or (isinstance(written_in, str) and is_library_code(written_in))
    return is_library_code(filename)


def _from_list(frame: FrameType) -> tuple[str, ...]:
    """The names that the `from` statement imports which the frame is at; a constant is loaded for it just before."""
    from opcode import EXTENDED_ARG, opmap

    code, instructions, offset = frame.f_code, frame.f_code.co_code, frame.f_lasti
    if offset < 0 or instructions[offset] != opmap["IMPORT_NAME"]:
        return ()
    while instructions[offset - 2] == EXTENDED_ARG:
        offset -= 2
    if instructions[offset - 2] != opmap["LOAD_CONST"]:
        return ()
    constant = code.co_consts[argument_of(instructions, offset - 2, EXTENDED_ARG)]
    return constant if isinstance(constant, tuple) else ()


def _is_import_system(frame: FrameType) -> bool:
    name = frame.f_code.co_filename
    if name[0:1] == "<" and name.startswith(_IMPORT_SYSTEM):
        return not frame.f_code.co_qualname.startswith(_STANDS_IN)  # an extension module runs below that
    return frame.f_globals.get("__name__") == "importlib"
