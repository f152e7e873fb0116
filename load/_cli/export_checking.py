"""What is known of exports on the command line, and the check of one in a fresh process."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from load.exports._declared import Declared

PASSED, FAILED, LATE, ABSENT, OFF = "passed", "failed", "timed out", "not installed", "switched off"

# What runs in the fresh process. The file of the answer is open before the package could do anything; the process does
# not wait for what that leaves running.
_CHILD = """
import marshal, os, sys

with open(sys.argv.pop(), "rb") as file:
    _, sys.path[:], answer, name, level, seconds, *modules = marshal.loads(file.read())
out = open(answer, "wb", 0)
from load._cli.export_checking import checked
out.write(marshal.dumps(checked(name, level, modules, seconds)))
os._exit(0)
"""


def import_all(modules: Iterable[str]) -> None:
    """Import modules for the exports that they make.

    Raises:
        SourceError: a name is none.
        ResolveError: one is not there, or wants to end the program.
        Exception: whatever one raises.
    """
    from importlib import import_module

    from load._cli.checkout import require
    from load.errors import ResolveError

    for each in modules:
        require(each)
        try:
            import_module(each)
        except SystemExit as end:
            words = f"SystemExit: {end}".removesuffix(": ")
            raise ResolveError(
                f"The module {each!r} ends the program that imports it: {words}.",
                hint="name the module that makes the exports, and not the one that runs the program",
                name=each,
            ) from end


def names_of(asked: Sequence[str]) -> list[str]:
    """The exports that are meant, each made if it was not.

    Args:
        asked: names of exports, of listed packages, or of packages that are known or there; none for all exports, and
            all that is listed.

    Raises:
        ResolveError: a name is none of these.
    """
    from load.exports._listed import LISTED
    from load.exports._table import TABLE, recorded

    names = list(dict.fromkeys(asked)) if asked else [*TABLE, *(each for each in LISTED if each not in TABLE)]
    for name in names:
        if recorded(name) is None:
            _make(name)
    return names


def _make(name: str) -> None:
    from load._find import find
    from load._names import ImportName, import_names_of, lookup
    from load._reference import is_dotted_name
    from load.exports._export import make_export

    is_module = is_dotted_name(name) and (find(name) is not None or lookup(ImportName(name)) is not None)
    if not is_module and not import_names_of(name):
        raise _unknown(name)
    make_export(sys._getframe(), name)


def _unknown(name: str) -> Exception:
    from difflib import get_close_matches

    from load.errors import ResolveError
    from load.exports._listed import LISTED
    from load.exports._table import TABLE

    folded = {each.casefold(): each for each in (*TABLE, *LISTED)}
    near = [folded[each] for each in get_close_matches(name.casefold(), folded, 3)]
    return ResolveError(
        f"There is neither an export nor a package {name!r}.",
        hint=f"did you mean {', '.join(near)}?" if near else "load exports lists them; --module names what makes yours",
        name=name,
    )


def facts_of(name: str, level: str | None) -> dict[str, Any]:
    """What is known of an export without loading it, in the types of JSON.

    Args:
        name: the export.
        level: what it is to be checked at; None for its own.
    """
    from load._find import find, is_namespace
    from load.exports._metadata import get_export_metadata
    from load.exports._table import recorded

    known = get_export_metadata(name)
    found, spec = recorded(name), find(known.import_name)
    is_there = spec is not None and not (is_namespace(spec) and known.distribution is None)
    is_own = found is not None and found[1].place.filename != __file__
    return {
        "name": name,
        "import_name": known.import_name,
        "attr": known.attr,
        "installed": is_there,
        "distribution": known.distribution if is_there else None,  # which takes a while to find out
        "version": known.version if is_there else None,
        "origin": known.origin if is_there else None,
        "level": level or known.validation_level,
        "declared_in": known.declared_in if is_own else None,
        "dependencies": list(known.dependencies),
        "seconds": known.load_time,
        "validation_seconds": known.validation_time,
        "bytes": known.memory_usage,
        "result": None,
        "error": None,
    }


def absent(name: str, module: str) -> dict[str, Any]:
    """What to say of an export that was asked for, and is not installed: `result` and `error`, as of `facts_of`."""
    from load._lazy.missing import command, distribution_of
    from load.errors import ResolveError

    error = ResolveError(f"{name!r} is not installed.", hint=command(distribution_of(module)), name=module)
    return {"result": ABSENT, "error": _told(error)}


def check(name: str, module: str, level: str, modules: Sequence[str], timeout: float) -> dict[str, Any]:
    """Load and check an export in a fresh process.

    Args:
        name: the export.
        module: its import name.
        level: what it is checked at.
        modules: what is imported before.
        timeout: seconds that all of it may take.

    Returns:
        `result`, `seconds`, `validation_seconds`, `bytes`, `version` and `error`, as of `facts_of`.
    """
    from load._lazy.fresh import asked, understood
    from load.errors import ResolveError

    answer = asked(_CHILD, module, name, level, timeout, *modules, timeout=timeout)
    try:
        return understood(module, answer)
    except ResolveError as error:  # it ended the process, or did not come to an end
        if answer.late is None:
            return {"result": FAILED, "error": _told(error)}
        error.hint = f"give it longer with --timeout, or see where it stays: {sys.executable} -v -c 'import {module}'"
        return {"result": LATE, "error": _told(error)}


def checked(name: str, level: str, modules: Sequence[str], timeout: float) -> dict[str, Any]:
    """The same in this process, which is there for nothing else."""
    from load import _config
    from load._lazy.handle import materialize
    from load.errors import ExportDisabled
    from load.exports._levels import ExportValidationLevel
    from load.exports._table import TABLE, recorded

    _config.configure(install="never")
    _end_in(timeout + 1)
    try:
        import_all(modules)
        names_of([name])
        found = recorded(name)
        assert found is not None
        record = found[1]
        record.validation_level = ExportValidationLevel[level]
        record.enable_performance_monitoring = True
        _warm_up(level)
        materialize(TABLE[name])
        if record.validation_level >= ExportValidationLevel.COMPREHENSIVE:
            _check_tables(record)
    except ExportDisabled as error:
        return {"result": OFF, "error": _told(error)}
    except BaseException as error:  # noqa: BLE001 - whatever a package does, it has failed
        return {"result": FAILED, "error": _told(error)}
    return {"result": PASSED, **_figures(name)}


def _end_in(seconds: float) -> None:
    """Have the system end this process after the time when it is no longer waited for.

    Whoever waits may be gone by then, and an import without end would keep a processor busy for ever.
    """
    import signal

    if hasattr(signal, "setitimer"):  # not on Windows
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _warm_up(level: str) -> None:
    """Import what `load` itself needs for a load and its checks, which is not to count as the package's."""
    from load._lazy.handle import materialize
    from load.exports._export import make_export
    from load.exports._table import TABLE, recorded

    if recorded("builtins") is None:
        materialize(make_export(sys._getframe(), "builtins", validation_level=level))
        TABLE.unregister("builtins")


def _figures(name: str) -> dict[str, Any]:
    from load.exports._metadata import get_export_metadata

    known = get_export_metadata(name)
    return {
        "seconds": known.load_time,
        "validation_seconds": known.validation_time,
        "bytes": known.memory_usage,
        "version": known.version,
    }


def _check_tables(record: Declared) -> None:
    """Have the names of the shipped tables of a package be there, but for those that are optional.

    Raises:
        ExportValidationError: some are not.
    """
    from load.errors import ExportValidationError
    from load.exports import _tables
    from load.exports._special import SpecializedExports

    for kind in vars(_tables).values():
        if not (isinstance(kind, type) and issubclass(kind, SpecializedExports) and kind.package == record.name):
            continue
        missing = kind().missing(*kind.exports)
        if missing:
            failures = tuple(f"{kind.__name__}.{name}: {why}" for name, why in missing.items())
            raise ExportValidationError(
                f"{record.name!r} lacks {len(missing)} of {len(kind.exports)} names of {kind.__name__}.",
                context=failures,
                hint="install a version that has them, or do without",
                name=record.import_name,
                export=record.name,
                level=record.validation_level,
                failures=failures,
            )


def _told(error: BaseException) -> dict[str, Any]:
    """An error in the types of JSON."""
    from load.errors import LoadError

    if isinstance(error, LoadError):
        context, hint, message = [*error.context], error.hint, error.message
    else:
        import traceback

        last = traceback.extract_tb(error.__traceback__)[-1:]
        context, hint = [f"{each.filename}:{each.lineno}: {each.line}" for each in last], None
        message = f"{type(error).__name__}: {error}".removesuffix(": ")
    return {"type": type(error).__name__, "message": message, "context": context, "hint": hint}
