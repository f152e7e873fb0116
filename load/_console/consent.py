"""The question whether something may be installed."""

from __future__ import annotations

import os
import sys

from load._console import plan_table, status
from load._console.person import person_is_there, running_kernel
from load._console.terminal import folded, readable, shorter_path, width, write, write_line, write_styled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from load._events import Change

_LONGEST = 4_096  # bytes of an answer, a line of the terminal
_LABEL = 12  # characters of a label with its colon and the blanks after it
_DETAILS = 3  # so often they are shown; who asks for them for ever has not said yes
_SIGNALS = 0.2  # seconds between two looks at whether a signal came
_WORDS = {"y": "yes", "yes": "yes", "a": "always", "always": "always", "d": "details", "details": "details"}


class Consent:
    """What a person is asked to agree to.

    Attributes:
        requested: the requirements asked for.
        changes: every distribution that would change, what comes along included; empty where it is not known.
        target: the environment or overlay, in words.
        reasons: why it has to be asked, a sentence each.
        source: where it would come from, in words, or "".
        command: what would be run, the program first, or nothing.
        project: the project's file that an "always" is written to; None where that is not offered.
    """

    __slots__ = ("changes", "command", "project", "reasons", "requested", "source", "target")

    def __init__(
        self,
        requested: Sequence[str],
        changes: Sequence[Change],
        *,
        target: str,
        reasons: Sequence[str],
        source: str = "",
        command: Sequence[str] = (),
        project: str | None = None,
    ) -> None:
        self.requested = tuple(requested)
        self.changes = tuple(changes)
        self.target = target
        self.reasons = tuple(reasons)
        self.source = source
        self.command = tuple(command)
        self.project = project


def ask_install(question: Consent) -> str:
    """Show what an install would do and ask: "yes", "always" (for this project), or "no".

    No is the answer where nobody is there, at the end of input, after Ctrl-C, to anything unclear, and to whatever
    was typed before the question was shown.
    """
    if not person_is_there():
        return "no"
    with status.aside():
        if not write_styled(_description(question)):
            return "no"
        for _ in range(_DETAILS + 1):
            answer = _WORDS.get(_answer(_prompt(question)).strip().lower(), "no")
            if answer == "details" and question.changes:
                write_styled(_details(question))
                continue
            return answer if answer == "yes" or (answer == "always" and question.project) else "no"
    return "no"


def _prompt(question: Consent) -> str:
    choices = ["y"]
    if question.project:
        choices.append("a")
    if question.changes:
        choices.append("d")
    return f"Install? [{'/'.join(choices)}/N] "


def _answer(prompt: str) -> str:
    """What was answered, or nothing."""
    try:
        return input(prompt) if running_kernel() is not None else _ask_terminal(prompt)
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
            yield from _labelled(label, text)
    yield from _described_changes(question.changes)
    for reason in question.reasons:
        yield from _labelled("because", reason, "yellow")
    yield from _described_choices(question)


def _labelled(label: str, text: str, style: str = "") -> Iterator[tuple[str, str]]:
    """A line and its style; at a narrow terminal several, folded between words below the text."""
    line = f"  {label + ':' if label else '':<{_LABEL}}{text}"
    for part in folded(readable(line), width(sys.stderr), indent=2 + _LABEL):
        yield part, style


def _described_choices(question: Consent) -> Iterator[tuple[str, str]]:
    choices = ["y yes"]
    if question.project:
        choices.append(f"a always for this project (written to {shorter_path(question.project)})")
    if question.changes:
        choices.append("d details")
    choices.append("anything else no")
    whole = list(_labelled("answer", ", ".join(choices), "dim"))
    if len(whole) == 1:
        yield from whole
        return
    for number, choice in enumerate(choices):  # one below the other, where there is no room for them side by side
        yield from _labelled("" if number else "answer", choice, "dim")


def _described_changes(changes: Sequence[Change]) -> Iterator[tuple[str, str]]:
    if not changes:
        yield from _labelled(
            "changes", "not known before it is done; what is asked for may bring others along", "yellow"
        )
        return
    yield from _labelled("changes", plan_table.legend(changes))
    for line, style in plan_table.lines(changes):
        yield f"    {line}", style


def _details(question: Consent) -> Iterator[tuple[str, str]]:
    for change in sorted(question.changes, key=lambda each: (not each.is_replacement, not each.requested, each.name)):
        yield f"  {change}", "bold red" if change.is_replacement else "bold"
        for label, text in (
            ("kind", change.kind),
            ("size", f"{change.size:,} bytes" if change.size is not None else ""),
            ("uploaded", change.uploaded or ""),
            ("from", change.source),
        ):
            yield f"    {label + ':':<10}{text or 'the index does not say'}", ""


def _ask_terminal(prompt: str) -> str:
    if _something_was_typed_before():
        write_line(f"{prompt}something was typed before this question: taken as no")
        return ""
    write(prompt)
    # From the terminal itself: not `input`, which would put the answer into the history of the prompt, nor the stream,
    # which may hold what was typed before.
    terminal = sys.stdin.fileno()
    _wait_for_an_answer(terminal)
    answer = os.read(terminal, _LONGEST)
    if not answer.endswith(b"\n"):
        raise EOFError
    return answer.decode(errors="replace")


def _wait_for_an_answer(terminal: int) -> None:
    """Return when a line can be read, or raise what Ctrl-C raises, however early it came.

    A signal between the last bytecode and the wait of a read interrupts neither: that read would wait on.
    """
    if sys.platform != "win32":
        import select

        while not select.select([terminal], [], [], _SIGNALS)[0]:
            pass


def _something_was_typed_before() -> bool:
    """Whether anything waits that cannot be an answer: pasted code, an impatient Enter, a letter without one.

    It is left where it is, for whoever it was meant for.
    """
    if sys.platform == "win32":
        import msvcrt

        return msvcrt.kbhit()
    import select
    import termios

    terminal = sys.stdin.fileno()
    modes = termios.tcgetattr(terminal)
    by_letter = [*modes[:3], modes[3] & ~termios.ICANON, *modes[4:]]  # a line that was not ended shows only then
    try:
        termios.tcsetattr(terminal, termios.TCSANOW, by_letter)
        return bool(select.select([terminal], [], [], 0)[0])
    finally:
        termios.tcsetattr(terminal, termios.TCSANOW, modes)
