"""Make the pictures of the pages from real runs of the project's own commands.

python docs/_make/pictures.py terminal report notebook [--into FOLDER]

Do it in this order in a fresh environment with `load-module` (and for `notebook` with `ipykernel`), in a home
whose path anybody may read, on a machine that has nothing else to do: what is shown is what was measured. `report` and
`notebook` take Chromium and selenium, `notebook` nbclient and nbconvert as well, which may lie in another environment:
PYTHON names the interpreter that the commands are run with.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

PICTURES = Path(__file__).parents[1] / "pictures"
PYTHON = os.environ.get("PYTHON", sys.executable)
COLUMNS = 96
SCRIPT = """\
import load

load.enable_auto_print()

data = load.pd.read_csv("measurements.csv")
print("mean:", load.np.mean([float(value) for value in data["value"]]))
"""
SESSIONS = {  # the pictures of a terminal, and the commands that are typed there
    "run.svg": ["cat analysis.py", "load run analysis.py", "load run analysis.py"],
    "slip.svg": ["load why reqeusts", "load run slip.py"],
    "profile.svg": ["load profile --import asyncio --most 9"],
}
FILES = {
    "analysis.py": SCRIPT,
    "measurements.csv": "time,value\n1,2.5\n2,3.5\n3,3.0\n",
    "slip.py": "import reqeusts\n",
}
DATA = 'data = load.pd.DataFrame({"city": ["Oslo", "Rome", "Oslo"], "low": [-8.5, 4.0, -3.5]})'
CELLS = [
    "import load\n\nload.enable_auto_print()",
    f'{DATA}\nload.np.abs(data.groupby("city").mean())',
]
FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)  # of another host: whoever looks has a font


def work_in(folder: Path) -> None:
    """The files that the commands name."""
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")


def output_of(command: str, folder: Path) -> str:
    """What a command writes, in colours, to both of its outputs."""
    path = os.pathsep.join([str(Path(PYTHON).parent), os.environ.get("PATH", os.defpath)])
    environ = {**os.environ, "PATH": path, "FORCE_COLOR": "1", "COLUMNS": str(COLUMNS), "TERM": "xterm-256color"}
    done = subprocess.run(  # noqa: S602 - the commands stand above
        command, shell=True, cwd=folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    return done.stdout.decode()


def terminal(into: Path) -> None:
    """Draw each session as a terminal shows it."""
    from rich.console import Console
    from rich.text import Text

    for name, commands in SESSIONS.items():
        shown = []
        with tempfile.TemporaryDirectory() as folder:
            work_in(Path(folder))
            for command in commands:
                shown.append(Text.assemble(("$ ", "bold green"), (command, "bold")))
                shown.append(Text.from_ansi(output_of(command, Path(folder)).rstrip()))
        width = max(line.cell_len for text in shown for line in text.split())
        console = Console(
            record=True,
            width=min(width, 2 * COLUMNS),
            file=io.StringIO(),
            force_terminal=True,
            color_system="truecolor",
        )
        console.print(*shown, sep="\n")
        svg = console.export_svg(title=commands[-1], unique_id=name.partition(".")[0])
        (into / name).write_text(FONTS.sub("", svg), encoding="utf-8")


def report(into: Path) -> None:
    """Take a picture of the page that `load profile --html` writes."""
    with tempfile.TemporaryDirectory() as folder:
        output_of("load profile --import pandas --html page.html", Path(folder))
        for scheme in ("light", "dark"):
            _photograph(
                Path(folder) / "page.html", into / f"report-{scheme}.png", scheme=scheme, width=1280, height=1040
            )


def notebook(into: Path) -> None:
    """Take a picture of a notebook whose cells have loaded something."""
    import nbformat
    from nbclient import NotebookClient
    from nbconvert import HTMLExporter

    cells = [nbformat.v4.new_code_cell(text) for text in CELLS]
    book = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(book, kernel_name=os.environ.get("KERNEL", "python3")).execute()
    with tempfile.TemporaryDirectory() as folder:
        for scheme in ("light", "dark"):
            page, _ = HTMLExporter(theme=scheme).from_notebook_node(book)
            path = Path(folder) / f"{scheme}.html"
            path.write_text(re.sub(r'<script[^>]*src="http.*?</script>', "", page, flags=re.DOTALL), encoding="utf-8")
            _photograph(path, into / f"notebook-{scheme}.png", scheme=scheme, width=960, height=None)


def _photograph(page: Path, picture: Path, *, scheme: str, width: int, height: int | None) -> None:
    """Open a page in a headless Chromium and save what it looks like.

    Args:
        page: the page.
        picture: the PNG to be written.
        scheme: the colours that the reader wants, `light` or `dark`.
        width: of the page, in pixels.
        height: of the page, in pixels; None for as much as there is.
    """
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    for flag in ("headless", "no-sandbox", "disable-gpu", "hide-scrollbars"):
        options.add_argument(f"--{flag}")
    browser: Any = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    try:
        wish = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", wish)
        size = {"width": width, "height": height or 400, "deviceScaleFactor": 1 if height else 1.5, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        browser.get(page.as_uri())
        if height is None:
            last = "return Math.ceil(Math.max(...[...document.querySelectorAll('main *')].map((each) => "
            last += "each.getBoundingClientRect().bottom))) + 16"
            size["height"] = browser.execute_script(last)
            browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        browser.save_screenshot(str(picture))
    finally:
        browser.quit()


MAKERS = {"terminal": terminal, "report": report, "notebook": notebook}


def main() -> None:
    """Make what is named."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", nargs="+", choices=MAKERS)
    parser.add_argument("--into", type=Path, default=PICTURES)
    arguments = parser.parse_args()
    arguments.into.mkdir(parents=True, exist_ok=True)
    for what in arguments.what:
        MAKERS[what](arguments.into)


if __name__ == "__main__":
    main()
