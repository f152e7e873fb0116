"""What a command was asked for goes to standard output, errors to standard error.

Who asks for JSON gets one document on standard output, whatever happens: where there is an error and nothing else was
printed, that document is the error.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from load._install.plan import Plan
    from load.errors import LoadError

_wants_document = False  # whether standard output is to be a JSON document
_has_document = False


def expect_json() -> None:
    """From now on an error is told on standard output as well, as JSON."""
    global _wants_document
    _wants_document = True


def tell_error(error: LoadError, *, kind: str = "", code: str = "") -> None:
    """Tell an error on standard error and, where JSON was asked for and nothing was printed, as that.

    Args:
        error: what to tell.
        kind: the name of its class, where it only stands for another one.
        code: the code, in that case.
    """
    from load._console.tables import print_error

    print_error(error)
    if _wants_document and not _has_document:
        print_json({"error": facts_of(error, kind=kind, code=code)})


def facts_of(error: LoadError, *, kind: str = "", code: str = "") -> Mapping[str, object]:
    """An error as JSON has it."""
    return {
        "type": kind or type(error).__name__,
        "code": code or error.code,
        "message": error.message,
        "context": list(error.context),
        "hint": error.hint,
    }


def print_json(value: object) -> None:
    """Print a value as JSON."""
    import json

    from load._console.terminal import speaks_unicode

    print_raw(json.dumps(value, indent=2, ensure_ascii=not speaks_unicode(sys.stdout)))


def print_text(text: str) -> None:
    """Print lines in whatever the terminal can show; what they tell of others does not steer it."""
    from load._console.terminal import encodable, readable

    lines = "\n".join(map(readable, text.split("\n")))
    sys.stdout.write(encodable(lines, sys.stdout) + "\n")


def print_idle(text: str) -> None:
    """Print that nothing is to be done, unless the setting `quiet` holds."""
    from load._config import get

    if not get("quiet"):
        print_text(text)


def print_raw(text: str) -> None:
    """Print a text that programs read: halves of surrogate pairs are escaped, as JSON has them."""
    global _has_document
    _has_document = True
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")


def print_for_shell(text: str) -> None:
    """Print lines that a shell reads, some of which take a carriage return for a part of the last word."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(newline="\n")
    print_raw(text)


def show_plan(plan: Plan) -> None:
    """Print a plan: its table, and what the policy says of it."""
    from load._console.plan_table import print_plan

    print_plan(plan.changes, target=plan.target, backend=plan.backend, reasons=plan.reasons, verdict=plan.verdict)
