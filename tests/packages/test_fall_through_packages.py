"""Big packages behave in public with the dotted fall-through as without it."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.support.environments import Environment

# Import names by distribution: hooks of their own (numpy, scipy, sklearn, torch-like lazy ones: scikit-image,
# transformers), module subclasses, plugins, extension modules, plain packages with many parts.
PACKAGES = {
    "numpy": "numpy",
    "scipy": "scipy",
    "pandas": "pandas",
    "matplotlib": "matplotlib",
    "scikit-learn": "sklearn",
    "scikit-image": "skimage",
    "pillow": "PIL",
    "networkx": "networkx",
    "sympy": "sympy",
    "xarray": "xarray",
    "seaborn": "seaborn",
    "transformers": "transformers",
    "requests": "requests",
    "aiohttp": "aiohttp",
    "django": "django",
    "sqlalchemy": "sqlalchemy",
    "pydantic": "pydantic",
    "jinja2": "jinja2",
    "rich": "rich",
    "fsspec": "fsspec",
    "lxml": "lxml",
    "cryptography": "cryptography",
}

OBSERVER = '''
import importlib, inspect, json, pickle, pkgutil, re, sys, types, warnings

warnings.simplefilter("ignore")
name, planted = sys.argv[1], sys.argv[2] == "planted"
sys.path.insert(0, sys.argv[3])
if planted:
    import load
    package = load(name)
    from load._facade.importlib_bootstrap import is_fall_through
    if type(package) is types.ModuleType:
        assert is_fall_through(vars(package)["__getattr__"])
else:
    package = importlib.import_module(name)


def normal(text):
    return re.sub(r"0x[0-9a-f]+|\\d+\\.\\d+ ?m?s", "0", text)[:500]


def told(ask):
    """What comes of it, and who is said to have caused the warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            answer = normal(repr(type(ask())))
        except Exception as error:
            answer = [type(error).__name__, normal(str(error)), getattr(error, "name", None)]
    return answer, [[each.category.__name__, each.filename] for each in caught]


# Names that such packages have, had, or may be asked for by whoever detects features; and those of their own parts.
odd = """
__array__ __array_interface__ __array_function__ __array_ufunc__ __dataframe__ __dlpack__ __iter__ __len__ __call__
__getitem__ __enter__ __next__ __wrapped__ __torch_function__ __cuda_array_interface__ __version__ __version_info__
__git_revision__ __numpy_ufunc__ __test__ __warningregistry__ __annotations__ __conform__ __html__ __rich_repr__
__pydantic_validator__ __sklearn_tags__ __signature__ __text_signature__ __module__ __qualname__ __bases__ __mro__
__objclass__ __func__ __self__ __code__ __defaults__ __closure__ __globals__ __get__ __set_name__ __slots__ __weakref__
__class_getitem__ __origin__ __args__ __parameters__ __orig_class__ __abstractmethods__ __isabstractmethod__ __await__
__aiter__ __anext__ __aenter__ __fspath__ __index__ __int__ __float__ __complex__ __bool__ __bytes__ __format__
__path__ __file__ __spec__ __loader__ __cached__ __package__ __builtins__ __doc__ __all__ __dict__ __dir__ __getattr__
_repr_html_ _repr_mimebundle_ _repr_png_ _ipython_display_ _ipython_canary_method_should_not_exist_ _repr_json_
_private _version _testing _core _lib _libs _typing _globals _distributor_init _pytesttester _mt19937 _impl
int float bool object str long unicode complex matrix array asarray ndarray dtype zeros random linalg fft core lib
testing typing polynomial ctypeslib ma rec char f2py distutils compat version show_config test tests conftest setup
config util utils common helpers types typing errors exceptions api base core internal plugins extensions contrib
io data datasets models model metrics stats special signal sparse spatial optimize integrate interpolate cluster
ndimage constants odr misc image images color colors draw filters morphology measure transform segmentation feature
pyplot figure axes axis backends cm ticker lines text artist patches collections style animation widgets mathtext
dates scale projections tri Image ImageDraw ImageFont ImageFilter features TiffTags DataFrame Series Index read_csv
Panel datetime np plotting tseries arrays offsets linear_model ensemble tree svm pipeline preprocessing neighbors
decomposition manifold Session get post adapters auth cookies packages pipelines tokenization_utils AutoModel
AutoTokenizer Trainer generation file_utils onnx client web connector http db forms urls views templatetags conf
apps orm engine sql dialects ext schema pool main fields json_schema v1 environment loaders nodes sandbox console
table progress panel markdown etree html objectify hazmat x509 fernet implementations spec caching mapping asyn
nonsense no_such_thing Capitalised a A zz x1 pytest_plugins pytestmark setUpModule load_tests main run name
""".split()
parts = [each.name for each in pkgutil.iter_modules(getattr(package, "__path__", []))][:60]
loaded = [package] + [
    module for key, module in sorted(sys.modules.items())
    if key.startswith(name + ".") and hasattr(module, "__path__") and key.count(".") == 1
][:6]
report = {}
for module in loaded:
    key = module.__name__
    public = sorted(each for each in dir(module) if not each.startswith("_"))
    report[key, "dir"] = public
    report[key, "all"] = normal(repr(getattr(module, "__all__", None)))
    report[key, "repr"] = normal(repr(module)), normal(str(type(module))), normal(str(inspect.getdoc(module)))
    names = dict.fromkeys([*odd, *(parts if module is package else ()), *(each + "_" for each in public[:20])])
    names.pop("__getattr__", None)
    report[key, "has"] = [[each, told(lambda: hasattr(module, each))] for each in names]
    report[key, "get"] = [[each, told(lambda: getattr(module, each))] for each in names]
    report[key, "default"] = [each for each in names if getattr(module, each, names) is names]
    imported = [*public[:10], "no_such_thing"]
    report[key, "from"] = [[each, told(lambda: exec(f"from {key} import {each}"))] for each in imported]
    things = [(each, vars(module)[each]) for each in public if each in vars(module)]
    things = [(each, thing) for each, thing in things if inspect.isroutine(thing) or inspect.isclass(thing)][:60]
    report[key, "pickle"] = [
        [each, told(lambda: pickle.dumps(thing)), told(lambda: pickle._dumps(thing))] for each, thing in things
    ]
    report[key, "source"] = told(lambda: inspect.getsource(module)), told(lambda: inspect.getfile(module))
    told_by_itself = ("__spec__", "__loader__", "__file__", "__package__")
    report[key, "spec"] = [normal(repr(getattr(module, each, None))) for each in told_by_itself]
report["count of names", ""] = len(odd)
report["after", "modules"] = sorted(each for each in sys.modules if each.partition(".")[0] == name)
print(json.dumps({" ".join(key): value for key, value in report.items()}))
'''


def _observe(venv: Environment, package: str, mode: str) -> dict[str, Any]:
    from tests.support.library import CHECKOUT

    script = Path("observer.py").absolute()
    environ = {"PYTHONHASHSEED": "0", "HF_HUB_OFFLINE": "1", "MPLBACKEND": "agg"}
    result = venv.run([script, package, mode, CHECKOUT], env=environ, timeout=300).check()
    observed: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return observed


def _differences(venv: Environment, package: str) -> list[str]:
    """What is not the same in a process that reached the package through `load`."""
    without, planted = (_observe(venv, package, mode) for mode in ("plain", "planted"))
    assert without["count of names "] >= 200
    assert without.keys() == planted.keys()
    return [
        f"{package}: {key}: {_first(value, planted[key])}" for key, value in without.items() if value != planted[key]
    ]


def _first(one: Any, other: Any) -> Any:
    if isinstance(one, list) and isinstance(other, list):
        return [pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]][:3] or (len(one), len(other))
    return one, other


@pytest.mark.timeout(1800)
def test_big_packages_are_the_same_with_the_fall_through(venv: Environment) -> None:
    """`dir`, `__all__`, `hasattr` and `getattr` of odd names, `from` imports, pickles, sources, texts of errors."""
    assert len(PACKAGES) >= 20
    venv.uv_pip("install", *PACKAGES, timeout=900).check()
    Path("observer.py").write_text(OBSERVER, encoding="utf-8")
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda package: _differences(venv, package), PACKAGES.values()))
    assert [difference for differences in found for difference in differences] == []
