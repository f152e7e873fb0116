"""One import that gives you any Python module by name, at the moment you need it.

    import load

    load.json.dumps({})                     a module of the standard library, or an installed one
    load.np.arange(3)                       by its usual short name
    load.PIL.Image                          a submodule, imported when it is named
    load("numpy>=2")                        a version, an extra, a Git repository, a file: whatever a spec can say
    from load import pandas as pd           the same as an import statement

What is missing is installed if the policy allows it (`load.configure(install=...)`); otherwise the error says what to
type. Names that only probing code looks up (`getattr`, `hasattr`, pickle, completion) are never imported.
"""

from load._facade import furnish as _furnish
from load._reserved import OWN as _OWN

__version__ = "0.1.0.dev0"
__all__ = list(_OWN)

_furnish(globals())
