# %% [markdown]
# # A first result in three lines
#
# How often do eight small circuits occur in the wiring of *C. elegans*, and how often in random
# wirings in which every neuron keeps its degrees by sign?
# %%
import engraph

counts = engraph.count_motifs(connectome="cook2019_herm", nulls=100)
counts.to_polars().select("motif", "matching", "count", "null_mean", "fold", "z").head(6)
# %% [markdown]
# The table knows what its columns mean. In a notebook, point at a column to read it.
# %%
for column in counts.columns:
    if column.name in ("fold", "z", "p_greater"):
        print(f"{column.name}: {column.description}")
# %% [markdown]
# The figure shows the count over the mean of the nulls, with the 95 % interval. Left of the line a
# circuit is rarer than by chance. `subgraph` allows further synapses among its neurons, `induced`
# allows none: a circuit may be frequent as the one and rare as the other.
# %%
import matplotlib.pyplot as plt

frame = counts.to_pandas()
frame = frame[frame["count"] > 0]
figure, axes = plt.subplots(figsize=(5, 3.2), dpi=72)
for shift, (matching, rows) in zip((-0.15, 0.15), frame.groupby("matching")):
    places = [sorted(frame["motif"].unique()).index(m) + shift for m in rows["motif"]]
    errors = [rows["fold"] - rows["fold_ci_low"], rows["fold_ci_high"] - rows["fold"]]
    axes.errorbar(rows["fold"], places, xerr=errors, fmt="o", ms=4, label=matching)
axes.set_yticks(range(frame["motif"].nunique()), sorted(frame["motif"].unique()))
axes.axvline(1, color="grey", lw=0.8)
axes.set_xscale("log")
axes.set_xlabel("count over mean of 100 nulls")
axes.legend(frameon=False)
figure.tight_layout()
