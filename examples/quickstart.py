"""Read a CSV, compute a year's climate with pandas, draw it with matplotlib; nothing has to be installed beforehand.

Run it with `load run examples/quickstart.py`. The picture is written beside the data, or to the path given.
"""

import sys
from pathlib import Path

import load

here = Path(__file__).parent
picture = Path(sys.argv[1]) if len(sys.argv) > 1 else here / "quickstart.png"

pd = load.pandas
data = pd.read_csv(here / "temperatures.csv", parse_dates=["month"])
data["mean_c"] = (data["high_c"] + data["low_c"]) / 2

year = data.groupby("station").agg(
    mean_c=("mean_c", "mean"), swing_c=("mean_c", lambda c: c.max() - c.min()), rain_mm=("rain_mm", "sum")
)
print(year.round(1))

load.matplotlib.use("Agg")  # a picture on disk, no window
figure, (upper, lower) = load.plt.subplots(2, 1, sharex=True, figsize=(8, 6), layout="constrained")
for station, months in data.groupby("station"):
    line = upper.plot(months["month"], months["mean_c"], marker="o", label=station)[0]
    upper.fill_between(months["month"], months["low_c"], months["high_c"], alpha=0.15, color=line.get_color())
    lower.plot(months["month"], months["rain_mm"].cumsum(), label=station)
upper.set_ylabel("temperature (°C)")
upper.legend()
lower.set_ylabel("rain since January (mm)")
lower.xaxis.set_major_formatter(load.matplotlib.dates.DateFormatter("%b"))
figure.suptitle("Two stations in 2025")
figure.savefig(picture, dpi=120)
print(f"saved {picture}")
