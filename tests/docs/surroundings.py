"""What the pages take for granted: files beside the program, and an index with packages of well-known names."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterable
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from tests.support.environments import Environment
from tests.support.git import Forge
from tests.support.index import Index
from tests.support.library import closure
from tests.support.wheels import project

MACHINE = re.compile(  # paths of who made what is committed
    r"(?<![\w.…:/])/(?!home/ada\b|usr/lib\b)(?:[\w.-]+/)+[\w.-]+"
)
ANYTHING = """
class Anything:
    "Whatever is asked of it, it answers with itself."
    def __init__(self, *args, **options): pass
    def __call__(self, *args, **options): return self
    def __getitem__(self, key): return self
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self
"""
TABLE = """
import csv
class Table(dict): pass
def read_csv(path):
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    return Table({name: [row[name] for row in rows] for name in rows[0]})
"""
PACKAGES: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    # distribution: its versions, and its files
    "numpy": (
        ("1.26.4", "2.4.1"),
        {
            "numpy/__init__.py": "from builtins import sum\nclass ndarray: pass\ndef arange(n): return list(range(n))\n"
            "def mean(values): return sum(values) / len(values)\n",
            "numpy/linalg.py": "def inv(matrix): return matrix\n",
        },
    ),
    "pandas": (("2.3.1",), {"pandas/__init__.py": TABLE}),
    "scipy": (("1.13.1",), {"scipy/__init__.py": ""}),
    "matplotlib": (
        ("3.10.0",),
        {"matplotlib/__init__.py": "", "matplotlib/pyplot.py": "def plot(*args): return args\n"},
    ),
    "pillow": (("13.0.0",), {"PIL/__init__.py": "", "PIL/Image.py": "def open(path): return path\n"}),
    "scikit-learn": (
        ("1.5.0",),
        {"sklearn/__init__.py": "", "sklearn/linear_model.py": ANYTHING + "Ridge = LinearRegression = Anything\n"},
    ),
    "opencv-python-headless": (("4.10.0",), {"cv2/__init__.py": ""}),
    "opencv-python": (("4.10.0",), {"cv2/__init__.py": ""}),
    "PyYAML": (("6.0",), {"yaml/__init__.py": "def dump(value): return str(value)\n"}),
    "sympy": (("1.13",), {"sympy/__init__.py": "def symbols(text): return text\n"}),
    "requests": (  # with a registration, as the real one has
        ("2.32",),
        {
            "requests/__init__.py": "import idna, warnings\nclass Insecure(Warning): pass\n"
            "warnings.simplefilter('always', Insecure)\n"
        },
    ),
    "idna": (("3.7",), {"idna/__init__.py": ""}),
    "humanize": (("4.12.0",), {"humanize/__init__.py": "def intcomma(n): return f'{n:,}'\n"}),
    "torch": (("2.5",), {"torch/__init__.py": "class Tensor: pass\n"}),
    "zstandard": (("0.23",), {"zstandard/__init__.py": "def compress(data): return data\n"}),
    "cupy": (("13.0",), {"cupy/__init__.py": ""}),
}
NEEDS = {"pandas": ["numpy"], "requests": ["idna"], "scipy": ["numpy"], "matplotlib": ["numpy"]}
FILES = {
    "measurements.csv": "time,value\n1,2.5\n2,3.5\n",
    "big.csv": "time,value\n1,2.5\n",
    "photo.png": "",
    "plugin.py": "NAME = 'plugin'\n",
    "plugins/report.py": "def write(yaml): return yaml.dump([1])\n",
    "worker.py": "import humanize\n",
    "analysis.py": "import sys\nimport humanize\nprint(humanize.intcomma(len(sys.argv)))\n",
    "other.py": "import requests\n",
    "report.ipynb": json.dumps(
        {
            "cells": [
                {"cell_type": "code", "source": ["import load\n", "load.sympy\n"], "metadata": {}, "outputs": []}
            ],
            "metadata": {"language_info": {"name": "python"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    ),
    "myapp/__init__.py": "",
    "myapp/plugins.py": "from load.registry import Registry\nPLUGINS = Registry('plugins')\n",
    "myapp/models.py": "class GPT: pass\n",
    "mypkg/__init__.py": "",
    "mypkg/__init__.pyi": "from .models import Transformer as Transformer\n",
    "mypkg/models.py": "class Transformer: pass\nclass Vocoder: pass\n",
    "mypkg/plots.py": "",
    "mypkg/tool.py": "print('done')\n",
}


def fill_folder(folder: Path) -> None:
    """The files that the pages name."""
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def fill_index(index: Index, wheel: Callable[..., Path]) -> None:
    """The packages that the pages name."""
    for name, (versions, files) in PACKAGES.items():
        for version in versions:
            said = {path: f"{text}__version__ = {version!r}\n" for path, text in files.items()}
            index.add(wheel(name, version, files=said, requires=NEEDS.get(name, [])))


def fill_forge(forge: Forge, workspace: Path) -> None:
    """The repository `owner/repo`, with a project in the folder `py` and the tag `v1.2`."""
    made = project(workspace / "repo", "repo", "1.2")
    repository = forge.repository("owner/repo")
    files = {path.relative_to(made).as_posix(): path.read_bytes() for path in made.rglob("*") if path.is_file()}
    repository.commit({f"py/{name}": data for name, data in files.items()})
    repository.tag("v1.2")


def add_installed(environment: Environment, names: Iterable[str]) -> None:
    """Give an environment distributions of the running one, with what they need, so that no index is asked."""
    try:
        distributions = closure(names).values()
    except PackageNotFoundError as error:
        pytest.skip(f"{error.name} is not installed: pip install '.[test]'")
    for distribution in distributions:
        for file in distribution.files or ():
            source, target = Path(str(file.locate())), environment.site_packages / file
            if ".." not in file.parts and source.is_file() and not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target)
