"""Pages in a headless Chromium, driven by selenium; left out, and said so, where one of them is not there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from load._report.files import write
from load._report.page import html
from tests.support.browsers import chromium

FLAGS = ("disable-quic", "disable-component-update", "disable-sync", "window-size=1280,1400")


class Page:
    """A profile that is open in the browser.

    Args:
        browser: selenium's.
    """

    def __init__(self, browser: Any) -> None:
        self.browser = browser

    def run(self, script: str, *arguments: object) -> Any:
        """Run a script in the page: what it returns, when all that it led to was drawn."""
        return self.browser.execute_async_script(
            """
            const [script, given, done] = arguments;
            const result = new Function(...given.map((_, at) => `$${at}`), script)(...given);
            const canvas = document.getElementById("chart");
            const wait = () => requestAnimationFrame(() => setTimeout(() =>
              "moving" in canvas.dataset || "drawing" in canvas.dataset ? wait() : done(result), 0));
            wait();
            """,
            script,
            list(arguments),
        )

    def text(self, selector: str) -> str:
        """The text of the first element that is selected, as it is shown."""
        return str(self.run("return document.querySelector($0).innerText.toWellFormed()", selector))

    def texts(self, selector: str) -> list[str]:
        """The texts of all elements that are selected."""
        found: list[str] = self.run(
            "return [...document.querySelectorAll($0)].map((each) => each.innerText.toWellFormed())", selector
        )
        return [each.strip() for each in found]

    def click(self, selector: str) -> None:
        """Click, as a person does: the element has to be there to be clicked."""
        self.browser.find_element("css selector", selector).click()
        self.run("")

    def search(self, text: str) -> None:
        """Type into the field of the search."""
        field = self.browser.find_element("id", "search")
        field.clear()
        field.send_keys(text)
        self.run("")

    def press(self, *keys: str) -> None:
        """Press keys where the focus is."""
        for key in keys:
            self.browser.switch_to.active_element.send_keys(key)
            self.run("")

    def names(self) -> list[str]:
        """The modules of the table, from the top."""
        return self.texts("#table tbody td.name")

    def colour(self, x: float, y: float) -> tuple[int, ...]:
        """The colour of the chart, at a part of its width and some pixels from its top."""
        return tuple(
            self.run(
                """
                const canvas = document.getElementById("chart");
                const scale = canvas.width / canvas.clientWidth;
                return [...canvas.getContext("2d").getImageData($0 * (canvas.width - 1), $1 * scale, 1, 1).data];
                """,
                x,
                y,
            )
        )

    def tip(self, x: float, y: float) -> str:
        """What is told of the place of the chart that the pointer is on."""
        self.run(
            """
            const canvas = document.getElementById("chart");
            const box = canvas.getBoundingClientRect();
            const at = { clientX: box.left + $0 * box.width, clientY: box.top + $1, bubbles: true };
            canvas.dispatchEvent(new PointerEvent("pointermove", at));
            """,
            x,
            y,
        )
        return "" if self.run("return document.getElementById('tip').hidden") else self.text("#tip")

    def requests(self) -> list[str]:
        """The addresses that were asked for since the page was opened."""
        logged = [json.loads(each["message"])["message"] for each in self.browser.get_log("performance")]
        return [each["params"]["request"]["url"] for each in logged if each["method"] == "Network.requestWillBeSent"]

    def complaints(self) -> list[str]:
        """What stands in the console, but for advice on reading the canvas, which only `colour` does."""
        return [each["message"] for each in self.browser.get_log("browser") if "getImageData" not in each["message"]]


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A headless Chromium with a profile of its own."""
    with chromium(tmp_path_factory.mktemp("chromium"), FLAGS) as running:
        yield running


@pytest.fixture
def show(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Opens the page of a profile: `show(document, scheme="light", width=1280)`; it may ask or complain of nothing."""
    opened: list[Page] = []

    def show(document: dict[str, Any], *, scheme: str = "light", width: int = 1280) -> Page:
        path = tmp_path / f"page{len(opened)}.html"
        write(path, html(document))
        media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
        size = {"width": width, "height": 1400, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        browser.get_log("performance")
        browser.get_log("browser")
        browser.get(path.as_uri())
        page = Page(browser)
        opened.append(page)
        page.run("")
        return page

    yield show
    for page in opened[-1:]:
        assert page.complaints() == []
        asked = [url for url in page.requests() if not url.startswith(("file:", "data:"))]
        assert asked == []
