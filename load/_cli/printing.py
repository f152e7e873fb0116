"""What a command was asked for goes to standard output."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from load._install.plan import Plan


def print_json(value: object) -> None:
    """Print a value as JSON."""
    import json

    print_text(json.dumps(value, indent=2, ensure_ascii=False))


def print_text(text: str) -> None:
    """Print a text in whatever the terminal can show."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")


def show_plan(plan: Plan) -> None:
    """Print a plan: its table, and what the policy says of it."""
    from load._console.plan_table import print_plan

    print_plan(plan.changes, target=plan.target, backend=plan.backend, reasons=plan.reasons, verdict=plan.verdict)
