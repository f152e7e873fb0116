"""The first uses of `load` by many threads at a time, in whatever way each of them asks.

Finders are asked under the global import lock: one that imports there waits for another thread's module, which waits
for that lock. With threads that take turns every few microseconds this showed in one process of three.
"""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from tests.functional.test_facade_interpreters import ASKED_TOGETHER, SHARED
from tests.support.environments import Python


@pytest.mark.parametrize("attempt", range(10))
def test_nobody_waits_for_ever(child: Python, tmp_path: Path, attempt: int) -> None:
    """All get the module, which runs once, also with threads that take turns every few microseconds."""
    assert attempt >= 0
    (tmp_path / "shared.py").write_text(SHARED, encoding="utf-8")
    hasty = f"import sys\nsys.setswitchinterval(1e-5)\n{dedent(ASKED_TOGETHER)}"
    assert child.run(hasty, cwd=tmp_path, timeout=150).check().stdout == "worked\n"


@pytest.mark.parametrize("attempt", range(3))
def test_nor_where_plain_imports_may_install(child: Python, tmp_path: Path, attempt: int) -> None:
    """Missing modules are looked for by many threads; each is told so, at once."""
    assert attempt >= 0
    code = """
        import sys, threading
        sys.setswitchinterval(1e-5)
        import load
        load.enable_auto_install()
        barrier = threading.Barrier(16)
        errors = []
        def ask(number):
            barrier.wait()
            try:
                exec(f"import nothing_of_that_name_{number % 4}")
            except ImportError as error:
                errors.append(error)
        threads = [threading.Thread(target=ask, args=(number,)) for number in range(16)]
        [each.start() for each in threads]; [each.join() for each in threads]
        print(len(errors))
    """
    assert child.run(code, cwd=tmp_path, env={"LOAD_INSTALL": "never"}, timeout=150).check().stdout == "16\n"
