"""A network with a bottleneck of which few units are active, as PyTorch computes it.

    python benches/sparse_torch.py         makes tests/golden/network_top_k.json anew

The wiring and the batch are those of `tests/golden/network_rate.json`; the units are drawn here. Two of them are dead from the start,
and another one dies within the fifty steps. PyTorch differentiates; nothing of engraph is in it. Needs `torch` and `numpy`.
"""

import json
import pathlib

import numpy
import torch
from engram_torch import Network

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "tests" / "golden"
SPARSE = {"units": 12, "active": 3, "dead_after": 20, "auxiliary": 0.25}
STEPS = 50


class Sparse(Network):
    """`z = TopK(W (r - b_pre) + b)`, with the auxiliary cost of dead units."""

    def __init__(self, manifest, parameters):
        self.silent = parameters.pop("silent_steps")
        super().__init__(manifest, parameters)

    def encode(self, batch):
        channels, samples = batch.shape[1:]
        map_in = self.zeros(self.neurons, channels).index_copy(0, self.input, self.p["input"].view(-1, channels))
        state = self.zeros(self.neurons, samples)
        for frame in batch:
            state = self.step(state, map_in @ frame + self.p["bias"].unsqueeze(1))
        centred = self.rate(state)[self.inner] - self.p["pre_bias"].unsqueeze(1)
        return self.p["encode"].view(-1, len(self.inner)) @ centred + self.p["encode_bias"].unsqueeze(1)

    def decode(self, latent, batch):
        inner = self.p["decode"].view(-1, len(latent)) @ latent + self.p["decode_bias"].unsqueeze(1)
        state = self.zeros(self.neurons, latent.shape[1]).index_copy(0, self.inner, inner)
        outputs = []
        for _ in batch:
            state = self.step(state, self.p["bias"].unsqueeze(1).expand(-1, latent.shape[1]))
            outputs.append(self.p["readout"].view(-1, len(self.output)) @ self.rate(state)[self.output])
        outputs = torch.stack(outputs) + self.p["readout_bias"].unsqueeze(1)
        return torch.nn.functional.mse_loss(outputs, batch)

    def cost(self, batch):
        self.prepare()
        every = self.encode(batch)
        active = torch.zeros_like(every).scatter(0, every.topk(SPARSE["active"], dim=0).indices, 1.0)
        latent = every * active
        loss = self.decode(latent, batch)
        dead = self.silent >= SPARSE["dead_after"]
        allowed = dead.unsqueeze(1) & (active == 0)
        if allowed.any():
            most = min(max(len(self.inner) // 2, 1), int(dead.sum()))
            ranked = every.masked_fill(~allowed, -torch.inf)
            helping = torch.zeros_like(every).scatter(0, ranked.topk(most, dim=0).indices, 1.0) * allowed
            loss = loss + SPARSE["auxiliary"] * self.decode(latent + every * helping, batch)
        self.seen = active.any(1)
        return loss

    def loss_and_gradient(self, batch):
        loss = super().loss_and_gradient(batch)
        self.silent = torch.where(self.seen, 0.0, self.silent + 1)
        return loss


def main():
    golden = json.loads((FOLDER / "network_rate.json").read_text())
    random = numpy.random.default_rng(7)
    units, inner = SPARSE["units"], len(golden["inner"])
    parameters = golden["parameters"]
    parameters["encode"] = (random.normal(size=units * inner) / inner**0.5).tolist()
    bias = 0.02 * random.normal(size=units)
    parameters["encode_bias"] = bias.tolist()
    parameters["decode"] = (random.normal(size=inner * units) / SPARSE["active"] ** 0.5).tolist()
    parameters["pre_bias"] = (0.2 * random.normal(size=inner)).tolist()
    silent = [0.0] * units
    silent[2] = silent[7] = 30.0
    parameters["silent_steps"] = silent
    channels, steps, samples = golden["batch"]["shape"]
    batch = torch.tensor(golden["batch"]["values"], dtype=torch.float64).view(channels, steps, samples).transpose(0, 1).contiguous()
    manifest = {**golden, "kept": None}

    def network():
        return Sparse(manifest, {name: torch.tensor(values, dtype=torch.float64) for name, values in parameters.items()})

    # Units compete: without their means, other ones are the largest in other sequences.
    with torch.no_grad():
        probe = network()
        probe.prepare()
        bias -= probe.encode(batch).mean(1).numpy()
    bias[[2, 7]] -= 4.0
    parameters["encode_bias"] = bias.tolist()
    first = network()
    loss = first.loss_and_gradient(batch)
    gradients = {name: values.tolist() for name, values in first.gradients().items()}
    gradients["silent_steps"] = [0.0] * units
    trained = network()
    losses, dead = [], []
    for _ in range(STEPS):
        losses.append(trained.train(batch))
        dead.append(int((trained.silent >= SPARSE["dead_after"]).sum()))
    document = {
        **golden,
        "origin": f"benches/sparse_torch.py, PyTorch {torch.__version__} in double precision",
        "units": units,
        "sparse": SPARSE,
        "parameters": parameters,
        "loss": loss,
        "gradients": gradients,
        "losses": losses,
        "silent_steps": trained.silent.tolist(),
    }
    print(losses[0], losses[-1], dead, trained.silent.tolist())
    (FOLDER / "network_top_k.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
