"""`load run` in its last step: a program in this process does what it does under `python`, to the byte."""

from __future__ import annotations

import os
import py_compile
import re
import signal
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
# `load` is made importable for this alone, so that the program sees the sys.path that it has under python.
DRIVER = f"""
import sys
sys.path.append({str(ROOT)!r})
from load._cli.execute import run_module, run_path
import load.errors
sys.path.remove({str(ROOT)!r})
run, words = (run_module, sys.argv[2:]) if sys.argv[1] == "-m" else (run_path, sys.argv[1:])
sys.exit(run(words[0], words))
"""
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals and pipes are different on Windows")


class Outcome(NamedTuple):
    """What a process left: its exit code and what it wrote."""

    code: int
    out: str
    err: str


def environ(**extra: str) -> dict[str, str]:
    """Give an environment in which nothing colours tracebacks, and `load` can be imported."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "FORCE_"))}
    return {**kept, "NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1", **extra}


def _steady(text: str) -> str:
    """Take out of an output what differs from run to run: addresses, times and reference counts."""
    return re.sub(r"0x[0-9a-fA-F]+|\d+\.\d+s\b|(?<=refcount : )\d+", "*", text)


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
        return Outcome(self._process.returncode, _steady(out.decode()), _steady((err or b"").decode()))


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
    "recursion": ("def f(): f()\ntry: f()\nexcept RecursionError: print('deep')", 0),
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
    "no inherited future": ("def f():\n    def g(x: undefined): pass\n    return g.__annotations__\nf()", 1),
    "annotations": ("x: int = 1\nprint(globals().get('__annotations__'))", 0),
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
    "error in a thread": ("import threading as t\nt = t.Thread(target=lambda: 1/0)\nt.start(); t.join()", 0),
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
    "main deleted": ("import sys, gc\ndel sys.modules['__main__']\ngc.collect()\nx = [1]; print(x, __name__)", 0),
    "main replaced": ("import sys\nsys.modules['__main__'] = type(sys)('other')\nprint(__name__)\n1/0", 1),
    "main imported": ("import __main__\n__main__.y = 5\nprint(y, __main__)", 0),
    "file deleted": ("del __file__, __cached__\nprint('on')" if sys.version_info < (3, 15) else "del __file__", 0),
    "stdin": ("print(input(), __import__('sys').stdin.read())", 0),
    "stderr closed": ("import sys\nsys.stderr.close()\n1/0", 1),
    "stderr none": ("import sys\nsys.stderr = None\nsys.exit('lost')", 1),
    "stdout closed": ("import sys\nprint('x')\nsys.stdout.close()", 0),
    "interrupt of a kind": (
        "class K(KeyboardInterrupt): pass\nraise K('own')",
        -2 if sys.version_info >= (3, 14) and sys.platform != "win32" else 1,
    ),
    "os._exit": ("import os; os._exit(11)", 11),
    "unicode": ("print(ascii('żółć'), 'ok')\nraise ValueError('żółć')", 1),
    "doctest": ("'''\n>>> 1 + 1\n3\n'''\nimport doctest\nprint(doctest.testmod())", 0),
    "unittest": ("import unittest as u\nclass T(u.TestCase):\n    def test(self): self.fail()\nu.main(argv=['x'])", 1),
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


SHOW = "import sys; print(sys.argv, sys.path, __file__, __spec__, __package__, __loader__.__class__.__name__)\n"


@pytest.mark.parametrize(
    "word", ["script.py", "./script.py", "sub/../script.py", "././script.py", "sub/inner.py", "../lab/script.py"]
)
def test_a_relative_path_is_made_absolute_as_python_does(word: str, tmp_path: Path) -> None:
    """`__file__` keeps what was typed behind the working directory; sys.path has the real folder."""
    lab = tmp_path / "lab"
    write(lab, "script.py", SHOW)
    write(lab, "sub/inner.py", SHOW)
    assert same(word, "arg", cwd=lab).code == 0


@POSIX
def test_links_to_scripts_and_folders_are_followed_for_the_path_alone(tmp_path: Path) -> None:
    """sys.path has the folder in which the script really lies, `__file__` what was typed."""
    write(tmp_path, "real/script.py", SHOW + "import beside\n")
    write(tmp_path, "real/beside.py", "print('beside')")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "tool").symlink_to("../real/script.py")
    (tmp_path / "bin" / "again").symlink_to("tool")
    (tmp_path / "folder").symlink_to("real")
    for word in ("bin/tool", "bin/again", "folder/script.py", str(tmp_path / "bin" / "tool")):
        assert "beside" in same(word, cwd=tmp_path).out


@pytest.mark.parametrize("options", ["-P", "-I", "-E", "-O", "-OO", "-s", "-Werror", "-Xdev"])
def test_options_of_the_interpreter_hold(options: str, tmp_path: Path) -> None:
    """Safe path, isolation, optimisation and warnings are what the process was started with."""
    script = SHOW + "print(__debug__, sys.flags, __doc__)\nassert 0, 'on'\nx = '\\d'\n"
    write(tmp_path, "script.py", script)
    write(tmp_path, "folder/__main__.py", SHOW)
    write(tmp_path, "module.py", SHOW)
    for words in (("script.py", "a"), ("folder", "a"), ("-m", "module", "a")):
        same(*words, cwd=tmp_path, options=(options,))


def test_the_safe_path_of_the_environment_holds(tmp_path: Path) -> None:
    """PYTHONSAFEPATH keeps the script's folder away, but not a folder that is run."""
    write(tmp_path, "folder/__main__.py", SHOW)
    write(tmp_path, "script.py", "import sys; print(sys.path)")
    assert str(tmp_path) not in same("script.py", cwd=tmp_path, PYTHONSAFEPATH="1").out
    assert str(tmp_path) in same("folder", cwd=tmp_path, PYTHONSAFEPATH="1").out
    same("-m", "json.tool", cwd=tmp_path, PYTHONSAFEPATH="1")


FAILING = SHOW + "import sibling\nprint(len(sys.modules['__main__'].__dict__))\n1 / 0\n"


def test_folders_and_archives_are_run_by_their_main(tmp_path: Path) -> None:
    """Also with a line for the shell before the archive, and where they fail."""
    write(tmp_path, "app/__main__.py", FAILING)
    write(tmp_path, "app/sibling.py", "print('sibling', __name__)")
    archive = tmp_path / "app.zip"
    with zipfile.ZipFile(archive, "w") as bundle:
        bundle.write(tmp_path / "app" / "__main__.py", "__main__.py")
        bundle.write(tmp_path / "app" / "sibling.py", "sibling.py")
    (tmp_path / "app.pyz").write_bytes(b"#!/usr/bin/env python\n" + archive.read_bytes())
    for word in ("app", "./app", "app/", str(tmp_path / "app"), "app.zip", "app.pyz"):
        assert same(word, "arg", cwd=tmp_path).code == 1


def test_a_folder_without_a_main_says_so(tmp_path: Path) -> None:
    """The words and the exit code are Python's."""
    (tmp_path / "empty").mkdir()
    write(tmp_path, "failing/__main__.py", "import no_such_module_at_all")
    outcome = same("empty", cwd=tmp_path)
    assert (outcome.code, "can't find '__main__' module in" in outcome.err) == (1, True)
    assert same("failing", cwd=tmp_path).code == 1


def test_bytecode_is_run_under_any_name(tmp_path: Path) -> None:
    """A `.pyc` file, one that is named otherwise, and broken ones do what they do under Python."""
    source = write(tmp_path, "source.py", SHOW + "def f(): 1 / 0\nf()\n")
    py_compile.compile(str(source), cfile=str(tmp_path / "code.pyc"))
    whole = (tmp_path / "code.pyc").read_bytes()
    (tmp_path / "renamed").write_bytes(whole)
    (tmp_path / "magic.pyc").write_bytes(b"\0\0\r\n" + whole[4:])
    (tmp_path / "data.pyc").write_bytes(whole[:16] + b"i\x01\0\0\0")
    for word in ("code.pyc", "renamed", "magic.pyc", "data.pyc"):
        assert same(word, cwd=tmp_path).code == 1


SOURCES = {
    "latin cookie": "# coding: latin-1\nprint(ascii('caf\xe9'))\n".encode("latin-1"),
    "cookie on the second line": "#!/bin/sh\n# -*- coding: cp1252 -*-\nprint(ascii('\u20ac'))\n".encode("cp1252"),
    "mark": b"\xef\xbb\xbfprint(ascii('caf\xc3\xa9'))\n1/0\n",
    "mark and cookie": b"\xef\xbb\xbf# coding: utf-8\nprint(ascii('caf\xc3\xa9'))\n",
    "windows lines": b"if True:\r\n    print('''a\r\nb'''.encode())\r\n1/0\r\n",
    "old lines": b"print(1)\rprint(2)\r",
    "form feed": b"print(1)\n\x0c\nprint(2)\n",
    "no end": b"if 1:\n  print(1)\n  # done",
    "continuation": b"x = 1 + \\\n  2\nprint(x)",
    "accents in a traceback": "def f(): raise ValueError('\u017c\u00f3\u0142\u0107')\nf()".encode(),
}


@pytest.mark.parametrize("name", SOURCES)
def test_bytes_of_every_kind_are_read_as_python_reads_them(name: str, tmp_path: Path) -> None:
    """Cookies, marks and line ends make no difference between the two."""
    (tmp_path / "script.py").write_bytes(SOURCES[name])
    assert "SyntaxError" not in same("script.py", cwd=tmp_path).err


NO_SOURCES = {
    "not UTF-8": b"print('never')\nx = 'caf\xe9'\n",
    "unknown cookie": b"# coding: no-such\n",
    "null byte": b"print(1)\n\x00\n",
    "mark against cookie": b"\xef\xbb\xbf# coding: latin-1\n",
}


@pytest.mark.parametrize("name", NO_SOURCES)
def test_bytes_that_are_no_source_fail_in_both(name: str, tmp_path: Path) -> None:
    """The interpreter reads files otherwise than `compile` reads bytes: the words may differ, not kind and code."""
    (tmp_path / "script.py").write_bytes(NO_SOURCES[name])
    commands = (("script.py",), ("-c", DRIVER, "script.py"))
    theirs, ours = (Running(*words, cwd=tmp_path, merged=False, extra={}).outcome() for words in commands)
    assert (ours.code, ours.out) == (theirs.code, theirs.out) == (1, "")
    assert "SyntaxError" in ours.err
    assert "Traceback" not in ours.err


MODULES = {
    "single": ("single", 0),
    "package": ("package", 1),
    "package.inner": ("package.inner", 0),
    "package.__main__": ("package.__main__", 1),
    "no main": ("bare", 1),
    "missing": ("no_such_module_at_all", 1),
    "missing below": ("package.none", 1),
    "missing inside": ("wanting", 1),
    "standard library": ("this", 0),
    "extension": ("math", 1),
    "built in": ("sys", 1),
    "a file": ("single.py", 1),
    "relative": (".single", 1),
    "syntax error": ("broken", 1),
    "exits": ("exiting", 5),
    "interrupted": ("interrupting", -2 if sys.platform != "win32" else 0xC000013A),
}


@pytest.mark.parametrize("name", MODULES)
def test_a_module_does_the_same_as_under_python(name: str, tmp_path: Path) -> None:
    """`-m` is equal to the byte, runpy's frames in tracebacks and all."""
    module, code = MODULES[name]
    write(tmp_path, "single.py", SHOW + "print(list(globals()))\n")
    write(tmp_path, "package/__init__.py", "import sys; print('package', sys.argv, __name__)")
    write(tmp_path, "package/__main__.py", SHOW + "from . import inner\nraise ValueError('end')\n")
    write(tmp_path, "package/inner.py", "print(__name__, __package__, __spec__.name)")
    write(tmp_path, "bare/__init__.py", "")
    write(tmp_path, "wanting.py", "import no_such_module_at_all")
    write(tmp_path, "broken.py", "x = = 1")
    write(tmp_path, "exiting.py", "print('out'); raise SystemExit(5)")
    write(tmp_path, "interrupting.py", "print('out'); raise KeyboardInterrupt")
    assert same("-m", module, "arg", cwd=tmp_path).code == code


@POSIX
@pytest.mark.parametrize(
    "how", ["raise KeyboardInterrupt", "import os, signal; os.kill(os.getpid(), signal.SIGINT); input()"]
)
def test_an_interrupt_shows_its_traceback_and_ends_by_the_signal(how: str, tmp_path: Path) -> None:
    """The shell that waits has to see the signal; what is registered with atexit runs before."""
    write(tmp_path, "script.py", f"import atexit\natexit.register(print, 'at exit')\nprint('out')\n{how}\n")
    outcome = same("script.py", cwd=tmp_path)
    assert outcome.code == -signal.SIGINT
    assert outcome.out == "out\nat exit\n"
    assert outcome.err.count("KeyboardInterrupt") - how.count("KeyboardInterrupt") == 1


@POSIX
@pytest.mark.parametrize("source", ["while True: print('x' * 1000)", "print('in the buffer')"])
def test_a_reader_that_goes_away_ends_both_alike(source: str, tmp_path: Path) -> None:
    """A broken pipe is an uncaught error where it is noticed, and one at the exit (code 120)."""
    write(tmp_path, "script.py", source)
    outcomes = []
    for words in (("script.py",), ("-c", DRIVER, "script.py")):
        reading, writing = os.pipe()
        os.close(reading)
        command = [sys.executable, *words]
        done = subprocess.run(command, cwd=tmp_path, env=environ(), stdout=writing, stderr=subprocess.PIPE, check=False)
        os.close(writing)
        outcomes.append((done.returncode, _steady(done.stderr.decode())))
    assert outcomes[0] == outcomes[1]
    assert outcomes[0][0] in (1, 120)


@POSIX
def test_a_script_that_is_a_pipe_is_read_once(tmp_path: Path) -> None:
    """Bytes that were read for the scan are run; nothing is asked of the pipe again."""
    os.mkfifo(tmp_path / "pipe")
    code = (
        f"import sys; sys.path.append({str(ROOT)!r}); from load._cli.execute import run_path;"
        " sys.exit(run_path('pipe', ['pipe'], source=b'import sys; print(sys.argv, __name__); sys.exit(6)'))"
    )
    outcome = Running("-c", code, cwd=tmp_path, merged=False, extra={}).outcome()
    assert outcome == Outcome(6, "['pipe'] __main__\n", "")


SPAWNING = """
    import multiprocessing, concurrent.futures, dataclasses, os, sys
    @dataclasses.dataclass
    class Job:
        number: int
    def work(job):
        return Job(job.number * 2), __name__, sys.argv[1:], os.getpid() == parent
    parent = 0
    if __name__ == "__main__":
        parent = os.getpid()
        context = multiprocessing.get_context("spawn")
        with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
            print(list(pool.map(work, [Job(1), Job(2)])))
        process = context.Process(target=work, args=(Job(1),))
        process.start(); process.join(); print(process.exitcode)
"""


def test_spawned_processes_find_the_main_module(tmp_path: Path) -> None:
    """Functions and classes of `__main__` travel to children, from a script and from a module."""
    write(tmp_path, "script.py", SPAWNING)
    write(tmp_path, "package/__init__.py", "")
    write(tmp_path, "package/deep.py", SPAWNING)
    for words in (("script.py", "x"), ("-m", "package.deep", "x")):
        outcome = same(*words, cwd=tmp_path)
        assert (outcome.code, "number=4" in outcome.out, "__mp_main__" in outcome.out) == (0, True, True), outcome


def test_a_file_that_is_not_there_is_an_error_of_one_line(tmp_path: Path) -> None:
    """The fact is worded as Python words it; nothing was changed before it was raised."""
    code = (
        f"import sys; sys.path.append({str(ROOT)!r}); from load._cli.execute import run_path; import load.errors\n"
        "before = sys.argv, list(sys.path), sys.modules['__main__']\n"
        "try:\n    run_path('none.py', ['none.py'])\n"
        "except load.errors.SourceError as error:\n    print(error.message, error.hint is not None)\n"
        "print(before == (sys.argv, sys.path, sys.modules['__main__']))"
    )
    outcome = Running("-c", code, cwd=tmp_path, merged=False, extra={}).outcome()
    theirs = Running("none.py", cwd=tmp_path, merged=False, extra={}).outcome()
    fact, unchanged = outcome.out.splitlines()
    assert fact.removesuffix(" True") in theirs.err
    assert unchanged == "True"
    assert theirs.code == 2


def test_running_a_script_brings_in_no_heavy_module(tmp_path: Path) -> None:
    """A script is run without runpy, and without anything that it did not ask for."""
    write(tmp_path, "script.py", "")
    code = textwrap.dedent(f"""
        import __future__, os, sys
        sys.path.append({str(ROOT)!r})
        import load
        first = set(sys.modules)
        from load._cli.execute import run_path
        run_path("script.py", ["script.py"])
        print(sorted(name for name in set(sys.modules) - first if not name.startswith("load.")))
    """)
    outcome = Running("-S", "-c", code, cwd=tmp_path, merged=False, extra={}).outcome()
    assert outcome == Outcome(0, "[]\n", "")
