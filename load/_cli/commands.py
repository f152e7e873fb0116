"""Which commands there are: what each does in a line, and the module that knows its arguments.

Nothing is imported for it but the module of the command that is typed.
"""

from __future__ import annotations

# Heading → command → the module of this package that adds it, and what it does.
GROUPS: dict[str, dict[str, tuple[str, str]]] = {
    "run and install": {
        "run": ("run_arguments", "install what a script or module needs, and run it"),
        "install": ("install_commands", "install packages: names, versions, repositories, paths"),
        "lock": ("lock_commands", "write a lock of what scripts need, with hashes"),
        "sync": ("lock_commands", "make this environment match a lock"),
        "freeze": ("lock_commands", "write what a script needs into the script, for uv run"),
    },
    "see": {
        "why": ("look_commands", "how a name would be resolved; nothing is done"),
        "info": ("look_commands", "the Python, target, backend and policy used here"),
        "history": ("audit_commands", "what load changed here, who asked, why it was allowed"),
        "doctor": ("health_commands", "check the settings and surroundings for problems"),
        "exports": ("export_commands", "the packages of load.exports: versions and checks"),
        "registry": ("registry_commands", "what a registry of load.registry contains"),
    },
    "change": {
        "uninstall": ("audit_commands", "remove distributions from this environment"),
        "cache": ("health_commands", "list, prune or verify the overlays"),
    },
    "develop": {
        "profile": ("profile_commands", "what the imports of a program cost in time and memory"),
        "graph": ("graph_commands", "which modules of a package import which, and the cycles"),
        "check-lazy": ("lazy_commands", "what importing a package brings in, and limits for it"),
        "check-stub": ("lazy_commands", "whether a lazy package and its stub agree"),
    },
    "this command line": {
        "help": ("help_commands", "what a command does, with examples"),
        "completion": ("help_commands", "make the shell complete commands, options and names"),
    },
}
MODULES = {name: module for group in GROUPS.values() for name, (module, _) in group.items()}
