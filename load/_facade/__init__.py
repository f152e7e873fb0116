"""The face of `load`: the module that is called, subscripted and asked for attributes, and the `load.` finder."""
