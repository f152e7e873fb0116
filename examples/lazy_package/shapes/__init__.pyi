from . import drawing as drawing
from .areas import circle as circle
from .areas import square as square
from .drawing import svg as svg
