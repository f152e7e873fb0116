"""Which commands there are: what each does in a line, and the module that knows its arguments.

Nothing is imported for it but the module of the command that is typed.
"""

from __future__ import annotations

# Heading → command → the module of this package that adds it, and what it does.
GROUPS: dict[str, dict[str, tuple[str, str]]] = {
    "run and install": {
        "run": ("run_arguments", "run a script or module with all that it needs"),
        "install": ("install_commands", "install what specs name, in one solve"),
        "lock": ("lock_commands", "write down, with hashes, what scripts need"),
        "sync": ("lock_commands", "make this environment match a lock"),
        "freeze": ("lock_commands", "write what a script needs into it, for uv run"),
    },
    "see": {
        "why": ("look_commands", "how a name would be resolved, without doing it"),
        "info": ("look_commands", "what load would work with here"),
        "history": ("audit_commands", "what load changed here, who asked, and why it was allowed"),
        "doctor": ("health_commands", "what load works with here, and what would go wrong"),
        "exports": ("export_commands", "the packages of load.exports: versions, checks, figures"),
        "registry": ("registry_commands", "what a registry of load.registry holds"),
    },
    "change": {
        "uninstall": ("audit_commands", "remove distributions from this environment"),
        "cache": ("health_commands", "list, prune or verify the overlays"),
    },
    "develop": {
        "profile": ("profile_commands", "what the imports of a program cost, in time and memory"),
        "graph": ("graph_commands", "which module of a package imports which, and its cycles"),
        "check-lazy": ("lazy_commands", "what the import of a package brings in"),
        "check-stub": ("lazy_commands", "whether a lazy package and its stub say the same"),
    },
    "this command line": {
        "help": ("help_commands", "what a command does, with examples"),
        "completion": ("help_commands", "have the shell complete commands, options and names"),
    },
}
MODULES = {name: module for group in GROUPS.values() for name, (module, _) in group.items()}
