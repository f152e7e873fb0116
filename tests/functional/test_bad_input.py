"""Bad input: a typed error with one line of fact and one thing to do, and nothing installed or imported."""

from __future__ import annotations

import pytest

import load
from tests.support.environments import Environment, Python
from tests.support.index import Index

SPECS = {
    "": "SourceError",
    "--index-url=https://example.invalid": "SourceError",
    "-r requirements.txt": "SourceError",
    "numpy; rm -rf /": "SourceError",
    "$(touch marker)": "SourceError",
    "numpy|cat": "SourceError",
    "numpy===": "SourceError",
    "numpy=1.2": "SourceError",
    "a..b": "SourceError",
    "./nothing_here": "SourceError",
    "gh:owner": "SourceError",
    "gh:owner/repo@-x": "SourceError",
    "git+https://-oProxyCommand=x/y/z": "SourceError",
    "https://example.invalid/page": "SourceError",
    "qqq_unknown": "InstallRefused",
    "nunpy": "InstallRefused",
    "enable_autoprint": "InstallRefused",
    "json>=2": "SourceError",
    "os.path.nope": "AttributeNotFound",
    "collections:orderedDict": "AttributeNotFound",
    "xml.etree.Elementtree": "AttributeNotFound",
    "tomlib": "InstallRefused",
}


def test_each_bad_spec_is_a_typed_error_with_a_way_out(venv: Environment, index: Index) -> None:
    """All of them in one process: the class, a line of fact, a hint, and no look at the index."""
    code = f"""
        import sys, load
        before = set(sys.modules)
        for spec, expected in {SPECS!r}.items():
            try:
                load(spec)
            except load.errors.LoadError as error:
                assert type(error).__name__ == expected, (spec, type(error), error)
                assert error.message and error.message.endswith("."), (spec, error.message)
                assert error.hint, (spec, error)
                assert not error.message.count("\\n")
            else:
                raise SystemExit(f"{{spec!r}} was no error")
        new = {{name.partition(".")[0] for name in set(sys.modules) - before}}
        print(sorted(new & {{"numpy", "qqq_unknown", "nunpy"}}))
    """
    before = venv.installed()
    result = venv.run(code).check()
    assert result.stdout.strip() == "[]"
    assert venv.installed() == before
    assert index.requests == []


@pytest.mark.parametrize(
    ("path", "told"),
    [("~/nothing.py", "spelled"), ("/nowhere/nothing.py", "spelled"), ("./nothing.py", "relative path starts beside")],
)
def test_a_path_to_nothing_is_told_what_applies_to_it(path: str, told: str) -> None:
    """Where relative ones start is not a help with one that begins at home or at the root."""
    with pytest.raises(load.errors.SourceError, match=r"There is nothing at .*nothing\.py") as caught:
        load(path)
    assert told in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("attribute", "right"),
    [
        ("enable_autoprint", "enable_auto_print"),
        ("import_alias", "import_aliases"),
        ("temporarly", "temporarily"),
        ("LazyPackageExport", "exports.LazyPackageExport"),
        ("load_pandas", "pandas"),
    ],
)
def test_a_near_miss_of_an_own_name_never_reaches_an_installer(
    venv: Environment, index: Index, attribute: str, right: str
) -> None:
    """The error names the right one, whatever the policy."""
    code = f"""
        import load
        try:
            load.{attribute}
        except ImportError as error:
            print(error)
    """
    result = venv.run(code, env={"LOAD_INSTALL": "always"}).check()
    assert f"write load.{right}" in result.stdout
    assert index.requests == []


def test_a_misspelt_member_is_met_with_the_right_one(venv: Environment) -> None:
    """Submodules and attributes are offered, whatever their case."""
    code = """
        import load
        for spec in ("xml.etree.Elementtree", "collections:orderedDict"):
            try:
                load(spec)
            except load.errors.AttributeNotFound as error:
                print(error.hint)
    """
    first, second = venv.run(code).check().stdout.splitlines()
    assert first.startswith("did you mean 'ElementTree'")
    assert second.startswith("did you mean 'OrderedDict'")


def test_a_traceback_is_short_whoever_asked(child: Python) -> None:
    """However a thing that is missing is asked for, the frames of installing it are not shown."""
    code = """
        import sys, traceback
        import load
        from load.exports import LazyPackageExport
        from load.registry import Registry

        @load.requires("zzqx")
        def function(): ...

        registry = Registry("registry", resolve=load.resolve)
        registry.register("key", "zzqx:name")
        handle, export = load.lazy_import("zzqx"), LazyPackageExport("zzqx", install=True)
        for ask in (
            lambda: load.import_aliases("zzqx", "json"),
            function,
            lambda: load.temporarily("zzqx").__enter__(),
            lambda: load.resolve("zzqx"),
            lambda: load.install("zzqx"),
            lambda: load("zzqx", "json"),
            lambda: handle.name,
            lambda: export.name,
            lambda: load.materialize(handle),
            lambda: registry["key"],
        ):
            try:
                ask()
            except load.errors.InstallRefused as error:
                print(len(traceback.extract_tb(error.__traceback__)))
    """
    env = {"LOAD_INSTALL": "never"}
    short = [int(line) for line in child.run(code, env=env).check().stdout.split()]
    whole = [int(line) for line in child.run(code, env={**env, "LOAD_DEBUG": "1"}).check().stdout.split()]
    assert len(short) == len(whole) == 10
    assert max(short) <= 7
    assert min(whole) > 7


def test_a_traceback_is_short(child: Python) -> None:
    """The frames of the way to a refusal tell nobody anything; a variable brings them back."""
    env = {"LOAD_INSTALL": "never"}
    wrong = child.run("import load; load.numpy", env={"LOAD_INSTALL": "perhaps"})
    assert wrong.stderr.count("  File ") <= 4
    assert "load.errors.ConfigError: install = 'perhaps'" in wrong.stderr
    for code in ("import load; load.nothing_of_that_name", "import load; load('nothing_of_that_name')"):
        result = child.run(code, env=env)
        assert result.stderr.count("  File ") <= 4
        assert "load.errors.InstallRefused: 'nothing_of_that_name' is not installed" in result.stderr
        assert child.run(code, env={**env, "LOAD_DEBUG": "1"}).stderr.count("  File ") > 5
