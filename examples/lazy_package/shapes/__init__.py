"""Plane figures. The code that draws them is imported when somebody draws."""

import load

__getattr__, __dir__, __all__ = load.attach_stub(__name__, __file__)
