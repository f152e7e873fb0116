"""The question whether something may be installed."""

from __future__ import annotations

import sys

from load._console import status
from load._console.person import person_is_there, running_kernel
from load._console.terminal import write, write_line, write_styled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from load._events import Change

PROMPT = "Install? [y/N] "


class Consent:
    """What a person is asked to agree to.

    Attributes:
        requested: the requirements asked for.
        changes: every distribution that would change, what comes along included; empty where it is not known.
        target: the environment or overlay, in words.
        reasons: why it has to be asked, a sentence each.
        source: where it would come from, in words, or "".
        command: what would be run, the program first, or nothing.
    """

    __slots__ = ("changes", "command", "reasons", "requested", "source", "target")

    def __init__(
        self,
        requested: Sequence[str],
        changes: Sequence[Change],
        *,
        target: str,
        reasons: Sequence[str],
        source: str = "",
        command: Sequence[str] = (),
    ) -> None:
        self.requested = tuple(requested)
        self.changes = tuple(changes)
        self.target = target
        self.reasons = tuple(reasons)
        self.source = source
        self.command = tuple(command)


def ask_install(question: Consent) -> bool:
    """Show what an install would do and ask; True only for a clear yes.

    No is the answer where nobody is there, at the end of input, after Ctrl-C, and to whatever was typed
    before the question was shown.
    """
    if not person_is_there():
        return False
    with status.aside():
        if not write_styled(_description(question)):
            return False
        return _answer().strip().lower() in ("y", "yes")


def _answer() -> str:
    """What was answered, or nothing."""
    try:
        return _ask_front_end() if running_kernel() is not None else _ask_terminal()
    except (KeyboardInterrupt, EOFError, OSError, ValueError, RuntimeError):
        # RuntimeError: the kernel's StdinNotImplementedError, and "lost sys.stdin".
        write("\n")
        return ""


def _description(question: Consent) -> Iterator[tuple[str, str]]:
    import shlex

    yield "load asks before it installs", "bold"
    for label, text in (
        ("asked for", ", ".join(question.requested)),
        ("from", question.source),
        ("into", question.target),
        ("by running", shlex.join(question.command)),
    ):
        if text:
            yield f"  {label + ':':<12}{text}", ""
    yield from _described_changes(question.changes)
    for reason in question.reasons:
        yield f"  {'because:':<12}{reason}", "yellow"


def _described_changes(changes: Sequence[Change]) -> Iterator[tuple[str, str]]:
    if not changes:
        yield "  changes:    not known before it is done; what is asked for may bring others along", "yellow"
        return
    yield "  changes:", ""
    for change in sorted(changes, key=lambda change: not change.is_replacement):
        if not change.is_replacement:
            yield f"    + {change}", "green"
        elif change.new is None:
            yield f"    - {change}", "bold red"
        else:
            yield f"    ! {change}  (replaces what is installed)", "bold red"


def _ask_front_end() -> str:
    return input(PROMPT)  # the kernel's own, which sends the question to the front end


def _ask_terminal() -> str:
    if _something_was_typed_before():
        write_line(f"{PROMPT}something was typed before this question: taken as no")
        return ""
    write(PROMPT)
    answer = sys.stdin.readline()  # not `input`, which would put the answer into the history of the prompt
    if not answer.endswith("\n"):
        raise EOFError
    return answer


def _something_was_typed_before() -> bool:
    """Whether a line waits that cannot be an answer: pasted code, or an impatient Enter.

    It is left where it is, for whoever it was meant for.
    """
    if sys.platform == "win32":
        import msvcrt

        return msvcrt.kbhit()
    import select

    return bool(select.select([sys.stdin.fileno()], [], [], 0)[0])
