"""The Jacobians of the networks of `tests/golden/network_*.json` as JAX computes them.

    python benches/jacobians_jax.py        makes tests/golden/jacobians_*.json anew

The networks are written here as functions of a sequence and of a state, dense and in double precision, and differentiated by
`jax.jacrev`: from the sequence to the rates of the inner neurons, from those through the bottleneck to the start state, and from there
to the output. Nothing of engraph is in them. Needs `jax`.
"""

import json
import os
from pathlib import Path

os.environ["JAX_PLATFORMS"] = "cpu"

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy  # noqa: E402

jax.config.update("jax_enable_x64", True)

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "golden"
POINTS = 2
RATES = {"relu": jax.nn.relu, "logistic": jax.nn.sigmoid}


class Network:
    """A network of a golden file, with `phi` as the rate of a state."""

    def __init__(self, golden):
        p = {group: jnp.array(values) for group, values in golden["parameters"].items()}
        n, (channels, _, _) = golden["neurons"], golden["batch"]["shape"]
        pre, post, sign = (numpy.array(golden["connections"][key]) for key in ("pre", "post", "sign"))
        one, other = numpy.array(golden["gap_junctions"]).T
        inputs, self.inner, outputs = (numpy.array(golden[key]) for key in ("input", "inner", "output"))
        units = golden["units"]
        self.phi = RATES[golden["config"]["activation"]]
        self.liquid = golden["config"]["cell"] == "liquid_time_constant"
        self.excitation, self.inhibition = (
            jnp.zeros((n, n)).at[post, pre].set(jnp.abs(p["recurrent"]) * (sign == wanted)) for wanted in (1, -1)
        )
        self.gaps = jnp.zeros((n, n)).at[one, other].set(jnp.abs(p["gap"])).at[other, one].set(jnp.abs(p["gap"]))
        self.leak = 0.5 * jax.nn.sigmoid(p["leak"])
        self.bias = p["bias"]
        self.rise, self.fall = jnp.abs(p["reversal_excitatory"]), jnp.abs(p["reversal_inhibitory"])
        self.input = jnp.zeros((n, channels)).at[inputs].set(p["input"].reshape(-1, channels))
        self.encode, self.encode_bias = p["encode"].reshape(units, -1), p["encode_bias"]
        self.decode, self.decode_bias = p["decode"].reshape(-1, units), p["decode_bias"]
        self.readout = jnp.zeros((channels, n)).at[:, outputs].set(p["readout"].reshape(channels, -1))
        self.readout_bias = p["readout_bias"]
        self.neurons = n

    def step(self, state, drive):
        rates, total = self.phi(state), self.gaps.sum(1)
        current = self.bias + drive + self.gaps @ state
        if self.liquid:
            up, down = self.excitation @ rates, self.inhibition @ rates
            above = state + self.leak * (current + self.rise * up - self.fall * down)
            return above / (1 + self.leak * (1 + up + down + total))
        current += (self.excitation - self.inhibition) @ rates - total * state
        return state + self.leak * (current - state)

    def held(self, sequence):
        state = jnp.zeros(self.neurons)
        for frame in sequence.T:
            state = self.step(state, self.input @ frame)
        return self.phi(state)[self.inner]

    def start(self, held):
        return self.decode @ (self.encode @ held + self.encode_bias) + self.decode_bias

    def output(self, start, steps):
        state = jnp.zeros(self.neurons).at[self.inner].set(start)
        frames = []
        for _ in range(steps):
            state = self.step(state, 0.0)
            frames.append(self.readout @ self.phi(state) + self.readout_bias)
        return jnp.stack(frames, 1)


def main():
    for name in ("rate", "liquid"):
        golden = json.loads((FOLDER / f"network_{name}.json").read_text())
        network = Network(golden)
        channels, steps, samples = golden["batch"]["shape"]
        batch = jnp.array(golden["batch"]["values"]).reshape(channels, steps, samples)
        outputs = [network.output(network.start(network.held(batch[..., i])), steps) for i in range(samples)]
        loss = float(jnp.mean((jnp.stack(outputs, 2) - batch) ** 2))
        assert abs(loss / golden["loss"] - 1) < 1e-12, "this is not the network that PyTorch computes"
        points = []
        for i in range(POINTS):
            sequence = batch[..., i]
            held = network.held(sequence)
            jacobians = {
                "encode": jax.jacrev(network.held)(sequence),
                "hold": jax.jacrev(network.start)(held),
                "decode": jax.jacrev(lambda start: network.output(start, steps))(network.start(held)),
            }
            points.append({key: numpy.asarray(value).ravel().tolist() for key, value in jacobians.items()})
        document = {"origin": f"benches/jacobians_jax.py, jax.jacrev of jax {jax.__version__} in double precision", "points": points}
        (FOLDER / f"jacobians_{name}.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
