"""The event stream: who hears what, in which order, and what a bad listener can do."""

from __future__ import annotations

import gc
import sys
import threading
import time

import pytest

from load import _events
from load._events import (
    Change,
    Event,
    InstallFailed,
    InstallFinished,
    InstallProgress,
    InstallStarted,
    Loaded,
    LoadFailed,
    Reloaded,
    ReloadFailed,
    WorkerEnded,
    WorkerStarted,
    WorkProgress,
    emit,
    subscribe,
)
from tests.support.environments import Python


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins without subscribers."""
    monkeypatch.setattr(_events, "_subscribers", ())


def test_subscribers_hear_in_the_order_in_which_they_came() -> None:
    """Each hears each event once, the same object."""
    heard: list[tuple[str, Event]] = []
    subscribe(lambda event: heard.append(("first", event)))
    subscribe(lambda event: heard.append(("second", event)))
    one, two = InstallProgress("a"), InstallProgress("b")
    emit(one)
    emit(two)
    assert heard == [("first", one), ("second", one), ("first", two), ("second", two)]


def test_the_same_subscriber_counts_once_and_ends_once() -> None:
    """A bound method is the same each time it is named."""
    heard: list[Event] = []
    ends = [subscribe(heard.append), subscribe(heard.append)]
    emit(InstallProgress("a"))
    assert len(heard) == 1
    for end in (*ends, *ends):
        end()
    emit(InstallProgress("b"))
    assert len(heard) == 1


def test_a_listener_that_raises_is_a_warning_and_the_others_hear() -> None:
    """What an observer does wrong does not break what it observes."""
    heard: list[Event] = []

    def bad(event: Event) -> None:
        raise LookupError("broken listener")

    subscribe(bad)
    subscribe(heard.append)
    with pytest.warns(RuntimeWarning, match=r"InstallProgress\(line='a'\).*broken listener"):
        emit(InstallProgress("a"))
    assert len(heard) == 1


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_in_a_listener_is_no_warning(kind: type[BaseException]) -> None:
    """Who presses Ctrl-C means the program."""

    def interrupted(event: Event) -> None:
        raise kind

    subscribe(interrupted)
    with pytest.raises(kind):
        emit(InstallProgress("a"))


def test_who_comes_or_goes_during_an_event_changes_the_next_one() -> None:
    """The list that an event began with is the one that hears it."""
    heard: list[str] = []
    ends = []

    def late(event: Event) -> None:
        heard.append("late")

    def first(event: Event) -> None:
        heard.append("first")
        subscribe(late)
        ends[0]()

    ends.append(subscribe(first))
    emit(InstallProgress("a"))
    emit(InstallProgress("b"))
    assert heard == ["first", "late"]


def test_a_listener_may_cause_events_itself() -> None:
    """Those are heard before the next listener hears the first."""
    heard: list[str] = []

    def echo(event: Event) -> None:
        assert isinstance(event, InstallProgress)
        heard.append(event.line)
        if len(event.line) < 3:
            emit(InstallProgress(event.line + "!"))

    subscribe(echo)
    emit(InstallProgress("a"))
    assert heard == ["a", "a!", "a!!"]


def test_an_event_is_heard_in_the_thread_where_it_happened() -> None:
    """Nothing is handed to another thread."""
    heard: list[int] = []
    subscribe(lambda event: heard.append(threading.get_ident()))
    thread = threading.Thread(target=emit, args=(InstallProgress("a"),))
    thread.start()
    thread.join()
    assert heard == [thread.ident]


def test_threads_that_subscribe_together_are_all_heard(child: Python) -> None:
    """No subscriber is lost where several come at once, and none stays where all go."""
    code = """
        import sys, threading
        from load import _events
        sys.setswitchinterval(1e-6)
        heard = []
        def work(number):
            barrier.wait()
            ends.append(_events.subscribe(lambda event: heard.append(number)))
        barrier, ends = threading.Barrier(16), []
        threads = [threading.Thread(target=work, args=(n,)) for n in range(16)]
        for t in threads: t.start()
        for t in threads: t.join()
        _events.emit(_events.InstallProgress("a"))
        for end in ends: end()
        print(sorted(heard) == list(range(16)), _events._subscribers)
    """
    assert child.run(code).check().stdout == "True ()\n"


EVERY = [
    Loaded("np", "numpy", "installed", seconds=1.5, import_seconds=0.5, memory=3, caller=("f.py", 2)),
    LoadFailed("np", ImportError("x")),
    InstallStarted(["a"], "uv", "env"),
    InstallProgress("line"),
    InstallFinished(["a"], [Change("a", None, "1")], backend="uv", target="env", overlay=False, seconds=1.0),
    InstallFailed(["a"], ImportError("x")),
    WorkProgress(3, "measuring", now="run 2", done=1, total=4),
    WorkerStarted("'a'", 17),
    WorkerEnded("'a'", 17, "killed", -9),
    Reloaded(["module"]),
    ReloadFailed(ImportError("x")),
]


@pytest.mark.parametrize("event", EVERY, ids=lambda event: type(event).__name__)
def test_an_event_shows_all_that_it_holds(event: Event) -> None:
    """Its `repr` has every attribute but the time; it has no room for others."""
    for name in type(event).__slots__:
        assert f"{name}={getattr(event, name)!r}" in repr(event)
    assert "time=" not in repr(event)
    with pytest.raises(AttributeError):
        event.other = 1  # type: ignore[attr-defined]


def test_each_kind_of_event_is_tested() -> None:
    """A new class needs its line in the list above; those of the exports have tests of their own."""
    own = {kind for kind in Event.__subclasses__() if kind.__module__ == Event.__module__}
    assert {type(event) for event in EVERY} == own


def test_the_time_of_an_event_is_that_of_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds since the epoch, whichever way it is set."""
    for now in (1.5e9, 1.4e9):
        monkeypatch.setattr(time, "time", lambda now=now: now)
        assert InstallProgress("a").time == now


def test_lists_given_to_an_event_are_kept_as_they_were() -> None:
    """Whoever changes the list afterwards does not change what happened."""
    names = ["a"]
    event = InstallStarted(names, "uv", "env")
    names.append("b")
    assert event.requirements == ("a",)


@pytest.mark.parametrize(
    ("change", "text", "replacement"),
    [
        (Change("a", None, "1"), "a 1", False),
        (Change("a", "1", "2"), "a 1 → 2", True),
        (Change("a", "1", None), "a 1 → removed", True),
        (Change("a", "1", "1"), "a 1 → 1", False),
    ],
)
def test_a_change_says_whether_it_replaces(change: Change, text: str, replacement: bool) -> None:
    """Old → new; what comes anew replaces nothing, nor does the same version."""
    assert (str(change), change.is_replacement) == (text, replacement)
    twin = Change(change.name, change.old, change.new)
    assert (twin, hash(twin)) == (change, hash(change))
    assert change != Change("b", change.old, change.new)
    assert change != text


def test_an_event_that_nobody_hears_costs_next_to_nothing() -> None:
    """Fewer than twenty calls' worth of lines are run."""
    lines: list[int] = []
    event = InstallProgress("a")

    def trace(frame: object, what: str, argument: object) -> object:
        lines.append(1)
        return trace

    before = sys.gettrace()
    gc.disable()  # it may have work in Python of its own
    sys.settrace(trace)  # type: ignore[arg-type]
    try:
        emit(event)
    finally:
        sys.settrace(before)
        gc.enable()
    assert len(lines) < 20
