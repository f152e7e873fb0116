"""`load.isolated`: modules in a worker process, as a user sees it; each case in a child."""

from __future__ import annotations

import re
import sys
import textwrap
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.support.environments import Python
from tests.support.processes import Result

WAYS = pytest.mark.parametrize(
    "start",
    [pytest.param("forkserver", marks=pytest.mark.skipif(sys.platform == "win32", reason="needs fork")), "spawn"],
)
needs_numpy = pytest.mark.skipif(find_spec("numpy") is None, reason="needs numpy")


def run(child: Python, code: str, start: str = "", **options: object) -> Result:
    """Run code as a script of its own, in the working directory, with the way to start workers as its argument."""
    Path("script.py").write_text(textwrap.dedent(code), encoding="utf-8")
    return child.run(["script.py", start], **options)  # type: ignore[arg-type]


# -- calls -----------------------------------------------------------------------------------------------------------


@WAYS
def test_functions_are_called_by_name_and_by_themselves(child: Python, start: str) -> None:
    """As if they had been called here: arguments, path, working directory, streams; the script needs no guard."""
    Path("beside.py").write_text(
        "import os, sys\n"
        "def where(*args, **kwargs):\n"
        "    print('said', args, kwargs); print('told', file=sys.stderr)\n"
        "    return os.getcwd(), sys.argv, __file__\n"
    )
    code = """
        import math, os, sys
        import beside, load
        from load import isolated

        print("once", flush=True)
        with isolated("beside", "decimal", start=sys.argv[1]) as worker:
            assert worker.call("math:sqrt", 2) == worker.call(math.sqrt, 2) == math.sqrt(2)
            assert worker.call("builtins:int", "11", base=2) == 3
            assert worker.call(beside.where, 1, two=2) == (os.getcwd(), sys.argv, beside.__file__)
            assert worker.call("decimal:Decimal.from_float", 0.5).as_tuple().exponent == -1
            assert worker.call("builtins:eval", "'decimal' in __import__('sys').modules")
            assert worker.pid == worker.call("os:getpid") != os.getpid()
            if os.path.exists("/proc/self/statm"):
                assert worker.memory > 1_000_000
            assert worker.versions == {"beside": None, "decimal": None}
            assert repr(worker) == f"<isolated('beside', 'decimal'): process {worker.pid}>"
        assert worker.pid is None
        assert worker.memory is None
    """
    result = run(child, code, start).check()
    assert result.stdout.splitlines() == ["once", "said (1,) {'two': 2}"]
    assert result.stderr == "told\n"


def test_what_is_defined_in_the_program_goes_by_value(child: Python) -> None:
    """Functions, closures, classes and their instances; what comes back is of the class that is here."""
    code = """
        import sys
        import load

        OFFSET = 3

        class Point:
            def __init__(self, x): self.x = x
            def moved(self): return Point(self.x + OFFSET)

        class Failed(Exception): pass

        def shift(point): return point.moved()

        def fail(): raise Failed("so it is")

        with load.isolated() as worker:
            point = worker.call(shift, Point(1))
            assert isinstance(point, Point) and point.x == 4
            assert worker.call(lambda x: [x + OFFSET], 1) == [4]
            assert worker.call(Point(2).moved).x == 5
            try:
                worker.call(fail)
            except Failed as error:
                assert error.args == ("so it is",)
                assert 'raise Failed("so it is")' in str(error.__cause__), error.__cause__
            assert worker.call("builtins:sorted", [3, 1], key=lambda x: -x) == [3, 1]
            print("done")
    """
    assert run(child, code).check().stdout == "done\n"


def test_without_cloudpickle_the_error_says_what_to_do(child: Python) -> None:
    """Plain functions of modules go without it; a text that only looks like the program's name does, too."""
    code = """
        import sys
        sys.modules["cloudpickle"] = None
        import math
        import load

        class Point: pass

        with load.isolated() as worker:
            assert worker.call("builtins:len", ["__main__", math.sqrt]) == 2
            for function, args in ((lambda: 1, ()), (len, ([Point()],)), (Point, ())):
                try:
                    worker.call(function, *args)
                except load.errors.WorkerError as error:
                    print(error, end="\\n\\n")
            try:
                worker.submit(len, [open(__file__)])
            except load.errors.WorkerError as error:
                print(error)
            assert worker.call(len, "ab") == 2
    """
    said = run(child, code).check().stdout
    parts = said.split("\n\n")
    assert parts[0].startswith("<lambda> cannot be sent by name")
    assert parts[1].startswith("Point cannot be sent by name")
    assert parts[1] == parts[2].replace("the call of Point", "the call of len")
    assert all(
        part.endswith("pip install cloudpickle, or define it in a module file that is imported") for part in parts[:3]
    )
    assert "cannot be pickled" in parts[3]
    assert re.search("TypeError: cannot pickle '(_io.)?TextIOWrapper' ", parts[3])
    assert "cloudpickle" not in parts[3]


@needs_numpy
def test_arrays_go_there_and_back(child: Python) -> None:
    """Large ones beside the pickle; each worker draws random numbers of its own; a singular matrix is numpy's error."""
    code = """
        import threading
        import load
        import numpy as np
        from load._unload.worker_pickling import packed

        with load.isolated("numpy") as worker, load.isolated("np") as other:
            assert worker.call("os:getppid") == other.call("os:getppid"), "two servers"
            large = np.arange(300_000.0)
            pairs = np.zeros(3, dtype=[("day", "M8[D]"), ("size", ">i2")])
            odd = np.array(["a", None]), np.array(7), np.zeros((0, 3)), np.zeros(2, "S0"), pairs, pairs["size"]
            for array in (large.reshape(300, -1), large.reshape(300, -1).T, large[::2], *odd):
                for back in (worker.call("builtins:min", [array], key=id), worker.call(lambda each: each, array)):
                    assert (back == array).all() and back.dtype == array.dtype and back.shape == array.shape
                    assert not array.flags.forc or back.flags.f_contiguous == array.flags.f_contiguous
                    back[...] = back  # it can be written to
            frozen = np.zeros(100_000)
            frozen.flags.writeable = False
            assert not worker.call("numpy:asarray", frozen).flags.writeable
            big = np.ones((400, 400))
            assert worker.call(np.matmul, big, big).sum() == other.call(np.matmul, big, big).sum() == 400**3
            assert b"_core" not in packed([big, large], "arrays")[0]  # other versions of numpy have no such module
            draws = {tuple(each.call("numpy.random:rand", 4)) for each in (worker, other)}
            assert len(draws) == 2
            assert worker.versions == {"numpy": np.__version__}
            assert worker.call("threading:active_count") == 1
            try:
                worker.call("numpy.linalg:inv", [[1, 2], [2, 4]])
            except np.linalg.LinAlgError as error:
                print(error)
                print(error.__cause__)
    """
    said = run(child, code).check().stdout
    assert said.startswith('Singular matrix\n\n"""\nTraceback (most recent call last):\n')
    assert "in inv\n" in said
    assert "load/_unload" not in said


@WAYS
def test_errors_come_back_as_what_they_are(child: Python, start: str) -> None:
    """Also those that end a program; what cannot be pickled or unpickled is told in words."""
    Path("faulty.py").write_text(
        textwrap.dedent("""
        import threading

        class Two(Exception):
            def __init__(self, one, two): super().__init__(one)

        class Locked(Exception):
            def __init__(self): super().__init__("holds a lock"); self.lock = threading.Lock()

        class Mute(Exception):
            def __str__(self): raise RuntimeError

            def __reduce__(self): raise RuntimeError

        def two(): raise Two(1, 2)
        def locked(): raise Locked
        def mute(): raise Mute
        def noted():
            error = KeyError("k"); error.add_note("a note"); raise error
        def lock(): return threading.Lock()
        def loop(): raise RecursionError

        class Argument:
            def __reduce__(self): return explode, ()
        def explode(): raise ValueError("at unpickling")
        """)
    )
    code = """
        import sys
        import faulty, load

        with load.isolated("faulty", start=sys.argv[1]) as worker:
            def told(function, *args):
                try:
                    return f"gave {worker.call(function, *args)}"
                except BaseException as error:
                    assert type(error.__cause__).__name__ == "RemoteTraceback" or "noted" in str(function)
                    return f"{type(error).__name__}: {error}".replace("\\n", " |")
            print(told("sys:exit", 3))
            print(told("signal:raise_signal", 2))
            print(told("faulty:noted"))
            print(told("faulty:two"))
            print(told("faulty:locked"))
            print(told("faulty:mute"))
            print(told("faulty:lock"))
            print(told("builtins:iter", faulty.Argument()))
            print(told("faulty:no"))
            print(told("nowhere:no"))
            print(worker.submit("sys:exit", 4).exception())
            try:
                worker.call("faulty:noted")
            except KeyError as error:
                assert error.__notes__ == ["a note"]
            try:
                worker.call("faulty")
            except load.errors.SourceError as error:
                print(error.hint)
            try:
                worker.call(7)
            except TypeError as error:
                print(error)
            assert worker.call("os:getpid") == worker.pid
    """
    lines = run(child, code, start).check().stdout.splitlines()
    assert lines[:3] == ["SystemExit: 3", "KeyboardInterrupt: ", "KeyError: 'k'"]
    assert lines[3].startswith(
        "WorkerError: The function failed in the worker, and its error cannot be brought here. |  Two: 1 |"
    )
    assert "|  Locked: holds a lock |" in lines[4]
    assert "|  Mute: (its text cannot be had: RuntimeError) |" in lines[5]
    assert lines[6].startswith("WorkerError: The result, of the type lock, cannot be pickled")
    assert "ValueError: at unpickling" in lines[7]
    assert lines[8].startswith("AttributeNotFound: 'faulty' has no attribute 'no'.")
    assert lines[9:] == [
        "ModuleNotFoundError: No module named 'nowhere'",
        "4",
        'write "faulty:function"',
        "a function or its name is called, not int",
    ]


# -- many calls ------------------------------------------------------------------------------------------------------


def test_many_calls_and_many_threads(child: Python) -> None:
    """Thousands of submits come back in order; threads that call at once each get their own answer."""
    code = """
        import math, sys, threading
        import load

        with load.isolated() as worker:
            futures = [worker.submit(math.sqrt, number) for number in range(3000)]
            assert [future.result() for future in futures] == [math.sqrt(number) for number in range(3000)]
            gate, right = threading.Barrier(8), []
            def call(own):
                gate.wait()
                right.append(all(worker.call("builtins:sum", [own, n]) == own + n for n in range(50)))
            threads = [threading.Thread(target=call, args=(1000 * own,)) for own in range(8)]
            [thread.start() for thread in threads]
            [thread.join() for thread in threads]
            assert right == [True] * 8
            def again(future):
                try:
                    worker.call("builtins:len", "ab")
                except load.errors.WorkerError as error:
                    print(error.message)
                called.set()
            called = threading.Event()
            worker.submit("builtins:len", "a").add_done_callback(again)
            called.wait(60)
        print(worker.pid)
    """
    assert run(child, code).check().stdout.splitlines() == [
        "A callback of a future cannot wait for its own worker.",
        "None",
    ]


@WAYS
def test_closing(child: Python, start: str) -> None:
    """What was submitted is done first, unless an error ends the block; afterwards there is a clear error."""
    code = """
        import sys, time
        import load

        events = []
        load.subscribe(lambda event: events.append(event) if type(event).__name__.startswith("Worker") else None)
        with load.isolated(start=sys.argv[1]) as worker:
            pid = worker.pid
            futures = [worker.submit("builtins:abs", -n) for n in range(100)]
        assert [future.result(0) for future in futures] == [*range(100)]
        worker.close()
        for use in (worker.call, worker.submit):
            try:
                use("builtins:abs", 1)
            except load.errors.WorkerError as error:
                print(error)
        print(*[(type(e).__name__, e.name, e.pid == pid, getattr(e, "why", "")) for e in events])

        started = time.perf_counter()
        try:
            with load.isolated(start=sys.argv[1]) as worker:
                running = worker.submit("time:sleep", 60)
                waiting = worker.submit("time:sleep", 60)
                while not running.running():
                    time.sleep(0)
                raise KeyError
        except KeyError:
            assert waiting.cancelled()
            assert isinstance(running.exception(), load.errors.WorkerError)
        assert time.perf_counter() - started < 30
        pid = load.isolated(start=sys.argv[1]).call("os:getpid")  # nobody holds it: it ends by itself
        while (events[-1].pid, type(events[-1]).__name__) != (pid, "WorkerEnded"):
            time.sleep(0)
    """
    lines = run(child, code, start).check().stdout.splitlines()
    assert lines[:4] == ["isolated() was closed.", "  → call load.isolated() anew"] * 2
    assert lines[4] == "('WorkerStarted', '', True, '') ('WorkerEnded', '', True, 'closed')"


@WAYS
def test_a_call_that_takes_too_long(child: Python, start: str) -> None:
    """Its worker is killed, and the next call gets a new one; the calls of others stay."""
    Path("gate.py").write_text(
        "import os, time\ndef wait():\n    while not os.path.exists('open'):\n        time.sleep(0.01)\n"
    )
    code = """
        import os, sys, time
        import load

        with load.isolated(start=sys.argv[1]) as worker:
            first = worker.pid
            try:
                worker.call(time.sleep, 600, timeout=1.5)
            except TimeoutError as error:
                assert isinstance(error, load.errors.WorkerTimeout) and error.seconds == 1.5
                print(error)
            assert worker.call("os:getpid") == worker.pid != first
            try:
                os.kill(first, 0)
            except ProcessLookupError:
                print("gone")
            slow = worker.submit("gate:wait")
            try:
                worker.call("builtins:abs", 1, timeout=0.01)
            except TimeoutError as error:
                print(error)
            open("open", "w").close()
            assert slow.result() is None
            assert worker.call("builtins:abs", -1, timeout=60) == 1
            stands = worker.pid
            for length in (-1, float("nan"), "3", [1]):
                try:
                    worker.call("builtins:abs", -1, timeout=length)
                except (TypeError, ValueError) as error:
                    print(error)
            assert worker.pid == stands
    """
    assert run(child, code, start).check().stdout.splitlines() == [
        "sleep did not finish within 1.5 s.",
        "  → give it longer; the next call gets a new worker",
        "gone",
        "builtins:abs was not begun within 0.01 s.",
        "  → the worker is busy with other calls: give it longer, or take another worker",
        "a timeout is a number of seconds from 0 on, not -1",
        "a timeout is a number of seconds from 0 on, not nan",
        "a timeout is a number of seconds, not str",
        "a timeout is a number of seconds, not list",
    ]


def test_a_worker_cannot_be_sent_or_copied(child: Python) -> None:
    """It belongs to its process: pickled, copied, or as an argument of a call."""
    code = """
        import copy, pickle
        import load

        with load.isolated() as worker:
            for act in (pickle.dumps, copy.copy, copy.deepcopy, lambda it: it.call("builtins:id", it)):
                try:
                    act(worker)
                except (TypeError, load.errors.WorkerError) as error:
                    print("belongs to the process that it was made in" in str(error))
    """
    assert child.run(["-c", textwrap.dedent(code)]).check().stdout == "True\n" * 4


@WAYS
@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_a_worker_that_dies(child: Python, start: str) -> None:
    """The error names the signal or the exit code; one that died between two calls is replaced in silence."""
    code = """
        import os, signal, sys
        import load

        with load.isolated(start=sys.argv[1]) as worker:
            ends = ("os:_exit", 3), ("os:abort",), ("signal:raise_signal", 9), ("ctypes:string_at", 0)
            for function, *args in ends:
                try:
                    worker.call(function, *args)
                except load.errors.WorkerDied as error:
                    print(error.message, error.exit_code, error.signal, error.pid != worker.pid)
            pid = worker.call("os:getpid")
            os.kill(pid, signal.SIGKILL)
            while worker.pid is not None:
                pass
            assert worker.call("os:getpid") != pid
    """
    lines = run(child, code, start, env={"PYTHONFAULTHANDLER": ""}).check().stdout.splitlines()
    assert lines == [
        "The worker ended with the exit code 3 while it ran os:_exit. 3 None True",
        "The worker was killed by SIGABRT while it ran os:abort. -6 SIGABRT True",
        "The worker was killed by SIGKILL while it ran signal:raise_signal. -9 SIGKILL True",
        "The worker was killed by SIGSEGV while it ran ctypes:string_at. -11 SIGSEGV True",
    ]


# -- what is isolated ------------------------------------------------------------------------------------------------


@WAYS
def test_modules_that_cannot_be_had(child: Python, start: str) -> None:
    """Unknown, refused, failing or ending the process: a clear error, and nothing stays behind."""
    Path("fails.py").write_text("import sys\n1 / 0\n")
    Path("ends.py").write_text("import os\nos._exit(7)\n")
    code = """
        import os, sys
        import load
        unfit = "json.nope", "json.decoder.nope", "fails", "ends", "json>=2", "-x", "./none.py"
        for spec in ("no_such_thing_at_all", *unfit):
            try:
                load.isolated(spec, start=sys.argv[1])
            except Exception as error:
                print(type(error).__name__, str(error).splitlines()[0])
                if spec == "fails":
                    assert '1 / 0' in str(error.__cause__)
        try:
            load.isolated(start="magic")
        except load.errors.WorkerError as error:
            print(error)
        try:
            os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            print("no children")
        load.isolated("json.decoder.JSONDecoder", start=sys.argv[1]).close()
    """
    lines = run(child, code, start).check().stdout.splitlines()
    assert lines == [
        "InstallRefused 'no_such_thing_at_all' is not installed, and load may not install it here.",
        "ModuleNotFoundError No module named 'json.nope'",
        "ModuleNotFoundError No module named 'json.decoder.nope'; 'json.decoder' is not a package",
        "ZeroDivisionError division by zero",
        "WorkerDied The worker ended with the exit code 7 while it imported ends.",
        "SourceError 'json' is part of Python itself, and has no versions or extras of its own.",
        "SourceError A spec never is an option of an installer.",
        f"SourceError There is nothing at {Path('none.py').absolute()}.",
        "Workers cannot be started by 'magic' here.",
        '  → start="spawn" works on every system',
        "no children",
    ]


def test_packages_with_threads_and_files_of_ones_own(child: Python) -> None:
    """One that starts a thread is not forked; an import prints once; files are imported anew once they were edited."""
    Path("threaded.py").write_text(
        "import threading\nthread = threading.Thread(target=threading.Event().wait, daemon=True)\nthread.start()\n"
        "def is_alive(): return thread.is_alive()\n"
    )
    Path("talks.py").write_text("print('imported')")
    Path("plugin.py").write_text("VALUE = 1\n")
    code = """
        import os, sys
        import load
        with load.isolated("threaded") as worker:
            assert worker.call("threaded:is_alive")
            assert worker.call("os:getppid") == os.getpid()
        with load.isolated("talks") as worker, load.isolated("talks") as other:
            assert worker.call("os:getpid") != other.call("os:getpid")
        with load.isolated("./plugin.py") as worker:
            assert worker.call("builtins:eval", "__import__('sys').modules['plugin'].VALUE") == 1
            with open("plugin.py", "w") as file:
                file.write("VALUE = 22  # another size: Python compares it")
            with load.isolated("./plugin.py") as other:
                assert other.call("builtins:eval", "__import__('sys').modules['plugin'].VALUE") == 22
        assert "plugin" not in sys.modules
        load.configure(install="never", timeout=7)
        with load.override(offline=True), load.isolated() as worker:
            assert worker.call("load._config:get", "timeout") == 7
            assert worker.call("load._config:get", "offline")
            try:
                worker.call("load:resolve", "no_such_thing_at_all")
            except load.errors.InstallRefused as error:
                print(error.reason)
    """
    assert run(child, code).check().stdout == "imported\npolicy\n"


def test_load_itself_stays_small(child: Python) -> None:
    """Nothing of all this is imported before it is used."""
    code = """
        import sys, load
        load.json
        print([name for name in sys.modules if "isolat" in name or "worker" in name or name == "subprocess"])
    """
    assert run(child, code).check().stdout == "[]\n"
