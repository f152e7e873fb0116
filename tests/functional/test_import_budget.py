"""Budgets for imports: what holds, what does not, who is to blame, and files that are no budgets."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from load._imports.budgets.budget import Budget, measure_startup
from load._imports.profiling.documents import profile_of
from load._imports.profiling.profile import ImportProfile, Profile
from load._report.files import as_json, read_document
from load.errors import ConfigError, ProfileError
from load.imports import from_importtime, profile_imports

SOURCES = {
    "shop_b/__init__.py": "from shop_b import core\n",
    "shop_b/core.py": "import os\n\nimport heavy_b\n\ndef later():\n    import drawing_b\n",
    "heavy_b/__init__.py": "\nimport heavy_b.inner\nimport side_b\n",
    "heavy_b/inner.py": "try:\n    import absent_b\nexcept ImportError:\n    pass\n",
    "side_b.py": "",
    "drawing_b.py": "import heavy_b\n",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Packages on `sys.path`; what is imported from there goes again."""
    monkeypatch.syspath_prepend(str(tmp_path))
    for name, text in SOURCES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


@pytest.fixture
def shop(folder: Path) -> Profile:
    """What the import of a package cost, and a function of it that imports."""
    with profile_imports() as profile:
        importlib.import_module("shop_b.core").later()
    return profile


def profile(*modules: tuple[str, str, float]) -> Profile:
    """A profile of modules by name, parent and seconds of their own."""
    made = []
    for name, parent, seconds in modules:
        each = ImportProfile(name, parent=parent)
        each.self_duration = seconds
        made.append(each)
    return Profile(made)


def test_a_budget_that_is_held(shop: Profile) -> None:
    """Nothing is told, and nothing raised; what was looked for in vain is not a module."""
    budget = Budget(modules=6, seconds=60, bytes=10**9, startup_ratio=1e6, forbidden=["torch", "absent_b"])
    assert budget.check(shop, 0.01) == []
    budget.enforce(shop, 0.01)
    assert "absent_b" in shop


def test_a_forbidden_module_is_told_with_its_chain(shop: Profile, folder: Path) -> None:
    """From the outermost import on, file and line each; what comes in its course is counted."""
    (excess,) = Budget(forbidden=["heavy_b", "torch"]).check(shop)
    assert str(excess).splitlines()[0] == "heavy_b is imported, which is forbidden (1 more like it came along)"
    assert excess.lines[-2:] == (
        f"{folder / 'shop_b' / '__init__.py'}:1 imports shop_b.core",
        f"{folder / 'shop_b' / 'core.py'}:3 imports heavy_b",
    )
    assert excess.lines[0].endswith(" imports shop_b")
    assert (excess.limit, excess.allowed, excess.found, excess.modules) == (
        "forbidden",
        "heavy_b",
        "heavy_b",
        ("heavy_b",),
    )
    assert json.loads(json.dumps(excess.as_dict()))["modules"] == ["heavy_b"]


def test_what_a_function_imported_is_led_back_to_its_module(shop: Profile, folder: Path) -> None:
    """It came after that module, not in its course."""
    (excess,) = Budget(forbidden="drawing_b").check(shop)
    assert excess.lines[-2:] == (
        f"{folder / 'shop_b' / '__init__.py'}:1 imports shop_b.core",
        f"{folder / 'shop_b' / 'core.py'}:6 imports drawing_b",
    )


@pytest.mark.parametrize(
    ("pattern", "met"),
    [
        ("heavy_b.*", "heavy_b.inner"),
        ("*.inner", "heavy_b.inner"),
        ("side_?", "side_b"),
        ("shop_b.core", "shop_b.core"),
    ],
)
def test_patterns(shop: Profile, pattern: str, met: str) -> None:
    """A name means what is below it too, `name.*` only that."""
    assert [excess.found for excess in Budget(forbidden=[pattern]).check(shop)] == [met]


def test_names_that_only_begin_alike_are_others(shop: Profile) -> None:
    """`heavy` is not `heavy_b`."""
    assert Budget(forbidden=["heavy", "side", "shop_b.cor"]).check(shop) == []


def test_roots_that_are_not_allowed(shop: Profile) -> None:
    """Beside the standard library."""
    found = Budget(allowed_roots=["shop_b", "heavy_b"]).check(shop)
    assert [excess.text for excess in found] == [
        "side_b is imported, and side_b is none of the allowed roots",
        "drawing_b is imported, and drawing_b is none of the allowed roots",
    ]
    assert [line.rpartition(" imports ")[2] for line in found[0].lines] == [
        "shop_b",
        "shop_b.core",
        "heavy_b",
        "side_b",
    ]


def test_memory_is_blamed_on_the_package_that_brought_it(shop: Profile) -> None:
    """Not on the one that was asked for."""
    for each in shop:
        each.self_memory = 30_000_000 if each.module == "heavy_b" else 4_096
    (excess,) = Budget(bytes=20_000_000).check(shop)
    assert excess.modules[0] == "heavy_b"
    assert excess.found == sum(each.self_memory or 0 for each in shop)
    assert excess.text.endswith(" bytes come with the imports, more than 20,000,000")
    assert excess.lines[0].startswith("heavy_b: 30,0")
    assert excess.lines[3].endswith("core.py:3 imports heavy_b")


def test_time_is_blamed_on_the_few_that_cost_most() -> None:
    """A package has what it imports itself; the one that is asked for does not hide it."""
    slow = profile(
        ("app", "", 0.01),
        ("app.core", "app", 0.02),
        ("pandas", "app.core", 0.1),
        ("pandas.core", "pandas", 0.2),
        ("numpy", "pandas.core", 0.05),
        ("yaml", "app", 0.03),
        ("toml", "app", 0.001),
        ("json", "", 0.002),
    )
    (excess,) = Budget(seconds=0.4).check(slow)
    assert excess.text == "imports take 0.413 s, more than 0.4 s"
    assert excess.modules == ("pandas", "app", "yaml")
    assert excess.lines == (
        "pandas: 0.350 s",
        "  the program imports app",
        "  app imports app.core",
        "  app.core imports pandas",
        "app: 0.030 s",
        "  the program imports app",
        "yaml: 0.030 s",
        "  the program imports app",
        "  app imports yaml",
    )


def test_modules_are_counted_and_blamed() -> None:
    """The largest packages first."""
    many = profile(("app", "", 0.0), ("big", "app", 0.0), *((f"big.m{number}", "big", 0.0) for number in range(9)))
    (excess,) = Budget(modules=10).check(many)
    assert (excess.found, excess.text) == (11, "11 modules are imported, more than 10")
    assert excess.lines[:3] == ("big: 10 of 11 modules", "  the program imports app", "  app imports big")


def test_the_ratio_to_the_start_of_python() -> None:
    """It is the same on a slow machine; one that was not measured is not passed over."""
    slow = profile(("app", "", 0.5))
    assert Budget(startup_ratio=50).check(slow, 0.01) == []
    (excess,) = Budget(startup_ratio=49).check(slow, 0.01)
    assert excess.text == "imports take 50.00 times what Python takes to start (10.0 ms), more than 49 times"
    with pytest.raises(ProfileError) as caught:
        Budget(startup_ratio=49).check(slow)
    assert str(caught.value) == (
        "The limit 'startup_ratio' cannot be checked: how long Python takes to start was not measured.\n"
        "  → pass startup_seconds=measure_startup()"
    )
    assert 0.0005 < measure_startup(rounds=1) < 30


def test_memory_that_was_not_measured_is_not_passed_over() -> None:
    """As in what `-X importtime` wrote."""
    unmeasured = from_importtime(
        "import time: self [us] | cumulative | imported package\nimport time: 7 | 7 | colorsys\n"
    )
    with pytest.raises(ProfileError, match="The limit 'bytes' cannot be checked") as caught:
        Budget(bytes=5).check(unmeasured)
    assert caught.value.profile is unmeasured
    assert Budget(bytes=5).check(Profile()) == []


def test_memory_that_several_threads_brought_is_not_taken_for_none() -> None:
    """Where too much is not known, the limit does not count as held; what is over it by the rest, is."""
    made = profile(*((f"m{number}", "", 0.001) for number in range(20)))
    for number, each in enumerate(made):
        each.self_memory = None if number < 3 else 1000
    with pytest.raises(ProfileError, match="the memory of 3 of 20 imports is not known, as several threads"):
        Budget(bytes=17_000).check(made)
    assert [each.found for each in Budget(bytes=16_999).check(made)] == [17_000]
    made.profiles["m0"].self_memory = 0
    assert Budget(bytes=17_000).check(made) == []


def test_enforced(shop: Profile) -> None:
    """One error with all of it, and the profile."""
    with pytest.raises(ProfileError) as caught:
        Budget(modules=3, forbidden=["side_b"]).enforce(shop, what="import shop_b")
    lines = str(caught.value).splitlines()
    assert lines[0] == "import shop_b is over its budget for imports (modules, forbidden)."
    assert lines[1] == "  6 modules are imported, more than 3"
    assert "  side_b is imported, which is forbidden" in lines
    assert lines[-2].endswith("__init__.py:3 imports side_b")
    assert lines[-1].startswith("  → ")
    assert caught.value.profile is shop


def test_a_profile_that_was_written_is_checked_alike(shop: Profile) -> None:
    """In another process, on another day."""
    again = profile_of(read_document(as_json(shop.as_document()).encode()))
    assert again.as_document() == shop.as_document()
    budget = Budget(modules=2, bytes=10, forbidden=["side_b"])
    assert budget.check(again) == budget.check(shop)
    assert again.get_import_chain("side_b") == shop.get_import_chain("side_b")


def failing(*modules: tuple[str, str, float], **limits: object) -> list[str]:
    """What is said of a budget that such imports are over."""
    with pytest.raises(ProfileError) as caught:
        Budget(**limits).enforce(profile(*modules), 0.01)
    return [line.removeprefix("  ") for line in str(caught.value).splitlines()[1:-1]]


def test_imports_that_several_limits_blame_are_told_once() -> None:
    """And of what leads on from there, no more than the rest."""
    modules = [("app", "", 0.1), ("app.core", "app", 0.1), ("big", "app.core", 0.5), ("wide", "app.core", 0.3)]
    assert failing(*modules, seconds=0.5, startup_ratio=9) == [
        "imports take 1.000 s, more than 0.5 s",
        "  big: 0.500 s",
        "    the program imports app",
        "    app imports app.core",
        "    app.core imports big",
        "  wide: 0.300 s",
        "    … after 2 imports that are told above",
        "    app.core imports wide",
        "  app: 0.200 s, by the imports told above",
        "imports take 100.00 times what Python takes to start (10.0 ms), more than 9 times",
        "  big: 0.500 s, by the imports told above",
        "  wide: 0.300 s, by the imports told above",
        "  app: 0.200 s, by the imports told above",
    ]


def test_what_came_with_a_forbidden_module_is_told_with_it() -> None:
    """The outermost is to blame; which limits are broken stands above all."""
    modules = [("app", "", 0.1), ("big", "app", 0.1), ("mid", "big", 0.1), ("low", "mid", 0.1), ("other", "", 0.1)]
    assert failing(*modules, forbidden=["low", "mid", "other"], allowed_roots=["app", "mid", "low", "other"]) == [
        "other is imported, which is forbidden",
        "  the program imports other",
        "big is imported, and big is none of the allowed roots",
        "  with it came low, mid",
        "  the program imports app",
        "  app imports big",
    ]
    many = [("app", "", 0.1), *((f"m{number}", "app", 0.1) for number in range(12))]
    told = failing(*many, allowed_roots=["other"])
    assert told == [
        "app is imported, and app is none of the allowed roots",
        "  with it came m0, m1, m2, m3, m4, m5, m6, m7 and 4 more",
        "  the program imports app",
    ]


def test_a_budget_that_much_is_over_is_told_of_in_few_lines() -> None:
    """Long chains without their middle, and the rest counted; `check` gives all of it."""
    deep = [("m0", "", 0.1), *((f"m{number}", f"m{number - 1}", 0.1) for number in range(1, 40))]
    assert failing(*deep, forbidden=["m39"]) == [
        "m39 is imported, which is forbidden",
        "  the program imports m0",
        "  m0 imports m1",
        "  … 35 imports",
        "  m36 imports m37",
        "  m37 imports m38",
        "  m38 imports m39",
    ]
    wide = [("app", "", 0.1), *((f"m{number}", "app", 0.1) for number in range(60))]
    limits = {"modules": 5, "allowed_roots": ["app"], "forbidden": [f"m{number}" for number in range(30)]}
    told = failing(*wide, **limits)
    assert len(told) <= 25
    assert told[-1].startswith("… and ")
    first = told.index("m0 is imported, and m0 is none of the allowed roots")
    assert told[first + 1 : first + 3] == ["m0 is imported, which is forbidden", "  the program imports app"]
    counts = [int(word) for word in told[-1].replace(",", "").replace(":", "").split() if word.isdigit()]
    every = Budget(**limits).check(profile(*wide))
    assert len(every) == 91
    assert counts[0] == sum(counts[1:]) == 91 - sum(" is imported, " in line for line in told) - 1


# -- files -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("head", ["[budget]\n", ""])
def test_a_file(tmp_path: Path, head: str) -> None:
    """With a table, or without."""
    file = tmp_path / "budget.toml"
    file.write_text(
        f'{head}modules = 300\nseconds = 0.5\nstartup_ratio = 20\nforbidden = ["torch", "tests.*"]\n', encoding="utf-8"
    )
    assert Budget.read(file).limits == {
        "modules": 300,
        "seconds": 0.5,
        "startup_ratio": 20,
        "forbidden": ("torch", "tests.*"),
    }


def test_the_file_of_a_project(tmp_path: Path) -> None:
    """Of which one table is the budget; its other settings are none of it."""
    file = tmp_path / "pyproject.toml"
    file.write_text("[project]\nname = 'x'\n[tool.load.budget]\nmodules = 300\n", encoding="utf-8")
    assert Budget.read(file).limits == {"modules": 300}
    for text, fact in (
        ("[project]\nname = 'x'\n", "has no [tool.load.budget]."),
        ("budget = 3\n", "has no [tool.load.budget]."),
        ("[tool.load]\nbudget = 3\n", "has a tool.load.budget that is not a table."),
    ):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(ConfigError) as caught:
            Budget.read(file)
        assert str(caught.value).startswith(f"{file} {fact}")
        assert caught.value.hint == "write [tool.load.budget], and below it a limit, as modules = 300"


@pytest.mark.parametrize(
    ("text", "said", "key"),
    [
        ("module = 3", ["There is no limit 'module'", "did you mean 'modules'?"], "module"),
        ("[budget]\nweight = 3", ["There is no limit 'weight'", "the limits are modules, seconds"], "weight"),
        ("modules = 3\n[budget]\nseconds = 1", ["'modules'", "outside of [budget]"], "modules"),
        ("budget = 3", ["budget of", "is not a table"], "budget"),
        ("", ["limits nothing"], ""),
        ("[budget]", ["limits nothing"], ""),
        ("modules = true", ["modules = True", "is not a whole number of modules"], "modules"),
        ("modules = -1", ["is not a whole number of modules"], "modules"),
        ("seconds = 0", ["is not a positive number of seconds"], "seconds"),
        ("seconds = nan", ["is not a positive number of seconds"], "seconds"),
        ("seconds = inf", ["is not a positive number of seconds"], "seconds"),
        ("bytes = '9 MB'", ["bytes = '9 MB'", "is not a whole number of bytes"], "bytes"),
        ("forbidden = [3]", ["is not a list of modules and patterns"], "forbidden"),
        ("forbidden = ['scikit-learn']", ["is not a list of modules and patterns"], "forbidden"),
        ("forbidden = ['torch.']", ["is not a list of modules and patterns"], "forbidden"),
        ("allowed_roots = ['a.b']", ["is not a list of top-level packages"], "allowed_roots"),
        ("modules = ", ["is not valid TOML"], ""),
        ("modules = 3\nmodules = 4", ["is not valid TOML"], ""),
        (b"modules = 3 # \xff", ["is not valid TOML"], ""),
    ],
)
def test_files_that_are_no_budgets(tmp_path: Path, text: str | bytes, said: list[str], key: str) -> None:
    """Each is told of with the file, and what to do."""
    file = tmp_path / "budget.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigError) as caught:
        Budget.read(file)
    for each in (*said, str(file)):
        assert each in str(caught.value)
    assert caught.value.hint
    assert (caught.value.key, caught.value.origin) == (key, str(file))


@pytest.mark.parametrize("name", ["nowhere.toml", "."])
def test_files_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    """One that is not there, and a folder."""
    with pytest.raises(ConfigError, match="cannot be read: ") as caught:
        Budget.read(tmp_path / name)
    assert caught.value.origin == str(tmp_path / name)


def test_a_wrong_limit_in_code() -> None:
    """Told of alike."""
    with pytest.raises(ConfigError, match="did you mean 'startup_ratio'") as caught:
        Budget(startup_ration=3)
    assert caught.value.origin == "Budget()"
    assert repr(Budget(modules=3, forbidden="torch")) == "Budget(modules=3, forbidden=('torch',))"
