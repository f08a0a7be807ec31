"""Writes a folder of tables as a large run would leave it: 60 wirings, 5,000 training runs.

    python many.py FOLDER SCHEMA.json [WIRINGS] [RUNS]

SCHEMA.json is what `engraph schema --json` prints. `engraph report FOLDER` then makes the page. The
numbers are drawn at random and mean nothing; only their amount matters.
"""

import json
import random
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

TYPES = {
    "string": pa.string(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "uint64": pa.uint64(),
    "float64": pa.float64(),
    "boolean": pa.bool_(),
    "list<float64>": pa.list_(pa.float64()),
}
folder, schema = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text())
wirings = int(sys.argv[3]) if len(sys.argv) > 3 else 60
runs = int(sys.argv[4]) if len(sys.argv) > 4 else 5000
tables = {table["table"]: table for table in schema}
chance = random.Random(1)
names = [f"wiring_{number:02}" for number in range(1, wirings + 1)]
tasks = [f"sources_{m}" for m in (8, 32)] + ["smooth_m2", "linear_m3"]
motifs = ["xor5", "xor6", "lat", "ffli", "li3", "wta3"]
neurons = 120


def write(table, rows):
    """Writes the rows; a column that a row leaves out is null, or drawn where it may not be."""
    about = tables[table]

    def value(row, column):
        if column["name"] in row:
            return row[column["name"]]
        if column["nullable"]:
            return None
        kind = column["type"]
        drawn = {
            "string": "x",
            "boolean": True,
            "float64": chance.random(),
            "list<float64>": [chance.random()],
        }
        return drawn.get(kind, chance.randrange(1, 100))

    arrays = [pa.array([value(row, column) for row in rows], TYPES[column["type"]]) for column in about["columns"]]
    fields = [
        pa.field(column["name"], TYPES[column["type"]], nullable=column["nullable"]) for column in about["columns"]
    ]
    footer = {
        "engraph.schema_version": str(about["version"]),
        "engraph.table": table,
        "engraph.pipeline": "many",
        "engraph.citation": "engraph",
        "engraph.sources": "; ".join(f"{name}: nobody" for name in names),
    }
    made = pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=footer))
    pq.write_table(made, folder / f"{table}.parquet", compression="zstd")


folder.mkdir(parents=True, exist_ok=True)
write(
    "connectomes",
    [{"connectome": name, "neurons": neurons, "chemical_edges": 1500, "unit": "synapses"} for name in names],
)
write(
    "topologies",
    [
        {"topology": name, "family": "observed", "species": "Caenorhabditis elegans", "neurons": neurons, "edges": 1500}
        for name in names
    ],
)
classes = ["sensory", "inter", "motor"]
write(
    "neurons",
    [
        {"topology": name, "connectome": name, "neuron": f"N{index}", "class": classes[index % 3]}
        for name in names
        for index in range(neurons)
    ],
)
write(
    "synapses",
    [
        {
            "topology": name,
            "connectome": name,
            "pre": f"N{chance.randrange(neurons)}",
            "post": f"N{chance.randrange(neurons)}",
            "synapse_type": "chemical",
            "sign": chance.choice(["excitatory", "inhibitory"]),
        }
        for name in names
        for _ in range(1500)
    ],
)
write(
    "motif_counts",
    [
        {
            "connectome": name,
            "sign_model": model,
            "min_weight": 1.0,
            "motif": motif,
            "matching": matching,
            "count": chance.randrange(1, 20000),
            "null_model": "by_source_sign",
            "nulls": 100,
            "null_mean": 100.0,
            "null_sd": 10.0,
            "fold": chance.uniform(0.1, 10.0),
            "fold_ci_low": 0.1,
            "fold_ci_high": 10.0,
            "z": chance.gauss(0, 3),
            "p_greater": chance.random(),
            "p_less": chance.random(),
        }
        for name in names
        for model in ("wang2024", "gaba26")
        for motif in motifs
        for matching in ("subgraph", "induced")
    ],
)
write(
    "motif_participation",
    [
        {
            "connectome": name,
            "sign_model": "wang2024",
            "min_weight": 1.0,
            "motif": motif,
            "matching": "subgraph",
            "role": role,
            "neuron": f"N{index}",
            "count": chance.randrange(1, 3000),
        }
        for name in names
        for motif in motifs
        for role in "ABCDI"
        for index in range(0, neurons, 3)
    ],
)
convention = {"gap_junctions": True, "horizon": 16, "leak": 0.45, "spectral_radius": 0.9}


def keys(name, weights, snr, measure):
    return {
        **convention,
        "topology": name,
        "family": "observed",
        "species": "Caenorhabditis elegans",
        "sign_model": "wang2024",
        "weights": weights,
        "snr": snr,
        "measure": measure,
    }


measured = [
    keys(name, weights, snr, measure)
    for name in names
    for weights in ("counts", "binary")
    for snr in (1e2, 1e4, 1e6)
    for measure in ("encoded", "decoded", "carried")
]
write("wiring_dimension", [{**row, "value": chance.uniform(2, 40), "status": "ok"} for row in measured])
write(
    "wiring_dimension_nulls",
    [
        {
            **row,
            "value": chance.uniform(2, 40),
            "null_model": model,
            "nulls": 500,
            "null_mean": 20.0,
            "null_sd": 2.0,
            "null_low": 16.0,
            "null_high": 24.0,
            "z": chance.gauss(0, 2),
            "fold": chance.uniform(0.2, 2.0),
            "p_greater": chance.random(),
            "p_less": chance.random(),
            "p_value": chance.random(),
            "p_holm": chance.random(),
        }
        for row in measured
        for model in ("by_source_sign", "by_sign_and_class")
    ],
)
write(
    "wiring_dimension_curves",
    [
        {**convention, "topology": name, "weights": "counts", "measure": measure, "k": k, "error": 0.9**k}
        for name in names
        for measure in ("encoded", "decoded", "carried")
        for k in range(100)
    ],
)
write(
    "wiring_dimension_neurons",
    [
        {**keys(name, "counts", 1e4, "carried"), "neuron": f"N{index}", "class": "inter", "lost_not_held": chance.random()}
        for name in names
        for index in range(neurons)
    ],
)
trained = [
    {
        "topology": names[number % wirings],
        "task": tasks[number // wirings % len(tasks)],
        "rule": "adam",
        "bottleneck": "linear",
        "latent_units": None if number % 3 == 0 else number % 5 + 1,
        "seed": number // (wirings * len(tasks)) + 1,
    }
    for number in range(runs)
]
write(
    "training_runs",
    [
        {
            **row,
            "epochs": 40,
            "test_loss": chance.uniform(0.001, 0.5),
            "converged": chance.random() < 0.7,
            "status": chance.choice(["converged", "still_falling", "stalled"]),
        }
        for row in trained
    ],
)
write(
    "learning_curves",
    [
        {**row, "epoch": epoch, "train_loss": 0.9**epoch, "test_loss": 0.9**epoch * chance.uniform(0.8, 1.2)}
        for row in trained
        for epoch in range(40)
    ],
)
write(
    "carried_dimension",
    [
        {
            "topology": name,
            "family": "observed",
            "species": "Caenorhabditis elegans",
            "task": task,
            "latent_dimension": int(task.split("_")[1]),
            "carried": chance.uniform(1, 8),
            "ci_low": 1.0,
            "ci_high": 8.0,
            "converged": True,
            "n_seeds": 5,
            "status": "ok",
        }
        for name in names
        for task in tasks[:2]
    ],
)
write(
    "latent_dimension",
    [
        {
            "topology": name,
            "family": "observed",
            "species": "Caenorhabditis elegans",
            "task": task,
            "true_dimension": float(task[-1]),
            "embedding_dimension": int(task[-1]),
            "ambient_dimension": 128,
            "estimator": estimator,
            "value": chance.uniform(1, 5),
            "ci_low": 1.0,
            "ci_high": 5.0,
        }
        for name in names
        for task in tasks[2:]
        for estimator in ("sufficient_bottleneck", "k90", "participation_ratio", "mle_20")
    ],
)
write(
    "latent_contrasts",
    [
        {
            "topology": name,
            "family": "observed",
            "baseline": "null:by_sign_and_class",
            "task": task,
            "estimator": estimator,
            "difference": chance.gauss(0, 0.1),
            "ci_low": -0.2,
            "ci_high": 0.2,
            "p_value": chance.random(),
            "p_holm": 1.0,
            "n_pairs": 5,
        }
        for name in names
        for task in tasks
        for estimator in ("error_without", "k90")
    ],
)
print(folder)
