"""Registries where many threads want the same entry, or each other's."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from textwrap import dedent

import pytest

from tests.faults.test_handles_under_load import run, write
from tests.support.environments import Python


def test_1000_rounds_of_32_threads(child: Python, tmp_path: Path) -> None:
    """All meet at a barrier and ask for the same key: one import, or one call of the factory, and one object."""
    body = "import counter\ncounter.imports += 1\nvalue = object()\n"
    write(tmp_path, counter="imports = calls = 0\n", **{f"round_{number}": body for number in range(500)})
    code = """
        import sys, threading
        from load.registry import Registry
        sys.setswitchinterval(1e-6)
        import counter
        things = Registry("things")
        def factory():
            counter.calls += 1
            return object()
        for number in range(500):
            things[f"import {number}"] = f"round_{number}:value"
            things.register(f"factory {number}", factory)
        keys = list(things)
        seen = [[] for _ in keys]
        errors = []
        barrier = threading.Barrier(32)
        def work():
            for number, key in enumerate(keys):
                barrier.wait()
                try:
                    seen[number].append(things[key])
                except BaseException as error:
                    errors.append(repr(error))
        threads = [threading.Thread(target=work) for _ in range(32)]
        [each.start() for each in threads]; [each.join() for each in threads]
        print(counter.imports, counter.calls, errors[:1], {len(each) for each in seen})
        print({len(set(map(id, each))) for each in seen}, len(things.loaded()))
    """
    assert run(child, tmp_path, code, timeout=240) == "500 500 [] {32}\n{1} 1000\n"


def test_factories_that_wait_for_each_other(child: Python, tmp_path: Path) -> None:
    """Two threads, each in the factory of what the other asks for: one of them is told so, nobody waits for ever."""
    code = """
        import threading
        from load.errors import RegistryError
        from load.registry import Registry
        for _ in range(200):
            things = Registry("things")
            both = threading.Barrier(2)
            def factory(other):
                def make():
                    try:
                        both.wait(timeout=0 if both.broken else 5)
                    except threading.BrokenBarrierError:
                        pass
                    return [things[other]]
                return make
            things.register("a", factory("b")); things.register("b", factory("a"))
            told = []
            def work(key):
                try:
                    things[key]
                except RegistryError as error:
                    told.append("asks for" in str(error))
                finally:
                    both.abort()
            threads = [threading.Thread(target=work, args=(key,)) for key in "ab"]
            [each.start() for each in threads]; [each.join(150) for each in threads]
            assert not any(each.is_alive() for each in threads), "they wait for each other"
            assert told == [True, True], told
        print("done")
    """
    assert run(child, tmp_path, code) == "done\n"


def test_registering_while_others_look_up(child: Python, tmp_path: Path) -> None:
    """A key that is registered anew is never seen in its old meaning afterwards."""
    code = """
        import sys, threading
        from load.registry import Registry
        sys.setswitchinterval(1e-6)
        things = Registry("things", override=True)
        things["x"] = 0
        stop = threading.Event()
        errors = []
        def read():
            last = 0
            while not stop.is_set():
                value = things["x"]
                if value < last:
                    errors.append((last, value))
                last = value
        threads = [threading.Thread(target=read) for _ in range(8)]
        [each.start() for each in threads]
        for number in range(1, 3000):
            if number % 2:
                things.register("x", (lambda n: lambda: n)(number))
            else:
                things["x"] = number
            assert things["x"] == number
        stop.set(); [each.join() for each in threads]
        print(errors[:3], things["x"])
    """
    assert run(child, tmp_path, code) == "[] 2999\n"


def test_looking_up_while_many_are_registered(child: Python, tmp_path: Path) -> None:
    """What the table names is there: a value is never taken for something to import, or for a missing key."""
    code = """
        import sys, threading
        from load.registry import LazyImportDict
        sys.setswitchinterval(1e-6)
        errors = []
        for _ in range(20):
            things = LazyImportDict()
            stop = threading.Event()
            def look():
                while not stop.is_set():
                    for key in (0, 9_999):
                        try:
                            things.get(key)
                        except BaseException as error:
                            errors.append(repr(error))
            thread = threading.Thread(target=look)
            thread.start()
            things.update({number: object() for number in range(10_000)})
            for number in range(100):
                things[number] = object()
            stop.set()
            thread.join()
        print(errors[:2])
    """
    assert run(child, tmp_path, code) == "[]\n"


def test_a_factory_and_a_module_that_wait_for_each_other(child: Python, tmp_path: Path) -> None:
    """One thread calls the factory, which imports; another imports that, and its body asks for the key: both end."""
    engine = """
        import shop
        shop.importing.set(); shop.calling.wait(150)
        VALUE = shop.things["engine"]
    """
    shop = """
        import threading
        from load.registry import Registry
        things = Registry("things")
        importing, calling = threading.Event(), threading.Event()
        def direct():
            importing.wait(150); calling.set()
            import engine
            return engine
        def over_another():
            return [things["direct"]]
    """
    write(tmp_path, engine=dedent(engine), shop=dedent(shop))
    code = """
        import sys, threading
        import shop
        from load.errors import RegistryError
        for factory in ("direct", "over_another"):
            sys.modules.pop("engine", None); shop.importing.clear(); shop.calling.clear()
            shop.things.clear()
            shop.things.register("engine", getattr(shop, factory))
            shop.things.register("direct", shop.direct)
            told = []
            def work(act):
                try:
                    act()
                except RegistryError as error:
                    told.append(error)
            acts = [lambda: __import__("engine"), lambda: shop.things["engine"]]
            threads = [threading.Thread(target=work, args=(act,), daemon=True) for act in acts]
            [each.start() for each in threads]; [each.join(150) for each in threads]
            assert not any(each.is_alive() for each in threads), "they wait for each other"
            assert told and all("asks for 'engine' itself" in str(error) for error in told), told
        print("done")
    """
    assert run(child, tmp_path, code) == "done\n"


def test_waiting_is_no_circle(child: Python, tmp_path: Path) -> None:
    """Factories that need each other's values without a circle, in threads that come by in any order: no error."""
    code = """
        import sys, threading
        from load.registry import Registry, _turns
        sys.setswitchinterval(1e-6)
        errors = []
        for _ in range(60):
            things = Registry("things")
            things.register("c", lambda: 1)
            things.register("b", lambda: things["c"] + 1)
            things.register("a", lambda: things["b"] + things["c"])
            barrier = threading.Barrier(12)
            def work(key):
                barrier.wait()
                try:
                    things[key]
                except BaseException as error:
                    errors.append(repr(error))
            threads = [threading.Thread(target=work, args=("abc"[number % 3],)) for number in range(12)]
            [each.start() for each in threads]; [each.join() for each in threads]
        print(errors[:2], _turns._turns, _turns._waits)
    """
    assert run(child, tmp_path, code) == "[] {} {}\n"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_fork_while_others_are_busy(child: Python, tmp_path: Path) -> None:
    """With a factory, with a wait for it, and with registering: the child can do all of it, and the parent goes on."""
    code = """
        import os, signal, sys, threading, warnings
        warnings.simplefilter("ignore", DeprecationWarning)
        from load.registry import Registry
        sys.setswitchinterval(1e-5)
        things = Registry("things", override=True)
        inside, go, parent = threading.Event(), threading.Event(), os.getpid()
        def slow():
            if os.getpid() == parent:  # what a thread waits for there its child cannot end
                inside.set(); go.wait(150)
            return os.getpid()
        things.register("slow", slow)
        stop = threading.Event()
        def write():
            while not stop.is_set():
                things.update({number: object() for number in range(200)})
        threads = [threading.Thread(target=lambda: things["slow"]) for _ in range(2)]
        threads.append(threading.Thread(target=write))
        [each.start() for each in threads]
        inside.wait(150)
        failed = []
        for _ in range(40):
            process = os.fork()
            if not process:
                signal.alarm(100)
                things["new"] = 1
                whole = {number in things for number in range(200)}
                right = things["slow"] == os.getpid() and things["new"] == 1 and len(whole) == 1
                os._exit(0 if right else 1)
            status = os.waitpid(process, 0)[1]
            if status:
                failed.append(status)
        go.set(); stop.set()
        [each.join(150) for each in threads]
        print(failed, things["slow"] == os.getpid(), "new" in things)
    """
    assert run(child, tmp_path, code) == "[] True False\n"


def test_a_factory_that_forks(child: Python, tmp_path: Path) -> None:
    """It goes on in both processes, each with its turn."""
    if not hasattr(os, "fork"):
        pytest.skip("there is no fork here")
    code = """
        import os
        from load.registry import Registry, _turns
        things = Registry("things")
        def forking():
            process = os.fork()
            return process or "child"
        things.register("value", forking)
        value = things["value"]
        assert things["value"] == value and not _turns._turns
        if value == "child":
            os._exit(7)
        print(os.waitstatus_to_exitcode(os.waitpid(value, 0)[1]))
    """
    assert run(child, tmp_path, code) == "7\n"


def test_one_of_several_gets_the_key(child: Python, tmp_path: Path) -> None:
    """Of those who register, one by one or many at once, each another thing; and of those who take it out."""
    code = """
        import collections, sys, threading
        from load.errors import RegistryError
        from load.registry import Registry
        sys.setswitchinterval(1e-6)
        WAYS = (
            lambda things, mine: things.register("key", f"module_{mine}:x"),
            lambda things, mine: things.update({"key": f"module_{mine}:x"}),
            lambda things, mine: things.__setitem__("key", f"module_{mine}:x"),
            lambda things, mine: things.register(f"owner_{mine}", "a:b", aliases=["key"]),
        )
        def together(act):
            got = []
            barrier = threading.Barrier(4)
            def work(number):
                barrier.wait()
                try:
                    got.append(act(number))
                except RegistryError:
                    pass
            threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
            [each.start() for each in threads]; [each.join() for each in threads]
            return got
        seen = collections.Counter()
        for number in range(160):
            things = Registry("things")
            kinds = WAYS if number % 2 else WAYS[number // 2 % 4:][:1] * 4
            seen["registered", len(together(lambda mine: kinds[mine](things, mine)))] += 1
            one = [object() for _ in range(4)]
            given = together(lambda mine: things.setdefault("other", one[mine]))
            seen["by default", len(given), len(set(map(id, given)))] += 1
            taken = together(lambda mine: things.pop("other", None))
            seen["taken", len(taken), len(list(filter(None, taken)))] += 1
            things.clear()
            things["last"] = 1
            seen["last", len(together(lambda mine: things.popitem() if mine < 2 else things.unregister("last")))] += 1
        print(sorted(seen.items()))
    """
    assert run(child, tmp_path, code) == (
        "[(('by default', 4, 1), 160), (('last', 1), 160), (('registered', 1), 160), (('taken', 4, 1), 160)]\n"
    )


def test_looking_around_while_others_write(child: Python, tmp_path: Path) -> None:
    """Whatever is asked of a registry that changes under the hand gives an answer of one moment."""
    code = """
        import collections, sys, threading
        from load.registry import Registry
        sys.setswitchinterval(1e-5)
        things = Registry("things")
        for number in range(30):
            things.register(number, "json:dumps", aliases=(f"alias {number}",))
        LOOKS = [
            repr, lambda t: t == t.copy(), Registry.loaded, lambda t: list(t.raw_items()), lambda t: t.aliases(1),
            Registry.resolve_all, lambda t: list(t.items()), lambda t: {} | t, Registry._entries, list,
            lambda t: t.get("key 3"), lambda t: t.peek("key 3", None), lambda t: t.get("other 3"),
            lambda t: t.__reduce_ex__(4), lambda t: t.isolated().__enter__(),
        ]
        stop = threading.Event()
        def write():
            number = 0
            while not stop.is_set():
                number += 1
                key = f"key {number % 5}"
                things.register(key, "json:dumps", aliases=(f"other {number % 5}",)); things.unregister(key)
        thread = threading.Thread(target=write)
        thread.start()
        errors = collections.Counter()
        for number, look in enumerate(LOOKS):
            for _ in range(150):
                try:
                    look(things)
                except Exception as error:
                    errors[number, repr(error)] += 1
        stop.set(); thread.join()
        print(dict(errors))
    """
    assert run(child, tmp_path, code) == "{}\n"


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there are no timers here")
def test_a_signal_comes_while_many_are_registered(child: Python, tmp_path: Path) -> None:
    """Its handler registers something, or raises: it does not hang, and all or none are there then."""
    code = """
        import random, signal, time
        from load.registry import Registry
        new = {number: object() for number in range(5_000)}
        started = time.perf_counter(); Registry("things").update(new); whole = time.perf_counter() - started
        seen = set()
        class Stop(BaseException): pass
        def write(*_): things["seen"] = "json:dumps"
        def stop(*_): raise Stop
        for number in range(200):
            signal.signal(signal.SIGALRM, stop if number % 2 else write)
            things = Registry("things")
            things.register(3, "json:dumps", aliases=("three",))
            try:
                signal.setitimer(signal.ITIMER_REAL, whole * random.uniform(0.05, 1))
                things.update({key: new[key] for key in new if key != 3})
                signal.setitimer(signal.ITIMER_REAL, 0)
            except Stop:
                pass
            signal.setitimer(signal.ITIMER_REAL, 0)
            rest = set(things) - {"seen", 3}
            assert len(rest) in (0, 4_999), len(rest)
            assert len(things.loaded()) == len(rest) and things.get(4) is (new[4] if rest else None)
            assert things.aliases(3) == ("three",)
            seen.add(bool(rest))
        print(sorted(seen))
    """
    assert run(child, tmp_path, code) in ("[False, True]\n", "[True]\n")
