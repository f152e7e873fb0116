"""What griffe reads of the sources for the reference, made fit for a page.

An extension of griffe, which reads the sources for mkdocstrings.
"""

from __future__ import annotations

import re
from typing import Any

import griffe

_CODE_BELOW = re.compile(r"^::\n\n|(?<=:):$", re.MULTILINE)  # of reStructuredText: the lines below are indented


class Signatures(griffe.Extension):
    """Gives a class that is made by `__new__` that signature, and one that nobody makes none."""

    def on_package(self, *, pkg: griffe.Module, **_: Any) -> None:
        """Go through all that is in a package, when the types of its dataclasses are known."""
        self._look(pkg)

    def _look(self, thing: griffe.Object) -> None:
        """Change a thing and what it holds."""
        if thing.docstring:
            thing.docstring.value = _CODE_BELOW.sub("", thing.docstring.value)
        for member in list(thing.members.values()):
            if isinstance(member, griffe.Object):  # an alias is looked at where it leads to
                self._look(member)
        if isinstance(thing, griffe.Class):
            self._change(thing)

    def _change(self, made: griffe.Class) -> None:
        """Change the signature of a class; what has no `Args:` is given to people, not made by them."""
        new = made.members.get("__new__")
        if isinstance(new, griffe.Function) and "__init__" not in made.members:
            made.members["__init__"] = made.members.pop("__new__")
            new.name, new.docstring = "__init__", None
        if "Args:" not in (made.docstring.value if made.docstring else ""):
            made.members.pop("__init__", None)
