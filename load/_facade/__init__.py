"""The face of `load`: the module that is called, subscripted and asked for attributes, and the `load.` finder."""

WATCHED: set[str] = set()  # top-level packages reached through `load`: their subpackages answer to dotted use
