"""A hook of the site: a name or an option in a sentence or a table is never broken at its hyphens.

Browsers break `--max-modules` after the dashes. What is short gets a class that `site.css` keeps on one line where the
screen is wide enough; what is long, as a whole statement, may still be broken.
"""

from __future__ import annotations

import re
from typing import Any

_LONGEST = 32  # letters
_SHORT = re.compile(rf"(?<!<pre>)<code>([^<\n]{{1,{_LONGEST}}})</code>")


def on_page_content(html: str, **_: Any) -> str:
    """Mark short code in the text of a page."""
    return _SHORT.sub(r'<code class="short">\1</code>', html)
