"""Shows that each contract of import-linter bites: a copy of the package that breaks it must be refused.

Run it with `python -m tests.contracts_bite`, where the `lint` extra is installed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent

# contract id → a file of the package, and a line that breaks the contract there
BREACHES = {
    "layers": ("load/_names/table.py", "from load import _resolve"),
    "siblings": ("load/_install/sources.py", "from load._install import spec as _spec"),
    "one-subprocess-call": ("load/_names/table.py", "import subprocess"),
    "one-drawer": ("load/_install/policy.py", "import rich"),
    "one-notebook": ("load/_console/person.py", "import IPython"),
}


def refused(contract: str | None, folder: Path) -> bool:
    """Whether import-linter refuses the copy of the package in `folder`."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    if contract is not None:
        command += ["--contract", contract]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True).returncode != 0


def declared() -> set[str]:
    """The ids of the contracts in pyproject.toml."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        return {each["id"] for each in tomllib.load(file)["tool"]["importlinter"]["contracts"]}


def main() -> int:
    """Break each contract in turn; the result is how many did not notice, or were not tried."""
    blind = 0
    for contract, (file, line) in BREACHES.items():
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            shutil.copytree(ROOT / "load", folder / "load", ignore=shutil.ignore_patterns("__pycache__"))
            shutil.copy(ROOT / "pyproject.toml", folder)
            kept = not refused(contract, folder)  # else it would refuse whatever it is shown
            source = folder / file
            source.write_text(f"{source.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
            bites = kept and refused(contract, folder)
        print(f"{contract}: {'bites' if bites else 'DOES NOT BITE'}")
        blind += not bites
    missing = declared() - set(BREACHES)
    print(f"contracts without a breach: {', '.join(sorted(missing)) or 'none'}")
    return blind + len(missing)


if __name__ == "__main__":
    sys.exit(main())
