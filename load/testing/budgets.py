"""Whether the imports of a package stay within a budget, looked at in fresh processes of this Python.

Question and answer are files, as in `load._lazy.fresh`: the package may print, close its streams, or end the process.
"""

from __future__ import annotations

import marshal
import os
import sys

from load import _process
from load._imports.budget import measure_startup
from load._imports.documents import profile_of
from load._lazy import fresh
from load._reference import Reference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from load._imports.budget import Budget
    from load._imports.profile import Profile

_ROUNDS = 3
_OWN = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # where `load` is found

# What runs there. What the profiler itself needs is imported before and is not seen: `importlib` and `warnings`.
_CHILD = """
def look():
    import marshal, os, sys

    with open(sys.argv.pop(), "rb") as file:
        package, path, answer, own = marshal.loads(file.read())
    sys.path[:] = [own, *path]
    from load._imports.profiler import ImportProfiler

    sys.path[:] = path
    out, dumps, pid, getpid = open(answer, "wb", 0), marshal.dumps, os.getpid(), os.getpid
    profiler, failed = ImportProfiler(), None
    profiler.install()
    try:
        __import__(package)
    except BaseException as error:
        failed = error
    if getpid() != pid:
        return
    profiler.uninstall()
    document = profiler.as_document()
    if failed is not None:
        import traceback
        text = "".join(traceback.format_exception(failed))
        document["failed"], document["lines"] = type(failed).__name__, text.splitlines()
    out.write(dumps(document))

look()
"""


def assert_within(package: str, budget: Budget) -> None:
    """Make sure, in fresh processes, that the imports of a package stay within a budget.

    Where time is limited, the fastest of three processes counts.

    Args:
        package: its import name.
        budget: the limits.

    Raises:
        AssertionError: they do not; with the chains of imports (file:line) that are to blame.
        ResolveError: it cannot be imported; `context` has the end of what its process said.
        SourceError: `package` is no import name.
        ProfileError: a limit is set on what this system does not tell.
    """
    Reference(package)
    rounds = _ROUNDS if {"seconds", "startup_ratio"} & budget.limits.keys() else 1
    profiles = [_profile(package) for _ in range(rounds)]
    startup = measure_startup() if "startup_ratio" in budget.limits else None
    fastest = min(profiles, key=lambda profile: sum(each.self_duration for each in profile))
    found = budget.check(fastest, startup)
    if found:
        raise AssertionError("\n".join((f"import {package} is over its budget:", *map(str, found))))


def _profile(package: str) -> Profile:
    import tempfile

    with tempfile.TemporaryDirectory(prefix="load-", ignore_cleanup_errors=True) as folder:
        question, answer = os.path.join(folder, "question"), os.path.join(folder, "answer")
        with open(question, "wb") as file:  # the import system takes nothing but texts from the path, either
            marshal.dump((package, [each for each in sys.path if isinstance(each, str)], answer, _OWN), file)
        environ = {name: value for name, value in os.environ.items() if name != "LOAD_EAGER"}
        command = [sys.executable, *fresh.options(), "-c", _CHILD, question]
        done = _process.run(command, env=environ, timeout=fresh.TIMEOUT)
        document = fresh.read(answer)
    if document is None:
        raise fresh.failed(package, fresh.ended(done.returncode), done.stderr.strip().splitlines())
    if "failed" in document:
        ends = document["failed"] == "SystemExit"
        fact = "ends the process that imports it" if ends else "cannot be imported in a fresh process"
        raise fresh.failed(package, fact, document["lines"])
    for each in document["modules"]:
        if each["importer"] == "__main__":  # the process above, which nobody wants to be told of
            each["importer"] = each["place"] = ""
    return profile_of(document)
