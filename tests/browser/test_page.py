"""The page of a profile, as a person sees and uses it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from tests.browser.conftest import Page

Show: TypeAlias = Callable[..., Page]

ROW = 25  # pixels of the chart from one row to the next
KEYS = {"down": "\ue015", "right": "\ue014", "up": "\ue013", "enter": "\ue007", "escape": "\ue00c", "end": "\ue010"}


def module(name: str, parent: str, own: float, total: float, memory: int, *errors: str) -> dict[str, Any]:
    """A module that took so many milliseconds, and kilobytes without what it imported."""
    file = (parent or "main").replace(".", "/")
    return {
        "module": name, "parent": parent, "importer": parent or "__main__", "place": f"/site-packages/{file}.py:3",
        "self_duration": own / 1e3, "duration": total / 1e3, "self_memory": memory * 1000, "memory": memory * 1000,
        "errors": list(errors),
    }  # fmt: skip


def profile(*more: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A small one: of 100 ms `web` takes 30 with 10 of `web.parts`, `deep` 60, `gone` fails."""
    modules = [
        module("web", "", 20, 100, 1000),
        module("web.parts", "web", 10, 10, 7000),
        module("deep", "web", 60, 65, 500),
        module("deep.inner", "deep", 5, 5, 500),
        module("gone", "web", 5, 5, 0, "ModuleNotFoundError: No module named 'gone'"),
    ]
    return {"load_profile": 1, "title": "import web", "python": "3.13.0", "modules": [*modules, *more], **fields}


def many(count: int) -> list[dict[str, Any]]:
    """Modules that are there to be many."""
    return [module(f"lot.part_{index}", "web", 0.01, 0.01, 4) for index in range(count)]


def statement(importer: str, imported: str, line: int) -> dict[str, Any]:
    """An import in a file that is named after its module."""
    return {"importer": importer, "imported": imported, "file": f"/site-packages/{importer}.py", "line": line,
            "text": f"from {imported} import it"}  # fmt: skip


def test_what_is_slow_stands_at_the_top(show: Show) -> None:
    """How many modules, how long, how much, and what took most."""
    page = show(profile())
    tiles = [" ".join(each.split()) for each in page.texts("#tiles .tile")]
    assert tiles == [
        "Modules 5 1 failed",
        "Time 100ms 20.0 ms a module",
        "Memory 9.00MB with these imports",
        "Slowest package deep 65.0 ms · 65 % · 2 modules",
        "Slowest module by itself deep 60.0 ms · 60 %",
    ]
    assert page.browser.title == "import web – import profile"
    assert [each.split("\n")[0] for each in page.texts("#chips button")] == ["deep", "web", "gone"]


def test_memory_that_is_not_known_of_all(show: Show) -> None:
    """As several threads imported at once: it is said of how many it is."""
    unknown = {**module("other", "", 5, 5, 0), "self_memory": None, "memory": None}
    tiles = [" ".join(each.split()) for each in show(profile(unknown)).texts("#tiles .tile")]
    assert tiles[2] == "Memory 9.00MB with 5 of these imports"


def test_the_chart_is_as_wide_as_imports_were_dear(show: Show) -> None:
    """In their order, below what they came in, in the colours of their packages; failed ones begin with red."""
    page = show(profile())
    web, parts, deep = (page.colour(*place) for place in ((0.5, ROW * 1.2), (0.05, ROW * 2.2), (0.5, ROW * 2.2)))
    assert web == parts != deep
    assert page.colour(0.97, ROW * 2.5)[3] == 0  # the 20 ms of `web` itself have nothing below them
    assert page.colour(0.12, ROW * 3.2) == deep  # `deep.inner` begins where `deep` does
    red, green, blue, _ = page.colour(0.752, ROW * 2.5)
    assert red > 2 * max(green, blue)
    assert page.tip(0.4, ROW * 2.5).split("\n")[0] == "deep"
    assert "60.0 ms · 60 %" in page.tip(0.4, ROW * 2.5)
    assert "No module named 'gone'" in page.tip(0.77, ROW * 2.5)
    assert "web.parts" in page.tip(0.05, ROW * 2.5)


def test_click_zooms_and_the_path_leads_back(show: Show) -> None:
    """The module that was clicked takes the whole width."""
    page = show(profile())
    canvas = page.browser.find_element("id", "chart")
    width, height = canvas.size["width"], canvas.size["height"]
    from selenium.webdriver import ActionChains

    ActionChains(page.browser).move_to_element_with_offset(
        canvas, -width // 10, int(ROW * 2.5 - height / 2)
    ).click().perform()
    page.run("")
    assert page.texts("#crumbs li") == ["import web", "web", "deep"]
    assert "deep.inner" in page.tip(0.05, ROW * 1.5)
    page.click("#crumbs li:nth-child(2) button")
    assert page.texts("#crumbs li") == ["import web", "web"]
    assert "deep" in page.tip(0.5, ROW * 1.5)


def test_switch_to_memory(show: Show) -> None:
    """The chart, the shares and the order of the table follow."""
    page = show(profile())
    assert page.names()[0] == "deep"
    page.click("#measure [data-value=memory]")
    assert page.names()[:2] == ["web.parts", "web"]
    assert page.text("#shares-heading") == "Memory by package"
    assert page.texts("#chips button")[0].split("\n")[0] == "web"
    assert page.tip(0.5, ROW * 2.5).startswith("web.parts")  # 7 of 9 MB
    assert page.run("return document.querySelector('#measure [aria-checked=true]').dataset.value") == "memory"


def test_switch_to_self(show: Show) -> None:
    """What modules take by themselves stands below their packages, the dearest first."""
    page = show(profile())
    page.click("#view [data-value=self]")
    assert page.tip(0.3, ROW * 1.5).startswith("deep")
    assert page.tip(0.7, ROW * 1.5).startswith("web")
    assert page.tip(0.02, ROW * 2.5).startswith("deep.inner")
    assert "With all in it" in page.tip(0.3, ROW * 1.5)
    assert page.tip(0.5, ROW * 2.5) == ""


def test_search_filters_the_table_and_marks_the_chart(show: Show) -> None:
    """By all words, in any order, whatever their case; what is left is counted."""
    page = show(profile())
    before = page.colour(0.05, ROW * 2.2), page.colour(0.5, ROW * 2.2)
    page.search("PARTS web")
    assert page.names() == ["web.parts"]
    assert page.text("#found") == "1 of 5 modules · 10.0 ms by themselves"
    assert page.colour(0.05, ROW * 2.2) == before[0]
    assert page.colour(0.5, ROW * 2.2)[3] < before[1][3]
    page.search("nothing like it")
    assert page.names() == []
    assert "No module matches." in page.text("#table")
    page.press(KEYS["escape"])
    assert len(page.names()) == 5
    assert page.colour(0.5, ROW * 2.2) == before[1]
    assert page.text("#found") == ""


def test_a_package_can_be_chosen(show: Show) -> None:
    """Only its modules are left, until it is let go."""
    page = show(profile())
    page.click("#chips li:nth-child(2) button")
    assert sorted(page.names()) == ["web", "web.parts"]
    page.click("#filter")
    assert len(page.names()) == 5


def test_the_table_sorts(show: Show) -> None:
    """By any column; again the other way round; who cannot see is told how."""
    page = show(profile())

    def order() -> list[str]:
        found: list[str] = page.run("return [...document.querySelectorAll('#table th[aria-sort]')].map((each) => "
                                    "each.innerText + ' ' + each.getAttribute('aria-sort'))")  # fmt: skip
        return found

    assert order() == ["Self ms descending"]
    page.click("#table th:nth-child(3) button")
    assert page.names()[:2] == ["web", "deep"]
    page.click("#table th:nth-child(1) button")
    assert page.names() == ["deep", "deep.inner", "✕ gone", "web", "web.parts"]
    page.click("#table th:nth-child(1) button")
    assert page.names() == ["web.parts", "web", "✕ gone", "deep.inner", "deep"]
    assert order() == ["Module descending"]


def test_of_many_modules_only_those_seen_are_elements(show: Show) -> None:
    """All are counted, can be scrolled to and found."""
    page = show(profile(*many(3000)))
    assert page.run("return document.getElementById('table').getAttribute('aria-rowcount')") == "3006"
    assert 10 < len(page.names()) < 60
    first = page.names()[0]
    page.run("document.getElementById('table').focus()")
    page.press(KEYS["end"])
    assert first not in page.names()
    assert page.names()[-1] == "✕ gone" or page.names()[-1].startswith("lot.")
    assert page.run("return document.querySelector('#table tr.current').id") == "row-3004"
    page.search("part_2999")
    assert page.names() == ["lot.part_2999"]


def test_a_row_leads_to_the_chart(show: Show) -> None:
    """By click and by keyboard."""
    page = show(profile())
    page.run("document.getElementById('table').focus()")
    page.press(KEYS["down"], KEYS["enter"])
    assert page.text("#table tr.current td.name") == "deep"
    assert page.texts("#crumbs li") == ["import web", "web", "deep"]
    assert "deep; Self: 60.0 ms" in page.text("#spoken")


def test_the_chart_by_keyboard(show: Show) -> None:
    """Down goes to what was dearest, aside to neighbours, Enter zooms, Escape goes back; each is told."""
    page = show(profile())
    page.run("document.getElementById('chart').focus()")
    told = []
    for key in ("down", "down", "down", "right", "enter", "escape"):
        page.press(KEYS[key])
        told.append(page.text("#spoken").split(";")[0])
    assert told == ["import web", "web", "deep", "gone", "gone", "web"]
    assert page.texts("#crumbs li") == ["import web", "web"]
    assert page.run("return document.getElementById('tip').hidden") is False


def test_slash_goes_to_the_search_and_arrows_switch(show: Show) -> None:
    """Nothing needs a mouse."""
    page = show(profile())
    page.press("/")
    assert page.run("return document.activeElement.id") == "search"
    page.run("document.querySelector('#measure [aria-checked=true]').focus()")
    page.press(KEYS["right"])
    assert page.names()[0] == "web.parts"
    unnamed = page.run("""return [...document.querySelectorAll("button, input, [tabindex='0']")].filter((each) =>
        each.offsetParent && !(each.innerText || each.ariaLabel || each.getAttribute("aria-labelledby")))""")
    assert unnamed == []


def test_suggestions_are_listed(show: Show) -> None:
    """With the statement, what it costs and what to do; without any there is no such part."""
    given = {
        "kind": "lazy", "module": "web", "importer": "app", "place": "app.py:3", "statement": "import web <b>",
        "seconds": 0.25, "bytes": 3_000_000, "modules": 7, "text": "import it where it is used",
    }  # fmt: skip
    page = show(profile(suggestions=[given]))
    assert page.texts("#suggestions-list code") == ["import web <b>"]
    assert page.texts("#suggestions-list .badge") == ["250.0 ms", "3.0 MB"]
    assert "import it where it is used" in page.text("#suggestions-list")
    assert show(profile()).run("return document.getElementById('suggestions').hidden") is True


def test_failed_imports_and_cycles_are_listed(show: Show) -> None:
    """With what was wrong, and with the statement that would end the cycle."""
    there, back = statement("web", "deep", 3), statement("deep", "web", 7)
    cycle = {"modules": ["web", "deep"], "statements": [there, back], "entry_order_matters": True, "breaker": back}
    page = show(profile(cycles=[cycle]))
    assert page.texts("#failed li") == ["gone\nModuleNotFoundError: No module named 'gone'\nweb.py:3"]
    assert page.texts("#cycles .ring code") == ["web", "deep", "web"]
    assert "by which is imported first" in page.text("#cycles .ring")
    assert page.texts("#cycles .breaker code") == ["from web import it"]
    assert "deep.py:7" in page.text("#cycles .breaker")
    assert "1 cycle" in page.text("#tiles")


def test_what_ends_all_cycles_of_a_tangle_comes_first(show: Show) -> None:
    """Before its cycles; one that is alone needs no more than its own statement."""
    there, back, across = statement("web", "deep", 3), statement("deep", "web", 7), statement("flat", "web", 9)
    cycles = [
        {"modules": [*names], "statements": [there], "entry_order_matters": False, "breaker": there}
        for names in (("alone", "other"), ("web", "deep"), ("web", "flat"))
    ]
    groups = [
        {"modules": ["alone", "other"], "cycles": [0], "breakers": [there], "is_smallest": True},
        {"modules": ["web", "deep", "flat"], "cycles": [1, 2], "breakers": [back, across], "is_smallest": True},
    ]
    page = show(profile(cycles=cycles, cycle_groups=groups))
    items = page.texts("#cycles-list > li")
    assert [item.splitlines()[0] for item in items][1] == (
        "2 cycles of 3 modules: all end where 2 statements move into functions, and no fewer will do"
    )
    assert len(items) == 4
    assert ["deep.py:7" in item for item in items] == [False, True, False, False]


def test_what_has_to_move_besides_is_told(show: Show) -> None:
    """Where others need what a statement binds; errors of several lines keep these."""
    there, back = statement("web", "deep", 3), statement("deep", "web", 7)
    cycle = {"modules": ["web", "deep"], "statements": [there, back], "entry_order_matters": False, "breaker": back}
    group = {"modules": ["web", "deep"], "cycles": [0, 1], "breakers": [back], "is_smallest": True, "is_free": False}
    ringed = module("ringed", "", 1, 1, 0, "ImportError: no x\n  a → b → a")
    page = show(profile(ringed, cycles=[{**cycle, "is_free": False}, cycle], cycle_groups=[group]))
    group_text, held, free = page.texts("#cycles-list > li")
    assert "What it binds is used as the module runs" in group_text
    assert "moved into a function with what needs it, it ends the cycle" in held
    assert "moved into a function, it ends the cycle" in free
    assert "ImportError: no x\n  a → b → a" in page.text("#failed")


def test_light_and_dark(show: Show) -> None:
    """As the system has it, and the other by the button; the chart as well."""

    def light(page: Page) -> tuple[bool, bool]:
        ground = page.run("return getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
        return sum(ground[:3]) > 380, sum(page.colour(0.5, ROW * 2.2)[:3]) > 380

    page = show(profile(), scheme="dark")
    assert light(page) == (False, False)
    page.click("#theme")
    assert light(page) == (True, True)
    assert light(show(profile())) == (True, True)


@pytest.mark.parametrize("width", [360, 800, 1280, 2200])
def test_fits_into_any_window(show: Show, width: int) -> None:
    """Nothing is wider than the window; the names of modules can be read."""
    page = show(profile(*many(50), module("a_package_with_a_long_name." * 6 + "end", "web", 1, 1, 1)), width=width)
    assert page.run("return document.documentElement.scrollWidth") == width
    assert page.run("return document.querySelector('#table td.name').clientWidth") > 100
    assert page.run("return document.getElementById('chart').clientWidth") > width * 0.6


HOSTILE = "</script><img src=x onerror='document.title=1'><b>x</b>{{data}}<!--<script>\u2028é漢\ud800"


def test_names_are_only_text(show: Show) -> None:
    """Whatever stands in them; none ends the script, becomes an element or is asked for."""
    named = module(HOSTILE, "", 50, 50, 10, HOSTILE)
    named.update(place=f"{HOSTILE}:3", importer=HOSTILE, origin=HOSTILE)
    there = {"importer": HOSTILE, "imported": HOSTILE, "file": HOSTILE, "line": 3, "text": HOSTILE}
    cycle = {"modules": [HOSTILE], "statements": [there], "entry_order_matters": True, "breaker": there}
    page = show({"load_profile": 1, "title": HOSTILE, "python": HOSTILE,
                 "modules": [named], "cycles": [cycle]})  # fmt: skip
    assert page.run("return document.querySelectorAll('img, b, main script').length") == 0
    assert page.text("h1").startswith("</script><img src=x")
    assert page.names()[0].startswith("✕ </script><img src=x")
    assert page.tip(0.5, ROW * 1.5).startswith("</script><img src=x")
    assert page.browser.title.endswith("import profile")


def test_without_memory(show: Show) -> None:
    """What was not measured is not offered."""
    modules = [{**each, "self_memory": None, "memory": None} for each in profile()["modules"]]
    page = show({**profile(), "modules": modules})
    assert page.run("return document.querySelector('[data-value=memory]').disabled") is True
    assert page.texts("#table th") == ["Module", "Self ms", "Total ms", "Imported at"]
    assert "not measured" in page.text("#tiles")


def test_without_modules(show: Show) -> None:
    """An empty profile is a page as well."""
    page = show({"load_profile": 1, "modules": []})
    assert page.texts("#tiles .value")[:2] == ["0", "0ms"]
    assert page.names() == []


def test_imports_as_deep_as_they_come(show: Show) -> None:
    """What is too deep to be drawn is told of, and reached by zooming."""
    chain = [module(f"deep_{index}", f"deep_{index - 1}" if index else "", 1, 3000 - index, 1) for index in range(3000)]
    page = show({"load_profile": 1, "title": "deep", "modules": chain})
    assert "lie deeper" in page.text("#deeper")
    page.search("deep_2000")
    page.click("#table tbody td.name")
    assert page.texts("#crumbs li")[-1] in ("deep_2000", "deep_1999")
