"""`load run` in its last step: a program in this process does what it does under `python`, to the byte."""

from __future__ import annotations

import os
import py_compile
import signal
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
DRIVER = (
    "from load._cli.execute import run_path, run_module; import sys;"
    " run = run_module if sys.argv[1] == '-m' else run_path;"
    " words = sys.argv[2:] if sys.argv[1] == '-m' else sys.argv[1:];"
    " sys.exit(run(words[0], words))"
)
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals and pipes are different on Windows")


class Outcome(NamedTuple):
    """What a process left: its exit code and what it wrote."""

    code: int
    out: str
    err: str


def environ(**extra: str) -> dict[str, str]:
    """Give an environment in which nothing colours tracebacks, and `load` can be imported."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "FORCE_"))}
    return {**kept, "NO_COLOR": "1", "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **extra}


class Running:
    """A Python process with its input given, whose outcome is asked for later."""

    def __init__(self, *words: str, cwd: Path, merged: bool, extra: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, *words],
            cwd=cwd,
            env=environ(**extra),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if merged else subprocess.PIPE,
        )

    def outcome(self) -> Outcome:
        """Wait for the end."""
        out, err = self._process.communicate(b"first\nsecond\n", timeout=120)
        return Outcome(self._process.returncode, out.decode(), (err or b"").decode())


def same(*words: str, cwd: Path, options: tuple[str, ...] = (), **extra: str) -> Outcome:
    """Hold that `python WORDS` and `load run WORDS` are equal, streams apart and together; give the outcome."""
    ours = (*options, "-c", DRIVER, *words)
    theirs = (*options, *words)
    apart, together = (
        [Running(*command, cwd=cwd, merged=merged, extra=extra) for command in (ours, theirs)]
        for merged in (False, True)
    )
    outcomes = [running.outcome() for running in (*apart, *together)]
    assert outcomes[0] == outcomes[1]
    assert outcomes[2] == outcomes[3]
    return outcomes[1]


def write(folder: Path, name: str, source: str) -> Path:
    """Write a source that is indented as the test is."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(source), encoding="utf-8")
    return path


# Programs whose every byte has to be the same, each with its arguments and exit code.
PROGRAMS: dict[str, tuple[str, int]] = {
    "globals": (
        """
        import sys
        for name, value in list(globals().items()):
            print(name, type(value).__name__, value if name != "__builtins__" else value.__name__)
        print(__loader__.name, __loader__.path, __loader__.get_source("__main__")[:9])
        print(sys.modules["__main__"].__dict__ is globals(), vars(sys.modules["__main__"])["sys"] is sys)
        """,
        0,
    ),
    "argv and path": ("import sys; print(sys.argv, sys.path, __file__, sys.flags.safe_path)", 0),
    "exit code": ("import sys; print('out'); sys.exit(3)", 3),
    "exit none": ("import sys; sys.exit()", 0),
    "exit text": ("import sys; print('out'); sys.exit('fatal: no luck')", 1),
    "exit text without encoding": ("import sys; sys.exit('caf\\u00e9 \\udc80')", 1),
    "exit object": ("raise SystemExit([1, 2])", 1),
    "exit true": ("raise SystemExit(True)", 1),
    "exit negative": ("raise SystemExit(-1)", 255),
    "exit big": ("raise SystemExit(2**40 + 5)", 5),
    "exit subclass": ("class E(SystemExit): code = 7\nraise E(1)", 7),
    "uncaught": (
        """
        print("before")
        def f(depth):
            return 1 / 0 if not depth else f(depth - 1)
        f(3)
        """,
        1,
    ),
    "cause and context": (
        """
        def outer():
            try:
                {}["missing"]
            except KeyError as error:
                try:
                    int("x")
                except ValueError:
                    raise RuntimeError("third") from error
        try:
            outer()
        except RuntimeError:
            undefined_name
        """,
        1,
    ),
    "raised at the top": ("raise ValueError('one\\ntwo')", 1),
    "group and notes": (
        """
        error = ExceptionGroup("several", [ValueError(1), ExceptionGroup("inner", [TypeError(2)])])
        error.add_note("a note")
        raise error
        """,
        1,
    ),
    "recursion": ("import sys\nsys.setrecursionlimit(200)\ndef f(): f()\ntry: f()\nexcept RecursionError: print('deep')", 0),
    "syntax error": ("import os\nprint('never')\nx = = 1\n", 1),
    "indentation error": ("if True:\nprint(1)\n", 1),
    "syntax error of the compiler": ("print('never')\ndef f():\n    return\nreturn 5\n", 1),
    "syntax error within": ("compile('x = (', 'inner.py', 'exec')", 1),
    "syntax error imported": ("import broken_module", 1),
    "import error": ("import no_such_module_at_all", 1),
    "main guard and module": (
        """
        import sys
        if __name__ == "__main__":
            print("main", __spec__, __package__, __doc__)
        """,
        0,
    ),
    "docstring": ("'''The words.'''\nprint(__doc__)", 0),
    "future": (
        """
        from __future__ import annotations
        def f(x: undefined): pass
        print(f.__annotations__, eval("1"), compile("x: y", "s", "exec").co_flags)
        """,
        0,
    ),
    "no inherited future": ("try:\n    def f(x: undefined): pass\n    f.__annotations__\nexcept NameError: print('evaluated')", 0),
    "annotations": ("x: int = 1\nprint(__annotations__)", 0),
    "warning of the compiler": ("x = '\\d'\nprint(x is 'a')", 0),
    "warning": ("import warnings\ndef f(): warnings.warn('old', DeprecationWarning, stacklevel=2)\nf()", 0),
    "inspect": (
        """
        import inspect, linecache, sys
        class C:
            def method(self):
                return 1
        print(inspect.getsource(C), inspect.getsourcefile(C), inspect.getmodule(C))
        print(linecache.getline(__file__, 3), inspect.getsource(sys.modules["__main__"])[:10])
        """,
        0,
    ),
    "dataclass, pickle, typing": (
        """
        import dataclasses, pickle, typing, enum, copy
        @dataclasses.dataclass(order=True, slots=True)
        class Point:
            x: "int"
            y: list["Point"] = dataclasses.field(default_factory=list)
        class Colour(enum.Enum):
            RED = 1
        point = Point(1, [Point(2)])
        print(pickle.loads(pickle.dumps(point)) == point, pickle.loads(pickle.dumps(Colour.RED)) is Colour.RED)
        print(typing.get_type_hints(Point), copy.deepcopy(point), pickle.dumps(Point))
        """,
        0,
    ),
    "atexit": (
        """
        import atexit, sys, threading
        atexit.register(lambda: print("first registered", sorted(n for n in globals() if n.startswith("__"))))
        atexit.register(print, "second registered")
        threading.Thread(target=lambda: (main.join(), print("thread ends"))).start() if 0 else None
        def late():
            threading.main_thread().join()
            print("thread after main")
        threading.Thread(target=late).start()
        print("main ends")
        """,
        0,
    ),
    "atexit after exit": ("import atexit, sys\natexit.register(lambda: print(__file__))\nsys.exit(4)", 4),
    "atexit after error": ("import atexit\natexit.register(lambda: print(globals().get('__file__')))\n1/0", 1),
    "error in atexit": ("import atexit\ndef bad(): 1/0\natexit.register(bad)\nprint('main')", 0),
    "finalizers": ("class D:\n    def __del__(self): print('gone', __name__)\nd = D()\nimport sys; sys.keep = d", 0),
    "error in a thread": ("import threading\nt = threading.Thread(target=lambda: 1/0, name='T')\nt.start(); t.join()\nprint('on')", 0),
    "excepthook": (
        """
        import sys, traceback
        def hook(kind, value, trace):
            print("hook", kind, value, sys.exc_info(), sys.last_value is value, value.__traceback__ is trace)
            traceback.print_exception(kind, value, trace)
            print("file" if "__file__" in globals() else "no file")
        sys.excepthook = hook
        1 / 0
        """,
        1,
    ),
    "excepthook fails": ("import sys\ndef hook(*a): raise ValueError('in hook')\nsys.excepthook = hook\n1/0", 1),
    "excepthook exits": ("import sys\nsys.excepthook = lambda *a: sys.exit(9)\n1/0", 9),
    "excepthook missing": ("import sys\ndel sys.excepthook\n1/0", 1),
    "last exception": (
        """
        import atexit, sys, traceback
        @atexit.register
        def show():
            print(sys.last_type, sys.last_value, [f.name for f in traceback.extract_tb(sys.last_traceback)])
        raise LookupError("x")
        """,
        1,
    ),
    "no exception around": ("import sys; print(sys.exc_info()); raise KeyError('no context')", 1),
    "main deleted": ("import sys, gc\ndel sys.modules['__main__']\ngc.collect()\nprint(len(__name__)); x = [1]; print(x)", 0),
    "main replaced": ("import sys, types\nsys.modules['__main__'] = types.ModuleType('other')\nprint(__name__)\n1/0", 1),
    "main imported": ("import __main__\n__main__.y = 5\nprint(y, __main__)", 0),
    "file deleted": ("del __file__, __cached__\nprint('on')" if sys.version_info < (3, 15) else "del __file__", 0),
    "stdin": ("print(input(), __import__('sys').stdin.read())", 0),
    "stderr closed": ("import sys\nsys.stderr.close()\n1/0", 1),
    "stderr none": ("import sys\nsys.stderr = None\nsys.exit('lost')", 1),
    "stdout closed": ("import sys\nprint('x')\nsys.stdout.close()", 0),
    "interrupt of a kind": ("class K(KeyboardInterrupt): pass\nraise K('own')", 1),
    "os._exit": ("import os; os._exit(11)", 11),
    "unicode": ("print(ascii('żółć'), 'ok')\nraise ValueError('żółć')", 1),
    "doctest": ("'''\n>>> 1 + 1\n3\n'''\nimport doctest\nprint(doctest.testmod())", 0),
    "unittest": ("import unittest\nclass T(unittest.TestCase):\n    def test(self): self.fail('so')\nunittest.main(argv=['x'])", 1),
    "argparse": ("import argparse\nargparse.ArgumentParser().parse_args()", 2),
    "asyncio": ("import asyncio\nasync def main(): await asyncio.sleep(0); 1/0\nasyncio.run(main())", 1),
    "no final newline": ("print(1)", 0),
    "empty": ("", 0),
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_script_does_the_same_as_under_python(name: str, tmp_path: Path) -> None:
    """Output, tracebacks and exit code are equal, with the streams apart and merged."""
    source, code = PROGRAMS[name]
    script = write(tmp_path, "script.py", source)
    write(tmp_path, "broken_module.py", "def f(:\n")
    outcome = same(str(script), "one", "--two", cwd=tmp_path)
    assert outcome.code == code
