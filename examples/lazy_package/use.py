"""A package whose names are imported when they are used.

python examples/lazy_package/use.py
"""

import sys

import shapes


def imported() -> str:
    """What is loaded of the package, and of what it draws with."""
    return ", ".join(sorted(name for name in sys.modules if name.startswith(("shapes.", "xml.etree.E")))) or "nothing"


print("after `import shapes`:", imported())
print(f"a circle covers {shapes.circle(2):.2f}, by {imported()}")
print(shapes.svg(2))
print("after drawing:", imported())
print("all its names:", ", ".join(shapes.__all__))
