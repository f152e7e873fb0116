"""How a name would be resolved, told without doing it."""

from __future__ import annotations

import sys

from load import _config, _console, _names
from load._display import Shown
from load._find import find
from load._install import installed, policy, target
from load._install.spec import parse
from load._redact import redact
from load._resolve import presence
from load._resolve.install import need_of
from load._resolve.presence import Missing
from load._resolve.specs import module_of_distribution

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from load._caller import Caller
    from load._install.policy import Need
    from load._install.spec import Spec
    from load._picture import Picture


class Why(Shown):
    """How a name or spec would be resolved.

    Attributes:
        asked: what was asked about.
        alias: where the name is an alias, whose: "yours" or "shipped"; else None.
        module: the import name that it means, or None where only an install would tell.
        found: where the module is now ("loaded", a file, "built in", "a folder"), or None.
        distribution: the distribution that provides it or would be installed, or None.
        version: its version where it is installed, or None.
        table: which table names the distribution: "project", "installed", "shipped", "spec", "same name", or None.
        known: whether it is a known name.
        heavy: whether it is hundreds of megabytes.
        policy: the setting `install` and where it comes from.
        verdict: what would happen, in a sentence.
        command: the command that installs it by hand, where it is not there; else None.
    """

    __slots__ = (
        "alias",
        "asked",
        "command",
        "distribution",
        "found",
        "heavy",
        "known",
        "module",
        "policy",
        "table",
        "verdict",
        "version",
    )

    asked: str
    alias: str | None
    module: str | None
    found: str | None
    distribution: str | None
    version: str | None
    table: str | None
    known: bool
    heavy: bool
    policy: str
    verdict: str
    command: str | None

    def __init__(self, **facts: Any) -> None:
        for name in self.__slots__:
            value = facts.get(name)
            setattr(self, name, redact(value) if isinstance(value, str) else value)

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data."""
        return {name: getattr(self, name) for name in self.__slots__}

    def _picture(self) -> Picture:
        from load._picture import Picture, Table

        names = ("module", "found", "distribution", "version", "table", "policy", "alias")
        facts = [(name, getattr(self, name)) for name in names]
        known = [fact for fact in (*facts, ("by hand", self.command)) if fact[1] is not None]
        return Picture(f"{self.asked}: {self.verdict}", [Table((), known)])

    def __repr__(self) -> str:
        return f"Why({self.asked!r}, {self.verdict!r})"


def why(text: str, caller: Caller) -> Why:
    """How `text` would be resolved; nothing is imported or installed.

    Raises:
        SourceError: it is not a spec.
    """
    spec = parse(text)
    mode, origin = _config.lookup("install")
    facts: dict[str, Any] = {
        "asked": text,
        "policy": f"{mode} (from {origin})",
        "known": False,
        "heavy": False,
    }
    facts["alias"] = _alias_of(spec)
    module = _module_of(spec)
    facts["module"] = module or None
    facts["found"] = _found(module) if module and spec.source is None else None
    need = _need(spec, module)
    _describe(facts, need, module)
    facts["verdict"], facts["command"] = _verdict(facts, need, caller)
    return Why(**facts)


def _alias_of(spec: Spec) -> str | None:
    root = spec.module.partition(".")[0]
    if root in presence.user_aliases:
        return "yours"
    if root and find(root) is None and _names.shipped_alias(root) is not None:
        return "shipped"
    return None


def _module_of(spec: Spec) -> str:
    if not spec.module:
        return module_of_distribution(spec.distribution) if spec.distribution else ""
    if spec.module.partition(".")[0] not in presence.user_aliases and find(spec.module) is not None:
        return spec.module
    target = presence.target_of(spec.module)
    return presence.named_as_distribution(target) or target if target == spec.module else target


def _found(module: str) -> str | None:
    if module in sys.modules:
        return f"loaded, from {getattr(sys.modules[module], '__file__', None) or 'Python itself'}"
    spec = find(module)
    if spec is None:
        return None
    if spec.has_location:
        return spec.origin
    return "a folder" if spec.submodule_search_locations is not None else "built in"


def _need(spec: Spec, module: str) -> Need | None:
    """What would have to be installed, if it had to be; None for what never is."""
    from load._install.sources import PathSource

    if isinstance(spec.source, PathSource) or _names.standard_library(module.partition(".")[0] or "-"):
        return None
    return need_of(Missing(spec.text, module, None if spec.is_plain else spec))


def _describe(facts: dict[str, Any], need: Need | None, module: str) -> None:
    provider = installed.provider_of(module, installed.visible()) if module and facts["found"] else None
    if need is not None:
        facts.update(distribution=need.distribution or None, table=need.table, heavy=need.heavy)
        facts["known"] = policy.is_known(need)
    if provider is not None:
        facts.update(distribution=provider.name, version=provider.version)


def _is_part_of_what_is_there(module: str) -> bool:
    """Whether a dotted name lies below an installed package, and no distribution of its own could bring it."""
    root, dot, _ = module.partition(".")
    return bool(dot) and find(root) is not None and _names.lookup(_names.ImportName(module)) is None


def _verdict(facts: dict[str, Any], need: Need | None, caller: Caller) -> tuple[str, str | None]:
    if facts["found"]:
        return "there, and would be imported", None
    if facts["module"] and _is_part_of_what_is_there(facts["module"]):
        return f"not there: {facts['module'].rpartition('.')[0]!r} is, and has no such module", None
    if need is None:
        if facts["module"] and _names.standard_library(facts["module"].partition(".")[0]):
            return "a standard-library name that this Python does not have; never installed", None
        return "a path: imported from where it lies, or installed as the project it is", None
    verdict = policy.judge(need, caller, person=_console.person_is_there())
    words = {
        policy.INSTALL: "would be installed",
        policy.ASK: "would be asked about",
        policy.REFUSE: "would be refused",
    }
    from load._install.refusal import command

    by_hand = None if verdict.reason == "near-miss" else command([need], target.choose())
    return f"{words[verdict.action]}: {verdict.because}", by_hand
