"""The policy: whether something may be installed, must be asked about, or is refused.

It is the names asked for that are judged; what they depend on comes along and is listed.
"""

from __future__ import annotations

from load import _config, _interpreter
from load._names import ImportName, import_names_of, lookup, near_known, normalize

TYPE_CHECKING = False
if TYPE_CHECKING:
    from load._caller import Caller

INSTALL, ASK, REFUSE = "install", "ask", "refuse"


class Need:
    """One thing that has to be installed.

    Attributes:
        asked: what was written.
        module: import name that must be there afterwards, or "" where the distribution's metadata tells.
        distribution: name of the distribution, or "" where the source tells.
        requirement: what the backend is given.
        table: where the distribution's name comes from: "project", "installed", "shipped", "spec" or "same name".
        heavy: whether it is hundreds of megabytes.
        builds: whether its own code runs on the way (a Git branch, a project folder).
        trusted_source: whether the source was named so exactly that it is not judged by its name.
        editable: whether a project folder is installed so that its files stay where they are.
    """

    __slots__ = (
        "asked",
        "builds",
        "distribution",
        "editable",
        "heavy",
        "module",
        "requirement",
        "table",
        "trusted_source",
    )

    def __init__(
        self,
        asked: str,
        *,
        module: str,
        distribution: str,
        requirement: str,
        table: str = "same name",
        heavy: bool = False,
        builds: bool = False,
        trusted_source: bool = False,
        editable: bool = False,
    ) -> None:
        self.asked = asked
        self.module = module
        self.distribution = distribution
        self.requirement = requirement
        self.table = table
        self.heavy = heavy
        self.builds = builds
        self.trusted_source = trusted_source
        self.editable = editable

    @property
    def is_direct(self) -> bool:
        """Whether it comes from a source of its own and not from an index."""
        return self.editable or self.builds or " @ " in self.requirement or "://" in self.requirement

    def __repr__(self) -> str:
        return f"Need({self.requirement!r})"


class Verdict:
    """What the policy says of one need.

    Attributes:
        action: "install", "ask" or "refuse".
        reason: the word of `InstallRefused.reason` that applies if it is refused.
        because: the same in a sentence.
        suggestion: the name that was probably meant, or None.
    """

    __slots__ = ("action", "because", "reason", "suggestion")

    def __init__(self, action: str, reason: str, because: str, suggestion: str | None = None) -> None:
        self.action = action
        self.reason = reason
        self.because = because
        self.suggestion = suggestion


def table_entry(module: str) -> tuple[str, str, bool] | None:
    """Distribution, table and weight of an import name: the project's own table, then the shipped one."""
    own: dict[str, str] = _config.get("packages")
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        name = ".".join(parts[:length])
        if name in own:
            return own[name], "project", False
    entry = lookup(ImportName(module))
    return (entry.distribution, "shipped", entry.heavy) if entry else None


def is_known(need: Need) -> bool:
    """Whether the name stands in a table, in the project's dependencies, or in `allow`.

    No name says anything about an address: what lies there may bear any.
    """
    if _is_unchecked_source(need):
        return need.table == "project"  # the address itself was declared
    if need.table in ("project", "shipped") or is_allowed(need):
        return True
    name = normalize(need.distribution) if need.distribution else ""
    return bool(name) and (name in _project_names() or _in_lock(need) is not None)


def is_vouched_for(distribution: str) -> bool:
    """Whether a distribution's name stands in the shipped table, in `allow`, or among the project's dependencies."""
    name = normalize(distribution)
    if import_names_of(name) or name in _project_names():
        return True
    return name in {normalize(each) for each in _config.get("allow")}


def _in_lock(need: Need) -> str | None:
    """The distribution of the project's lock that a need means, or None."""
    from load._install import lock_file

    path = lock_file.find()
    if path is None:
        return None
    lock = lock_file.read(path)
    names = [need.distribution] if need.distribution else []
    if need.module and need.table not in ("project", "spec"):
        names.insert(0, lock.distribution_for(need.module) or "")
    return next((name for name in names if name and lock.package(normalize(name)) is not None), None)


def is_allowed(need: Need) -> bool:
    """Whether `allow` lists it, by distribution or by import name.

    Where the distribution was named by who asks, its name alone counts: an import name is what any can claim to bring.
    """
    if _is_unchecked_source(need):
        return False
    allowed = {normalize(name) for name in _config.get("allow")}
    names = (need.distribution,) if need.table == "spec" else (need.distribution, need.module)
    return bool(allowed & {normalize(name) for name in names if name})


def _is_unchecked_source(need: Need) -> bool:
    """Whether it comes from a place of its own, and nothing tells that what lies there is what was meant."""
    return need.is_direct and not need.trusted_source


def _project_names() -> set[str]:
    names: set[str] = set()
    for requirement in _config.project_dependencies():
        end = next(
            (i for i, char in enumerate(requirement) if not (char.isalnum() or char in "._-")),
            len(requirement),
        )
        names.add(normalize(requirement[:end]))
    return names


def judge(need: Need, caller: Caller, *, person: bool) -> Verdict:
    """What the policy says of a need.

    Args:
        need: what has to be installed.
        caller: who asked for it.
        person: whether a person is there to be asked.
    """
    why = _interpreter.why_not_python()
    if why is not None:
        return _near_miss(need, person=False) or Verdict(REFUSE, "frozen", f"{why}: there is no Python to install for")
    mode, origin = _config.lookup("install")
    refusal = _refused_by_mode(mode, origin)
    if refusal is None and mode == "locked":
        return _judge_locked(need, origin)
    refusal = refusal or _refused_by_caller(mode, caller) or _near_miss(need, person=person)
    refusal = refusal or _too_new_for_all_we_know(need, person=person)
    if refusal is not None:
        return refusal
    if mode == "always":
        return Verdict(INSTALL, "", "install = always")
    if mode == "ask":
        nobody = "" if person else ", and nobody is there to be asked"
        return _ask_or_refuse("policy", f"install = ask (from {origin}){nobody}", person=person)
    return _judge_known(need, person=person)


def _refused_by_mode(mode: str, origin: str) -> Verdict | None:
    if mode == "never":
        return Verdict(REFUSE, "policy", f"nothing may be installed: install = never (from {origin})")
    offline, where = _config.lookup("offline")
    if offline:
        return Verdict(REFUSE, "offline", f"offline = true (from {where})")
    return None


def _judge_locked(need: Need, origin: str) -> Verdict:
    """Nothing but what the lock holds; who asks does not matter then, nor whether the name is known."""
    from load._install import lock_file

    path = lock_file.find()
    if path is None:
        return Verdict(REFUSE, "lock", f"install = locked (from {origin}), and there is no {lock_file.FILE_NAME}")
    if need.is_direct and not need.distribution:
        return Verdict(REFUSE, "lock", f"install = locked (from {origin}): a lock has names, not sources")
    if _in_lock(need) is None:
        return Verdict(REFUSE, "lock", f"install = locked (from {origin}), and it is not in {path}")
    return Verdict(INSTALL, "", f"in the lock {path}")


def _refused_by_caller(mode: str, caller: Caller) -> Verdict | None:
    if caller.package is None or mode == "always" or caller.package in _config.get("trust"):
        return None
    because = f"the request comes from an installed package, {caller.package} ({caller})"
    return Verdict(REFUSE, "third-party", because)


def _near_miss(need: Need, *, person: bool) -> Verdict | None:
    """A slip of the pen is how a stranger's package gets in: in no mode without a person's yes."""
    if need.trusted_source or is_known(need):
        return None
    meant = _meant(need)
    if meant is None:
        return None
    because = f"{need.asked!r} is one slip away from the well-known {meant!r}"
    return Verdict(ASK if person else REFUSE, "near-miss", because, meant)


def _too_new_for_all_we_know(need: Need, *, person: bool) -> Verdict | None:
    """Where the cooldown cannot be held, no name is known well enough: in no mode without a person's yes."""
    if not _config.get("exclude_newer") or need.trusted_source:
        return None
    from load._install.cooldown import unenforceable
    from load._install.upload_limit import is_pin

    because = unenforceable()
    if because is None or is_pin(need.requirement):
        return None
    return _ask_or_refuse("unknown-name", because, person=person)


def _meant(need: Need) -> str | None:
    for name in (need.module.partition(".")[0], need.distribution):
        meant = near_known(name) if name else None
        if meant is not None:
            return meant
    return None


def _judge_known(need: Need, *, person: bool) -> Verdict:
    if need.trusted_source:
        return Verdict(INSTALL, "", "named exactly")
    if need.builds:
        return _ask_or_refuse("build", "it has to be built from source, which runs its code", person=person)
    if is_allowed(need):
        return Verdict(INSTALL, "", "in the allow list")
    if need.heavy:
        return _ask_or_refuse("heavy", "it is a download of hundreds of megabytes", person=person)
    if is_known(need):
        return Verdict(INSTALL, "", "a known name")
    if need.is_direct:
        because = "it comes from a URL without a hash"
        return _ask_or_refuse("unknown-name", because, person=person)
    name = need.distribution or need.asked
    return _ask_or_refuse("unknown-name", f"load does not know the name {name!r}", person=person)


def _ask_or_refuse(reason: str, because: str, *, person: bool) -> Verdict:
    return Verdict(ASK if person else REFUSE, reason, because)
