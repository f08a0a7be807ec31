# %% [markdown]
# # Your own connectome, from a DataFrame
#
# A bundled larva stands in for yours: a table of edges and a table of neurons in pandas, with the
# column names of a FlyWire export.
# %%
import engraph

larva = engraph.connectome("witvliet2021_1")
edges = larva.synapses.to_pandas()
edges = edges[edges["synapse_type"] == "chemical"][["pre", "post", "weight"]]
edges = edges.rename(columns={"pre": "pre_root_id", "post": "post_root_id", "weight": "syn_count"})
neurons = larva.neurons.to_pandas()[["neuron", "transmitter", "class"]]
edges.head(3)
# %%
mine = engraph.connectome(edges, neurons, name="mine")
mine
# %% [markdown]
# engraph says how it read each column. It refuses what it cannot read surely.
# %%
for note in mine.notes:
    print("-", note)
# %%
try:
    engraph.connectome(edges.assign(syn_count=-1))
except engraph.EngraphError as error:
    print(error)
# %% [markdown]
# What in the data would mislead?
# %%
audit = engraph.audit(edges, neurons).to_pandas()
audit[audit["severity"] != "ok"][["check", "severity", "subject", "found"]].head(8)
# %% [markdown]
# Signs come from transmitters, here by the model `wang2024`, which is the usual one.
# %%
engraph.count_motifs(mine, motif=["xor5", "mi2"]).to_pandas()[["motif", "matching", "count"]]
# %% [markdown]
# A motif of your own: two neurons that inhibit each other and share a source.
# %%
rivals = engraph.motif("S -> A; S -> B; A -| B; B -| A", name="rivals")
engraph.count_motifs(mine, motif=rivals)["count"]
# %% [markdown]
# Through which neurons do the circuits run? The hub of XOR5 is the inhibitory neuron in its middle.
# %%
import matplotlib.pyplot as plt

parts = engraph.motif_participation(mine, motif="xor5").to_pandas()
hubs = parts[(parts["role"] == "I") & (parts["matching"] == "subgraph")]
hubs = hubs.sort_values("count").tail(10)
figure, axes = plt.subplots(figsize=(5, 3), dpi=72)
axes.barh(hubs["neuron"], hubs["count"])
axes.set_xlabel("XOR5 around this hub")
figure.tight_layout()
# %% [markdown]
# The wiring for other libraries:
# %%
mine.to_scipy().shape, mine.to_networkx().number_of_edges()
