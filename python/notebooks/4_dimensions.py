# %% [markdown]
# # How many dimensions does this wiring carry, and through whom?
#
# Made linear, a wiring passes some directions of what its sensory neurons have seen on to its motor
# neurons, above noise. That needs no training.
# %%
import engraph

found = engraph.capacity(
    connectome="cook2019_herm",
    snr=1e4,
    nulls=100,
    null_model="by_sign_and_class",
    curves=True,
    held_neurons=True,
)
found.to_pandas()[["measure", "value", "bits", "k90", "input_neurons", "output_neurons"]].round(2)
# %% [markdown]
# Beside random wirings in which every neuron keeps its degrees by sign and class:
# %%
nulls = found.nulls.to_pandas()
nulls[["measure", "value", "null_mean", "null_sd", "null_low", "null_high", "p_less"]].round(3)
# %% [markdown]
# The error curve says what a bottleneck of `k` units loses. Through whom does it pass? `lost_not_held`
# is what is lost if a neuron is not held.
# %%
import matplotlib.pyplot as plt

figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.2), dpi=72)
curves = found.curves.to_pandas()
for measure, rows in curves.groupby("measure"):
    left.plot(rows["k"], rows["error"], label=measure)
left.set_yscale("log")
left.set_xlim(0, 40)
left.set_xlabel("k")
left.set_ylabel("E(k)")
left.legend(frameon=False)
held = found.held_neurons.to_pandas().sort_values("lost_not_held").tail(12)
right.barh(held["neuron"], held["lost_not_held"])
right.set_xlabel("dimensions lost without the neuron")
figure.tight_layout()
# %% [markdown]
# The dimension of points is another question: how many numbers say where a point is? Here a surface
# in five channels, by several estimators; TwoNN beside that of scikit-dimension.
# %%
import numpy
import skdim

random = numpy.random.default_rng(1)
angles = random.uniform(0, 2 * numpy.pi, (1000, 2))
torus = numpy.column_stack([f(a) for a in angles.T for f in (numpy.cos, numpy.sin)])
torus = torus @ random.normal(size=(4, 5)) + random.normal(scale=0.01, size=(1000, 5))
estimates = engraph.dimension(torus, estimator=["recommended", "two_nn", "pca_95"])
estimates.to_pandas()[["estimator", "value", "ci_low", "ci_high"]].round(2)
# %%
theirs = skdim.id.TwoNN().fit(torus).dimension_
ours = dict(zip(estimates["estimator"], estimates["value"]))["two_nn"]
assert abs(ours - theirs) < 0.2
round(ours, 1), round(theirs, 1)
