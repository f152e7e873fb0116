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
    "auto_install": "load._api.installing:auto_install",
    "available": "load._api:available",
    "child_env": "load._api:child_env",
    "configure": "load._api:configure",
    "disable_auto_install": "load._api.installing:disable_auto_install",
    "disable_auto_print": "load._api.printing:disable_auto_print",
    "doctor": "load._api.installing:doctor",
    "enable_auto_install": "load._api.installing:enable_auto_install",
    "enable_auto_print": "load._api.printing:enable_auto_print",
    "errors": "load.errors",
    "exports": "load.exports",
    "freeze": "load._api.installing:freeze",
    "history": "load._api.installing:history",
    "import_aliases": "load._api:import_aliases",
    "import_temporarily": "load._api:import_temporarily",
    "imports": "load.imports",
    "info": "load._api:info",
    "install": "load._api.installing:install",
    "is_loaded": "load._api.lazy:is_loaded",
    "isolated": "load._api.isolating:isolated",
    "lazy_import": "load._api.lazy:lazy_import",
    "load": "",
    "load_ipython_extension": "load._notebook.extension:load_ipython_extension",
    "lock": "load._api.installing:lock",
    "materialize": "load._api.lazy:materialize",
    "measure_import": "load._api.measuring:measure_import",
    "memory_report": "load._api.measuring:memory_report",
    "memory_usage": "load._api.measuring:memory_usage",
    "no_print": "load._api.printing:no_print",
    "overlays": "load._api.installing:overlays",
    "override": "load._api:override",
    "plan": "load._api.installing:plan",
    "reference": "load._api.lazy:reference",
    "register_printer": "load._api.printing:register_printer",
    "registry": "load.registry",
    "requires": "load._api:requires",
    "resolve": "load._api:resolve",
    "set_print_limit": "load._api.printing:set_print_limit",
    "subscribe": "load._api:subscribe",
    "sync": "load._api.installing:sync",
    "temporarily": "load._api:temporarily",
    "testing": "load.testing",
    "track_memory": "load._api.measuring:track_memory",
    "uninstall": "load._api.installing:uninstall",
    "unload": "load._api.unloading:unload",
    "unload_ipython_extension": "load._notebook.extension:unload_ipython_extension",
    "unload_report": "load._api.unloading:unload_report",
    "why": "load._api:why",
}


def is_submodule(name: str) -> bool:
    """Tell whether an own name is a public submodule."""
    return ":" not in OWN.get(name, ":") and OWN[name] != ""
