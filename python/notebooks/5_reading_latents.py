# %% [markdown]
# # What has a latent unit learnt?
#
# A larva's wiring learns two tasks whose sequences are functions of two sources: T1 is linear, T3
# is smooth in time. The table `latent_gradients` has the exact gradients of its two bottleneck
# units.
# %%
import tempfile

import engraph

task = {"dimension": 2, "channels": 4, "steps": 6}
pipeline = {
    "name": "latents",
    "connectomes": ["witvliet2021_8"],
    "motifs": {"patterns": ["mi2"], "nulls": 0, "census": False},
    "topologies": {"nulls": 0},
    "tasks": [{"name": kind, "kind": kind, **task} for kind in ("linear", "smooth")],
    "network": {"leak": 0.45, "rest": 1.0},
    "training": {
        "seeds": 1,
        "bottlenecks": [2],
        "latent_gradients": {"samples": 256},
        "engram": {
            "epochs": 40,
            "batches": 50,
            "batch_size": 32,
            "learning_rate": 0.02,
            "warm_up": 3,
        },
    },
}
folder = tempfile.mkdtemp()
report = engraph.run(pipeline, store=f"{folder}/store", out=f"{folder}/reports")
runs = report["training_runs"].to_pandas()
runs[["task", "latent_units", "test_loss", "status"]].round(3)
# %% [markdown]
# How do the gradients lie to the sources? `decoded` is the output by the units: where the network
# has learnt, it lies in the tangent space of the task. `encoded` is the units by the sequence. It
# need not: a direction in which no sequence of the task ever moves costs nothing, and the
# gradients keep there what they began with. `by_chance` is the share that random directions have.
# %%
angles = report["latent_angles"].to_pandas()
angles["by_chance"] = angles["sources"] / angles["ambient_dimension"]
means = angles.groupby(["task", "measure"])[["largest_angle", "share", "by_chance"]].mean()
means.round(2)
# %% [markdown]
# What is left is the gradient along the sequences of the task, `by_source`. If a unit is
# `phi(f(s1, s2))`, its gradient is parallel to that of `f`, whatever `phi` is (Patel and Wetzel
# 2024). So the search below goes through all formulas of up to three terms of a small library and
# keeps, of each length, the one whose gradients are most nearly parallel: the mean cosine is 1
# for the right one. It needs numpy alone. A search over all formulas, as PySR does it, takes the
# same table.
# %%
import itertools

import numpy
import pandas

TERMS = {
    "s1": lambda a, b: (1 + 0 * a, 0 * a),
    "s2": lambda a, b: (0 * a, 1 + 0 * a),
    "s1^2": lambda a, b: (2 * a, 0 * a),
    "s1 s2": lambda a, b: (b, a),
    "s2^2": lambda a, b: (0 * a, 2 * b),
    "s1^3": lambda a, b: (3 * a * a, 0 * a),
    "s2^3": lambda a, b: (0 * a, 3 * b * b),
    "tanh s1": lambda a, b: (1 - numpy.tanh(a) ** 2, 0 * a),
    "tanh s2": lambda a, b: (0 * a, 1 - numpy.tanh(b) ** 2),
}


def fit(gradients, unit):
    """The coefficients whose summed gradients are most nearly parallel, and the mean cosine."""
    along = numpy.einsum("nd,ndt->nt", unit, gradients)
    across = unit[:, :1] * gradients[:, 1] - unit[:, 1:] * gradients[:, 0]
    lengths = numpy.ones(len(unit))
    for _ in range(20):
        a, b = across / lengths[:, None], along / lengths[:, None]
        matrix = a.T @ a / len(unit) + 1e-6 * numpy.eye(a.shape[1])
        found = numpy.linalg.solve(matrix, b.mean(0))
        found /= numpy.abs(found).max()
        lengths = numpy.linalg.norm(gradients @ found, axis=1)
        lengths = numpy.maximum(lengths, 0.01 * numpy.median(lengths) + 1e-12)
    return found, float((along @ found / lengths).mean())


def search(sources, by_source):
    """The best formula of each length."""
    unit = by_source / numpy.linalg.norm(by_source, axis=1, keepdims=True)
    library = {name: numpy.stack(term(*sources.T), 1) for name, term in TERMS.items()}
    for length in (1, 2, 3):
        fits = []
        for names in itertools.combinations(library, length):
            found, cosine = fit(numpy.stack([library[name] for name in names], 2), unit)
            fits.append((cosine, " ".join(f"{c:+.2f} {n}" for c, n in zip(found, names))))
        yield length, *max(fits)


gradients = report["latent_gradients"].to_pandas()
rows, directions = [], []
for (name, unit), of_unit in gradients.groupby(["task", "unit"]):
    sources = numpy.stack(list(of_unit["sources"]))
    by_source = numpy.stack(list(of_unit["by_source"]))
    for length, cosine, formula in search(sources, by_source):
        rows.append((name, unit, length, round(cosine, 3), formula))
    design = numpy.column_stack([sources, numpy.ones(len(sources))])
    slope = numpy.linalg.lstsq(design, of_unit["latent"], rcond=None)[0][:2]
    directions.append((name, unit, *(slope / numpy.abs(slope).max()).round(2)))
pandas.DataFrame(rows, columns=["task", "unit", "terms", "cosine", "formula"])
# %% [markdown]
# One or two linear terms are enough: more add next to nothing. Their coefficients are the
# direction of the sources that the unit codes, which a regression of its values on the sources
# finds as well, without any gradient:
# %%
pandas.DataFrame(directions, columns=["task", "unit", "s1", "s2"])
