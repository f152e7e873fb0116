"""The site, as it is built and as a reader sees it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import load
import load.exports
import load.imports
import load.registry
import load.registry.pretrained
import load.testing
from load import _events
from load._reserved import OWN, is_submodule
from tests.support.library import CHECKOUT

WIDTHS = {"wide": 1280, "narrow": 360}  # pixels; a telephone has 360
SUBMODULES = ["registry", "imports", "exports", "testing"]


def headings(page: Path) -> set[str]:
    """What can be linked to in a page."""
    return set(re.findall(r'<h[2-5] id="([^"]+)"', page.read_text(encoding="utf-8")))


def test_the_reference_has_all_of_the_root(site: Path) -> None:
    """Each function of `load`, none besides."""
    own = {f"load.{name}" for name in OWN if name != "load" and not is_submodule(name)}
    there = {name for name in headings(site / "reference/python/load/index.html") if name.startswith("load.")}
    assert {name for name in there if name.count(".") == 1} == own


@pytest.mark.parametrize("name", SUBMODULES)
def test_the_reference_has_all_of_a_public_module(site: Path, name: str) -> None:
    """Each class and function that its `__all__` names, with what its docstring says."""
    module = getattr(load, name)
    kinds = {each: getattr(module, each) for each in module.__all__ if each not in vars(module).get("LISTED", ())}
    documented = {each for each, value in kinds.items() if callable(value) and getattr(value, "__doc__", None)}
    there = headings(site / f"reference/python/{name}/index.html")
    assert {each for each in documented if f"load.{name}.{each}" not in there} == {
        each
        for each in documented
        if "lazy_import" in each  # stands at the root
    }
    assert len(documented) > 2


def test_the_reference_shows_what_people_write(site: Path) -> None:
    """How a class is made, where people make it; no markup, and nothing that the modules have for one another."""
    pages = {
        path.parent.name: path.read_text(encoding="utf-8") for path in (site / "reference/python").glob("*/*.html")
    }
    signatures = re.findall(r'<div class="[^"]*doc-signature[^"]*">.*?</div>', pages["exports"], re.DOTALL)
    said = [re.sub("<.*?>", "", signature).strip() for signature in signatures]
    assert any(each.startswith("LazyPackageExport(\n    package: str,") for each in said)
    assert [each for each in said if each.startswith(("__new__", "ExportMetadata(", "BackgroundLoading("))] == []
    assert [name for name, page in pages.items() if "::</p>" in page] == []
    ids = {each for name in pages for each in headings(site / f"reference/python/{name}/index.html")}
    inner = {each for each in ids if each.rpartition(".")[2] in ("as_row", "know_cycles", "undone", "__load_kept__")}
    assert inner == set()


def test_the_reference_has_every_event(site: Path) -> None:
    """Whoever subscribes can look up what comes."""
    there = headings(site / "reference/python/events/index.html")
    kinds = {each.__name__ for each in vars(_events).values() if isinstance(each, type)} - {"Event"}
    assert {name for name in kinds if f"load._events.{name}" not in there} == set()
    assert "Loaded" in kinds


def test_a_signature_leads_to_what_is_given_back(site: Path) -> None:
    """To its attributes, on the page of the results."""
    page = (site / "reference/python/load/index.html").read_text(encoding="utf-8")
    for name in ("_resolve.why.Why", "_install.plan.Plan", "_install.order.Outcome", "_unload.report.UnloadReport"):
        assert f'href="../results/#load.{name}"' in page, name


def test_several_lines_of_what_is_returned_are_one_thing(site: Path) -> None:
    """As they stand in the docstring: one sentence, with one type."""
    page = (site / "reference/python/load/index.html").read_text(encoding="utf-8")
    why = page.partition('id="load.why"')[2].partition('<h3 id="load.')[0]
    returned = re.sub("<.*?>", "", why.partition("Returns:")[2].partition("Raises:")[0])
    assert returned.count("Why") == 1
    assert "prints" in returned


def test_options_are_kept_on_one_line(site: Path) -> None:
    """Those in a table; a whole statement may be broken, and so may a block of code."""
    page = (site / "reference/command-line/index.html").read_text(encoding="utf-8")
    assert '<code class="short">--max-modules N</code>' in page
    moved = (site / "how-to/migrating/lazyregistry/index.html").read_text(encoding="utf-8")
    assert "<code>from lazyregistry import Registry, NAMESPACE, Namespace</code>" in moved
    assert '<pre><code class="short">' not in page + moved


def test_everything_stands_in_the_navigation(site: Path) -> None:
    """A page that no other leads to would not be found."""
    pages = {path.relative_to(CHECKOUT / "docs").as_posix() for path in (CHECKOUT / "docs").rglob("*.md")}
    text = (CHECKOUT / "mkdocs.yml").read_text(encoding="utf-8")
    assert pages == set(re.findall(r"^ +- (?:\w+: )?(\S+\.md)$", text, re.MULTILINE))
    assert (site / "index.html").is_file()
    assert not (site / "_make").exists()


def test_the_search_knows_functions_settings_and_errors(site: Path) -> None:
    """The words that people look for."""
    index = json.loads((site / "search/search_index.json").read_text(encoding="utf-8"))
    text = " ".join(entry["title"] + entry["text"] for entry in index["docs"])
    assert {
        word for word in ("lazy_import", "exclude_newer", "InstallRefused", "autoload") if word not in text
    } == set()


def open_page(browser: Any, url: str, *, scheme: str = "light", width: int = 1280) -> None:
    """Open a page as a reader with these wishes sees it."""
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get_log("performance")
    browser.get_log("browser")
    browser.get("about:blank")
    browser.execute_cdp_cmd("Storage.clearDataForOrigin", {"origin": url, "storageTypes": "local_storage"})
    browser.get(url)


def asked(browser: Any) -> list[str]:
    """The addresses that the browser has asked for."""
    logged = [json.loads(each["message"])["message"] for each in browser.get_log("performance")]
    return [each["params"]["request"]["url"] for each in logged if each["method"] == "Network.requestWillBeSent"]


def wait_until(browser: Any, script: str) -> Any:
    """What a script gives, as soon as it gives something."""
    from selenium.webdriver.support.ui import WebDriverWait

    return WebDriverWait(browser, 100, poll_frequency=0.05).until(lambda driver: driver.execute_script(script))


def test_the_search_finds(browser: Any, address: str) -> None:
    """What is typed into its field leads to the page."""
    open_page(browser, address)
    wait_until(browser, "return document.readyState == 'complete' && document.querySelector('.md-search__input')")
    browser.execute_script("document.getElementById('__search').click()")
    field = browser.find_element("css selector", ".md-search__input")
    wait_until(browser, "return document.querySelector('.md-search__input').offsetWidth > 0")
    found = "[...document.querySelectorAll('.md-search-result__item a')].map((each) => each.pathname)"
    field.send_keys("lazy_import")
    for page in ("/reference/python/load/", "/how-to/lazy-imports/"):
        assert wait_until(browser, f"return {found}.includes({page!r})")
    field.clear()
    field.send_keys("lazy import")  # how it is done, before those who did it otherwise
    assert wait_until(browser, f"return {found}[0] == '/how-to/lazy-imports/'")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_a_page_is_readable(browser: Any, address: str, scheme: str, width: int) -> None:
    """In either colour, on a telephone as well: nothing is cut off, nothing is asked of another host, nothing fails."""
    for page in ("", "how-to/registries/", "reference/python/imports/", "reference/settings/"):
        open_page(browser, f"{address}{page}", scheme=scheme, width=width)
        wait_until(browser, "return document.readyState == 'complete'")
        seen = browser.execute_script(
            """
            const style = getComputedStyle(document.body);
            const text = getComputedStyle(document.querySelector("article p") || document.body);
            const broken = [...document.images].filter((each) => each.complete && !each.naturalWidth);
            return { wide: document.documentElement.scrollWidth, back: style.backgroundColor, text: text.color,
                     broken: broken.map((each) => each.src) };
            """
        )
        assert seen["broken"] == [], page
        assert seen["wide"] <= width, page
        assert (luminance(seen["back"]) < luminance(seen["text"])) == (scheme == "dark"), page
        assert contrast(seen["back"], seen["text"]) > 4.5, page
        complaints = [each["message"] for each in browser.get_log("browser") if each["level"] == "SEVERE"]
        assert complaints == [], page
        away = [url for url in asked(browser) if not url.startswith((address, "data:", "about:", "blob:"))]
        assert away == [], page


def channels(colour: str) -> tuple[float, ...]:
    """Red, green, blue and opacity from 0 to 1 of what `getComputedStyle` says."""
    numbers = [float(number) for number in re.findall(r"[\d.]+", colour)]
    return (*(number / 255 for number in numbers[:3]), *(numbers[3:] or [1.0]))


def luminance(colour: str) -> float:
    """The relative luminance, as WCAG has it."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels(colour)[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(back: str, text: str) -> float:
    """The contrast of a text that may let its background through."""
    opacity = channels(text)[3]
    mixed = [
        opacity * one + (1 - opacity) * two for one, two in zip(channels(text)[:3], channels(back)[:3], strict=True)
    ]
    shown = f"rgb({', '.join(str(255 * part) for part in mixed)})"
    low, high = sorted((luminance(back), luminance(shown)))
    return (high + 0.05) / (low + 0.05)
