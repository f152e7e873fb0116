"""The table of auto-print in a real JupyterLab, in its dark and its light theme."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.library import CHECKOUT
from tests.support.processes import kill_tree

pytest.importorskip("jupyterlab", reason="needs JupyterLab: pip install '.[jupyter]'")
pytest.importorskip("ipykernel", reason="needs a Jupyter kernel: pip install ipykernel")

THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
CELLS = (
    "import load\nload.enable_auto_print()",
    "markdown, parso = load.markdown_it, load.parso",
    "1 + 1",
)
# Runs a function of the page that may take its time.
SCRIPT = """
const [done, app] = [arguments[arguments.length - 1], window.jupyterapp];
(async () => {{ {} }})().then((value) => done(value ?? null), (error) => done("failed: " + error));
"""


class Lab:
    """A notebook that is open in JupyterLab.

    Args:
        browser: selenium's.
    """

    def __init__(self, browser: Any) -> None:
        self.browser = browser

    def run(self, script: str) -> Any:
        """Run a script in the page, which may wait; what it returns."""
        found = self.browser.execute_async_script(SCRIPT.format(script))
        assert not str(found).startswith("failed: "), found
        return found

    def waits(self, condition: str) -> None:
        """Wait until a condition holds in the page."""
        self.run(
            "await new Promise((go) => { const look = () => "
            f"({condition}) ? go() : requestAnimationFrame(look); look(); }});"
        )

    def colours(self, selector: str) -> list[tuple[float, ...]]:
        """The colour of the text of an element, and that of what lies behind it."""
        found = self.run(
            f"""
            let each = document.querySelector({json.dumps(selector)});
            const text = getComputedStyle(each).color;
            let behind = "rgba(0, 0, 0, 0)";
            for (; each && /, 0\\)$/.test(behind); each = each.parentElement)
              behind = getComputedStyle(each).backgroundColor;
            return [text, behind];
            """
        )
        return [tuple(float(part) for part in re.findall(r"[0-9.]+", each)[:3]) for each in found]


@pytest.fixture(scope="module")
def lab(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A notebook in a JupyterLab of its own, in which all cells were run."""
    folder = tmp_path_factory.mktemp("lab")
    (folder / "book.ipynb").write_text(json.dumps(_book()), encoding="utf-8")
    own = {
        name: str(folder / name.lower()) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR", "HOME")
    }
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--ip=127.0.0.1",
        f"--port={_free_port()}",
        "--allow-root",
    ]
    command += ["--IdentityProvider.token=", "--expose-app-in-browser", f"--ServerApp.root_dir={folder}"]
    command += ["--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    environ = {**os.environ, **own, "PYTHONPATH": str(CHECKOUT)}
    with subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True, start_new_session=True) as server:
        try:
            browser.set_window_size(1100, 700)
            browser.get(f"{_address(server)}/lab/tree/book.ipynb?reset")
            page = Lab(browser)
            page.waits("window.jupyterapp && document.querySelectorAll('.jp-CodeCell').length >= 3")
            page.waits("window.jupyterapp.shell.currentWidget?.sessionContext")
            page.run(
                """
                await app.restored;
                const panel = app.shell.currentWidget;
                await Promise.all([panel.context.ready, panel.sessionContext.ready]);
                await app.commands.execute("notebook:run-all-cells");
                """
            )
            page.waits("document.querySelectorAll('.jp-OutputArea-output').length >= 2")
            yield page
            browser.get("about:blank")
        finally:
            kill_tree(server.pid)


def _book() -> dict[str, Any]:
    cells = [
        {"cell_type": "code", "id": f"c{at}", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
        for at, source in enumerate(CELLS)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def _free_port() -> int:
    """A port that nobody listens on; JupyterLab takes another one where somebody does by then."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
    return port


def _address(server: subprocess.Popen[str]) -> str:
    """Where the server listens, when it does."""
    assert server.stderr is not None
    said = []
    for line in server.stderr:
        said.append(line)
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        if found:
            # Somebody has to read on, or it waits for its own words to be taken.
            threading.Thread(target=server.stderr.read, daemon=True).start()
            return found[0]
    raise AssertionError("JupyterLab did not start:\n" + "".join(said))


def test_the_table_stands_below_the_cell_that_loaded_something(lab: Lab) -> None:
    """Once, as HTML; the cell that loads nothing has its result alone."""
    rows = lab.run(
        """
        return [...document.querySelectorAll(".load-shown tr")]
          .map((row) => [...row.children].map((cell) => cell.innerText));
        """
    )
    assert rows[0][:4] == ["name", "version", "how", "time"]
    assert [row[0] for row in rows[1:]] == ["markdown_it", "parso"]
    assert [row[-1] for row in rows] == ["distribution", "markdown-it-py", "parso"]
    outputs = lab.run(
        "return [...document.querySelectorAll('.jp-Cell')].map((c) => c.querySelectorAll('.load-shown').length);"
    )
    assert outputs == [0, 1, 0]


@pytest.mark.parametrize("theme", THEMES)
def test_it_can_be_read_in_either_theme(theme: str, lab: Lab, tmp_path: Path) -> None:
    """The text is the theme's, on the theme's ground; figures stand below one another, and nothing is cut off."""
    lab.run(f"await app.commands.execute('apputils:change-theme', {{theme: {json.dumps(THEMES[theme])}}});")
    is_light = theme == "light"
    lab.waits(f"document.body.dataset.jpThemeLight === '{str(is_light).lower()}'")
    text, ground = lab.colours(".load-shown tbody td")
    assert _contrast(text, ground) >= 7
    assert (sum(text) < sum(ground)) == is_light
    sizes = lab.run(
        """
        const table = document.querySelector(".load-shown table"), around = table.closest(".jp-OutputArea-output");
        return [around.scrollWidth, around.clientWidth, table.getBoundingClientRect().height,
                getComputedStyle(document.querySelector(".load-shown td.n")).textAlign,
                getComputedStyle(document.querySelector(".load-shown td")).textAlign,
                getComputedStyle(document.querySelector(".load-shown tbody tr")).backgroundColor];
        """
    )
    assert sizes[0] <= sizes[1]  # what does not fit is scrolled to in the table's own box
    assert sizes[2] < 3 * 60  # a cell may take two lines
    assert sizes[3:] == ["right", "left", "rgba(0, 0, 0, 0)"]
    assert lab.browser.save_screenshot(str(tmp_path / f"jupyterlab-{theme}.png"))  # to be looked at


def _contrast(first: tuple[float, ...], second: tuple[float, ...]) -> float:
    """The contrast of two colours. Source: https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio ."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: tuple[float, ...]) -> float:
    parts = [part / 255 for part in colour]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
