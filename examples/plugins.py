"""A registry of plugins: each is imported when somebody asks for it.

python examples/plugins.py
"""

import sys

from load.registry import Registry

formats: Registry[str, type] = Registry("formats")
formats.register("fraction", "fractions:Fraction", aliases=["rational"])
formats.register("decimal", "decimal:Decimal", metadata={"exact": True})
formats.load_entry_points("plugins.formats")  # of other distributions: [project.entry-points."plugins.formats"]


@formats.register("whole")
class Whole(int):
    """A plugin that needs no import."""


def main() -> None:
    """List the plugins, use one, and tell what was imported for it."""
    print(", ".join(formats))
    before = set(sys.modules)
    print(formats.create("rational", "0.75"))
    print("imported:", "fractions" in sys.modules, "- loaded:", ", ".join(formats.loaded()))
    assert "fractions" not in before


if __name__ == "__main__":
    main()
