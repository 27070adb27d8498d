"""Bars of what `benchmarks/run.py` measured: python -m benchmarks.peers.plot reads.json"""

import json
import sys
from pathlib import Path

import matplotlib.pyplot as plt

source = Path(sys.argv[1])
results = json.loads(source.read_text())
figure, axes = plt.subplots(1, 2, figsize=(11, 3.6), layout="constrained")
for axis, read in zip(axes, ("list", "detail"), strict=True):
    rows = sorted((r for r in results["rows"] if r["read"] == read), key=lambda r: r["rate"])
    colours = ["#2563eb" if row["server"] == "the catalog" else "#94a3b8" for row in rows]
    bars = axis.barh([row["server"] for row in rows], [row["rate"] for row in rows], color=colours)
    axis.bar_label(bars, labels=[f"{row['rate']:,.0f}" for row in rows], padding=3)
    axis.margins(x=0.15)
    axis.set_title(f"{read}: requests per second")
    axis.spines[["top", "right"]].set_visible(False)
cores, products = results["machine"]["cores"], results["products"]
figure.supxlabel(
    f"{products:,} products, {results['connections']} connections, "
    f"{cores} cores shared with PostgreSQL and wrk; medians",
    fontsize=8,
)
figure.savefig(source.with_suffix(".png"), dpi=130)
