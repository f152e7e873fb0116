"""What the search puts first: how something is done and what it is called, before how it was done elsewhere, and why.

A hook of mkdocs. The numbers would else stand in the head of each page, where GitHub shows them.
"""

from __future__ import annotations

from typing import Any

BOOSTS = {  # the first beginning that fits
    "how-to/migrating/": 0.3,
    "how-to/": 2.0,
    "tutorial/": 1.5,
    "reference/python/load.md": 3.0,
    "reference/python/results.md": 0.3,
    "reference/python/events.md": 0.5,
    "reference/": 1.0,
    "explanation/": 0.5,
}


def on_page_markdown(markdown: str, /, *, page: Any, **_: Any) -> str:
    """Weigh a page by where it lies."""
    weight = next((weight for place, weight in BOOSTS.items() if page.file.src_uri.startswith(place)), 1.0)
    page.meta.setdefault("search", {"boost": weight})
    return markdown
