"""Is the cheapest non-negative code of two sources modular where the range condition says so?

    python benches/range_torch.py                prints a line for each cut, the golden numbers of src/representation/range.rs
    python benches/range_torch.py --sources 3    the same of three sources, as the authors have it

The authors' small case (arXiv 2410.06232) with numbers of our own: two sources on a square of which the corner where both are low is cut
off, or three on a cube, an autoencoder that is linear with six units, and penalties for units below zero, for their squares and for those of the weights.
The density falls with either source, so that the low end is the near one. Needs `torch` and `numpy`.
"""

import argparse

import numpy
import torch

SEEDS = 3


def sources(cut, count):
    side = {2: 31, 3: 11}[count]
    at = (numpy.arange(side) / (side - 1)) ** 2
    grid = numpy.stack([values.ravel() for values in numpy.meshgrid(*[at] * count)])
    return grid[:, grid.sum(0) >= cut - 1e-9]


def margin(points):
    """By its definition, over many directions."""
    points = points - points.mean(1, keepdims=True)
    points = numpy.where((points.max(1) < -points.min(1))[:, None], -points, points)
    count, reach = len(points), -points.min(1)
    if count == 2:
        angles = 2 * numpy.pi * (numpy.arange(100_000) + 0.5) / 100_000
        u = numpy.stack([numpy.cos(angles), numpy.sin(angles)])
    else:
        u = numpy.random.default_rng(1).normal(size=(count, 100_000))
    lift = numpy.max([-(u.T @ p) for p in points.T], 0)
    form, scale = (u**2 * reach[:, None] ** 2).sum(0), 0.0
    for i in range(count):
        for j in range(i):
            form = form - 2 * u[i] * u[j] * (points[i] * points[j]).mean()
            scale = scale + 2 * abs(u[i] * u[j]) * reach[i] * reach[j]
    return ((lift**2 - form) / scale).min()


def modularity(points, seed):
    """The mean over units of the larger share of their weights, 1 if every unit has one source."""
    torch.manual_seed(seed)
    count = len(points)
    data = torch.tensor(points - points.mean(1, keepdims=True))
    encode = torch.nn.Parameter(0.3 * torch.randn(6, count, dtype=torch.float64))
    bias = torch.nn.Parameter(0.5 * torch.ones(6, 1, dtype=torch.float64))
    decode = torch.nn.Parameter(0.3 * torch.randn(count, 6, dtype=torch.float64))
    out = torch.nn.Parameter(torch.zeros(count, 1, dtype=torch.float64))
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
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("cuts", nargs="*", type=float)
    words.add_argument("--sources", type=int, choices=(2, 3), default=2)
    given = words.parse_args()
    for cut in given.cuts or [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]:
        points = sources(cut, given.sources)
        found = [modularity(points, seed) for seed in range(SEEDS)]
        best = min(found, key=lambda f: f[1])
        print(cut, "margin", round(margin(points), 4), "cheapest", [round(v, 4) for v in best], "all", [round(f[0], 3) for f in found], flush=True)


if __name__ == "__main__":
    main()
