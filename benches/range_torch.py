"""Is the cheapest non-negative code of two sources modular where the range condition says so?

    python benches/range_torch.py          prints a line for each cut, the golden numbers of src/representation/range.rs

The authors' small case (arXiv 2410.06232) with numbers of our own: two sources on a square of which the corner where both are low is cut
off, an autoencoder that is linear with six units, and penalties for units below zero, for their squares and for those of the weights.
The density falls with either source, so that the low end is the near one. Needs `torch` and `numpy`.
"""

import sys

import numpy
import torch

SIDE = 31
SEEDS = 3


def sources(cut):
    at = numpy.arange(SIDE) / (SIDE - 1)
    x, y = (values.ravel() for values in numpy.meshgrid(at**2, at**2))
    kept = x + y >= cut - 1e-9
    return numpy.stack([x[kept], y[kept]])


def margin(pairs):
    """By its definition, over many directions."""
    pairs = pairs - pairs.mean(1, keepdims=True)
    pairs = numpy.where((pairs.max(1) < -pairs.min(1))[:, None], -pairs, pairs)
    reach, cov = -pairs.min(1), (pairs[0] * pairs[1]).mean()
    angles = 2 * numpy.pi * (numpy.arange(100_000) + 0.5) / 100_000
    u = numpy.stack([numpy.cos(angles), numpy.sin(angles)])
    lift = numpy.max([-(u.T @ p) for p in pairs.T], 0)
    form = (u**2 * reach[:, None] ** 2).sum(0) - 2 * u[0] * u[1] * cov
    return ((lift**2 - form) / (2 * abs(u[0] * u[1]) * reach.prod())).min()


def modularity(pairs, seed):
    """The mean over units of the larger share of the two weights, 1 if every unit has one source."""
    torch.manual_seed(seed)
    data = torch.tensor(pairs - pairs.mean(1, keepdims=True))
    encode = torch.nn.Parameter(0.3 * torch.randn(6, 2, dtype=torch.float64))
    bias = torch.nn.Parameter(0.5 * torch.ones(6, 1, dtype=torch.float64))
    decode = torch.nn.Parameter(0.3 * torch.randn(2, 6, dtype=torch.float64))
    out = torch.nn.Parameter(torch.zeros(2, 1, dtype=torch.float64))
    adam = torch.optim.Adam([encode, bias, decode, out], lr=0.01)
    steps = 8000
    rate = torch.optim.lr_scheduler.CosineAnnealingLR(adam, steps, 1e-5)
    for step in range(steps):
        adam.zero_grad()
        units = encode @ data + bias
        error = (decode @ units + out - data).square().sum(0).mean()
        energy = units.square().sum(0).mean() + 0.1 * (encode.square().sum() + decode.square().sum())
        loss = error + 0.01 * energy + torch.relu(-units).sum(0).mean()
        loss.backward()
        adam.step()
        rate.step()
    weights = encode.detach().abs()
    active = weights.sum(1) > 0.05 * weights.sum(1).max()
    share = weights.max(1).values / weights.sum(1)
    return float(share[active].mean()), loss.item(), error.item() / data.square().sum(0).mean().item()


def main():
    torch.set_num_threads(1)
    for cut in [float(word) for word in sys.argv[1:]] or [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]:
        pairs = sources(cut)
        found = [modularity(pairs, seed) for seed in range(SEEDS)]
        best = min(found, key=lambda f: f[1])
        print(cut, "margin", round(margin(pairs), 4), "cheapest", [round(v, 4) for v in best], "all", [round(f[0], 3) for f in found], flush=True)


if __name__ == "__main__":
    main()
