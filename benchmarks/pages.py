"""The page of a profile of 5,000 modules in Chromium: how long until it stands, and until a search is answered."""

from __future__ import annotations

import json
import random
import shutil
import sys
from pathlib import Path
from typing import Any

from benchmarks.pairs import Figure, figure, remark

MODULES = 5_000
ROUNDS = 9
PACKAGES = {"torch": 40, "sympy": 14, "numpy": 8, "networkx": 7, "jinja2": 4, "mpmath": 6, "asyncio": 5, "json": 3}
SEARCHES = ("t", "to", "torch", "torch nn", "zzz", "")
# From the request until all was drawn, and painted; and from a change of the field until that was painted.
OPENED = """
const done = arguments[0];
const opened = () => requestAnimationFrame(() => setTimeout(() => done(performance.now()), 0));
if (document.readyState === "complete") opened(); else addEventListener("load", opened);
"""
SEARCHED = """
const [text, done] = arguments;
const field = document.getElementById("search");
const started = performance.now();
field.value = text;
field.dispatchEvent(new Event("input", { bubbles: true }));
requestAnimationFrame(() => setTimeout(() => done(performance.now() - started), 0));
"""


def measure(folder: Path) -> list[Figure]:
    """Both, in one browser, and in turn with them a page with nothing in it: what this browser needs here at least."""
    sys.path.insert(0, str(Path(__file__).parent.parent))
    from load._report.page import html

    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    try:
        from selenium import webdriver
    except ImportError:
        return [remark("the page of a profile", "selenium is not installed")]
    if not program or not driver:
        return [remark("the page of a profile", "there is no Chromium here")]
    path = folder / "page.html"
    path.write_text(html(document()), encoding="utf-8")
    empty = folder / "empty.html"
    empty.write_text("<!doctype html><title>empty</title>", encoding="utf-8")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for flag in ("headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-sync"):
        options.add_argument(f"--{flag}")
    options.add_argument("--disable-background-networking")
    options.add_argument("--disable-component-update")
    options.add_argument(f"--user-data-dir={folder / 'browser'}")
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    try:
        least, opened, searched = [], [], []
        for _ in range(ROUNDS + 1):
            browser.get(empty.as_uri())
            least.append(browser.execute_async_script(OPENED))
            browser.get(path.as_uri())
            opened.append(browser.execute_async_script(OPENED))
            searched.append(max(browser.execute_async_script(SEARCHED, text) for text in SEARCHES))
    finally:
        browser.quit()
    return [
        figure(f"the page of a profile of {MODULES:,} modules stands in Chromium", 200, opened[1:], "ms"),
        figure("an empty page does", None, least[1:], "ms"),
        figure(f"a search in it is answered, the slowest of {len(SEARCHES)}", 200, searched[1:], "ms"),
    ]


def document(count: int = MODULES) -> dict[str, Any]:
    """A profile like that of `import torch`, the same each time: few modules are dear, chains are up to 40 deep."""
    chance = random.Random(5)
    modules: list[dict[str, Any]] = []
    open_: list[int] = []
    for index in range(count):
        while open_ and (len(open_) > 40 or chance.random() < 0.5):
            open_.pop()
        parent = modules[open_[-1]]["module"] if open_ else ""
        package = parent.partition(".")[0] if parent and chance.random() < 0.93 else _one_of(chance)
        cost = min(0.4, 0.00008 * chance.paretovariate(0.95))
        size = 4096 * int(min(9000, chance.paretovariate(0.8) - 0.4))
        failed = index % 400 == 399
        name = f"{package}.{chance.choice(('nn', 'core', 'utils', 'ops'))}.module_{index}"
        modules.append({
            "module": name, "parent": parent, "importer": parent or "__main__", "thread": 1, "started": 0.0,
            "place": f"/usr/lib/python3/site-packages/{parent.replace('.', '/') or 'main'}.py:{index % 90 + 1}",
            "origin": f"/usr/lib/python3/site-packages/{name.replace('.', '/')}.py",
            "duration": cost, "self_duration": cost, "find": cost * 0.2, "create": 0.0, "execute": cost * 0.8,
            "memory": size, "self_memory": size, "dependencies": [],
            "errors": [f"ModuleNotFoundError: No module named {name!r}"] if failed else [],
        })  # fmt: skip
        open_.append(index)
    by_name = {each["module"]: each for each in modules}
    for each in reversed(modules):
        if each["parent"]:
            by_name[each["parent"]]["duration"] += each["duration"]
            by_name[each["parent"]]["memory"] += each["memory"]
            by_name[each["parent"]]["dependencies"].append(each["module"])
    return {"load_profile": 1, "title": "import torch", "python": "3.13.0", "load": "0.1.0", "modules": modules}


def _one_of(chance: random.Random) -> str:
    return chance.choices(list(PACKAGES), list(PACKAGES.values()))[0]


if __name__ == "__main__":
    print(json.dumps(document()))
