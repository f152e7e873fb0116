"""Exports that are loaded in the background: order, joining, failures, cancelling, the end of the process, forks."""

from __future__ import annotations

import ast
import json
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.environments import Environment, Python
from tests.support.index import Index
from tests.support.processes import Result

# `gate.enter()` in the body of a module says that it runs, and has it wait until the program says `gate.go()`.
GATE = """
import threading
inside, leave, log = threading.Event(), threading.Event(), []
def enter():
    inside.set()
    assert leave.wait(100)
def go():
    leave.set()
"""
START = "import sys, threading, load, gate\nfrom load.exports import *\n"


@pytest.fixture
def run(child: Python, tmp_path: Path) -> Callable[..., Result]:
    """Runs a program beside modules, given by name."""

    def run(code: str, *, options: tuple[str, ...] = (), tty: bool = False, **modules: str) -> Result:
        for name, text in {"gate": GATE, **modules}.items():
            (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
        (tmp_path / "program.py").write_text(START + code, encoding="utf-8")
        return child.run([*options, str(tmp_path / "program.py")], tty=tty)

    return run


def modules(*names: str) -> dict[str, str]:
    """Modules that write down when they are imported."""
    return {name: f"import gate\ngate.log.append({name!r})\nvalue = {name!r}\n" for name in names}


# -- order, status, events ---------------------------------------------------------------------------------------------


def test_dependencies_come_first_and_then_priorities(run: Callable[..., Result]) -> None:
    """What is depended on has the priority of what needs it; the rest keeps its order."""
    code = """
for name, needs in {"low": [], "plain": [], "other": [], "needed": [], "high": ["needed"]}.items():
    LazyPackageExport(name, dependencies=needs)
loading = start_background_loading(["plain", "low", "high", "other"], priority={"high": 5, "low": -1})
print(list(loading.status()))
print(loading.wait(100), gate.log, loading.status().is_done)
print({each.priority for each in loading.status().values()}, loading.status()["needed"].priority)
print(all(load.is_loaded(get_export(name)) for name in gate.log))
"""
    result = run(code, **modules("low", "plain", "other", "needed", "high")).check()
    assert result.stdout.splitlines() == [
        "['needed', 'high', 'plain', 'other', 'low']",
        "True ['needed', 'high', 'plain', 'other', 'low'] True",
        "{0, 5, -1} 5",
        "True",
    ]
    assert re.search(r"load: loaded 5 exports in the background in \d+\.\d s\n", result.stderr)


def test_what_was_loaded_early_is_not_called_slow(run: Callable[..., Result]) -> None:
    """It would be told to do what was done; of a first use that somebody waited for, it is told."""
    code = """
early, late = LazyPackageExport("early"), LazyPackageExport("late")
start_background_loading([early]).wait(100)
late.value, early.value
print([each.name for each in optimization_suggestions(slow=0) if each.kind == 'slow'])
"""
    assert run(code, **modules("early", "late")).check().stdout == "['late']\n"


def test_what_comes_later_with_a_higher_priority_goes_before(run: Callable[..., Result]) -> None:
    """There is one queue for the process."""
    code = """
for name in ("first", "one", "two"): LazyPackageExport(name)
first = start_background_loading(["first", "one"])
gate.inside.wait(100)
second = start_background_loading(["two"], priority=1)
gate.go()
print(first.wait(100), second.wait(100), gate.log)
"""
    first = {"first": "import gate\ngate.enter()\ngate.log.append('first')\n"}
    assert run(code, **modules("one", "two"), **first).check().stdout == "True True ['first', 'two', 'one']\n"


def test_how_far_it_is(run: Callable[..., Result]) -> None:
    """Status and events of each state; the events are on the one stream, and the status is as JSON has it."""
    code = """
import json
events = []
def note(event):
    if isinstance(event, BackgroundProgress):
        events.append((event.name, event.state, event.done, event.total, event.seconds is not None))
    elif isinstance(event, BackgroundFinished):
        events.append(("finished", event.loading, event.seconds > 0, sorted(event.status.failed)))
load.subscribe(note)
for name in ("slow", "wrong", "good"): LazyPackageExport(name)
loading = start_background_loading(["slow", "wrong", "good"])
gate.inside.wait(100)
print([each.state for each in loading.status().values()], loading.wait(0), loading.wait(0.01), repr(loading.status()))
gate.go()
print(loading.wait(), loading.status().names("loaded"), loading.status().failed)
print(*events, sep="\\n")
print(events[-1][1] == loading.number, json.dumps(loading.status().as_dict()["wrong"]["error"]))
print([str(each).partition(" in ")[0] for each in loading.status().values()])
"""
    bodies = {"slow": "import gate\ngate.enter()\n", "wrong": "1 / 0\n", "good": ""}
    result = run(code, **bodies).check()
    assert result.stdout.splitlines() == [
        "['loading', 'waiting', 'waiting'] False False <BackgroundStatus: 1 loading, 2 waiting>",
        "True ['slow', 'good'] {'wrong': ZeroDivisionError('division by zero')}",
        "('slow', 'loading', 0, 3, False)",
        "('slow', 'loaded', 1, 3, True)",
        "('wrong', 'loading', 1, 3, False)",
        "('wrong', 'failed', 2, 3, True)",
        "('good', 'loading', 2, 3, False)",
        "('good', 'loaded', 3, 3, True)",
        "('finished', 1, True, ['wrong'])",
        'True "ZeroDivisionError: division by zero"',
        "['slow: loaded', 'wrong: failed', 'good: loaded']",
    ]
    assert result.stderr.endswith("; could not load wrong (ZeroDivisionError: division by zero)\n")


def test_all_of_them_handles_listed_ones_and_what_is_loaded(run: Callable[..., Result]) -> None:
    """Without names all that are registered; exports themselves; a listed name is made, and says what is missing."""
    code = """
LazyPackageExport("one"); two = LazyPackageExport("two")
print(two.value, list(start_background_loading([two]).status().values())[0].state)
everything = start_background_loading()
print(everything.wait(100), everything.status().names("loaded"), everything.status()["two"].seconds)
listed = start_background_loading(["onnxruntime", two], threads=3)
print(listed.wait(100), list(get_export_registry()), get_export_metadata("onnxruntime").declared_in[-12:])
old, new = two, LazyPackageExport("two", validation_level="none")
print(start_background_loading([old, "two"]).wait(100), load.is_loaded(old), start_background_loading([]).wait())
class Tools(SpecializedExports):
    package = "three"
    exports = {"value": "three.value"}
tools = Tools()
print(start_background_loading([tools]).wait(100), tools.value, gate.log)
"""
    result = run(code, options=("-W", "ignore"), **modules("one", "two", "three"))
    lines = result.check().stdout.splitlines()
    assert lines[:2] == ["two loaded", "True ['one', 'two'] None"]
    assert lines[2] == "True ['one', 'two', 'onnxruntime'] program.py:8"
    assert lines[3:] == ["True True True", "True three ['two', 'one', 'three']"]


def test_several_at_a_time(run: Callable[..., Result]) -> None:
    """With as many threads as were asked for; what depends on another waits for it all the same."""
    bodies = {
        "left": "import gate\ngate.both.wait(100)\ngate.log.append('side')\n",
        "right": "import gate\ngate.both.wait(100)\ngate.log.append('side')\n",
        "above": "import gate\ngate.log.append('above')\n",
    }
    code = """
LazyPackageExport("left"); LazyPackageExport("right"); LazyPackageExport("above", dependencies=["left", "right"])
print(start_background_loading(["above"], threads=3).wait(100), gate.log)
[each.join() for each in threading.enumerate() if each.name == "load-background"]  # none waits for more
"""
    gate = f"{GATE}both = threading.Barrier(2)\n"
    result = run(code, gate=gate, **bodies).check()
    assert result.stdout.splitlines() == ["True ['side', 'side', 'above']"]


# -- the foreground ----------------------------------------------------------------------------------------------------


def test_a_use_joins_the_load_that_runs(run: Callable[..., Result]) -> None:
    """One import, one round of checks, one load that is counted; also of 16 threads that come while it runs."""
    code = """
checks, answers = [], []
register_export_checks("ware", probe=lambda module: checks.append(1))
export = LazyPackageExport("ware", validation_level="comprehensive")
loading = start_background_loading(["ware"])
gate.inside.wait(100)
barrier = threading.Barrier(17)
def use():
    barrier.wait()
    answers.append(export.value)
threads = [threading.Thread(target=use) for _ in range(16)]
[each.start() for each in threads]
barrier.wait()
gate.go()
print(export.value is export.value)
[each.join() for each in threads]
known = get_export_metadata("ware")
print(loading.wait(100), len(set(map(id, answers))), gate.log, checks, known.load_count, known.error_count)
"""
    body = "import gate\ngate.enter()\ngate.log.append('ware')\nvalue = object()\n"
    assert run(code, ware=body).check().stdout == "True\nTrue 1 ['ware'] [1] 1 0\n"


def test_a_use_before_its_turn_loads_it_at_once(run: Callable[..., Result]) -> None:
    """Whoever uses what still waits does not wait for its turn; it is not loaded again then."""
    code = """
first, second = LazyPackageExport("first"), LazyPackageExport("second")
loading = start_background_loading(["first", "second"])
gate.inside.wait(100)
print(second.value, loading.status()["second"].state)
gate.go()
print(loading.wait(100), gate.log, get_export_metadata("second").load_count)
"""
    result = run(code, **modules("second"), first="import gate\ngate.enter()\n").check()
    assert result.stdout == "second waiting\nTrue ['second'] 1\n"


def test_modules_that_import_one_another(run: Callable[..., Result]) -> None:
    """From two threads, each with the lock of one module and in want of the other's: Python's own way out holds."""
    bodies = {
        "one": "import gate\nearly = 1\ngate.barrier.wait(100)\nimport two\nlate = 1\n",
        "two": "import gate\nearly = 2\ngate.barrier.wait(100)\nimport one\nlate = 2\n",
    }
    code = """
one, two = LazyPackageExport("one"), LazyPackageExport("two")
loading = start_background_loading(["one"])
early = two.early
print(early, loading.wait(100), loading.status(), one.late + two.late, get_export_metadata("one").load_count)
print(LazyPackageExport("a", dependencies=["b"]) is not None, LazyPackageExport("b", dependencies=["a"]) is not None)
try: start_background_loading(["one", "a"])
except RegistryError as error: print(error.context)
"""
    code = "from load.errors import RegistryError\n" + code
    result = run(code, gate=f"{GATE}barrier = threading.Barrier(2)\n", **bodies).check()
    lines = result.stdout.splitlines()
    assert lines[0].startswith("2 True one: loaded in ")
    assert lines[0].endswith(" 3 1")
    assert lines[1:] == ["True True", "('a → b → a',)"]


def test_to_wait_for_what_waits_for_oneself(run: Callable[..., Result]) -> None:
    """The body of a module waits for an export whose body imports that module; or what is loaded waits for itself."""
    app = """
import gate, load
from load.exports import *
from load.errors import BackgroundError
LazyPackageExport("heavy")
loading = start_background_loading(["heavy"])
gate.inside.wait(100)
try: loading.wait()
except BackgroundError as error: gate.log.append(str(error).splitlines()[0])
"""
    itself = "import gate\ntry: gate.loading[0].wait()\nexcept RuntimeError as error: gate.log.append(error.code)\n"
    code = """
import app
print(app.loading.wait(100), gate.log, app.loading.status().names("loaded"))
gate.loading, gate.started = [], threading.Event()
LazyPackageExport("itself"); LazyPackageExport("before")
gate.loading.append(start_background_loading(["before", "itself"]))
gate.started.set()
print(gate.loading[0].wait(100), gate.log[1:])
"""
    bodies = {"app": app, "heavy": "import gate\ngate.inside.set()\nimport app\n", "itself": itself}
    result = run(code, **bodies, before="import gate\ngate.started.wait(100)\n").check()
    assert result.stdout.splitlines() == [
        "True [\"To wait here would never end: 'heavy' waits for what this thread is doing.\"] ['heavy']",
        "True ['background']",
    ]


# -- failures ----------------------------------------------------------------------------------------------------------


FAILING = {
    "SystemExit": "import sys\nsys.exit(3)",
    "KeyboardInterrupt": "raise KeyboardInterrupt",
    "BaseException": "raise BaseException('no')",
    "GeneratorExit": "raise GeneratorExit",
    "ModuleNotFoundError": "import nothing_of_that_name",
    "ImportFailed": "x = object().y",
    "DeprecationWarning": "import warnings\nwarnings.warn('old', DeprecationWarning, 2)",
    "SyntaxError": "x = (",
    "ExportValidationError": "__all__ = ['value']",
}


def test_what_fails_fails_alone(run: Callable[..., Result]) -> None:
    """Whatever a module raises is told in the status, raised again at its use, and ends nothing else."""
    code = f"""
kinds = {list(FAILING)}
for kind in kinds: LazyPackageExport("wrong_" + kind, validation_level="strict")
LazyPackageExport("needs", dependencies=["wrong_SystemExit"]); LazyPackageExport("good")
loading = start_background_loading()
print(loading.wait(100), loading.status().names("loaded"))
failed = loading.status().failed
print([kind for kind in kinds if type(failed["wrong_" + kind]).__name__ != kind], len(failed))
print(failed["needs"].message, type(failed["needs"].__cause__).__name__, failed["needs"].code)
for kind in kinds:
    try: get_export("wrong_" + kind).value
    except BaseException as error: print(type(error).__name__, error is failed["wrong_" + kind])
    sys.modules.pop("wrong_" + kind, None)
    open(f"wrong_{{kind}}.py", "w").write("value = 42")
print({{get_export("wrong_" + kind).value for kind in kinds}}, load.is_loaded(get_export("needs")))
"""
    bodies = {f"wrong_{kind}": f"{body}\n" for kind, body in FAILING.items()}
    options = ("-W", "error::DeprecationWarning", "-B")
    lines = run(code, options=options, **bodies, **modules("good", "needs")).check().stdout.splitlines()
    assert lines == [
        "True ['good']",
        "[] 10",
        "The export 'needs' depends on 'wrong_SystemExit', which could not be loaded. SystemExit background",
        *(f"{kind} False" for kind in FAILING),
        "{42} False",
    ]


WRONG_CALLS = {
    "['good', 'nowhere']": "RegistryError: No export 'nowhere' was made.",
    "['good', 'torhc']": "did you mean 'torch'",
    "'good'": "TypeError: exports are several names, as ['good'], not the text 'good'",
    "['torch', sys]": "RegistryTypeError: What is to be loaded in the background is not an export: it is of type mod",
    "['torch', load.lazy_import('json')]": "RegistryTypeError: What is to be loaded in the background is not an export",
    "['torch', 'good'], priority='high'": "TypeError: priority is a whole number, or a mapping",
    "['good'], priority=True": "TypeError: priority is a whole number",
    "['good'], priority={'torch': 1}": "RegistryError: A priority is given to what is not to be loaded: 'torch'.",
    "['good'], threads=0": "ValueError: threads is 1 or more, not 0",
    "['good'], threads=1.5": "TypeError: threads is a whole number, not 1.5",
    "3": "TypeError: 'int' object is not iterable",
}


def test_a_wrong_call_starts_nothing(run: Callable[..., Result]) -> None:
    """The error says what is wrong; no export is made, and none is loaded."""
    code = f"""
LazyPackageExport("good")
for call in {list(WRONG_CALLS)}:
    try: eval(f"start_background_loading({{call}})")
    except Exception as error: print(type(error).__name__, ": ", repr(str(error)), sep="")
    else: print("no error")
for timeout in "1", -1, float("nan"), True:
    try: start_background_loading([]).wait(timeout)
    except (TypeError, ValueError) as error: print(error)
print(list(get_export_registry()), threading.active_count(), gate.log, "good" in sys.modules)
"""
    lines = run(code, **modules("good")).check().stdout.splitlines()
    for line, (call, told) in zip(lines[: len(WRONG_CALLS)], WRONG_CALLS.items(), strict=True):
        name, _, text = line.partition(": ")
        assert told in f"{name}: {ast.literal_eval(text)}", call
    assert [line[:30] for line in lines[len(WRONG_CALLS) : -1]] == ["timeout is a number of seconds"] * 4
    assert lines[-1] == "['good'] 1 [] False"


def test_no_thread_can_be_started(run: Callable[..., Result]) -> None:
    """It is said, and nothing waits for ever."""
    code = """
def start(self): raise RuntimeError("can't start new thread")
threading.Thread.start, real = start, threading.Thread.start
LazyPackageExport("good")
try: start_background_loading(["good"])
except BackgroundError as error: print(error)
threading.Thread.start = real
print(start_background_loading(["good"]).wait(100), gate.log)
"""
    lines = run(code, **modules("good")).check().stdout.splitlines()
    assert lines[0] == "Nothing can be loaded in the background: can't start new thread."
    assert lines[-1] == "True ['good']"


def test_a_listener_that_fails_harms_nothing(run: Callable[..., Result]) -> None:
    """Also where that is a warning which is an error: it is told as a line on standard error."""
    code = """
def listen(event):
    if isinstance(event, BackgroundProgress): 1 / 0
load.subscribe(listen)
LazyPackageExport("good")
print(start_background_loading(["good"]).wait(100), gate.log)
"""
    result = run(code, options=("-W", "error"), **modules("good")).check()
    assert result.stdout == "True ['good']\n"
    assert result.stderr.count("load: a subscriber of load's events failed on BackgroundProgress(") == 2


# -- cancelled ---------------------------------------------------------------------------------------------------------


def test_cancelled(run: Callable[..., Result]) -> None:
    """What was begun is loaded whole, what was not is as it was, and can be used and loaded later."""
    code = """
events = []
def note(event):
    if isinstance(event, BackgroundProgress): events.append((event.name, event.state))
load.subscribe(note)
slow, next_one = LazyPackageExport("slow"), LazyPackageExport("next_one")
loading = start_background_loading(["slow", "next_one"])
gate.inside.wait(100)
print(loading.cancel(), loading.cancel(), [each.state for each in loading.status().values()])
gate.go()
print(loading.wait(100), load.is_loaded(slow), load.is_loaded(next_one), slow.value, "next_one" in sys.modules)
print(get_export_metadata("next_one").access_count, events)
print(start_background_loading(["next_one"]).wait(100), gate.log, loading.cancel())
"""
    slow = "import gate\ngate.enter()\nvalue = 42\n"
    result = run(code, slow=slow, **modules("next_one")).check()
    assert result.stdout.splitlines() == [
        "['next_one'] [] ['loading', 'cancelled']",
        "True True False 42 False",
        "0 [('slow', 'loading'), ('next_one', 'cancelled'), ('slow', 'loaded')]",
        "True ['next_one'] []",
    ]
    assert "load: loaded 1 export in the background in " in result.stderr
    assert "; 1 cancelled\n" in result.stderr


# -- the end of the process, and forks ---------------------------------------------------------------------------------


ENDLESS = {
    "waits": "threading.Event().wait()",
    "imports": "while True: sys.modules.pop('colorsys', None); import colorsys",
    "catches": "while True:\n    try: import nothing_at_all\n    except: pass",
    "computes": "while True: len('')",
}


@pytest.mark.parametrize("body", ENDLESS.values(), ids=ENDLESS)
def test_the_program_ends_meanwhile(run: Callable[..., Result], body: str) -> None:
    """It ends at once, with its own exit code and no word of what was not loaded."""
    code = """
import atexit
atexit.register(lambda: print("at exit", flush=True))
LazyPackageExport("endless"); LazyPackageExport("good")
start_background_loading(["endless", "good"])
gate.inside.wait(100)
sys.exit(3)
"""
    started = time.monotonic()
    result = run(code, endless=f"import gate, sys, threading\ngate.inside.set()\n{body}\n", **modules("good"))
    assert (result.returncode, result.stdout, result.stderr) == (3, "at exit\n", "")
    assert time.monotonic() - started < 20  # seconds, on a machine that does much else


def test_threads_that_the_program_waits_for(run: Callable[..., Result]) -> None:
    """They go on when the main thread is over, and so does what is loaded: whoever waits for it gets it whole."""
    code = """
LazyPackageExport("slow"); LazyPackageExport("good"); LazyPackageExport("shared")
loading = start_background_loading(["slow", "good"])
gate.inside.wait(100)
def use():
    threading.main_thread().join()
    print(get_export("slow").value, loading.wait(100), loading.status().names("loaded"))
def end():
    threading.main_thread().join()
    threading.Event().wait(0.2)  # from 3.12 on no thread, and so no timer, can be started by then
    gate.go()
threading.Thread(target=use).start()
threading.Thread(target=end).start()
"""
    slow = "import gate\ngate.enter()\nimport json.tool, shared\nvalue = 1\n"
    result = run(code, slow=slow, **modules("good", "shared")).check()
    assert result.stdout == "1 True ['slow', 'good']\n"
    assert "Traceback" not in result.stderr


def test_an_error_of_the_program_meanwhile(run: Callable[..., Result]) -> None:
    """Its traceback is the only one."""
    code = "LazyPackageExport('slow')\nstart_background_loading()\ngate.inside.wait(100)\n"
    code += "raise LookupError('of mine')\n"
    result = run(code, slow="import gate\ngate.enter()\n").check(1)
    assert result.stderr.count("Traceback") == 1
    assert result.stderr.endswith("LookupError: of mine\n")


def test_started_as_the_program_ends(run: Callable[..., Result]) -> None:
    """Nothing is begun any more, and nothing waits."""
    code = """
import atexit
LazyPackageExport("good")
def late():
    loading = start_background_loading(["good"])
    print(loading.wait(100), loading.status(), gate.log, flush=True)
atexit.register(late)
"""
    assert run(code, **modules("good")).check().stdout == "True good: cancelled []\n"


@pytest.mark.skipif(not hasattr(os, "fork") or sys.platform == "darwin", reason="needs a safe os.fork")
def test_a_fork_meanwhile(run: Callable[..., Result]) -> None:
    """The child has none of the threads: what was begun is as it was declared there, and is loaded at its use."""
    code = """
import os, warnings
warnings.simplefilter("ignore", DeprecationWarning)
ware, later = LazyPackageExport("ware"), LazyPackageExport("later")
loading = start_background_loading(["ware", "later"])
gate.inside.wait(100)
pid = os.fork()
if not pid:
    gate.go()
    print(loading.wait(5), [each.state for each in loading.status().values()], loading.cancel(), flush=True)
    print(ware.value, get_export_metadata("ware").load_count, flush=True)
    again = start_background_loading(["ware", "later"])
    print(again.wait(100), again.status().names("loaded"), gate.log, flush=True)
    sys.exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
gate.go()
print(loading.wait(100), loading.status().names("loaded"), ware.value, gate.log)
"""
    result = run(code, ware="import gate\ngate.enter()\nvalue = 42\n", **modules("later")).check()
    assert result.stdout.splitlines() == [
        "True ['cancelled', 'cancelled'] []",
        "42 1",
        "True ['ware', 'later'] ['later']",
        "7",
        "True ['ware', 'later'] 42 ['later']",
    ]


@pytest.mark.skipif(not hasattr(os, "fork") or sys.platform == "darwin", reason="needs a safe os.fork")
def test_a_fork_waits_for_an_extension_module(run: Callable[..., Result]) -> None:
    """One that is half made cannot be made again: the child has it whole, and not the module that imports it."""
    code = """
import _imp, os, warnings
warnings.simplefilter("ignore", DeprecationWarning)
real, gate.made = _imp.exec_dynamic, []
def exec_dynamic(module):
    if module.__name__ == "_zoneinfo":
        gate.enter()
        for _ in range(1000): os.sched_yield()
        import colorsys
        gate.made.append(1)
    return real(module)
_imp.exec_dynamic = exec_dynamic
ware = LazyPackageExport("ware")
loading = start_background_loading(["ware"])
gate.inside.wait(100)
os.register_at_fork(before=gate.go)
pid = os.fork()
if not pid:
    print(gate.made, "_zoneinfo" in sys.modules, ware.value, gate.log, flush=True)
    os._exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), loading.wait(100), ware.value, gate.log)
print(_imp.lock_held())
"""
    body = """
import _zoneinfo, os, gate
def before(): gate.log.append("before")
def after(): gate.log.append("after")
os.register_at_fork(before=before, after_in_parent=after, after_in_child=after)
gate.log.append("ware")
value = 42
"""
    result = run(code, ware=body).check()
    assert result.stdout.splitlines() == ["[1] True 42 ['ware']", "7 True 42 ['ware']", "False"]


# -- installs ----------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
def test_exports_that_may_be_installed(venv: Environment, index: Index, wheel: Callable[..., Path]) -> None:
    """What a person has to agree to is refused, in the status; its use in the foreground asks as always.

    What the policy lets in is installed; it is that of who started it: an override that holds there holds.
    """
    index.add(wheel("strangeware", "1.0", files={"strangeware.py": "value = 42\n"}))
    code = """
        import load
        from load.exports import *
        LazyPackageExport("strangeware", install=True)
        def load_it(mode):
            with load.override(install=mode):
                loading = start_background_loading(["strangeware"])
            print(loading.wait(60), [error.reason for error in loading.status().failed.values()])
        load_it("known")
        try: get_export("strangeware").value
        except ImportError as error: print(error.reason)
        load_it("never")
        load_it("always")
        print(get_export("strangeware").value)
    """
    result = venv.run_in_pty(code, [(r"Install\?", "n\n")])
    told = ["True ['unknown-name']", "declined", "True ['policy']", "True []", "42"]
    assert (result.check().stdout.splitlines(), result.unanswered) == (told, ())
    assert result.stderr.count("Install?") == 1
    assert "load: installed strangeware 1.0" in result.stderr


# -- what a person sees ------------------------------------------------------------------------------------------------

SLOW = """
LazyPackageExport("one"); LazyPackageExport("slow"); LazyPackageExport("two")
loading = start_background_loading(["one", "slow", "two"])
gate.inside.wait(100)
from load._console import status
def go_when_seen():
    while not all(job.seen for job in status._status._jobs) or not status._status._jobs: os.sched_yield()
    gate.go()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
def test_a_bar_moves_while_somebody_waits(run: Callable[..., Result]) -> None:
    """It tells how much is done and what comes now, and leaves nothing behind."""
    code = f"import os\n{SLOW}threading.Thread(target=go_when_seen).start()\nprint(loading.wait(100), flush=True)\n"
    result = run(code, tty=True, slow="import gate\ngate.enter()\n", **modules("one", "two"))
    assert result.check().stdout == "True\n"
    assert "━" in result.stderr
    assert " 1/3 " in result.stderr
    assert "loading 3 exports in the background" in result.stderr
    assert "· slow" in result.stderr
    assert result.stderr.endswith("\x1b8\x1b[J")
    assert "\x1b[?25l" not in result.stderr  # a program that is killed would leave a terminal without a cursor
    assert "load: loaded" not in result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX")
def test_nothing_moves_where_the_program_goes_on(run: Callable[..., Result]) -> None:
    """A terminal is the program's while nobody waits; only what failed is told, on one line."""
    code = "LazyPackageExport('one')\nLazyPackageExport('no')\n{}loading = start_background_loading()\n"
    code += "[each.join() for each in threading.enumerate() if each.name == 'load-background']\n"
    code += "print(loading.status().is_done, 'rich' in sys.modules)\n"
    result = run(code.format(""), tty=True, no="1 / 0\n", **modules("one")).check()
    assert result.stdout == "True False\n"
    told = r"load: loaded 1 export in .* in \d+\.\d s; could not load no \(ZeroDivisionError: division by zero\)\n"
    assert re.fullmatch(told, result.stderr)
    assert run(code.format("load.configure(quiet=True)\n"), tty=True).check().stderr == ""


def test_quiet(run: Callable[..., Result]) -> None:
    """Neither bar nor line, whoever waits; the status tells all the same."""
    code = "load.configure(quiet=True)\nLazyPackageExport('no')\nloading = start_background_loading()\n"
    result = run(f"{code}print(loading.wait(100), loading.status().names('failed'))\n", no="1 / 0\n").check()
    assert (result.stdout, result.stderr) == ("True ['no']\n", "")


def test_figures(run: Callable[..., Result]) -> None:
    """What is loaded in the background is measured as any load is."""
    code = """
import json
LazyPackageExport("ware")
start_background_loading().wait(100)
known = get_export_metadata("ware")
print(json.dumps([known.load_count, known.load_time is not None, known.how, known.access_count, known.is_loaded]))
"""
    assert json.loads(run(code, ware="").check().stdout) == [1, True, "imported", 1, True]
