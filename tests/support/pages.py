"""The examples of a page, as a program that checks them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

_BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
_VALUE = re.compile(r"^(\S.*?) +# → (.+)$", re.MULTILINE)  # a value after an arrow is what stands there


def program_of(page: Path, is_wanted: Callable[[str], bool] = lambda _: True) -> str:
    """All Python blocks of a page in their order; each value that is told is an assertion."""
    text = "\n".join(filter(is_wanted, _BLOCK.findall(page.read_text(encoding="utf-8"))))
    code, count = _VALUE.subn(r"assert repr(\1) == repr(\2), \1", text)
    assert count == text.count("# → ")
    assert code.strip()
    return code
