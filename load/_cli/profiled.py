"""What `load profile` runs in a process of its own: a program, with its imports watched from the first on.

`main` takes from the command line OUTPUT LOOK OVERLAYS KIND PROGRAM [ARG ...]. LOOK is what is looked for besides:
"cycles", "suggestions", both with a comma in between, or nothing. OVERLAYS are folders that belong last on `sys.path`,
as `PYTHONPATH` has them. KIND is "script", "module" or "import".

However the program ends, what it imported is written to OUTPUT; only what ends the process at once (`os._exit`, a
signal) leaves nothing. It is written twice with `marshal`: first the modules alone, by means that were taken before the
program began; then what was found besides, for which more has to work, after a program that may have broken anything.
The threads of the program have ended by then, as at the end of any Python; what it has registered with `atexit` comes
later, and is not seen. While it looks for what is found besides, there is a file OUTPUT.looking.
"""

from __future__ import annotations

import builtins
import sys
from marshal import dumps
from os import (
    O_APPEND,
    O_CREAT,
    O_WRONLY,
    close,
    getpid,
    open,  # noqa: A004 - the program may replace its own
    pathsep,
    unlink,
    write,
)

from load._caller import is_library_code
from load._cli.execute import run_module, run_path, run_text, when_ended
from load._find import entry_finder
from load._imports.profiling.profiler import ImportProfiler
from load._imports.profiling.record import told
from load.errors import LoadError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any, NoReturn

    from load._imports.graph.cycles import CycleGroup
    from load._imports.module_manager import ModuleManager
    from load._imports.profiling.profile import ImportProfile
    from load._imports.suggesting.usage import UsageRecorder, Used

_O_BINARY = getattr(sys.modules["os"], "O_BINARY", 0)  # Windows has it


_STARTS = {"module": "<frozen runpy>:", "import": "<stdin>:"}  # where what is run was asked for, which nobody wrote


def main() -> NoReturn:
    """Run what the command line names, and exit with its code."""
    output, look, overlays, kind, *words = sys.argv[1:]
    process = getpid()
    sys.path += [each for each in overlays.split(pathsep) if each and each not in sys.path]
    if kind == "module" or (kind == "script" and entry_finder(words[0]) is not None):
        import runpy  # noqa: F401 - what runs a module is no part of what is looked at
    run = _Run(output, [each for each in look.split(",") if each], _STARTS.get(kind, ""))
    if not sys.flags.safe_path:
        sys.path.insert(0, "")  # `execute` takes it for what the interpreter has put there
    code, error = 1, None
    run.begin()
    try:
        code = _run(kind, words)
    except LoadError as failure:
        code, error = 2, failure  # as Python, where it cannot open a script
    finally:
        if getpid() == process:  # a child that the program made comes by here as well
            run.end()
    if error is not None:
        from load._console.tables import print_error

        print_error(error)
    raise SystemExit(code)


def _run(kind: str, words: list[str]) -> int:
    if kind == "module":
        return run_module(words[0], words)
    if kind == "import":
        return run_text(f"import {words[0]}\n".encode(), ["-c"])
    return run_path(words[0], words)


class _Run:
    """The watching of one program, and the writing of what was seen.

    Args:
        output: the file to write.
        looks: what to look for besides.
        start: how places begin that nobody wrote, and that are not told; "" where there are none.
    """

    def __init__(self, output: str, looks: list[str], start: str) -> None:
        self._output = output
        self._looks = looks
        self._start = start
        self._profiler = ImportProfiler()
        self._recorder = _usage_recorder() if "suggestions" in looks else None
        self._used: Used | None = None
        self._problems: list[str] = []
        self._own = _Own()

    def begin(self) -> None:
        """Watch from now on."""
        when_ended.append(self._step_aside)
        if self._recorder is not None:
            self._used = self._recorder.start()
        self._profiler.install()

    def _step_aside(self) -> None:
        """The main program has ended: a traceback takes imports of its own. Its threads may go on."""
        self._profiler.aside().__enter__()

    def end(self) -> None:
        """Wait for the program's threads, and write what was seen."""
        _join_threads()
        with self._own:
            self._try(self._profiler.uninstall)
            if self._recorder is not None:
                self._try(self._recorder.stop)
            self._put({"modules": [self._row(each) for each in self._profiler], "problems": self._problems})
            self._problems = []
            if self._looks:
                self._look()

    def _look(self) -> None:
        mark = f"{self._output}.looking"
        close(open(mark, O_WRONLY | O_CREAT, 0o600))
        self._try(_import_what_searches)
        self._own.give_path_back()
        self._try(self._search)
        unlink(mark)
        self._put({"problems": self._problems})

    def _search(self) -> None:
        """Look for the rest, with the path and the modules of the program."""
        from load._imports.module_manager import ModuleManager

        manager = ModuleManager(self._profiler.records)
        if "cycles" in self._looks:
            from load._imports.graph.cycles import groups_document

            groups = sorted(manager.find_cycle_groups(), key=_is_of_others)
            self._put(groups_document(each for each in groups if any(name in self._profiler for name in each.modules)))
        if "suggestions" in self._looks:
            if self._used is not None and not self._used.is_whole:
                self._problems.append("it has set a profiler, and which functions ran is not known from then on")
            from load._imports.suggesting.suggestions import suggest

            self._put(
                {"suggestions": [each.as_dict() for each in suggest(self._profiler, self._used, graph=manager.graph)]}
            )
        self._problems += _unread(manager)

    def _try(self, act: Any) -> None:
        try:
            act()
        except BaseException as error:  # noqa: BLE001 - whatever the program broke, what was seen is written
            self._problems.append(told(error))

    def _row(self, profile: ImportProfile) -> dict[str, Any]:
        try:
            fields = profile.as_dict()
        except Exception as error:  # noqa: BLE001 - lines and lazy statements are read from what the program left
            self._problems.append(f"of {profile.module}: {told(error)}")
            fields = {name: getattr(profile, name) for name in profile.__slots__ if not name.startswith("_")}
        if self._start and fields.get("place", "").startswith(self._start):
            fields["importer"] = fields["place"] = ""
        return fields

    def _put(self, part: dict[str, Any]) -> None:
        data = dumps(_plain(part))
        descriptor = open(self._output, O_WRONLY | O_CREAT | O_APPEND | _O_BINARY, 0o600)
        while data:
            data = data[write(descriptor, data) :]


class _Own:
    """A block with what this process had before the program: builtins, path, modules, and room to call functions."""

    def __init__(self) -> None:
        self._namespace = vars(builtins)
        self._builtins = dict(self._namespace)
        self._modules = sys.modules  # the import system's, whatever the program puts there
        self._loaded: dict[str, Any] = {}
        self._limit, self._set_limit = sys.getrecursionlimit(), sys.setrecursionlimit
        self._path = list(sys.path)
        self._theirs: tuple[dict[str, Any], Any] = ({}, None)
        self._loaded.update(self._modules)

    def __enter__(self) -> None:
        self._set_limit(self._limit)
        self._theirs = (self._namespace.copy(), sys.path)
        self._namespace.update(self._builtins)
        for name, module in self._loaded.items():
            self._modules.setdefault(name, module)
        sys.path = list(self._path)

    def give_path_back(self) -> None:
        """From here on modules are looked for where the program looks for them."""
        sys.path = self._theirs[1]

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        names, sys.path = self._theirs
        self._namespace.update(names)


def _is_of_others(group: CycleGroup) -> bool:
    """Whether only installed code could break cycles; those of the program come first."""
    return all(is_library_code(statement.file) for cycle in group.cycles for statement in cycle.statements)


def _unread(manager: ModuleManager) -> list[str]:
    """What to say of the program's own sources that nobody can read, as in an archive: none where there are none."""
    own = [each for each in manager.modules if each.problem and not is_library_code(each.file)]
    if not own:
        return []
    return [f"{len(own)} of its sources cannot be read, as {own[0].file}"]


def _usage_recorder() -> UsageRecorder:
    from load._imports.suggesting.usage import UsageRecorder

    return UsageRecorder()


def _import_what_searches() -> None:
    import load._imports.module_manager
    import load._imports.source.lines
    import load._imports.suggesting.suggestions
    import load._imports.suggesting.unneeded  # noqa: F401 - all by the path that there was before the program


def _join_threads() -> None:
    """Wait for the threads of the program, by what the interpreter calls at its end; only it ends idle executors."""
    threading = sys.modules.get("threading")
    shutdown = getattr(threading, "_shutdown", None)
    if shutdown is None:
        return
    try:
        shutdown()
    except BaseException as error:  # noqa: BLE001 - as Ctrl-C; the interpreter shows it and goes on, too
        sys.__excepthook__(type(error), error, error.__traceback__)


def _plain(value: Any) -> Any:
    """A value in exact types, which is what `marshal` takes; a module's `__name__` may be anything."""
    if value is None or type(value) in (str, int, float, bool):
        return value
    if isinstance(value, dict):
        return {_plain(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    try:
        return f"{value}\n"[:-1]  # with a part of its own the text is not an instance of a subclass
    except Exception:  # noqa: BLE001 - whose text cannot be told is told by its type
        return type(value).__name__
