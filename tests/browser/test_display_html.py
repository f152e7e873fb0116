"""Results of `load` as a browser shows them: dark and light, and under the rules of Jupyter's tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from load._console.bar import Count
from load._console.surfaces import Cell, Moment
from load._picture import Picture, Table
from load._report.html import html

# What JupyterLab says of tables in outputs, with as many classes as it says it with.
JUPYTER = """
.jp-RenderedHTMLCommon table { border: none; font-size: 12px; table-layout: fixed; margin: 0 auto 1em; }
.jp-RenderedHTMLCommon thead { border-bottom: 1px solid; vertical-align: bottom; }
.jp-RenderedHTMLCommon :is(td, th, tr) { vertical-align: middle; padding: 0.5em; white-space: normal; max-width: none; }
:not(.jp-RenderedMarkdown).jp-RenderedHTMLCommon :is(td, th, tr) { text-align: right; }
.jp-RenderedHTMLCommon th { font-weight: bold; }
.jp-RenderedHTMLCommon tbody tr:nth-child(odd) { background: #f5f5f5; }
.jp-RenderedHTMLCommon tbody tr:nth-child(even) { background: #eeeeee; }
"""
COLOURS = {"light": ("#ffffff", "#111111"), "dark": ("#111111", "#dddddd")}
NAME = "<img src=x onerror='document.title=1'>" + "long/" * 60


def _open(browser: Any, folder: Path, scheme: str, body: str, width: int = 900) -> None:
    back, text = COLOURS[scheme]
    page = folder / "page.html"
    page.write_text(
        f"<!doctype html><meta charset=utf-8><title>ok</title><style>:root {{ color-scheme: {scheme} }} {JUPYTER}"
        f"</style><body style='margin:0;background:{back};color:{text}'>"
        f"<div class='jp-RenderedHTMLCommon jp-OutputArea-output'>{body}</div>",
        encoding="utf-8",
    )
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get_log("browser")
    browser.get(page.as_uri())


def _style(browser: Any, selector: str, name: str) -> str:
    script = "return getComputedStyle(document.querySelector(arguments[0]))[arguments[1]]"
    return str(browser.execute_script(script, selector, name))


def _table(rows: int) -> str:
    cells = [(NAME if not at else f"m{at}", f"{at}.0") for at in range(rows)]
    return html(Picture("Loaded", [Table(("name", "ms"), cells, numbers=(1,))], ["note"]))


@pytest.mark.parametrize(("scheme", "colour"), [("light", "rgb(17, 17, 17)"), ("dark", "rgb(221, 221, 221)")])
def test_text_has_the_colour_of_the_notebook(browser: Any, tmp_path: Path, scheme: str, colour: str) -> None:
    """And nothing a ground of its own; figures are to the right, all else to the left."""
    _open(browser, tmp_path, scheme, _table(3))
    for selector in ("tbody td", "thead th", ".t", ".s"):
        assert _style(browser, selector, "color") == colour
    for selector in ("tbody tr", "tbody td", "thead th", "table"):
        assert _style(browser, selector, "backgroundColor") == "rgba(0, 0, 0, 0)"
    assert _style(browser, "tbody td", "textAlign") == "left"
    assert _style(browser, "tbody td.n", "textAlign") == "right"
    assert browser.title == "ok"
    assert browser.get_log("browser") == []


@pytest.mark.parametrize("width", [320, 900])
def test_long_names_are_folded(browser: Any, tmp_path: Path, width: int) -> None:
    """The page does not grow wider than it is."""
    _open(browser, tmp_path, "light", _table(3), width)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width


def test_words_stay_whole_where_it_is_narrow(browser: Any, tmp_path: Path) -> None:
    """What there is no room for is scrolled to."""
    cells = [("matplotlib.pyplot (as plt)", "3.11.2", "imported", "1.5 s in numpy", "the standard library")]
    _open(
        browser, tmp_path, "light", html(Picture("", [Table(("name", "version", "how", "time", "where"), cells)])), 200
    )
    shown = browser.execute_script(
        """
        const lines = (each) => each.getBoundingClientRect().height / parseFloat(getComputedStyle(each).lineHeight);
        const box = document.querySelector(".load-shown");
        return [[...document.querySelectorAll("thead th")].map((each) => Math.floor(lines(each))),
                box.scrollWidth > box.clientWidth, document.documentElement.scrollWidth];
        """
    )
    assert shown == [[1] * 5, True, 200]


def test_a_row_of_one_text_takes_all_columns(browser: Any, tmp_path: Path) -> None:
    """The words of a printer, as many lines as they have."""
    table = Table(("name", "time"), [("json", "1 ms"), ("a text\nof two lines",)], numbers=(1,))
    _open(browser, tmp_path, "light", html(Picture("", [table])))
    cell = browser.find_element("css selector", "td[colspan='2']")
    assert cell.text == "a text\nof two lines"
    assert cell.size["height"] > 1.5 * browser.find_element("css selector", "tbody td").size["height"]


def test_long_tables_open_at_a_click(browser: Any, tmp_path: Path) -> None:
    """Without a script."""
    _open(browser, tmp_path, "light", _table(40))
    row = browser.find_element("css selector", "tbody tr")
    assert not row.is_displayed()
    browser.find_element("css selector", "summary").click()
    assert row.is_displayed()
    assert browser.find_elements("css selector", "script") == []


def test_progress_is_drawn_by_the_browser(browser: Any, tmp_path: Path) -> None:
    """A bar as far as the work is; and one that moves where nobody knows how far."""
    sent: list[dict[str, str]] = []

    class Publisher:
        def publish(self, data: dict[str, str], metadata: object, **_: Any) -> None:
            """Note it."""
            sent.append(data)

    cell = Cell(Publisher())
    cell.draw(Moment("installing numpy", "Downloading <b>numpy</b>", 4.2, Count(1, 4)))
    cell.draw(Moment("building x", "", 3.0, None))
    _open(browser, tmp_path, "dark", "".join(each["text/html"] for each in sent))
    positions = browser.execute_script("return [...document.querySelectorAll('progress')].map((each) => each.position)")
    assert positions == [0.25, -1]
    assert browser.execute_script("return document.body.innerText").split("\n")[0].strip() == (
        "installing numpy: 4 s · 1/4 · Downloading <b>numpy</b>"
    )
