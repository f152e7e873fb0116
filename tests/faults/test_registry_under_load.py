"""Registries where many threads want the same entry, or each other's."""

from __future__ import annotations

from pathlib import Path

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
            [each.start() for each in threads]; [each.join(30) for each in threads]
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
