"""A script for a colleague: what it needs is locked, to the byte.

load run examples/locked/report.py

`load lock report.py` has written `pylock.load.toml`; the wheel is the in-house package that you both have. As
`pyproject.toml` says `install = "locked"`, nothing else is installed, whatever the script asks for.
"""

import csv
from pathlib import Path

import load

frost = load("frost @ ./frost-1.0-py3-none-any.whl")  # relative to this file

with (Path(__file__).parents[1] / "temperatures.csv").open(newline="", encoding="utf-8") as file:
    rows = list(csv.DictReader(file))
for station in sorted({row["station"] for row in rows}):
    lows = [float(row["low_c"]) for row in rows if row["station"] == station]
    print(f"{station}: {frost.frosty(lows)} of {len(lows)} months with frost")
