"""Whether an install may go on: the policy's word first, then a person's, who is asked once and sees the plan."""

from __future__ import annotations

from load import _console
from load._install import refusal
from load._install.policy import ASK, INSTALL, REFUSE, Verdict, judge
from load._install.redact import redact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from load._caller import Caller
    from load._events import Change
    from load._install.job import Backend
    from load._install.policy import Need
    from load._install.target import Target


class Permission:
    """The permission for one install.

    Args:
        needs: what has to be installed.
        caller: who asked for it.
        target: where it would go.
        explicit: whether a person typed these names as an order to install them.
    """

    def __init__(self, needs: Sequence[Need], caller: Caller, target: Target, *, explicit: bool) -> None:
        self._needs = needs
        self._caller = caller
        self._target = target
        self._explicit = explicit
        self._reasons: list[str] = []

    @property
    def is_open(self) -> bool:
        """Whether a person still has to be asked."""
        return bool(self._reasons)

    def apply_policy(self) -> None:
        """Refuse what the policy refuses, and keep the reasons to ask.

        Raises:
            InstallRefused: something may not be installed.
        """
        verdicts = self._judge(person=False)
        # Whether a person is there is looked for only where it matters; it touches the terminal.
        if any(verdict.action == REFUSE for _, verdict in verdicts) and _console.person_is_there():
            verdicts = self._judge(person=True)
        refused = [(need, verdict) for need, verdict in verdicts if verdict.action == REFUSE]
        if refused:
            raise refusal.refused(refused, self._target)
        self._reasons = [verdict.because for _, verdict in verdicts if verdict.action == ASK]

    def _judge(self, *, person: bool) -> list[tuple[Need, Verdict]]:
        return [(need, self._judge_one(need, person=person)) for need in self._needs]

    def _judge_one(self, need: Need, *, person: bool) -> Verdict:
        verdict = judge(need, self._caller, person=person)
        # Who types the very name at a command line has said yes to it, but not to a slip, nor to running a build.
        if self._explicit and verdict.reason in ("unknown-name", "heavy"):
            return Verdict(INSTALL, "", "typed by a person")
        return verdict

    def ask(self, changes: Sequence[Change], backend: Backend, *more: str) -> None:
        """Have a person decide, if there is a reason to ask that was not agreed to yet.

        Args:
            changes: what would change, as far as it is known.
            backend: what would be run.
            more: further reasons to ask.

        Raises:
            InstallRefused: the answer was not a clear yes.
        """
        reasons = (*self._reasons, *more)
        if not reasons:
            return
        from load._console.consent import Consent

        requirements = [need.requirement for need in self._needs]
        consent = Consent(
            requirements,
            changes,
            target=self._target.name,
            reasons=reasons,
            source=", ".join(dict.fromkeys(_origin(need) for need in self._needs)),
            command=" ".join([backend.name, "install", *(redact(each) for each in requirements)]),
        )
        if not _console.ask_install(consent):
            raise refusal.declined(self._needs)
        self._reasons = []


def _origin(need: Need) -> str:
    """Where a need comes from, in words."""
    return redact(need.requirement) if need.is_direct else "the package index"
