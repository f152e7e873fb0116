"""Workers when things go wrong: killed programs, servers and workers, forks, threads, large data, odd surroundings."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.environments import Python
from tests.support.processes import Result, changed, kill_tree

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
WAYS = pytest.mark.parametrize("start", ["forkserver", "spawn"])
needs_proc = pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="psutil needs /proc")
HOLDS_THE_GIL = "import ctypes; ctypes.PyDLL(None).sleep(600)"


def run(child: Python, code: str, start: str = "", **options: object) -> Result:
    """Run code as a script of its own, with the way to start workers as its argument."""
    Path("script.py").write_text(textwrap.dedent(code), encoding="utf-8")
    return child.run(["script.py", start], **options)  # type: ignore[arg-type]


@contextmanager
def running(child: Python, code: str, start: str) -> Iterator[subprocess.Popen[str]]:
    """A script that runs and has printed a line."""
    Path("script.py").write_text(textwrap.dedent(code), encoding="utf-8")
    process = subprocess.Popen(
        child.command(["script.py", start]),
        env=changed(os.environ, child.environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            kill_tree(process.pid)


def told_when_all_ended(process: subprocess.Popen[str]) -> str:
    """What was written to standard error, once nobody holds the streams any more: workers and servers do, too."""
    return process.communicate(timeout=100)[1]


# -- the program -----------------------------------------------------------------------------------------------------


@WAYS
@pytest.mark.parametrize("what", ["time:sleep", "nested", "held", "importing"])
def test_a_killed_program_leaves_nobody(child: Python, start: str, what: str) -> None:
    """Nor the workers of a worker, nor one that never lets go of the interpreter's lock."""
    if what == "held" and start == "spawn":
        pytest.skip("its own thread has to see it, which needs the lock")
    ends = "time.sleep(600)" if start == "spawn" else HOLDS_THE_GIL
    Path("slow.py").write_text(f"import time\nprint('ready', flush=True)\n{ends}\n")
    code = f"""
        import sys, threading, time
        import load
        what = {what!r}
        if what == "importing":
            load.isolated("slow", start=sys.argv[1])
        def nested():
            inner = load.isolated(start=sys.argv[1])
            future = inner.submit("time:sleep", 600)
            while not future.running():
                time.sleep(0)
            print("ready", flush=True)
            future.result()
        def announced():
            print("ready", flush=True)
            time.sleep(600)
        def held():
            print("ready", flush=True)
            exec({HOLDS_THE_GIL!r})
        worker = load.isolated(start=sys.argv[1])
        worker.call({{"time:sleep": announced, "nested": nested, "held": held}}[what])
    """
    with running(child, code, start) as process:
        process.kill()
        assert told_when_all_ended(process) == ""


@WAYS
def test_a_program_that_just_ends(child: Python, start: str) -> None:
    """Without closing anything, with calls on their way: it ends at once, and so do its workers."""
    code = """
        import sys, time
        import load
        workers = [load.isolated(start=sys.argv[1]) for _ in range(2)]
        futures = [workers[0].submit("time:sleep", 600) for _ in range(3)]
        while not futures[0].running():
            time.sleep(0)
        print("ready", flush=True)
        sys.stdin.read()
        sys.exit(5)
    """
    with running(child, code, start) as process:
        assert told_when_all_ended(process) == ""
        assert process.returncode == 5


@WAYS
def test_ctrl_c(child: Python, start: str) -> None:
    """The call ends with KeyboardInterrupt, its worker is killed, the next call gets another."""
    code = """
        import os, sys
        import load
        def announced():
            import time
            print("ready", flush=True)
            time.sleep(600)
        with load.isolated(start=sys.argv[1]) as worker:
            pid = worker.pid
            try:
                worker.call(announced)
            except KeyboardInterrupt:
                print("interrupted", worker.call("os:getpid") != pid, flush=True)
            worker.call(announced)
    """
    with running(child, code, start) as process:
        assert process.stdout is not None
        os.killpg(process.pid, signal.SIGINT)
        assert process.stdout.readline() == "interrupted True\n"
        assert process.stdout.readline() == "ready\n"
        os.killpg(process.pid, signal.SIGINT)
        told = told_when_all_ended(process)
        assert process.returncode == -signal.SIGINT
        assert told.count("Traceback") == 1, told


def test_ctrl_c_the_moment_a_call_was_handed_over(child: Python) -> None:
    """Before anybody waits for its answer: it is given up as well, and what comes next does not wait for its end."""
    code = """
        import load
        with load.isolated("json") as worker:
            change = worker._calls._change
            told = change.notify
            def interrupted():
                change.notify = told
                told()
                raise KeyboardInterrupt
            change.notify = interrupted
            try:
                worker.call("time:sleep", 600)
            except KeyboardInterrupt:
                print(worker.call("builtins:abs", -1))
    """
    assert run(child, code).check().stdout == "1\n"


@WAYS
def test_ctrl_c_while_modules_are_imported(child: Python, start: str) -> None:
    """What was to become a worker goes as well."""
    Path("slow.py").write_text("import time\nprint('ready', flush=True)\ntime.sleep(600)\n")
    code = """
        import os, sys
        import load
        try:
            load.isolated("slow", start=sys.argv[1])
        except KeyboardInterrupt:
            try:
                os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                print("no children")
    """
    with running(child, code, start) as process:
        os.killpg(process.pid, signal.SIGINT)
        assert process.communicate(timeout=100) == ("no children\n", "")
        assert process.returncode == 0


@WAYS
def test_what_a_killed_worker_has_started(child: Python, start: str) -> None:
    """It is killed with it: it would hold what the worker held, and work for nobody."""
    code = """
        import os, subprocess, sys
        import load
        os.mkfifo("line")
        with load.isolated(start=sys.argv[1]) as worker:
            running = worker.submit(subprocess.run, ["sh", "-c", "exec >line; sleep 600"])
            with open("line") as line:  # waits until it is opened at the other end
                worker.close(cancel=True)
                print(repr(line.read()), type(running.exception()).__name__)  # waits until that is gone
    """
    assert run(child, code, start).check().stdout == "'' WorkerError\n"


def test_a_fork_of_the_program(child: Python) -> None:
    """It cannot use the worker, holds nothing of it, and makes its own; the program goes on as before."""
    code = """
        import os, sys, warnings
        warnings.simplefilter("ignore")
        import load
        say = lambda text: os.write(1, f"{text}\\n".encode())  # whole lines, beside those of the other process
        worker = load.isolated("json")
        pid = worker.call("os:getpid")
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                worker.call("os:getpid")
            except load.errors.WorkerError as error:
                say(str(error).replace(str(os.getppid()), "PARENT"))
            worker.close()
            del worker
            with load.isolated("json") as own:
                say(own.call("os:getpid") not in (pid, os.getpid()))
            os.read(reading, 1)
            sys.exit(0)
        assert worker.call("os:getpid") == pid
        worker.close()
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            say("ended, though the fork lives")
        os.write(writing, b"x")
        say(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    """
    lines = run(child, code).check().stdout.splitlines()
    assert sorted(lines) == sorted(
        [
            "isolated('json') belongs to the process PARENT, which this one was forked from.",
            "  → call load.isolated() in this process",
            "True",
            "ended, though the fork lives",
            "0",
        ]
    )


# -- servers and workers ---------------------------------------------------------------------------------------------


def test_a_server_that_is_killed(child: Python) -> None:
    """Its workers go with it, also those that hold the lock; the next call gets both anew, for every user of it."""
    code = f"""
        import os, signal
        import load
        with load.isolated("json") as one, load.isolated("json") as other:
            first = one.call("os:getpid"), other.call("os:getpid")
            server = one.call("os:getppid")
            future = one.submit("builtins:exec", {HOLDS_THE_GIL!r})
            while not future.running():
                pass
            os.kill(server, signal.SIGKILL)
            assert type(future.exception()) is load.errors.WorkerDied, future.exception()
            second = one.call("os:getpid"), other.call("os:getpid")
            assert not {{*first}} & {{*second}}
            assert one.call("os:getppid") == other.call("os:getppid") != server
        print("ready", flush=True)
    """
    with running(child, code, "") as process:
        assert told_when_all_ended(process) == ""
        assert process.returncode == 0


@WAYS
def test_workers_that_are_killed_at_random_moments(child: Python, start: str) -> None:
    """Each call gives what is right or says that its worker was killed; none waits for ever, none gets another's."""
    code = """
        import os, random, signal, sys, threading
        import load
        random.seed(7)
        with load.isolated(start=sys.argv[1]) as worker:
            kills = 12 if sys.argv[1] == "forkserver" else 5
            done, died = [], 0
            stop = threading.Event()
            def kill():
                for _ in range(kills):
                    stop.wait(random.random() / 50)
                    pid = worker.pid
                    if pid is not None:
                        os.kill(pid, signal.SIGKILL)
                stop.set()
            thread = threading.Thread(target=kill)
            thread.start()
            n = 0
            while not stop.is_set():
                n += 1
                try:
                    assert worker.call("builtins:sum", [n, 1]) == n + 1
                except load.errors.WorkerDied as error:
                    assert error.signal == "SIGKILL", error
                    died += 1
            thread.join()
            try:
                worker.call("builtins:abs", -1)
            except load.errors.WorkerDied:  # killed last of all, and not yet seen to be
                died += 1
            assert worker.call("builtins:abs", -1) == 1
            print(died <= kills)
    """
    assert run(child, code, start).check().stdout == "True\n"


def test_functions_that_fork(child: Python) -> None:
    """A child that returns from the function does not answer, and one that lives on does not keep the dead alive."""
    code = """
        import os, signal, time
        import load
        def fork_and_return():
            return os.fork() and "parent"
        def leave_a_child_and_die():
            child = os.fork()
            if child == 0:
                time.sleep(600)
                os._exit(0)
            with open("child", "w") as file:
                file.write(str(child))
            os._exit(9)
        with load.isolated("json") as worker:
            assert [worker.call(fork_and_return) for _ in range(3)] == ["parent"] * 3
            assert worker.call("os:getpid") == worker.pid
            try:
                worker.call(leave_a_child_and_die)
            except load.errors.WorkerDied as error:
                print(error.exit_code)
        with open("child") as file:
            os.kill(int(file.read()), signal.SIGKILL)
    """
    assert run(child, code).check().stdout == "9\n"


def test_a_worker_that_does_not_end(child: Python) -> None:
    """It has a moment for its own end, which its handlers and files use; then it is killed."""
    code = """
        import sys, time
        import load
        from load._unload import isolated_processes
        def stay():
            import threading
            threading.Thread(target=lambda: time.sleep(600)).start()
        def tidy():
            import atexit, tempfile
            global folder
            folder = tempfile.TemporaryDirectory()
            atexit.register(print, "tidied", flush=True)
            return folder.name
        import os
        isolated_processes.PATIENCE = 100  # however busy the machine is
        with load.isolated("json") as worker:
            name = worker.call(tidy)
        assert not os.path.exists(name)
        isolated_processes.PATIENCE = 0.2
        with load.isolated("json") as worker:
            worker.call(stay)
            pid = worker.pid
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            print("gone")
    """
    assert run(child, code).check().stdout == "tidied\ngone\n"


# -- much at once ----------------------------------------------------------------------------------------------------


@WAYS
def test_large_data_both_ways_while_others_call(child: Python, start: str) -> None:
    """A hundred megabytes there and back, with more waiting than any pipe holds."""
    code = """
        import os, sys, threading
        import load
        data = os.urandom(1_000_000) * 100
        with load.isolated(start=sys.argv[1]) as worker:
            futures = [worker.submit("builtins:len", data[:20_000_000]) for _ in range(3)]
            whole = worker.submit("builtins:bytes", data)
            small = [worker.submit("builtins:abs", n) for n in range(100)]
            assert [future.result() for future in futures] == [20_000_000] * 3
            assert whole.result() == data
            assert [future.result() for future in small] == [*range(100)]
            print(worker.call("builtins:len", data))
    """
    assert run(child, code, start).check().stdout == "100000000\n"


def test_many_workers_from_many_threads(child: Python) -> None:
    """All from one server, whose end is that of the last; nothing is left open."""
    code = """
        import os, threading
        import load
        def is_open(descriptor):
            try:
                return bool(os.fstat(descriptor))
            except OSError:
                return False
        def opened():
            return sum(map(is_open, range(300)))
        before = opened()
        gate, parents, workers = threading.Barrier(12), set(), []
        def use():
            gate.wait()
            with load.isolated("json", "decimal") as worker:
                parents.add(worker.call("os:getppid"))
                workers.append(worker.call("os:getpid"))
                gate.wait()
        threads = [threading.Thread(target=use) for _ in range(12)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        print(len(parents), len(set(workers)), opened() - before)
        for start in ("forkserver", "spawn"):
            for spec in ("no_such_module_here.x", "json"):
                try:
                    load.isolated(spec, start=start).close()
                except ImportError:
                    continue
        print(opened() - before)
        try:
            os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            print("no children")
    """
    assert run(child, code).check().stdout == "1 12 0\n0\nno children\n"


@needs_proc
@WAYS
def test_memory_is_back_when_the_worker_ends(child: Python, start: str) -> None:
    """Ninety-five hundredths of it at least, by what all processes of the program hold."""
    code = """
        import sys
        import load, psutil
        import load._unload.isolated, load._unload.isolated_needs
        me = psutil.Process()
        def held():
            return sum(each.memory_info().rss for each in (me, *me.children(recursive=True)))
        load.isolated("json", start=sys.argv[1]).close()
        before = held()
        with load.isolated("decimal", "asyncio", start=sys.argv[1]) as worker:
            worker.call("builtins:exec", "import sys; sys.kept = bytes(range(256)) * 1_000_000")
            during = held()
            assert worker.memory > 256_000_000
        after = held()
        print((during - after) / (during - before) >= 0.95, during - before > 256_000_000)
    """
    assert run(child, code, start).check().stdout == "True True\n"


def test_callbacks_and_subscribers_that_fail(child: Python) -> None:
    """Whatever they raise is told, and the calls after them are answered."""
    code = """
        import os, pathlib, sys
        import load
        os.mkfifo("gate")
        def fail(*_):
            raise SystemExit("callback")
        with load.isolated("json") as worker:
            worker.submit("pathlib:Path.read_text", pathlib.Path("gate"))  # until somebody writes
            future = worker.submit("builtins:abs", -1)
            future.add_done_callback(fail)
            open("gate", "w").close()
            again = worker.submit("builtins:abs", -2)
            print(future.result(), again.result(), worker.call("builtins:abs", -3))
            def complain(event):
                raise ValueError(type(event).__name__)
            load.subscribe(complain)  # told on standard error, and raised nowhere, with -W error, too
            try:
                worker.call("os:_exit", 1)
            except load.errors.WorkerError as error:
                print(type(error).__name__)
            print(worker.call("builtins:abs", -4))
    """
    Path("script.py").write_text(textwrap.dedent(code))
    result = child.run(["-W", "error", "script.py"]).check()
    assert result.stdout.splitlines() == ["1 2 3", "WorkerDied", "4"]
    assert "WorkerEnded" in result.stderr
    assert "WorkerStarted" in result.stderr


def test_a_program_that_is_no_python(child: Python) -> None:
    """A frozen program would start itself anew, and is told."""
    code = """
        import sys
        sys.frozen = True
        import load
        for start in ("forkserver", "spawn"):
            try:
                load.isolated("json", start=start)
            except load.errors.LoadError as error:
                print(error.message)
    """
    said = "No Python can be started here: this program is frozen.\n"
    assert run(child, code).check().stdout == said * 2


# -- odd surroundings ------------------------------------------------------------------------------------------------


@WAYS
def test_a_program_in_odd_surroundings(child: Python, start: str) -> None:
    """No standard streams, no working directory, another environment than at the start, warnings as errors."""
    code = """
        import os, sys
        result = os.open("result", os.O_WRONLY | os.O_CREAT)
        here = os.getcwd()
        os.mkdir("gone")
        os.chdir("gone")
        os.rmdir("../gone")
        for each in (0, 1, 2):
            os.close(each)
        import load
        with load.isolated(start=sys.argv[1]) as worker:
            assert worker.call("builtins:print", "to nobody") is None
            os.environ["SEEN"] = "by the next"
            with load.isolated(start=sys.argv[1]) as other:
                os.write(result, repr((worker.call("os:getenv", "SEEN"), other.call("os:getenv", "SEEN"))).encode())
    """
    Path("script.py").write_text(textwrap.dedent(code))
    child.run(["-W", "error", Path("script.py").absolute(), start]).check()
    assert Path("result").read_text() == "(None, 'by the next')"
