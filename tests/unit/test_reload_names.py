"""Which names of a module a reload takes out before its new source runs, told from that alone."""

from __future__ import annotations

import ast
import sys

import pytest

from load._imports.reload.names import names_of


def staying(source: str, *names: str) -> set[str]:
    """Those of some names that the module keeps until the source has bound them."""
    found = names_of(ast.parse(source))
    return {name for name in names if not found.goes(name)}


@pytest.mark.parametrize(
    "source",
    [
        "x = 1",
        "x: int = 1",
        "(x, *y), z = 1, 2",
        "import x",
        "import x.y.z",
        "import a.b as x",
        "from a import b as x",
        "def x(): pass",
        "async def x(): pass",
        "class x: pass",
        "try:\n    pass\nfinally:\n    x = 1",
        "def f():\n    global x\n    x = 1",
        "class C:\n    def f(self):\n        global x\n        x = 1",
        "if a:\n    x = 1\ndef f():\n    global x\n    x = 1",
        "try:\n    x\nexcept NameError:\n    x = {}",
        "if 'x' not in globals():\n    x = {}",
        "if not globals().get('x'):\n    x = {}",
        "import sys\nif not hasattr(sys.modules[__name__], 'x'):\n    x = {}",
        "if globals().setdefault('x', 1):\n    x = 2",
        "if vars()['x']:\n    x = 2",
        "for i in y:\n    x += 1",
        "class C(x): pass\nif C:\n    x = 1",
        "def f(a=x): pass\nif f:\n    x = 1",
        "@x\ndef f(): pass\nif f:\n    x = 1",
        "f = lambda a=x: a\nif f:\n    x = 1",
    ],
)
def test_a_name_that_stays(source: str) -> None:
    """It is bound in any case, by a function, or looked at first."""
    assert staying(source, "x") == {"x"}


@pytest.mark.parametrize(
    "source",
    [
        "",
        "y = 1",
        "x: int",
        "del y",
        "if a:\n    x = 1",
        "if a:\n    x = 1\nprint(x)",
        "if a:\n    x = 1\nelse:\n    x = 2",
        "for x in y: pass",
        "for a, x in y: pass",
        "while a:\n    x = 1",
        "with a as b:\n    x = 1",
        "try:\n    import x\nexcept ImportError:\n    x = None",
        "try:\n    y\nexcept E as x:\n    pass",
        "match a:\n    case [x, *y]: pass",
        "match a:\n    case {'k': 1, **x}: pass",
        "match a:\n    case int() as x: pass",
        "[(x := i) for i in y]",
        "if (x := 1) and x: pass",
        "def f():\n    x = 1\n    return x",
        "class C:\n    x = 1",
        "f = lambda: x",
        "print(a.x)",
        "print('x')",
        "def f():\n    if 'x' in globals(): pass\nif a:\n    x = 1",
    ],
)
def test_a_name_that_goes(source: str) -> None:
    """It is bound nowhere, or under a condition, and not looked at before."""
    assert staying(source, "x") == set()


@pytest.mark.skipif(sys.version_info < (3, 12), reason="type aliases came with Python 3.12")
def test_a_type_alias() -> None:
    """Is a name as any other; its parameters are not."""
    assert staying("type x[y] = list[y]", "x", "y") == {"x"}


def test_all_names_of_another_module() -> None:
    """Are told by the modules that they are taken from."""
    assert names_of(ast.parse("from a import *\nfrom ..b import *\nfrom . import *")).stars == [
        ("a", 0),
        ("b", 2),
        ("", 1),
    ]
