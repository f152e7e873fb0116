"""`load.numpy?`: what is known of a module that is not loaded, without importing or installing it."""

from __future__ import annotations

import sys
from types import ModuleType

from load._find import find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from load._resolve.why import Why


class NotLoaded(ModuleType):
    """What a module that is not loaded is shown as."""

    def __init__(self, why: Why, summary: str, file: str | None) -> None:
        super().__init__(why.module or why.asked)
        self._why = why
        self._summary = summary
        if file is not None:
            self.__file__ = file  # what `?` names, and `??` shows

    def getdoc(self) -> str:
        """What there is to read of it (IPython asks for this)."""
        found = f"{self._summary}\n\n" if self._summary else ""
        nothing = "nothing was imported or installed to show this."
        if self._why.verdict.startswith("would be refused"):
            return f"{found}{self._why}\n\n{nothing.capitalize()}"
        return f"{found}{self._why}\n\nload.{self._why.asked} loads it; {nothing}"

    def __repr__(self) -> str:
        version = f" {self._why.version}" if self._why.version else ""
        return f"<{self._why.asked}{version}, not loaded: {self._why.verdict}>"


NotLoaded.__doc__ = ""  # which IPython would show besides
NotLoaded.__module__ = "builtins"  # whose file it would take to be that of one that has none


def look_beyond(shell: Any) -> Callable[[], None]:
    """Have `?` of a shell find what `load.<name>` would lead to; the result ends that.

    IPython has no hook for it: what looks names up is replaced in this one shell.
    """
    original = getattr(shell, "_ofind", None)
    if original is None:
        return lambda: None

    def find(oname: str, *more: Any, **named: Any) -> Any:
        info = original(oname, *more, **named)
        facts = info if isinstance(info, dict) else vars(info)  # the former up to IPython 8.11, as on Colab
        if not facts["found"]:
            described = described_as(oname.strip(), shell.user_ns)
            if described is not None:
                facts.update(found=True, obj=described, namespace="load")
        return info

    shell._ofind = find

    def end() -> None:
        if vars(shell).get("_ofind") is find:  # somebody who has replaced it since goes on with what there was
            del shell._ofind

    return end


def described_as(name: str, namespace: dict[str, Any]) -> object | None:
    """What a dotted name that begins with `load` means; None where that is nothing that could be loaded."""
    from load._caller import NOBODY
    from load._resolve.presence import target_of
    from load._resolve.why import why

    face, _, asked = name.partition(".")
    value = namespace.get(face)
    parts = asked.split(".")
    if value is None or value is not sys.modules.get("load"):
        return None
    if not all(part.isidentifier() and not part.startswith("_") for part in parts):
        return None
    try:
        module = sys.modules.get(target_of(asked))
        return NotLoaded(why(asked, NOBODY), _summary(asked), _file(asked)) if module is None else module
    except Exception:  # noqa: BLE001 - a setting that cannot be read, a finder that fails: `?` finds no such object
        return None


def _file(name: str) -> str | None:
    """Where the source of a module lies that could be imported."""
    from load._resolve.presence import target_of

    spec = find(target_of(name))
    return spec.origin if spec is not None and spec.has_location else None


def _summary(name: str) -> str:
    """The line that the distribution of a name says of itself, where it is installed."""
    from email.parser import HeaderParser
    from pathlib import Path

    from load._install import installed
    from load._resolve.presence import target_of

    provider = installed.provider_of(target_of(name), installed.visible())
    if provider is None:
        return ""
    try:
        with (Path(provider.metadata) / "METADATA").open(encoding="utf-8", errors="replace") as file:
            return HeaderParser().parse(file, headersonly=True).get("Summary", "")
    except OSError:  # an egg's, or gone meanwhile
        return ""
