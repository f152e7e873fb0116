"""A library that works without its optional dependency, and says what to install when it is needed.

python examples/optional_dependency/use.py
"""

import sys
from pathlib import Path

import sheets

import load

data = Path(__file__).parents[1] / "temperatures.csv"
rows = sheets.read_csv(data)
print(f"{len(rows) - 1} rows of {', '.join(rows[0])}")
print("openpyxl:", "imported" if "openpyxl" in sys.modules else "not imported", end=", ")
print("could be" if load.available("openpyxl") else "and not installed")

try:
    print(sheets.read_excel(data.with_suffix(".xlsx")))
except ImportError as error:
    print(error)  # … → python -m pip install 'sheets[excel]'
except FileNotFoundError:
    print("openpyxl is there, but no workbook")
