"""Exports over time: cleaned up, unloaded, reloaded; and the programs that they were thought out for."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

import pytest

from load.exports import LISTED
from load.exports._checks import shipped
from tests.support.environments import Python
from tests.support.library import CHECKOUT
from tests.support.pages import program_of


def run(child: Python, folder: Path, code: str) -> str:
    """What a child prints that finds modules in a folder."""
    paths = os.pathsep.join([str(child.environ["PYTHONPATH"]), str(folder)])
    return child.run(code, env={"PYTHONPATH": paths}, cwd=folder).check().stdout


def write(folder: Path, **texts: str) -> None:
    """Modules by their names."""
    for name, text in texts.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")


# -- cleaning up -------------------------------------------------------------------------------------------------------


def test_cleaning_up(child: Python, tmp_path: Path) -> None:
    """What nothing holds goes, and what it brought is unloaded; what is held, was there before, or is needed stays."""
    write(tmp_path, alone="value = 42\n", needed="value = 1\n", needy="import needed\n", held="value = 2\n", unused="")
    code = """
        import json, sys, load
        from load.exports import *
        for name in ("alone", "needed", "json", "unused", "time"):
            LazyPackageExport(name)
        held = [LazyPackageExport("held")]
        local = LazyPackageExport("colorsys")
        print(get_export("alone").value, get_export("needed").value, get_export("json").dumps(1), held[0].value)
        print(get_export("time").time() > 0)
        import multiprocessing, needy  # the former has a second name for the program
        report = cleanup_exports()
        print(report.dropped)
        print(report.kept)
        print({name: done.removed for name, done in report.unloaded.items()})
        print(report.loaded)
        print([name in sys.modules for name in ("alone", "needed", "json", "held")], list(get_export_registry()))
        print(held[0].value, str(report).splitlines()[0], repr(report), report.freed == sum(
            done.freed or 0 for done in report.unloaded.values()))
        json.dumps(report.as_dict())
        del local
        held.clear()
        print(cleanup_exports(idle=3600).kept["held"].startswith("it was used "))
        print(cleanup_exports(idle=0).dropped, "held" in sys.modules, cleanup_exports().dropped)
    """
    assert run(child, tmp_path, code).splitlines() == [
        "42 1 1 2",
        "True",
        "['alone', 'needed', 'json', 'unused', 'time']",
        "{'held': 'it is in use', 'colorsys': 'it is in use: held by __main__.local'}",
        "{'alone': ('alone',)}",
        (
            "{'needed': \"'needed' is not unloaded: other modules that are loaded use it.\", "
            "'json': 'it was there before the export was used', 'time': 'it was there before the export was used'}"
        ),
        "[False, True, True, True] ['held', 'colorsys']",
        "2 dropped: alone, needed, json, unused, time <CleanupReport: 5 dropped, 2 kept, 1 unloaded> True",
        "True",
        "['held', 'colorsys'] False []",
    ]


@pytest.mark.parametrize(
    ("idle", "error"), [("-1", "ValueError"), ("'1'", "TypeError"), ("float('nan')", "ValueError")]
)
def test_a_wrong_time(child: Python, tmp_path: Path, idle: str, error: str) -> None:
    """It is refused, and nothing goes."""
    code = f"""
        from load.exports import *
        LazyPackageExport("json")
        try: cleanup_exports(idle={idle})
        except (TypeError, ValueError) as error: print(type(error).__name__, list(get_export_registry()))
    """
    assert run(child, tmp_path, code) == f"{error} ['json']\n"


def test_cleaned_up_by_itself(child: Python, tmp_path: Path) -> None:
    """What asked for it goes when another export is made: once it was used, and nothing holds it."""
    write(tmp_path, alone="value = 42\n", later="value = 1\n")
    code = """
        import sys
        from load.exports import *
        LazyPackageExport("alone", auto_cleanup=True)
        LazyPackageExport("later", auto_cleanup=True)
        LazyPackageExport("json")
        print(list(get_export_registry()), get_export("alone").value)
        kept = get_export("later")
        print(kept.value)
        LazyPackageExport("math")
        print(list(get_export_registry()), "alone" in sys.modules, kept.value)
    """
    assert run(child, tmp_path, code) == "['alone', 'later', 'json'] 42\n1\n['later', 'json', 'math'] False 1\n"


def test_extension_packages_stay(child: Python, tmp_path: Path) -> None:
    """`load.unload` says why, and the report has it."""
    if find_spec("numpy") is None:
        pytest.skip("numpy is not installed here")
    code = """
        import sys
        from load.exports import *
        print(create_lazy_export("numpy").ones(1)[0])
        report = cleanup_exports()
        print(report.dropped, "numpy" in sys.modules, report.unloaded)
        print(report.loaded["numpy"] in str(report), "extension" in report.loaded["numpy"])
    """
    assert run(child, tmp_path, code) == "1.0\n['numpy'] True {}\nTrue True\n"


# -- unloaded, reloaded ------------------------------------------------------------------------------------------------


def test_unloaded(child: Python, tmp_path: Path) -> None:
    """An export keeps no package alive: it is unused again, and the next use imports and checks anew."""
    write(tmp_path, ware="class Thing: pass\nvalue = 42\n")
    code = """
        import gc, sys, weakref, load
        from load.exports import *
        seen = []
        register_export_checks("ware", probe=lambda module: seen.append(1))
        export = LazyPackageExport("ware", validation_level="comprehensive")
        thing = LazyPackageExport("ware", attr="Thing")
        print(export.value, thing().__class__.__name__)
        mark = weakref.ref(sys.modules["ware"].Thing)
        report = load.unload("ware")
        print(report.removed, load.is_loaded(export), load.is_loaded(thing), mark(), report.alive)
        print(get_export_metadata("ware").is_loaded, export.value, seen, get_export_metadata("ware").load_count)
        print(get_export("ware") is export, thing().__class__ is sys.modules["ware"].Thing)
    """
    assert run(child, tmp_path, code).splitlines() == [
        "42 Thing",
        "('ware',) False False None ()",
        "False 42 [1, 1] 2",
        "True True",
    ]


def test_reloaded(child: Python, tmp_path: Path) -> None:
    """What has run again is checked again; what does not pass then is refused at the next use."""
    write(tmp_path, ware="__all__ = ['value']\nvalue = 42\nclass Thing: kind = 1\n")
    code = """
        import load
        from pathlib import Path
        from load.exports import *
        export = LazyPackageExport("ware", validation_level="strict")
        thing = LazyPackageExport("ware", attr="Thing", validation_level="strict")
        print(export.value, thing.kind)
        Path("ware.py").write_text("__all__ = ['value']\\nvalue = 4343\\nclass Thing: kind = 22\\n")
        load.imports.reload_module("ware")
        print(export.value, thing.kind, load.is_loaded(export))
        Path("ware.py").write_text("__all__ = ['value', 'gone']\\nvalue = 444444\\nclass Thing: kind = 333\\n")
        load.imports.reload_module("ware")
        for use in (lambda: export.value, lambda: thing.kind):
            try: print(use())
            except ExportValidationError as error: print(*error.failures)
        Path("ware.py").write_text("__all__ = ['value']\\nvalue = 55555555\\nclass Thing: kind = 4444\\n")
        load.imports.reload_module("ware")
        print(export.value, thing.kind)
    """
    failed = "it lacks what its __all__ has: gone\n"
    assert run(child, tmp_path, code) == f"42 1\n4343 22 True\n{failed}{failed}55555555 4444\n"


def test_a_reload_that_fails(child: Python, tmp_path: Path) -> None:
    """All is as it was, exports too."""
    write(tmp_path, ware="value = 42\n")
    code = """
        import load
        from pathlib import Path
        from load.exports import *
        export = LazyPackageExport("ware", validation_level="strict")
        print(export.value)
        Path("ware.py").write_text("value = 4343\\n1 / 0\\n")
        try: load.imports.reload_module("ware")
        except load.errors.ReloadError: print(export.value, load.is_loaded(export))
    """
    assert run(child, tmp_path, code) == "42\n42 True\n"


# -- installed ---------------------------------------------------------------------------------------------------------


def test_only_installed_where_that_was_asked_for(child: Python, tmp_path: Path) -> None:
    """`install=True` leaves it to the policy, which an export without it does not ask."""
    code = """
        import load
        from load import testing
        from load.exports import *
        export = LazyPackageExport("ware_of_tests")
        with testing.installable({"ware_of_tests": "value = 42"}) as asked:
            try: print(export.value)
            except ImportError as error: print(type(error).__name__, asked)
            get_export_registry().unregister("ware_of_tests")
            print(LazyPackageExport("ware_of_tests", install=True).value, asked)
    """
    assert run(child, tmp_path, code) == "InstallRefused []\n42 ['ware_of_tests']\n"


def test_require(child: Python, tmp_path: Path) -> None:
    """A version that does not do is a VersionConflict, as for a lazy import."""
    code = """
        from load.exports import *
        print(LazyPackageExport("filelock", require="filelock>=1").FileLock.__name__)
        try: LazyPackageExport("platformdirs", require="platformdirs<0.1").user_cache_dir
        except ImportError as error: print(type(error).__name__, error.wanted)
    """
    assert run(child, tmp_path, code).splitlines()[1:] == ["VersionConflict platformdirs<0.1"]


# -- programs ----------------------------------------------------------------------------------------------------------

SYSTEM = """
    from load.exports import ExportValidationLevel, ExportValidationError, LazyPackageExport
    torch = LazyPackageExport("torch")
    numpy = LazyPackageExport("numpy", validation_level=ExportValidationLevel.STRICT)
    sklearn = LazyPackageExport("sklearn", enable_performance_monitoring=False)
    torch.nn.Linear(2, 2), numpy.zeros, sklearn.clone

    from load.exports import get_export_metadata, get_all_performance_metrics
    metadata = get_export_metadata("torch")
    print(f"Access count: {metadata.access_count}")
    print(f"Load time: {metadata.load_time >= 0}")
    for package, package_metrics in get_all_performance_metrics().items():
        print(f"{package}: {str(package_metrics)[:17]}")

    from load.exports import get_export_registry, register_export, get_export, cleanup_exports
    registry = get_export_registry()
    custom_export = LazyPackageExport("my_package")
    register_export("my_package", custom_export)
    export = get_export("my_package")
    assert export is custom_export and registry["my_package"] is export
    print(cleanup_exports().dropped)

    from load.exports import create_lazy_export
    export = create_lazy_export("my_package", validation_level=ExportValidationLevel.STRICT,
                                enable_performance_monitoring=True)
    print(export.some_function(), custom_export.some_function())

    from load.exports import torch as again, PIL
    print(again is torch, PIL.Image.__name__)

    for name in ("missing_package", "wrong_package"):
        try:
            export = LazyPackageExport(name, validation_level=ExportValidationLevel.STRICT)
            result = export.some_function()
        except ImportError as e:
            print(f"Package not available: {str(e)[:17]}")
        except ExportValidationError as e:
            print(f"Validation failed: {e.failures}")
"""


def test_the_system_that_it_was_thought_out_after(child: Python, tmp_path: Path) -> None:
    """What its users wrote, in the order in which they would; the packages are made for the test."""
    write(
        tmp_path,
        torch="class nn:\n    Linear = dict.fromkeys\n    class Linear:\n        def __init__(self, *_): pass\n",
        numpy="zeros = 0\n",
        sklearn="clone = 0\n",
        my_package="def some_function(): return 42\n",
        wrong_package="__all__ = ['some_function']\n",
    )
    (tmp_path / "PIL").mkdir()
    write(tmp_path / "PIL", __init__="", Image="")
    child.environ["PYTHONWARNINGS"] = "ignore::UserWarning"
    paths = os.pathsep.join([str(tmp_path), str(child.environ["PYTHONPATH"])])
    result = child.run(f"import load, sys\nimport PIL.Image\n{_dedented(SYSTEM)}", env={"PYTHONPATH": paths}).check()
    assert result.stdout.splitlines() == [
        "Access count: 1",
        "Load time: True",
        "torch: 1 access, 1 load,",
        "numpy: 1 access, 1 load,",
        "[]",
        "42 42",
        "True PIL.Image",
        "Package not available: 'missing_package'",
        "Validation failed: ('it lacks what its __all__ has: some_function',)",
    ]


def _dedented(code: str) -> str:
    from textwrap import dedent

    return dedent(code)


def test_the_examples_of_the_page(child: Python, tmp_path: Path) -> None:
    """Each, in the order of the page, in one process."""
    (tmp_path / "page.py").write_text(program_of(CHECKOUT / "docs" / "how-to" / "exports.md"), encoding="utf-8")
    child.run(["page.py"], cwd=tmp_path).check()


def test_the_page_lists_the_packages() -> None:
    """All that are listed, and the tables that there are."""
    page = (CHECKOUT / "docs" / "how-to" / "exports.md").read_text(encoding="utf-8")
    named = page.split("## The listed packages")[1]
    assert [name for name in LISTED if f"`{name}`" not in named] == []
    words = {"sklearn": "scikit-learn"}
    told = page.split("`load` has such knowledge of")[1].split("Add what")[0]
    assert [name for name in shipped() if words.get(name, name) not in told] == []
