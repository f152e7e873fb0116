"""Whether an export is switched on: by a function, or an environment variable."""

from __future__ import annotations

import os

from load.errors import ConfigError, ExportDisabled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from load.exports._declared import Declared

_OFF = frozenset(("0", "false", "no", "off", ""))
_ON = frozenset(("1", "true", "yes", "on"))


def check_enabled(record: Declared) -> None:
    """Look whether an export may be used, each time that it is to be loaded.

    Raises:
        ExportDisabled: it may not.
        ConfigError: the variable says neither yes nor no.
        Exception: whatever the function raises.
    """
    enabled = record.enabled
    if isinstance(enabled, str):
        if _is_on(enabled):
            return
        why = f"the environment variable {enabled} is {os.environ[enabled]!r}"
        hint = f"set {enabled}=1, or unset it"
    elif enabled is None or enabled():
        return
    else:
        function = getattr(enabled, "__qualname__", None) or repr(enabled)
        why = f"enabled={function} says no"
        hint = "do without it, or have that function say yes"
    raise ExportDisabled(
        f"The export {record.name!r} is switched off: {why}.",
        context=(f"declared in {record.place}",),
        hint=hint,
        name=record.import_name,
        export=record.name,
    )


def _is_on(variable: str) -> bool:
    """Whether a variable says yes; one that is not set says nothing against it."""
    value = os.environ.get(variable)
    word = "1" if value is None else value.strip().lower()
    if word in _OFF:
        return False
    if word in _ON:
        return True
    raise ConfigError(
        f"{variable} is {value!r}, which is neither yes nor no.",
        hint=f"set {variable} to 1 or 0",
        key=variable,
        origin="the environment",
    )
