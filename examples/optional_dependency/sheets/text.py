"""Tables from text."""

import csv
from pathlib import Path


def read_csv(path: Path) -> list[list[str]]:
    """The rows of a CSV file."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))
