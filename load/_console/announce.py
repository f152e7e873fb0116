"""Installs as they are told: a moving line while one runs at a terminal, and one line when it is done."""

from __future__ import annotations

from _thread import get_ident

from load._config import get as setting
from load._console import status, wording
from load._console.terminal import write_line
from load._events import InstallFailed, InstallFinished, InstallProgress, InstallStarted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from load._events import Event


def announce(event: Event) -> None:
    """Show one event of an install, unless the setting `quiet` holds."""
    if isinstance(event, InstallProgress):
        status.says(event.line)
    elif isinstance(event, InstallStarted):
        _begin(event)
    elif isinstance(event, InstallFinished):
        status.end(get_ident())
        _tell(wording.installed(event))
    elif isinstance(event, InstallFailed):
        _tell_failure(event)


def _begin(event: InstallStarted) -> None:
    if not setting("quiet"):
        names = ", ".join(event.requirements)
        status.begin(f"installing {names} with {event.backend}", get_ident())  # one at a time in a thread


def _tell(line: str | None) -> None:
    if line is not None and not setting("quiet"):
        write_line(line)


def _tell_failure(event: InstallFailed) -> None:
    """Whoever saw it begin sees how it ended.

    The error itself goes to the one who asked, and is not told twice.
    """
    job = status.end(get_ident())
    declined = getattr(event.error, "reason", "") == "declined"  # who said no need not be told
    if job is not None and job.seen and not declined:
        _tell(f"load: could not install {', '.join(event.requirements)}")
