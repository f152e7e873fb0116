"""Registries of things that are imported when they are asked for.

::

    from load.registry import NAMESPACE, Registry

    models = Registry("models")
    models.register("bert", "transformers:BertModel")     # nothing is imported
    models["bert"]                                        # now it is

    NAMESPACE["handlers"].register("http", "myapp.handlers:HTTPHandler")
"""

from load.registry._entries import Factory, ImportString, instance, lazy
from load.registry._mapping import LazyImportDict
from load.registry._namespace import NAMESPACE, Namespace
from load.registry._registry import Registry

__all__ = ["NAMESPACE", "Factory", "ImportString", "LazyImportDict", "Namespace", "Registry", "instance", "lazy"]


def __dir__() -> list[str]:
    return __all__
