"""The page of the design says what the contracts hold."""

from __future__ import annotations

import re
import tomllib

from tests.support.library import CHECKOUT

PAGE = (CHECKOUT / "docs" / "explanation" / "design.md").read_text(encoding="utf-8")


def test_its_layers_are_those_of_the_contract() -> None:
    """In the same order, with the same modules side by side."""
    settings = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    contract = next(each for each in settings["contracts"] if each["id"] == "layers")
    table = PAGE.partition("| layer | what lies there |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| (`.*?`) \|", table, re.MULTILINE)
    assert [re.findall(r"`(\w+)`", row) for row in rows] == [layer.split(" | ") for layer in contract["layers"]]


def test_every_module_of_the_package_stands_in_it() -> None:
    """So that who looks for a thing finds its layer."""
    package = CHECKOUT / "load"
    modules = {path.stem for path in package.glob("*.py")} | {
        path.parent.name for path in package.glob("*/__init__.py")
    }
    missing = {name for name in modules - {"__init__"} if f"`{name}`" not in PAGE}
    assert missing == set()
