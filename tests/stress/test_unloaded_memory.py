"""What a big package of plain Python gives back to the system; the figure of the promise, with less to look at."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support.environments import Python


@pytest.mark.skipif(sys.platform != "linux" or not Path("/proc/self/statm").exists(), reason="there is no /proc here")
def test_plain_python_gives_its_memory_back(child: Python, tmp_path: Path) -> None:
    """300 modules of classes, without anything that pins them; the better of two times, as others share the heap."""
    package = tmp_path / "bulky"
    package.mkdir()
    body = "".join(f"class C{i}:\n    def one(self): return {i}\n    def two(self): pass\n" for i in range(40))
    (package / "__init__.py").write_text("".join(f"from bulky import m{i}\n" for i in range(300)))
    for number in range(300):
        (package / f"m{number}.py").write_text(body)
    (tmp_path / "small.py").write_text("def work(): pass\n")
    code = """
        import gc
        import load, small
        from load._memory import resident
        from load._unload.aftermath import trim
        load.unload("small")
        shares = []
        for _ in range(2):
            gc.collect()
            trim()
            before = resident()
            import bulky
            loaded = resident()
            del bulky
            report = load.unload("bulky")
            assert len(report.removed) == 301 and report.alive == () and report.freed > 0
            shares.append((loaded - resident()) / (loaded - before))
        print(max(shares))
    """
    # Since 3.12 the interpreter keeps the name in each compiled file for good, and with it the memory around that.
    result = child.run(code, cwd=tmp_path, env={"PYTHONDONTWRITEBYTECODE": "1"})
    assert float(result.check().stdout) >= 0.85
