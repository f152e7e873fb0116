"""Functions in a worker process: what a call and a worker cost, and what memory stays when it has ended."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.pairs import Figure, figure, printed, ratio, remark
from benchmarks.places import VERSION, Place

# One program measures them all, in turn; its functions are numpy's own, so that every way can send them by name. The
# processes of `multiprocessing` run it once more, and find nothing to do.
PROGRAM = """
import json, multiprocessing, sys, time
from concurrent.futures import ProcessPoolExecutor

ROUNDS, CALLS = 7, 200
clock = time.perf_counter


def timed(act):
    started = clock()
    act()
    return clock() - started


def isolated(start=None):
    with load.isolated("numpy", start=start) as worker:
        worker.call(numpy.sum, array)


def process(method):
    context = multiprocessing.get_context(method)
    child = context.Process(target=numpy.sum, args=(array,))
    child.start()
    child.join()


def held():
    return sum(each.memory_info().rss for each in (me, *me.children(recursive=True)))


def memory():
    before = held()
    with load.isolated("numpy") as worker:
        worker.call("builtins:exec", "import numpy, sys; sys.kept = numpy.ones(30_000_000)")
        during = held()
    return 100 * (held() - before) / (during - before)


if __name__ == "__main__":
    import load, numpy, psutil

    me, array = psutil.Process(), numpy.ones(20)
    multiprocessing.set_forkserver_preload(["numpy"])
    pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("forkserver"))
    worker = load.isolated("numpy")
    large = bytes(100_000_000)
    acts = {
        "call": lambda: [worker.call(numpy.sum, array) for _ in range(CALLS)],
        "pool call": lambda: [pool.submit(numpy.sum, array).result() for _ in range(CALLS)],
        "submits": lambda: [each.result() for each in [worker.submit(numpy.sum, array) for _ in range(CALLS)]],
        "pool submits": lambda: [each.result() for each in [pool.submit(numpy.sum, array) for _ in range(CALLS)]],
        "large": lambda: worker.call(bytes, large),
        "pool large": lambda: pool.submit(bytes, large).result(),
        "second": isolated,
        "spawned": lambda: isolated("spawn"),
        "forkserver": lambda: process("forkserver"),
        "spawn": lambda: process("spawn"),
    }
    found = {name: [] for name in acts}
    for index in range(ROUNDS + 1):
        for name, act in acts.items():
            seconds = timed(act)
            if index:
                found[name].append(seconds)
    worker.close()
    pool.shutdown()
    found["first"] = [timed(isolated) for _ in range(ROUNDS)]
    found["memory"] = [memory() for _ in range(ROUNDS)]
    print(json.dumps([CALLS, found]))
"""


def measure(folder: Path) -> list[Figure]:
    """The peers are what the standard library has: its processes, and a pool with one of them."""
    place = Place(folder / "isolation")
    if not place.installs("numpy"):
        return [remark(f"calls in a worker with numpy ({VERSION})", "numpy cannot be installed here")]
    program = folder / "isolated_program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    calls, found = json.loads(printed([place.python, str(program)]))
    milliseconds = {name: [1e3 * each for each in values] for name, values in found.items()}
    each = {name: [value / calls for value in milliseconds[name]] for name in ("call", "submits")}
    return [
        figure(f"a call in a worker with numpy, after the first ({VERSION})", 15.0, each["call"], "ms"),
        ratio(f"the same : `ProcessPoolExecutor` ({VERSION})", None, found["call"], found["pool call"]),
        ratio(f"{calls} submits : `ProcessPoolExecutor` ({VERSION})", None, found["submits"], found["pool submits"]),
        ratio(f"100 MB there and back : `ProcessPoolExecutor` ({VERSION})", None, found["large"], found["pool large"]),
        figure(f'`isolated("numpy")`, one call, close ({VERSION})', None, milliseconds["first"], "ms"),
        figure(f"the same while another is open ({VERSION})", None, milliseconds["second"], "ms"),
        figure(f'the same with `start="spawn"` ({VERSION})', None, milliseconds["spawned"], "ms"),
        figure(
            f"`multiprocessing`, numpy preloaded in its forkserver ({VERSION})", None, milliseconds["forkserver"], "ms"
        ),
        figure(f"`multiprocessing`, spawn ({VERSION})", None, milliseconds["spawn"], "ms"),
        figure(f"memory of a worker with numpy that stays after its end ({VERSION})", 5.0, found["memory"], "%"),
    ]
