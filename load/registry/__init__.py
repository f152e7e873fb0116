"""Registries of things that are imported when somebody asks for them.

::

    from load.registry import NAMESPACE, Registry

    models = Registry("models")
    models.register("bert", "transformers:BertModel")     # nothing is imported
    models["bert"]                                        # now it is imported

    NAMESPACE["handlers"].register("http", "myapp.handlers:HTTPHandler")
"""

from load.registry._entries import Factory, ImportString, instance, lazy
from load.registry._mapping import LazyImportDict
from load.registry._registry import Registry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from load.registry._namespace import NAMESPACE, Namespace

__all__ = ["NAMESPACE", "Factory", "ImportString", "LazyImportDict", "Namespace", "Registry", "instance", "lazy"]


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> object:
    """Namespaces, which many registries do without."""
    if name not in ("NAMESPACE", "Namespace"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
    from load.registry import _namespace

    globals().update(NAMESPACE=_namespace.NAMESPACE, Namespace=_namespace.Namespace)
    return globals()[name]
