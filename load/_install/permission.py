"""Whether an install may go on: the policy's word first, then a person's, who is asked once and sees the plan."""

from __future__ import annotations

from load import _config, _console
from load._install import refusal
from load._install.job import shown_command
from load._install.policy import ASK, INSTALL, REFUSE, Verdict, judge
from load._redact import redact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from load._caller import Caller
    from load._console.consent import Consent
    from load._events import Change
    from load._install.job import Backend
    from load._install.policy import Need
    from load._install.target import Target
    from load._install.turn import Turn


_KNOWN_NOW = "you agreed before it was known what would change; now it is"


class Permission:
    """The permission for one install.

    Args:
        needs: what has to be installed.
        caller: who asked for it.
        target: where it would go.
        explicit: whether a person typed these names as an order to install them.

    Attributes:
        because: why it is allowed, a sentence each.
        turn: the turn that is held; given to others while a person thinks.
    """

    def __init__(self, needs: Sequence[Need], caller: Caller, target: Target, *, explicit: bool) -> None:
        self._needs = needs
        self._caller = caller
        self._target = target
        self._explicit = explicit
        self._reasons: list[str] = []
        self._agreed_reasons: set[str] = set()
        self._agreed_changes: set[Change] | None = None
        self.because: list[str] = []
        self.turn: Turn | None = None

    @property
    def is_open(self) -> bool:
        """Whether a person still has to be asked."""
        return any(reason not in self._agreed_reasons for reason in self._reasons)

    def narrow(self, needs: Sequence[Need]) -> None:
        """Somebody else has brought a part meanwhile: what was agreed to holds for the rest."""
        self._needs = needs

    def verdicts(self) -> list[tuple[Need, Verdict]]:
        """What the policy says of each need here and now; a person is looked for only where that matters."""
        verdicts = self._judge(person=False)
        # It touches the terminal.
        if any(verdict.action == REFUSE for _, verdict in verdicts) and _console.person_is_there():
            verdicts = self._judge(person=True)
        return verdicts

    def apply_policy(self) -> None:
        """Refuse what the policy refuses, and keep the reasons to ask.

        Raises:
            InstallRefused: something may not be installed.
        """
        verdicts = self.verdicts()
        refused = [(need, verdict) for need, verdict in verdicts if verdict.action == REFUSE]
        if refused:
            raise refusal.refused(refused, self._target)
        self._reasons = [verdict.because for _, verdict in verdicts if verdict.action == ASK]
        self.because = list(dict.fromkeys(verdict.because for _, verdict in verdicts if verdict.action == INSTALL))

    def _judge(self, *, person: bool) -> list[tuple[Need, Verdict]]:
        return [(need, self._judge_one(need, person=person)) for need in self._needs]

    def _judge_one(self, need: Need, *, person: bool) -> Verdict:
        verdict = judge(need, self._caller, person=person)
        # Who types the very name at a command line has said yes to it, but not to a slip, nor to running a build.
        if self._explicit and verdict.reason in ("unknown-name", "heavy"):
            return Verdict(INSTALL, "", "typed by a person")
        return verdict

    def needs_asking(self, changes: Sequence[Change], reasons: Sequence[str] = ()) -> bool:
        """Whether there is anything that was not agreed to yet."""
        if any(reason not in self._agreed_reasons for reason in (*self._reasons, *reasons)):
            return True
        # Who agreed to one plan has not agreed to what another brings besides; nor who agreed before there was any.
        if self._agreed_changes is None:
            return False
        asked = {need.distribution for need in self._needs}
        return any(
            each not in self._agreed_changes and (each.is_replacement or each.name not in asked) for each in changes
        )

    def ask(self, changes: Sequence[Change], backend: Backend, *more: str) -> None:
        """Have a person decide, if there is anything that was not agreed to yet.

        Args:
            changes: what would change; empty where that is not known before it is agreed to.
            backend: what would be run.
            more: further reasons to ask.

        Raises:
            InstallRefused: the answer was not a clear yes.
        """
        if not self.needs_asking(changes, more):
            return
        reasons = tuple(dict.fromkeys((*self._reasons, *more)))
        if self._agreed_reasons.issuperset(reasons):  # asked again: not everything was known when it was agreed to
            reasons = (_KNOWN_NOW,)
        from load._console.consent import Consent

        requirements = [need.requirement for need in self._needs]
        consent = Consent(
            [redact(each) for each in requirements],
            changes,
            target=self._target.name,
            reasons=reasons,
            source=", ".join(dict.fromkeys(_origin(need) for need in self._needs)),
            command=shown_command(backend.name, "install", map(redact, requirements)) if requirements else (),
            project=_config.project_file() if self._can_be_allowed(changes, more) else None,
        )
        answer = self._answer_to(consent)
        if answer == "no":
            raise refusal.declined(self._needs)
        if answer == "always":
            self._allow()
        self._agreed_reasons.update(reasons)
        self._agreed_changes = set(changes)
        self.because.append(f"a person said {answer}")

    def _answer_to(self, consent: Consent) -> str:
        """A person's answer; other processes need not wait for it."""
        if self.turn is None:
            return _console.ask_install(consent)
        self.turn.step_aside()
        try:
            return _console.ask_install(consent)
        finally:
            self.turn.step_back()

    def _can_be_allowed(self, changes: Sequence[Change], more: Sequence[str]) -> bool:
        """Whether the question would not come again if every name stood in `allow`.

        A source is allowed by nobody but its caller; a build, a replacement and `install = ask` are asked about always.
        """
        if not self._needs or more or any(each.is_replacement for each in changes) or _config.get("install") == "ask":
            return False
        return all(need.distribution and not need.is_direct for need in self._needs)

    def _allow(self) -> None:
        from load._install import project_allow

        project_allow.add([need.distribution for need in self._needs])


def _origin(need: Need) -> str:
    """Where a need comes from, in words."""
    return redact(need.requirement) if need.is_direct else "the package index"
