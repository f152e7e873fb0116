"""What `load` suggests about imports: those that were not used, those worth being lazy, and `sys.path`."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

from load._imports.usage import UsageRecorder
from load.errors import ProfileError
from tests.support.environments import Python

# -- which functions ran -----------------------------------------------------------------------------------------------

USED = """
import sys, threading
from load._imports.usage import UsageRecorder

def plain(): return (x for x in [1])
def never(): pass
def in_thread(): pass
@staticmethod
def decorated(): pass
class Thing:
    def method(self): return lambda: 2

def told(used, function): return used.ran(__file__, function.__code__.co_firstlineno, function.__qualname__)

for turn in range(2):
    with UsageRecorder() as used:
        plain()
        decorated()
        thread = threading.Thread(target=in_thread)
        thread.start()
        thread.join()
        deferred = Thing().method()
        eval("some_name + other", {"some_name": 1, "other": 2})
    never()
    print([told(used, each) for each in (plain, decorated.__func__, in_thread, Thing.method, never)],
          used.ran(__file__, deferred.__code__.co_firstlineno, deferred.__qualname__),
          used.ran(__file__, deferred.__code__.co_firstlineno),
          used.is_evaluated("some_name"), used.is_evaluated("plain"))
if sys.version_info >= (3, 12):
    print({sys.monitoring.get_tool(each) for each in range(6)})
else:
    print({sys.getprofile(), threading.getprofile()})
"""


def test_which_functions_ran(child: Python, tmp_path: Path) -> None:
    """In every thread, again in a second recording, and nothing stays behind."""
    file = tmp_path / "program.py"
    file.write_text(USED, encoding="utf-8")
    *turns, left = child.run([str(file)]).check().stdout.splitlines()
    assert turns == ["[True, True, True, True, False] False True True False"] * 2
    assert left == "{None}"


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python 3.11 has no sys.monitoring")
def test_all_tool_ids_are_taken(child: Python) -> None:
    """Who has them is told, and nothing is taken from anybody."""
    code = """
        import sys
        from load._imports.usage import UsageRecorder
        for number in range(6):
            sys.monitoring.use_tool_id(number, f"tool {number}")
        try:
            UsageRecorder().start()
        except ValueError as error:
            print(error)
        sys.monitoring.free_tool_id(0)
        with UsageRecorder() as used:
            (lambda: 3)()
        print(used.ran("<string>", 12, "<lambda>"))
    """
    *lines, last = child.run(code).check().stdout.splitlines()
    assert lines[0] == "Which functions run cannot be seen: all of Python's tool ids are taken."
    assert lines[1:7] == [f"  {number}: tool {number}" for number in range(6)]
    assert last == "True"


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="later Pythons have room for several tools")
def test_another_profiler_is_at_work() -> None:
    """It is told, and left alone."""

    def other(*_: object) -> None: ...

    sys.setprofile(other)
    try:
        with pytest.raises(ProfileError, match="another profiler is at work"):
            UsageRecorder().start()
        assert sys.getprofile() is other
    finally:
        sys.setprofile(None)


def test_what_the_program_set_meanwhile_stays(child: Python) -> None:
    """A profiler of its own, or a tool that it cleared."""
    code = """
        import sys
        from load._imports.usage import UsageRecorder
        def own(*_): pass
        with UsageRecorder() as used:
            sys.setprofile(own)
            if sys.version_info >= (3, 12):
                sys.monitoring.free_tool_id(4)
        print(sys.getprofile() is own)
    """
    assert child.run(code).check().stdout == "True\n"


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="of Python 3.11")
def test_a_thread_that_runs_on_is_left_alone() -> None:
    """Its profile function goes with its next call."""

    def called_once() -> None: ...

    begun, go_on = threading.Event(), threading.Event()
    left = []

    def work() -> None:
        begun.set()
        go_on.wait(30)
        called_once()
        left.append(sys.getprofile())

    with UsageRecorder():
        thread = threading.Thread(target=work)
        thread.start()
        begun.wait(30)
    go_on.set()
    thread.join()
    assert left == [None]
