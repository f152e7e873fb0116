"""Whether the imports of a package stay within a budget, looked at in fresh processes of this Python.

As in `load._lazy.fresh`, the package may print, close its streams, or end the process.
"""

from __future__ import annotations

import os

from load._imports.budgets.budget import measure_startup
from load._imports.budgets.report import told
from load._imports.profiling.documents import profile_of
from load._lazy.fresh import answer_of
from load._reference import Reference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from load._imports.budgets.budget import Budget
    from load._imports.profiling.profile import Profile

_ROUNDS = 3
_OWN = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # where `load` is found

# What runs there. What the profiler itself needs is imported before and is not seen: `importlib` and `warnings`.
_CHILD = """
def look():
    import marshal, os, sys

    with open(sys.argv.pop(), "rb") as file:
        package, path, answer, own = marshal.loads(file.read())
    sys.path[:] = [own, *path]
    from load._imports.profiling.profiler import ImportProfiler

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
        after = failed.__traceback__.tb_next  # what lies below the statement above
        text = "".join(traceback.format_exception(type(failed), failed, after))
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
        SourceError: `package` is not an import name.
        ProfileError: a limit is set on what this system does not tell.
    """
    __tracebackhide__ = True  # pytest shows no source of what only says that the test failed
    Reference(package)
    rounds = _ROUNDS if {"seconds", "startup_ratio"} & budget.limits.keys() else 1
    profiles = [_profile(package) for _ in range(rounds)]
    startup = measure_startup() if "startup_ratio" in budget.limits else None
    fastest = min(profiles, key=lambda profile: sum(each.self_duration for each in profile))
    found = budget.check(fastest, startup)
    if found:
        raise AssertionError("\n".join((f"import {package} is over its budget:", *told(found))))


def _profile(package: str) -> Profile:
    document = answer_of(_CHILD, package, _OWN)
    for each in document["modules"]:
        if each["importer"] == "__main__":  # the process above, which nobody wants to be told of
            each["importer"] = each["place"] = ""
    return profile_of(document)
