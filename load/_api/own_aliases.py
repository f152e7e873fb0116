"""The user's own aliases, for this process."""

from __future__ import annotations

import sys

from load._reference import is_dotted_name
from load._reserved import OWN
from load._resolve.presence import user_aliases
from load.errors import ConfigError

_FACADE = "load"


def set_alias(name: str, target: str | None) -> None:
    """Set or remove an alias; see `load.alias`."""
    _check_name(name)
    if target is None:
        user_aliases.pop(name, None)
    else:
        _check_target(name, target)
        user_aliases[name] = target
    _unbind(name)


def _unbind(name: str) -> None:
    """What the name stood for is asked for again at its next use."""
    vars(sys.modules[_FACADE]).pop(name, None) if _FACADE in sys.modules else None
    for each in [each for each in sys.modules if f"{each}.".startswith(f"{_FACADE}.{name}.")]:
        del sys.modules[each]


def _check_name(name: str) -> None:
    from keyword import iskeyword

    if not isinstance(name, str) or not name.isidentifier() or iskeyword(name):
        raise _error(name, f"{name!r} cannot be an alias: it is not a name that can be written after a dot.")
    if name.startswith("_"):
        raise _error(name, f"{name!r} cannot be an alias: names with a leading underscore are never asked for.")
    if name in OWN:
        raise _error(name, f"{name!r} cannot be an alias: load.{name} is part of load itself.")


def _check_target(name: str, target: str) -> None:
    if not isinstance(target, str) or not is_dotted_name(target):
        raise ConfigError(
            f"An alias stands for a dotted import name, not for {target!r}.",
            key=f"alias {name}",
            origin="load.alias()",
            hint=f'write load.alias({name!r}, "package.module")',
        )


def _error(name: str, message: str) -> ConfigError:
    return ConfigError(message, key=f"alias {name}", origin="load.alias()", hint="choose another name")
