"""What a module defines anew, settled with what it defined before: what can be patched goes on as the object it was.

It is done as soon as a name is bound while the module runs, so that whatever runs next, in it or in others, gets the
object that stays.
"""

from __future__ import annotations

import functools
from sys import getrefcount
from types import FunctionType

from load._imports.reload.alike import is_alike
from load._imports.reload.classes import (
    give_place,
    paired_functions,
    take_attributes,
    take_bases,
    why_not,
)
from load._imports.reload.enums import is_enum, members_standing
from load._imports.reload.functions import (
    EMPTY,
    cells_of,
    content,
    counterparts_within,
    enclosed_by,
    fill,
    is_redirected,
    is_same_definition,
    patch,
    patch_code,
    redirect,
    wrapped_by,
)
from load._imports.reload.journal import MISSING
from load._imports.reload.models import is_model, renew, renew_holders

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType
    from typing import Any

    from load._imports.reload.journal import Journal
    from load._imports.reload.live import Live

_NOBODYS = {"name": object()}  # what one name alone stands for
_CACHED = type(functools.lru_cache(maxsize=1)(lambda: None))


def is_definition(value: object, module: str) -> bool:
    """Whether a value is a function, a class, or what a decorator made of one, defined in a module."""
    if issubclass(type(value), (type, FunctionType, _CACHED)):
        return getattr(value, "__module__", None) == module
    return False


class Settler:
    """Settles one module as it runs, and what it held before.

    Args:
        name: its name.
        namespace: its globals.
        before: what these were.
        live: the functions and instances of the running program.
        journal: is told how all of it is undone.

    Attributes:
        name: as given.
        namespace: as given.
        before: as given.
        patched: qualified names of what goes on with new code.
        replaced: qualified name → why another object has its place.
        successors: pairs of what was replaced, and what has its place.
        stood_for: pairs of a new object that nobody should hold, and the old one that goes on in its place.
    """

    def __init__(
        self, name: str, namespace: dict[str, Any], before: dict[str, Any], live: Live, journal: Journal
    ) -> None:
        self.patched: dict[str, None] = {}
        self.replaced: dict[str, str] = {}
        self.successors: list[tuple[Any, Any]] = []
        self.stood_for: list[tuple[Any, Any]] = []
        self.name = name
        self.namespace = namespace
        self.before = before
        self._live = live
        self._journal = journal
        self._models: list[type] = []  # of pydantic, that went on
        self._results: dict[int, tuple[Any, Any]] = {}  # by the id of the new object, which is kept alive for it
        self._kinds: dict[type, Callable[[Any, Any], bool]] = {
            property: self._property,
            staticmethod: self._method,
            classmethod: self._method,
            functools.cached_property: self._cached_property,
        }

    def settle(self, name: str) -> None:
        """A name was bound just now: have it stand for the old object, where that can go on."""
        namespace = self.namespace
        self._settle(name)
        old, new = self.before.get(name, MISSING), namespace.get(name, MISSING)
        if old is new or not is_alike(old, new):
            return
        del new
        if getrefcount(namespace[name]) <= getrefcount(_NOBODYS["name"]):  # nobody else has it by now
            namespace[name] = old

    def defined(self, name: str, new: Any) -> Any:
        """What stands for a function or a class that is about to be bound to a name."""
        old = self.before.get(name, MISSING)
        return new if old is MISSING else self.standing(old, new, name)

    def _settle(self, name: str) -> None:
        new = self.namespace.get(name, MISSING)
        if new is MISSING:
            return
        stands = self.defined(name, new)
        if stands is not new:
            self.namespace[name] = stands

    def finish(self, code: CodeType) -> None:
        """The module has run: settle what was not, and patch the functions of it that somebody holds elsewhere.

        Args:
            code: what ran.
        """
        for name in list(self.namespace):
            self._settle(name)
        for name, old in self.before.items():
            new = self.namespace.get(name, MISSING)
            if new is not old and new is not MISSING and is_definition(old, self.name):
                self.successors.append((old, new))
        self._patch_elsewhere(code)
        renew_holders(self._models, self._journal)

    def release(self) -> list[tuple[Any, Any]]:
        """Give away what was stood for: nothing here holds the new objects any more."""
        stood_for, self.stood_for = self.stood_for, []
        self._results.clear()
        return stood_for

    # -- one object ----------------------------------------------------------------------------------------------------

    def standing(self, old: Any, new: Any, name: str = "") -> Any:
        """The object that stands for a new one: the old one, patched, or the new one.

        Args:
            old: what was there.
            new: what has come in its place.
            name: what both are bound to, if it is a name.
        """
        if old is new or old is MISSING or old is EMPTY:
            return new
        known = self._results.get(id(new))
        if known is not None:
            return known[1]
        settle = self._way(old, new, name)
        if settle is None:
            return new
        self._results[id(new)] = (new, old)  # a function may enclose itself, a class refer to itself
        if not settle(old, new):
            self._results[id(new)] = (new, new)
            return new
        return old

    def _way(self, old: Any, new: Any, name: str) -> Callable[[Any, Any], bool] | None:
        """How two objects of one definition are settled; None where they are none, or none of this module."""
        if issubclass(type(new), type) and issubclass(type(old), type):
            ours = new.__module__ == old.__module__ == self.name
            return self._class if ours and new.__qualname__ == old.__qualname__ else None
        if type(old) is FunctionType:
            return self._way_of_function(old, new, name)
        if type(old) is _CACHED:
            return self._cached if is_definition(old, self.name) and callable(new) else None
        return self._kinds.get(type(new)) if type(new) is type(old) else None

    def _way_of_function(self, old: FunctionType, new: Any, name: str) -> Callable[[Any, Any], bool] | None:
        if self._live.touched.get(id(old), self.name) != self.name:  # another module's, which ran before
            return None
        if name in _HOOKS and old.__globals__ is not self.namespace:  # made for it by a library, which knows its own
            return None
        # Made by a decorator, or a function of this module: not somebody else's that has only been imported.
        if type(new) is FunctionType and is_same_definition(old, new):
            ours = old.__globals__ is self.namespace or "<locals>" in old.__code__.co_qualname
            return self._function if ours else None
        ours = old.__globals__ is self.namespace and old.__code__.co_name in (name, "<lambda>")
        ours = ours or self.encloses_own(old)
        return self._not_patched if ours and name and callable(new) and id(old) not in self._live.touched else None

    def encloses_own(self, function: FunctionType) -> bool:
        """Whether a function was made of one of the module, as by a decorator."""
        enclosed = enclosed_by(function)
        return any(type(each) is FunctionType and each.__globals__ is self.namespace for each in enclosed)

    def _function(self, old: FunctionType, new: FunctionType) -> bool:
        if old.__code__.co_freevars != new.__code__.co_freevars:
            return self._not_patched(old, new)
        mine = cells_of(new)
        for name, cell in cells_of(old).items():
            if name != "__class__":
                fill(cell, self.standing(content(cell), content(mine[name])), self._journal)
        for name, value in list(new.__dict__.items()):
            stands = self.standing(old.__dict__.get(name, MISSING), value)
            if stands is not value:
                new.__dict__[name] = stands
        self._keep_registrations(old, new)
        patch(old, new, self._journal)
        self._live.touched[id(old)] = self.name
        self._went_on(old, new)
        return True

    def _not_patched(self, old: FunctionType, new: Any) -> bool:
        """Another thing has the place of a function, whose holders get there by a call more."""
        if "__class__" in old.__code__.co_freevars and old.__code__.co_freevars == ("__class__",):
            why = "it has no use for super() now"
        elif type(new) is not FunctionType:
            why = f"it is a {type(new).__name__!r} now"
        elif old.__globals__ is self.namespace and new.__globals__ is self.namespace:
            why = "it encloses other names"
        else:
            why = "its decorators are others"
        for one, other in list(zip(wrapped_by(old), wrapped_by(new), strict=False))[1:]:
            self.standing(one, other)
        redirect(old, new, self._journal)
        self._live.touched[id(old)] = self.name
        self._replaced(old, f"{why}: whoever holds the old one calls the new one by it")
        return False

    def _property(self, old: property, new: property) -> bool:
        kept = [self.standing(getattr(old, name), getattr(new, name)) for name in ("fget", "fset", "fdel")]
        return kept == [old.fget, old.fset, old.fdel] and old.__doc__ == new.__doc__

    def _method(self, old: Any, new: Any) -> bool:
        return self.standing(old.__func__, new.__func__) is old.__func__

    def _cached_property(self, old: Any, new: Any) -> bool:
        return self.standing(old.func, new.func) is old.func and old.attrname == new.attrname

    def _cached(self, old: Any, new: Any) -> bool:
        """`lru_cache` and `cache`: what is remembered came of the old code, or of what that called."""
        alike = type(new) is _CACHED and old.cache_parameters() == new.cache_parameters()
        cached = type(new) is _CACHED  # the code behind the old one is patched in any case, for whoever holds that
        goes_on = cached and self.standing(old.__wrapped__, new.__wrapped__) is old.__wrapped__ and alike
        old.cache_clear()
        self._journal.did(old.cache_clear)
        if goes_on:
            self._went_on(old, new)
        else:
            self._replaced(old, "the function behind its cache is another" if alike else "it is cached in another way")
        return goes_on

    def _keep_registrations(self, old: FunctionType, new: FunctionType) -> None:
        """Implementations that other modules have registered with a function of `functools.singledispatch`."""
        before, now = getattr(old, "registry", None), getattr(new, "registry", None)
        register = getattr(new, "register", None)
        if before is None or now is None or register is None or old.__code__.co_qualname != _DISPATCHING:
            return
        for cls, implementation in before.items():
            if cls not in now and getattr(implementation, "__globals__", None) is not self.namespace:
                register(cls, implementation)

    # -- classes -------------------------------------------------------------------------------------------------------

    def _class(self, old: type, new: type) -> bool:
        why = why_not(old, new, self._standing_now(type(new)))
        bases = tuple(map(self._standing_now, new.__bases__))
        if not why:
            why = take_bases(old, bases, self._journal)
        if why:
            self._replace_class(old, new, why)
            return False
        members = members_standing(old, new, self._journal) if is_enum(old) else None

        def standing(before: Any, value: Any) -> Any:
            stands = value if members is None else members(value)
            return self.standing(before, value) if stands is value else stands

        take_attributes(old, new, standing, self._journal)
        if is_model(old):
            renew(old, self.namespace)
            self._models.append(old)
        self._went_on(old, new)
        return True

    def _standing_now(self, cls: type) -> type:
        known = self._results.get(id(cls))
        return known[1] if known is not None else cls

    def _replace_class(self, old: type, new: type, why: str) -> None:
        """Another class has the place of one: its instances and subclasses go over as far as Python lets them."""
        stay = give_place(old, new, self._journal)
        for one, other in paired_functions(old, new):
            if id(one) not in self._live.touched and one.__code__.co_freevars == other.__code__.co_freevars:
                patch(one, other, self._journal)  # bound methods that somebody holds, and instances that stay
                self._live.touched[id(one)] = self.name
            cell = cells_of(one).get("__class__")
            if cell is not None and not stay:
                fill(cell, new, self._journal)
        left = f"; {stay} existing instance{'s stay' if stay > 1 else ' stays'} of the old class" if stay else ""
        self._replaced(old, f"{why}{left}")

    # -- functions that somebody holds ---------------------------------------------------------------------------------

    def _patch_elsewhere(self, code: CodeType) -> None:
        """Closures, lambdas, decorated functions: whatever was made of the old source goes on with the new code."""
        functions = self._live.functions_of(self.namespace)
        follow = counterparts_within((before for _, before in functions), code)
        for function, before in functions:
            if before in follow and id(function) not in self._live.touched and not is_redirected(function):
                patch_code(function, follow[before], self._journal)

    # -- what is told --------------------------------------------------------------------------------------------------

    def _went_on(self, old: Any, new: Any) -> None:
        self.stood_for.append((new, old))
        # What libraries, or Python, have made for a class is none of the source's.
        made = wrapped_by(old)
        is_made = bool(made) and (made[-1].__code__.co_filename.startswith("<") or old.__name__ == "__annotate__")
        if is_definition(old, self.name) and not is_made:
            self.patched[old.__qualname__] = None

    def _replaced(self, old: Any, why: str) -> None:
        self.replaced[f"{self.name}.{getattr(old, '__qualname__', type(old).__name__)}"] = why


_HOOKS = ("__dir__", "__getattr__")
_DISPATCHING = "singledispatch.<locals>.wrapper"
