"""The names that `load` keeps for itself; every other `load.<name>` is somebody's module.

One table, read by the facade before the Resolver. `__all__`, the stub and what the module really offers are held equal
to it by a test: whoever adds a name here takes the package of that name away from `load.<name>` (`load("name")` and
`load["name"]` still reach it).
"""

PREFIX = "load."  # what the names of modules that are imported through `load` begin with

OWN: dict[str, str] = {
    # name: where it lives, "module:attribute", or "module" for a public submodule; "" is the facade itself
    "LoadModule": "load._facade:LoadModule",
    "activate": "load._api:activate",
    "alias": "load._api:alias",
    "attach": "load._lazy.package:attach",
    "attach_stub": "load._lazy.stub:attach_stub",
    "auto_install": "load._api:auto_install",
    "available": "load._api:available",
    "child_env": "load._api:child_env",
    "configure": "load._api:configure",
    "disable_auto_install": "load._api:disable_auto_install",
    "disable_auto_print": "load._api:disable_auto_print",
    "doctor": "load._api:doctor",
    "enable_auto_install": "load._api:enable_auto_install",
    "enable_auto_print": "load._api:enable_auto_print",
    "errors": "load.errors",
    "freeze": "load._api:freeze",
    "history": "load._api:history",
    "import_aliases": "load._api:import_aliases",
    "import_temporarily": "load._api:import_temporarily",
    "imports": "load.imports",
    "info": "load._api:info",
    "install": "load._api:install",
    "is_loaded": "load._api.lazy:is_loaded",
    "lazy_import": "load._api.lazy:lazy_import",
    "load": "",
    "lock": "load._api:lock",
    "materialize": "load._api.lazy:materialize",
    "measure_import": "load._api.measuring:measure_import",
    "memory_report": "load._api.measuring:memory_report",
    "memory_usage": "load._api.measuring:memory_usage",
    "overlays": "load._api:overlays",
    "override": "load._api:override",
    "plan": "load._api:plan",
    "reference": "load._api.lazy:reference",
    "registry": "load.registry",
    "requires": "load._api:requires",
    "resolve": "load._api:resolve",
    "subscribe": "load._api:subscribe",
    "sync": "load._api:sync",
    "temporarily": "load._api:temporarily",
    "testing": "load.testing",
    "track_memory": "load._api.measuring:track_memory",
    "uninstall": "load._api:uninstall",
    "why": "load._api:why",
}


def is_submodule(name: str) -> bool:
    """Tell whether an own name is a public submodule."""
    return ":" not in OWN.get(name, ":") and OWN[name] != ""
