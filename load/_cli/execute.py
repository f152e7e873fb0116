"""Running a program in this process as `python SCRIPT` and `python -m MODULE` run it.

What the interpreter does around a program is done here again: a fresh `__main__`, `sys.argv`, the head of
`sys.path`, the report of what was not caught, and the exit code. Source: `Modules/main.c` and
`Python/pythonrun.c` of CPython.

A program is run once, at the end of a process: `__main__` and `sys.path` stay as it leaves them, for its threads
and for what it has registered with `atexit`. The caller must not stand in an `except` block, which the program
would see in `sys.exc_info()`.
"""

from __future__ import annotations

import builtins
import os
import sys
from _frozen_importlib import BuiltinImporter
from _frozen_importlib_external import MAGIC_NUMBER, SourceFileLoader, SourcelessFileLoader

from load._find import entry_finder
from load._imports.scripts.beside import source_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import CodeType, TracebackType
    from typing import Any, NoReturn

_BYTECODE_HEADER = 16  # bytes before the marshalled code (PEP 552)

when_ended: list[Callable[[], object]] = []  # called as the program ends, before what it did not catch is shown


def run_path(path: str, argv: Sequence[str], *, source: bytes | None = None) -> int:
    """Run a script, a `.pyc` file, or the `__main__` of a folder or an archive, as `python path` does.

    Args:
        path: the program, as typed.
        argv: what `sys.argv` is to be; its first element is the program as typed.
        source: the bytes of the file where they were read already; a pipe can be read once.

    Returns:
        The exit code of the process: 0, what the program gave `sys.exit`, or 1 after an uncaught exception,
        whose traceback has been shown.

    Raises:
        SourceError: the file cannot be opened; Python exits with 2 then.
        KeyboardInterrupt: the program was interrupted, and its traceback has been shown. Let it go up to the
            interpreter, which prints nothing more and dies by the signal, as the shell that waits expects.
    """
    filename = _absolute(path)
    if entry_finder(filename) is not None:
        _put_first(filename)
        return _run_by_runpy("__main__", argv)
    if source is None:
        source = _read(filename)
    if not sys.flags.safe_path:
        _put_first(source_folder(path))
    sys.argv = list(argv)
    return _run_file(filename, source)


def run_text(source: bytes, argv: Sequence[str]) -> int:
    """Run a program that was read from standard input, as `python -` does.

    Args:
        source: its bytes.
        argv: what `sys.argv` is to be; its first element is `-`.

    Returns:
        The exit code, as for `run_path`.

    Raises:
        KeyboardInterrupt: as for `run_path`.
    """
    if not sys.flags.safe_path:
        _put_first("")
    sys.argv = list(argv)
    sys.audit("cpython.run_stdin")
    return _run_main("<stdin>", source, _fresh_main(), bytecode=False)


def run_module(name: str, argv: Sequence[str]) -> int:
    """Run a module as `python -m name` does.

    Args:
        name: the module, or a package with a `__main__`.
        argv: what `sys.argv` is to be; its first element is replaced by the file of the module.

    Returns:
        The exit code, as for `run_path`; 1 where there is no such module, which has been said.

    Raises:
        KeyboardInterrupt: as for `run_path`.
    """
    if not sys.flags.safe_path:
        _put_first(working_directory())
    return _run_by_runpy(name, ["-m", *argv[1:]], replace_argv=True)


def _run_file(filename: str, source: bytes) -> int:
    bytecode = filename.endswith(".pyc") or source.startswith(MAGIC_NUMBER[:2])
    loader = SourcelessFileLoader if bytecode else SourceFileLoader
    namespace = _fresh_main()
    namespace["__loader__"] = loader("__main__", filename)
    sys.audit("cpython.run_file", filename)
    return _run_main(filename, source, namespace, bytecode=bytecode)


def _run_main(filename: str, source: bytes, namespace: dict[str, Any], *, bytecode: bool) -> int:
    namespace["__file__"] = filename
    if sys.version_info < (3, 15):
        namespace["__cached__"] = None
    error = _uncaught(lambda: _run_code(source, filename, namespace, bytecode=bytecode))
    _flush()
    if sys.version_info >= (3, 14):
        _take_back(namespace)
        return _exit_code(error)
    code = _exit_code(error)
    if not isinstance(error, SystemExit):
        _take_back(namespace)
    return code


def _take_back(namespace: dict[str, Any]) -> None:
    """Remove what the interpreter removes when the code has ended: hooks and functions of atexit can see it."""
    namespace.pop("__file__", None)
    namespace.pop("__cached__", None)


def _run_code(source: bytes, filename: str, namespace: dict[str, Any], *, bytecode: bool) -> None:
    code = _unmarshal(source) if bytecode else compile(source, filename, "exec", dont_inherit=True)
    exec(code, namespace)  # noqa: S102 - the program is what the caller asks to be run


def _unmarshal(data: bytes) -> CodeType:
    import marshal

    if not data.startswith(MAGIC_NUMBER):
        raise RuntimeError("Bad magic number in .pyc file")
    code = marshal.loads(data[_BYTECODE_HEADER:])  # noqa: S302 - as `python file.pyc`
    if not isinstance(code, type(_unmarshal.__code__)):
        raise RuntimeError("Bad code object in .pyc file")  # noqa: TRY004 - the words and type of the interpreter
    return code


def _run_by_runpy(name: str, argv: list[str] | Sequence[str], *, replace_argv: bool = False) -> int:
    """Do what the interpreter's own main function does for `-m`, folders and archives, by the same call.

    `runpy.run_module` runs the code in a module of its own, which `__main__` then is only for a while; and the
    frames of this private function are part of every traceback that `python -m` shows.
    """
    import runpy

    _fresh_main()
    sys.argv = list(argv)
    sys.audit("cpython.run_module", name)
    run = runpy._run_module_as_main  # type: ignore[attr-defined]
    return _exit_code(_uncaught(lambda: run(name, replace_argv)))


def _fresh_main() -> dict[str, Any]:
    """Put a new `__main__` in place, as it is in a new interpreter; return its namespace."""
    main = type(sys)("__main__")
    namespace = main.__dict__
    namespace["__loader__"] = BuiltinImporter
    if sys.version_info < (3, 14):
        namespace["__annotations__"] = {}
    namespace["__builtins__"] = builtins
    sys.modules["__main__"] = main
    return namespace


# Where it lies.


def _absolute(path: str) -> str:
    """Make a path absolute as the interpreter does, which leaves `.` and `..` in it (but for Windows)."""
    if sys.platform == "win32":
        return os.path.abspath(path)
    here = None if os.path.isabs(path) else working_directory()
    return path if here is None else f"{here}/{path}"


def working_directory() -> str | None:
    """The working directory; None where it was removed."""
    try:
        return os.getcwd()
    except OSError:
        return None


def _read(filename: str) -> bytes:
    try:
        with open(filename, "rb") as stream:
            return stream.read()
    except OSError as error:
        _cannot_open(filename, error)


def _cannot_open(filename: str, error: OSError) -> NoReturn:
    from load.errors import SourceError

    fact = f"can't open file {filename!r}: [Errno {error.errno}] {error.strerror}"
    raise SourceError(fact, hint="give the path of a script, or a module with `-m`") from None


def _put_first(entry: str | None) -> None:
    """Put the program's entry at the head of sys.path, in place of the one that `load` was started with."""
    if not sys.flags.safe_path and sys.path and sys.path[0] in _launcher_entries(entry):
        del sys.path[0]
    if entry is not None:
        sys.path.insert(0, entry)


def _launcher_entries(entry: str | None) -> tuple[str | None, ...]:
    started = sys.argv[0] if sys.argv else ""
    folder = os.path.dirname(os.path.realpath(started))
    # The launchers of Windows are archives; `entry` is there where the command line has put it already.
    return (
        entry,
        "",
        working_directory(),
        folder,
        os.path.abspath(started),
        os.path.abspath(f"{started}.exe"),
    )


# How it ends.


def _uncaught(program: Callable[[], object]) -> BaseException | None:
    """Run a program; give the exception that it did not catch, without our own frames."""
    try:
        program()
    except BaseException as error:  # noqa: BLE001 - SystemExit and KeyboardInterrupt are ends like others
        return error.with_traceback(_without_ours(error.__traceback__))
    return None


def _without_ours(trace: TracebackType | None) -> TracebackType | None:
    while trace is not None and trace.tb_frame.f_globals is globals():
        trace = trace.tb_next
    return trace


def _exit_code(error: BaseException | None) -> int:
    for act in when_ended:
        act()
    if error is None:
        return 0
    if isinstance(error, SystemExit):
        return _code_of_exit(error)
    code = _show(error)
    if _is_interrupt(error):
        _keep_quiet_about(error)
        raise error
    return code


def _is_interrupt(error: BaseException) -> bool:
    # Until 3.13 the interpreter makes nothing special of its subclasses.
    return isinstance(error, KeyboardInterrupt) if sys.version_info >= (3, 14) else type(error) is KeyboardInterrupt


def _code_of_exit(error: SystemExit) -> int:
    code = error.code
    if code is None or isinstance(code, int):
        return int(code or 0)
    # The exit code is 1 whatever becomes of the words.
    _uncaught(lambda: _say(f"{code}\n"))
    return 1


def _show(error: BaseException) -> int:
    """Report an uncaught exception as the interpreter does; give the exit code."""
    kind, trace = type(error), error.__traceback__
    sys.last_type, sys.last_value, sys.last_traceback = kind, error, trace
    if sys.version_info >= (3, 12):
        sys.last_exc = error
    hook = getattr(sys, "excepthook", None)
    sys.audit("sys.excepthook", hook, kind, error, trace)
    if hook is None:
        _say("sys.excepthook is missing\n")
        hook = sys.__excepthook__
    failure = _uncaught(lambda: hook(kind, error, trace))
    if isinstance(failure, SystemExit):
        return _code_of_exit(failure)
    if failure is not None:
        _say("Error in sys.excepthook:\n")
        sys.__excepthook__(type(failure), failure, failure.__traceback__)
        _say("\nOriginal exception was:\n")
        sys.__excepthook__(kind, error, trace)
    return 1


def _keep_quiet_about(error: BaseException) -> None:
    """Let an exception that has been shown pass through the interpreter without being shown again."""
    hook = sys.excepthook

    def show_others(kind: type[BaseException], value: BaseException, trace: TracebackType | None) -> None:
        if value is not error:
            hook(kind, value, trace)

    sys.excepthook = show_others


def _say(text: str) -> None:
    """Write to standard error; where the program has set that to None, to the one the process started with."""
    stream = sys.stderr if sys.stderr is not None else sys.__stderr__
    if stream is not None:
        stream.write(text)


def _flush() -> None:
    """Bring out what the program wrote before its traceback is shown."""
    _flush_one(sys.stderr)
    _flush_one(sys.stdout)


def _flush_one(stream: Any) -> None:
    try:
        stream.flush()
    except Exception:  # noqa: BLE001 - a closed or broken stream fails again, and is reported, at the exit
        return
