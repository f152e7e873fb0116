"""Code that looks names up on `load` without asking for them, each piece for an interpreter of its own.

Needs nothing but Python: `python tests/functional/probing.py` runs all of it, also where no pytest is.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]

# Modules that are there to be imported by mistake: an import of one of them is seen.
DECOYS = ("numpy", "polars", "spacy", "small_decoy")

PRELUDE = '''
import sys
import load
import load._resolve as resolver

calls = []
for name in ("resolve_name", "resolve_spec", "resolve_all"):
    setattr(resolver, name, lambda *args, name=name: calls.append((name, *args)) or sys)

DECOYS = {decoys!r}
MISSING = ("cupy", "torch", "no_such_module", "requests_oauthlib", "np", "enable_autoprint", "instal")


def function(name, module):
    """A function that bears the name of a package; `module` None makes pickle look for it everywhere."""
    made = type(function)(function.__code__, globals(), name)
    made.__qualname__ = name
    made.__module__ = module
    globals()[name] = made
    return made


def checked():
    assert not calls, calls
    imported = [name for name in sys.modules if name.partition(".")[0] in DECOYS]
    imported += [name for name in sys.modules if name.startswith("load.") and name.split(".")[1] in DECOYS + MISSING]
    assert not imported, imported
    print("nothing was asked for")
'''

PROBES = {
    "pickle_in_c": """
import pickle
for name in DECOYS + MISSING:
    for module in ("__main__", None):
        made = function(name, module)
        assert pickle.loads(pickle.dumps(made)) is made
""",
    "pickle_in_python": """
import pickle
for name in DECOYS + MISSING:
    for module in ("__main__", None):
        made = function(name, module)
        assert pickle._loads(pickle._dumps(made)) is made
""",
    "pickle_of_load_itself": """
import copy, pickle
assert pickle.loads(pickle.dumps(load)) is load
assert pickle._loads(pickle._dumps(load)) is load
assert copy.copy(load) is load and copy.deepcopy({"a": load})["a"] is load
""",
    "cloudpickle": """
import cloudpickle
for name in DECOYS + MISSING:
    for module in ("__main__", None):
        cloudpickle.loads(cloudpickle.dumps(function(name, module)))
        cloudpickle.dumps(lambda: (name, load))
""",
    "getattr_and_hasattr": """
for name in DECOYS + MISSING + ("_private", "__wrapped__", "__path_hooks__"):
    for times in range(100):
        assert not hasattr(load, name)
        assert getattr(load, name, None) is None
    try:
        getattr(load, name)
    except AttributeError as error:
        assert type(error) is AttributeError and error.name == name and error.obj is load
        assert name.startswith("_") or f"use load({name!r})" in str(error), error
    else:
        raise AssertionError(name)
""",
    "own_names_answer_probes": """
for name in load.__all__:
    if name != "testing":
        assert hasattr(load, name), name
""",
    "vars_and_dir": """
listed = dir(load)
assert set(load.__all__) <= set(listed) and {"np", "json", "small_decoy"} <= set(listed)
assert not set(vars(load)) & set(DECOYS + MISSING)
""",
    "getmembers": """
import inspect
found = dict(inspect.getmembers(load))
assert not set(found) & set(DECOYS + MISSING) and found["alias"] is load.alias
inspect.getmembers_static(load)
for name in DECOYS + MISSING:
    try:
        inspect.getattr_static(load, name)
    except AttributeError:
        continue
    raise AssertionError(name)
""",
    "inspect": """
import inspect
assert inspect.getmodule(load.alias).__name__ == "load._api"
assert inspect.unwrap(load) is load and "One import" in inspect.getdoc(load)
assert inspect.getsource(load).startswith('\"\"\"One import')
inspect.stack()
assert str(inspect.signature(load)) == "(spec: str, /, *more: str) -> 'Any'", inspect.signature(load)
""",
    "create_autospec": """
from unittest import mock
double = mock.create_autospec(load)
double.alias("a", "b")
assert not hasattr(double, "no_such_module")
mock.create_autospec(load, spec_set=True)
with mock.patch.object(load, "available", return_value=7):
    assert load.available("x") == 7
""",
    "doctest": """
import doctest
assert doctest.testmod(load).failed == 0
doctest.DocTestFinder(exclude_empty=False).find(load)
""",
    "pydoc": """
import pydoc
text = pydoc.render_doc(load)
assert "One import that gives you" in text and "import_aliases" in text
pydoc.html.docmodule(load)
pydoc.render_doc("load")
""",
    "operator": """
from operator import attrgetter, methodcaller
for name in DECOYS + MISSING:
    for probe in (attrgetter(name), attrgetter(f"{name}.array"), methodcaller(name)):
        try:
            probe(load)
        except AttributeError:
            continue
        raise AssertionError(name)
""",
    "match_statement": """
match load:
    case object(cupy=found) | object(small_decoy=found):
        raise AssertionError(found)
    case _:
        pass
""",
    "completion_at_the_prompt": """
from rlcompleter import Completer
completer = Completer({"load": load})
def complete(text):
    state, found = 0, []
    while (each := completer.complete(text, state)) is not None:
        found.append(each)
        state += 1
    return found
assert any(each.startswith("load.alias") for each in complete("load.al"))
for text in ("load.", "load.nu", "load.numpy.", "load.numpy.linalg.", "load.cupy.", "load.enable_autoprint."):
    complete(text)
""",
    "completion_at_the_new_prompt": """
if sys.version_info >= (3, 15):
    from _pyrepl import fancycompleter, _module_completer
    completer = fancycompleter.Completer({"load": load}, use_colors=False, consider_getitems=False)
    for text in ("load.", "load.nu", "load.numpy.", "load.cupy.", "load.numpy.linalg."):
        completer.attr_matches(text)
    modules = _module_completer.ModuleCompleter(namespace={"__package__": None})
    for line in ("import load.", "from load import ", "from load.numpy import ", "from load import nu"):
        modules.get_completions(line)
""",
    "completion_in_ipython": """
import io
sys.stdout, sys.stderr = io.StringIO(), io.StringIO()
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.user_ns["load"] = load
completer = shell.Completer
for jedi in (False, True):
    completer.use_jedi = jedi
    for evaluation in ("minimal", "limited", "unsafe"):
        completer.evaluation = evaluation
        for text in ("load.", "load.al", "load.numpy.", "load.cupy.", "load.numpy.linalg.", "load.polars.DataFrame(",
                     "import load.", "from load import ", "from load.polars import ", "load.enable_autoprint."):
            shell.complete(text)
            with provisionalcompleter():
                list(completer.completions(text, len(text)))
shell.inspector.info(load)
shell.run_cell("load.polars?", silent=True)
assert "Traceback" not in sys.stderr.getvalue() + sys.stdout.getvalue(), sys.stderr.getvalue() + sys.stdout.getvalue()
sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
""",
    "jedi": """
import jedi
for text in ("load.", "load.numpy.", "load.cupy."):
    jedi.Interpreter(text, [{"load": load}]).complete(1, len(text))
    script = jedi.Interpreter(text + "a", [{"load": load}])
    script.infer(1, len(text))
    script.get_signatures(1, 5)
""",
    "find_spec": """
import importlib.util
for name in ("cupy", "no_such_module", "alias", "enable_autoprint", "no_such_module.part"):
    try:
        assert importlib.util.find_spec(f"load.{name}") is None, name
    except ModuleNotFoundError as error:
        assert "." in name
found = importlib.util.find_spec("load.small_decoy")
assert found.name == "load.small_decoy" and found.origin.endswith("small_decoy.py")
assert importlib.util.find_spec("load._api").origin.endswith("__init__.py")
assert importlib.util.find_spec("load.errors").origin.endswith("errors.py")
""",
    "walk_packages": """
import pkgutil
found = {each.name for each in pkgutil.walk_packages(load.__path__, "load.")}
assert {"load.errors", "load._facade.prefix"} <= found
assert not {name for name in found if name.split(".")[1] in DECOYS + MISSING}
""",
    "star_import": """
before = set(sys.modules)
namespace = {}
if "testing" in load.__all__:
    load.__all__.remove("testing")
exec("from load import *", namespace)
assert set(load.__all__) == set(namespace) - {"__builtins__"}, set(namespace) ^ set(load.__all__)
assert namespace["load"] is load
""",
    "names_of_the_standard_library_code": """
import fractions, statistics, numbers, json, copy, typing, dataclasses
for ask in (lambda: fractions.Fraction(load), lambda: json.dumps(load), lambda: dataclasses.asdict(load),
            lambda: typing.get_type_hints(load), lambda: statistics.mean([load])):
    try:
        ask()
    except (TypeError, AttributeError):
        pass
""",
}
NEEDS = {
    "cloudpickle": "cloudpickle",
    "completion_in_ipython": "IPython",
    "jedi": "jedi",
}


def script_of(probe: str) -> str:
    """The whole source that shows whether a probe asks for something."""
    return PRELUDE.format(decoys=DECOYS) + PROBES[probe] + "\nchecked()\n"


def lay_out(folder: Path) -> None:
    """Write the decoys, which say so when they are imported."""
    for name in DECOYS:
        (folder / f"{name}.py").write_text("__path__ = []\n", encoding="utf-8")


def run(probe: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a probe in an interpreter of its own, with the decoys of `folder` to be found."""
    script = folder / f"{probe}_script.py"
    script.write_text(script_of(probe), encoding="utf-8")
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join((str(CHECKOUT), str(folder)))}
    command = [sys.executable, "-W", "error::RuntimeWarning", str(script)]
    return subprocess.run(command, env=environ, cwd=folder, capture_output=True, text=True, check=False, timeout=120)


def main() -> int:
    """Run all that can be run here; the exit code is the number of probes that asked for something."""
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lay_out(folder)
        for probe in PROBES:
            result = run(probe, folder)
            missing = probe in NEEDS and f"No module named '{NEEDS[probe]}'" in result.stderr
            passed = result.returncode == 0 and result.stdout.endswith("nothing was asked for\n")
            print(f"{probe}: {'passed' if passed else 'not there' if missing else 'FAILED'}")
            if not passed and not missing:
                print(result.stdout, result.stderr)
                failed += 1
    return failed


if __name__ == "__main__":
    sys.exit(main())
