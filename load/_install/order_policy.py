"""The policy for orders that name no needs: a sync with a lock, a removal. Their ceiling is that of installs."""

from __future__ import annotations

from load import _config, _console
from load._install.job import interpreter
from load.errors import InstallRefused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from load._caller import Caller


def check_order(what: str, caller: Caller, command: str, *, agreed: bool = False) -> str:
    """Make sure that an order may be carried out here, and for whoever gave it.

    Args:
        what: what would be done, as in "The lock is not installed".
        caller: who gave the order.
        command: what a person types for it.
        agreed: whether a person agreed to it beforehand.

    Returns:
        Why a person has to be asked, or "".

    Raises:
        InstallRefused: the policy says no.
    """
    interpreter()
    mode, origin = _config.lookup("install")
    if mode == "never":
        because = f"install = never (from {origin})"
        raise InstallRefused(f"{what}: {because}.", hint=f"change the setting, then: {command}", reason="policy")
    if caller.package is not None and mode != "always" and caller.package not in _config.get("trust"):
        raise InstallRefused(
            f"{what}: the order comes from an installed package.",
            context=[f"{caller.package} ({caller})"],
            hint=f"{command}, or list the package in the setting trust",
            reason="third-party",
        )
    if mode != "ask" or agreed:
        return ""
    if _console.person_is_there():
        return f"install = ask (from {origin})"
    because = f"install = ask (from {origin}), and nobody is there to be asked"
    raise InstallRefused(f"{what}: {because}.", hint=f"at a terminal: {command}", reason="policy")
