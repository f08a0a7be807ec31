"""Memory capacity as reservoirpy and a read-out of conn2res's kind measure it.

    python benches/reservoir_peers.py        makes tests/golden/reservoir.json anew

reservoirpy computes its own example (`reservoirpy.observables.memory_capacity`: 100 units, spectral radius 1, seed 1, ridge 1e-4,
50 delays); its weights, inputs and result are written down. conn2res is in no package registry, so its third example is
recomputed here with numpy from its definition, on the same weights. Needs `reservoirpy`.
"""

import json
from pathlib import Path

import numpy as np
import reservoirpy
from reservoirpy.nodes import Reservoir, Ridge
from reservoirpy.observables import memory_capacity

GOLDEN = Path(__file__).resolve().parent.parent / "tests" / "golden" / "reservoir.json"
UNITS, DELAYS = 100, 50


def conn2res(weights, gain, series):
    """The modulus of the correlation for delays 1 to 20, from 4,050 inputs after the first 20."""
    delays, steps, fitted = 20, 4050, 2835

    def states(inputs):
        state, all_states = np.zeros(len(weights)), []
        for value in inputs:
            state = np.tanh(weights @ state + 1e-4 * gain * value)
            all_states.append(state)
        return np.array(all_states)

    driven = series[delays:]
    targets = np.stack([series[delays - k : delays - k + steps] for k in range(1, delays + 1)], 1)
    train, test = states(driven[:fitted]), states(driven[fitted:])
    out = np.linalg.solve(train.T @ train + 0.5 * np.eye(len(weights)), train.T @ targets[:fitted])
    found = test @ out
    return [abs(np.corrcoef(found[:, k], targets[fitted:, k])[0, 1]) for k in range(delays)]


def main():
    model = Reservoir(UNITS, sr=1, seed=1) >> Ridge(ridge=1e-4)
    capacities = memory_capacity(model, k_max=DELAYS, as_list=True, seed=1)
    assert round(float(np.sum(capacities)), 2) == 18.78, "this is not what reservoirpy documents"
    reservoir = Reservoir(UNITS, sr=1, seed=1)
    reservoir.initialize(np.ones((1, 1)))
    weights, gain = (m.toarray() if hasattr(m, "toarray") else np.asarray(m) for m in (reservoir.W, reservoir.Win))
    post, pre = np.nonzero(weights)
    series = np.random.default_rng(1).uniform(-0.8, 0.8, (10 * DELAYS, 1))[:, 0]
    # Few decimals keep the file small.
    longer = np.random.default_rng(2).uniform(-1, 1, 4070).round(4)
    document = {
        "origin": f"benches/reservoir_peers.py, reservoirpy {reservoirpy.__version__}",
        "neurons": UNITS,
        "weights": [[int(i), int(j), float(weights[i, j])] for i, j in zip(post, pre)],
        "input": gain[:, 0].tolist(),
        "series": series.tolist(),
        "capacities": [float(c) for c in capacities],
        "conn2res_series": longer.tolist(),
        "conn2res_capacities": [float(c) for c in conn2res(weights, gain[:, 0], longer)],
    }
    GOLDEN.write_text(json.dumps(document, separators=(",", ":")) + "\n")
    print(f"reservoirpy {sum(document['capacities']):.4f}, conn2res {sum(document['conn2res_capacities']):.4f}")


if __name__ == "__main__":
    main()
