"""What a person sees: prompts, progress, tables. The only room that draws.

Importing this costs next to nothing; what draws is imported when there is something to draw.
"""

from __future__ import annotations

from load._events import InstallFailed, InstallFinished, InstallProgress, InstallStarted, subscribe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from load._console.consent import Consent
    from load._events import Event


def attach() -> None:
    """Show installs from now on: a moving line at a terminal, one plain line elsewhere.

    Calling it again changes nothing.
    """
    subscribe(_show)


def _show(event: Event) -> None:
    if isinstance(event, (InstallStarted, InstallProgress, InstallFinished, InstallFailed)):
        from load._console.announce import announce

        announce(event)


def person_is_there() -> bool:
    """Whether somebody can be asked here and now (see `load._console.person`)."""
    from load._console import person

    return person.person_is_there()


def ask_install(question: Consent) -> str:
    """Show what an install would do and ask: "yes", "always" or "no" (see `load._console.consent`)."""
    from load._console import consent

    return consent.ask_install(question)
