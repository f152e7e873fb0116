"""Tables from Excel's files, which take openpyxl."""

from pathlib import Path
from typing import Any

import sheets


def read_excel(path: Path) -> list[list[Any]]:
    """The rows of the first sheet."""
    book = sheets.load_workbook(path, read_only=True)  # openpyxl is imported here, or asked for by its extra
    return [list(row) for row in book.active.iter_rows(values_only=True)]
