from typing import Any, Final

from load import errors as errors
from load import testing as testing
from load._api import activate as activate
from load._api import alias as alias
from load._api import available as available
from load._api import child_env as child_env
from load._api import configure as configure
from load._api import disable_auto_print as disable_auto_print
from load._api import enable_auto_print as enable_auto_print
from load._api import import_aliases as import_aliases
from load._api import import_temporarily as import_temporarily
from load._api import info as info
from load._api import install as install
from load._api import override as override
from load._api import requires as requires
from load._api import resolve as resolve
from load._api import subscribe as subscribe
from load._api import temporarily as temporarily
from load._api import why as why
from load._facade.module import LoadModule as LoadModule

__version__: Final[str]
__all__ = [
    "LoadModule",
    "activate",
    "alias",
    "available",
    "child_env",
    "configure",
    "disable_auto_print",
    "enable_auto_print",
    "errors",
    "import_aliases",
    "import_temporarily",
    "info",
    "install",
    "load",
    "override",
    "requires",
    "resolve",
    "subscribe",
    "temporarily",
    "testing",
    "why",
]

load: LoadModule

def __getattr__(name: str) -> Any: ...
