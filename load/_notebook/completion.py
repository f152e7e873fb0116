"""Completion of the names that `load` understands, read off folders and tables: nothing is imported.

`load.<TAB>`, `load("<TAB>`, `%use <TAB>` and `%whyload <TAB>`.
Source: https://ipython.readthedocs.io/en/stable/api/generated/IPython.core.completer.html
"""

from __future__ import annotations

import re
import sys

from load._find import find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

_SPEC = r"(?:[^\s\"'=]*=)?(?P<fragment>[\w.]*)$"  # behind an alias, what there is of the name
_MAGIC = re.compile(r"^\s*%?(?:use|whyload)\s(?:.*[\s\"'])?" + _SPEC, re.DOTALL)
_CALL = re.compile(r"(?P<face>[A-Za-z_]\w*)\s*[(\[](?:.*,)?\s*[\"']" + _SPEC)
_ATTRIBUTE = re.compile(r"(?<![\w.])(?P<face>[A-Za-z_]\w*)\.(?P<fragment>\w*)$")
_OF_TABLE = 2  # letters from which on names are offered that are not installed


def offer(shell: Any) -> Callable[[], None]:
    """Have the completer of an IPython shell offer these names; the result ends that."""
    try:
        from IPython.core.completer import SimpleCompletion, context_matcher
    except ImportError:
        return _offer_by_hook(shell)

    @context_matcher()  # type: ignore[untyped-decorator, unused-ignore]
    def load_matcher(context: Any) -> dict[str, Any]:
        fragment, names = completions(context.line_with_cursor[: context.cursor_position], shell.user_ns)
        found = [SimpleCompletion(text=name, type="module") for name in names]
        return {"completions": found, "matched_fragment": fragment, "suppress": bool(found)}

    matchers: list[Any] = getattr(shell.Completer, "custom_matchers", [])  # a kernel may bring its own completer
    matchers.append(load_matcher)

    def end() -> None:
        if load_matcher in matchers:
            matchers.remove(load_matcher)

    return end


def _offer_by_hook(shell: Any) -> Callable[[], None]:
    """The same for IPython before 8.6, which Colab has."""
    from IPython.core.error import TryNext

    is_over = False

    def complete(_shell: Any, event: Any) -> list[str]:
        fragment, names = ("", []) if is_over else completions(event.text_until_cursor, shell.user_ns)
        before = event.symbol.removesuffix(fragment)
        if before and shell.Completer.use_jedi:  # which offers what `dir` has, besides
            names = sorted({*names}.difference(dir(sys.modules["load"])))
        if not names:
            raise TryNext
        return [before + name for name in names]

    def end() -> None:  # a hook cannot be taken back
        nonlocal is_over
        is_over = True

    shell.set_hook("complete_command", complete, re_key=".*")
    return end


def completions(line: str, namespace: dict[str, Any]) -> tuple[str, list[str]]:
    """What there is of a name before the cursor, and what it could become; no name where it is none of `load`'s.

    Args:
        line: the line up to the cursor.
        namespace: what the names of the line are bound to.
    """
    attribute = _ATTRIBUTE.search(line)
    if attribute is not None and _is_load(namespace.get(attribute["face"])):
        fragment = attribute["fragment"]
        return fragment, _beginning({*dir(sys.modules["load"]), *_known(fragment)}, fragment)
    spec = _MAGIC.search(line) or _CALL.search(line)
    if spec is None or ("face" in spec.groupdict() and not _is_load(namespace.get(spec["face"]))):
        return "", []
    fragment = spec["fragment"]
    return fragment, _below(fragment) if "." in fragment else _top_level(fragment)


def _is_load(value: object) -> bool:
    return value is not None and value is sys.modules.get("load")


def _top_level(fragment: str) -> list[str]:
    """Aliases, importable names, and known ones that could be installed."""
    from load._reserved import OWN

    names = set(dir(sys.modules["load"])) - (OWN.keys() - sys.modules.keys())
    return _beginning({*names, *_known(fragment)}, fragment)


def _known(fragment: str) -> list[str]:
    """The names of the shipped table, where enough was typed to leave few of them."""
    if len(fragment) < _OF_TABLE:
        return []
    from load._names import known_names

    return [name for name in known_names() if "." not in name]


def _below(fragment: str) -> list[str]:
    """The submodules of a package, as its folders have them."""
    from pkgutil import iter_modules

    from load._names import names_under
    from load._resolve.presence import target_of

    package, _, last = fragment.rpartition(".")
    spec = find(target_of(package))
    folders = list(spec.submodule_search_locations or ()) if spec is not None else []
    names = {module.name for module in iter_modules(folders)}
    names.update(name[len(package) + 1 :].partition(".")[0] for name in names_under(package))
    return [f"{package}.{name}" for name in _beginning(names, last)]


def _beginning(names: Iterable[str], fragment: str) -> list[str]:
    return sorted(name for name in names if name.startswith(fragment) and (fragment or not name.startswith("_")))
