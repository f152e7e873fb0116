"""Handles where it is hard: many threads, circles, walkers, other processes, test runners."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.environments import Python


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that children find modules in."""
    return tmp_path


def run(child: Python, folder: Path, code: str, timeout: float = 200) -> str:
    """What a child prints."""
    paths = os.pathsep.join([str(child.environ["PYTHONPATH"]), str(folder)])
    return child.run(code, env={"PYTHONPATH": paths}, timeout=timeout).check().stdout


def write(folder: Path, **texts: str) -> None:
    """Modules by their names."""
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")


def test_500_rounds_of_32_threads(child: Python, folder: Path) -> None:
    """All meet at a barrier and use the same handle: one import, one object, no error, the name bound."""
    body = "import counter\ncounter.count += 1\nvalue = object()\n"
    write(folder, counter="count = 0\n", **{f"round_{number}": body for number in range(500)})
    code = """
        import sys, threading, load
        sys.setswitchinterval(1e-6)
        import counter
        handles = [load.lazy_import(f"round_{number}") for number in range(500)]
        seen = [[] for _ in handles]
        errors = []
        barrier = threading.Barrier(32)
        def work():
            for number, handle in enumerate(handles):
                barrier.wait()
                try:
                    seen[number].append(handle.value)
                except BaseException as error:
                    errors.append(repr(error))
        threads = [threading.Thread(target=work) for _ in range(32)]
        [each.start() for each in threads]; [each.join() for each in threads]
        lengths, objects = {len(each) for each in seen}, {len(set(map(id, each))) for each in seen}
        print(counter.count, len(errors), errors[:1], lengths, objects)
        print(all(map(load.is_loaded, handles)))
    """
    assert run(child, folder, code) == "500 0 [] {32} {1}\nTrue\n"


def test_threads_on_modules_of_a_class_of_their_own(child: Python, folder: Path) -> None:
    """Whoever comes while a handle becomes one of those finds either, and both answer alike."""
    body = "import sys, types\nclass Own(types.ModuleType):\n    def __call__(self): return self.value\n    {}\n"
    plain, hooked = body.format(""), body.format("def __setattr__(self, *a): super().__setattr__(*a)")
    end = "sys.modules[__name__].__class__ = Own\nvalue = 7\n"
    write(folder, **{f"own_{number}": (hooked if number % 2 else plain) + end for number in range(100)})
    code = """
        import sys, threading, load
        sys.setswitchinterval(1e-6)
        handles = [load.lazy_import(f"own_{number}") for number in range(100)]
        seen, errors, barrier = [], [], threading.Barrier(16)
        def work():
            for handle in handles:
                barrier.wait()
                try:
                    seen.append((handle.value, handle(), handle.__dict__["value"]))
                except BaseException as error:
                    errors.append(repr(error))
        threads = [threading.Thread(target=work) for _ in range(16)]
        [each.start() for each in threads]; [each.join() for each in threads]
        print(len(seen), set(seen), errors[:1])
    """
    assert run(child, folder, code) == "1600 {(7, 7, 7)} []\n"


def test_walkers_load_none_of_a_thousand(child: Python, folder: Path) -> None:
    """`inspect.stack`, the garbage collector's list, `gc`, `pickle` of a function, `sys.modules` itself."""
    write(folder, **{f"walked_{number}": "1 / 0\n" for number in range(3)})
    code = """
        import gc, inspect, pickle, sys, traceback, warnings, load
        handles = [load.lazy_import(f"walked_{number % 3}") for number in range(1000)]
        globals().update({f"h{number}": handle for number, handle in enumerate(handles)})
        def function(): return inspect.stack()
        assert function()[0].function == "function"
        inspect.getmodule(function); inspect.getsourcefile(inspect); inspect.getmembers(load.errors)
        [type(each) for each in gc.get_objects()]; [isinstance(each, dict) for each in gc.get_objects()]
        pickle.dumps(inspect.getmodule); warnings.simplefilter("always")
        with warnings.catch_warnings(record=True): warnings.warn("x")
        try: raise ValueError
        except ValueError: traceback.format_exc()
        for module in list(sys.modules.values()):
            getattr(module, "__file__", None), getattr(module, "__warningregistry__", None)
        repr(handles), str(globals())[:10], sorted(map(id, handles)), set(handles)
        print([name for name in sys.modules if name.startswith("walked")], any(map(load.is_loaded, handles)))
    """
    assert run(child, folder, code) == "[] False\n"


def test_circles_behave_as_in_python(child: Python, folder: Path) -> None:
    """What is there of a module so far can be used; what is not is an AttributeError of it; later all is plain."""
    write(
        folder,
        one="import load\ntwo = load.lazy_import('two')\nearly = 1\nkept = two\nseen = two.answer\nlate = 2\n",
        two="import load\none = load.lazy_import('one')\nkept = one\nanswer = one.early\n"
        "missing = hasattr(one, 'late')\nwaiting = load.is_loaded(kept)\n",
    )
    code = """
        import one, two, load, sys
        print(one.seen, two.answer, two.missing, two.waiting)
        print(two.kept.late, load.is_loaded(two.kept), one.two is two, two.one is one)
    """
    assert run(child, folder, code) == "1 1 False False\n2 True True True\n"


def test_other_processes_get_handles_by_reference(child: Python, folder: Path) -> None:
    """Through `multiprocessing`, loaded or not: the other side loads what it uses."""
    (folder / "program.py").write_text(
        "import multiprocessing, sys, load\n"
        "def work(handle):\n    return load.is_loaded(handle), handle.ONE_THIRD > 0\n"
        "if __name__ == '__main__':\n"
        "    used = load.lazy_import('colorsys'); holder = [used]; used.ONE_THIRD\n"
        "    context = multiprocessing.get_context('spawn')\n"
        "    with context.Pool(1) as pool:\n"
        "        print(pool.map(work, [load.lazy_import('colorsys'), holder[0]]))\n",
        encoding="utf-8",
    )
    paths = os.pathsep.join([str(child.environ["PYTHONPATH"]), str(folder)])
    result = child.run([str(folder / "program.py")], env={"PYTHONPATH": paths}).check()
    assert result.stdout == "[(False, True), (False, True)]\n"


def test_a_reload_goes_through_the_declared_name(child: Python, folder: Path) -> None:
    """After the first use that is the module; handles held elsewhere see what the reload has made."""
    write(folder, reloaded="value = 1\n")
    code = f"""
        import importlib, load, pathlib, sys
        sys.dont_write_bytecode = True
        r = load.lazy_import("reloaded"); held = [r]
        print(r.value, held[0].value)
        pathlib.Path({str(folder / "reloaded.py")!r}).write_text("value = 22\\n")
        importlib.reload(r)
        print(r.value, held[0].value)
    """
    assert run(child, folder, code) == "1 1\n22 22\n"


def test_test_runners_load_nothing_by_themselves(child: Python, folder: Path) -> None:
    """Pytest with its rewriting of assertions, doctest, unittest and mock, in modules full of handles."""
    (folder / "test_with_handles.py").write_text(
        "import sys, load\nfrom unittest import mock\n"
        "broken = load.lazy_import('nothing_of_that_name_1', install=False)\n"
        "thing = load.lazy_import('nothing_of_that_name_2:Thing', install=False)\n"
        "colors = load.lazy_import('colorsys')\n"
        "def test_a():\n    assert 'colorsys' not in sys.modules\n    assert colors.ONE_THIRD\n"
        "def test_b():\n    with mock.patch.object(sys.modules[__name__], 'broken', 3):\n        assert broken == 3\n"
        "def documented():\n    '''\n    >>> 1 + 1\n    2\n    '''\n",
        encoding="utf-8",
    )
    paths = os.pathsep.join([str(child.environ["PYTHONPATH"]), str(folder)])
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--doctest-modules", "-c", os.devnull]
    arguments = ["-m", "pytest", *options, "--rootdir", folder]
    alone = {"PYTHONPATH": paths, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": None}  # others import, too
    result = child.run([*arguments, folder / "test_with_handles.py"], env=alone, cwd=folder).check()
    assert "3 passed" in result.stdout
