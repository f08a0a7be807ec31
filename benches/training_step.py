#!/usr/bin/env python3
"""One training step in engraph and in PyTorch: same wiring, parameters, batches; losses compared, times taken side by side.

    python benches/training_step.py

makes a virtual environment with torch and numpy (once, in a cache folder), lets `cargo bench` export the initial state, trains
with both programs in turn, one thread each, and prints a table. Exit code 1 where the losses differ by more than 1e-4.
`--python PATH` uses an interpreter that has torch and numpy already.
"""

import argparse
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
CARGO = ["cargo", "bench", "--locked", "--no-default-features", "--bench", "training_step"]
TOLERANCE = 1e-4
ENGRAPH = "engraph"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", help="interpreter with torch and numpy (default: an environment made for this)")
    parser.add_argument("--repeats", type=int, default=5, help="turns of every program (default 5)")
    parser.add_argument("--steps", type=int, default=20, help="training steps per turn (default 20)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--variant", choices=VARIANTS, help=argparse.SUPPRESS)
    parser.add_argument("--state", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.variant:
        train(arguments.variant, pathlib.Path(arguments.state))
    else:
        sys.exit(compare(arguments))


# The two programs in turn.


def compare(arguments):
    python = arguments.python or environment()
    binary = build()
    with tempfile.TemporaryDirectory() as folder:
        steps = ["--steps", str(arguments.steps)]
        subprocess.run([*CARGO, "--", "--export", folder, *steps], cwd=ROOT, check=True, stderr=subprocess.DEVNULL)
        commands = {ENGRAPH: [binary, *steps]}
        for name in VARIANTS:
            commands[name] = [python, __file__, "--variant", name, "--state", folder]
        runs = {name: [] for name in commands}
        for _ in range(arguments.repeats):
            for name, command in commands.items():
                runs[name].append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    return report(runs, arguments.json)


def report(runs, as_json):
    reference = runs[ENGRAPH][0]["losses"]
    rows = []
    for name, turns in runs.items():
        times = [t for turn in turns for t in turn["milliseconds"]]
        losses = [turn["losses"] for turn in turns]
        pairs = [pair for turn in losses for pair in zip(turn, reference, strict=True)]
        finite = all(math.isfinite(value) for pair in pairs for value in pair)
        difference = max(abs(a - b) / abs(b) for a, b in pairs) if finite else math.inf
        rows.append({"program": name, "min": min(times), "median": statistics.median(times), "difference": difference})
    ours = rows[0]
    for row in rows:
        row["ratio_min"] = row["min"] / ours["min"]
        row["ratio_median"] = row["median"] / ours["median"]
    fastest = min((row for row in rows[1:] if "dense" in row["program"]), key=lambda row: row["median"])
    agree = all(row["difference"] <= TOLERANCE for row in rows)
    if as_json:
        facts = {key: turns[0][key] for turns in runs.values() for key in ("instruction_set", "torch") if key in turns[0]}
        print(json.dumps({**facts, "rows": rows, "fastest_dense": fastest["program"], "losses_agree": agree}))
    else:
        print(f"{'program':<32}{'min ms':>9}{'median ms':>11}{'x min':>8}{'x median':>10}{'loss difference':>18}")
        for row in rows:
            print(
                f"{row['program']:<32}{row['min']:>9.2f}{row['median']:>11.2f}{row['ratio_min']:>8.1f}"
                f"{row['ratio_median']:>10.1f}{row['difference']:>18.1e}"
            )
        print(f"fastest dense PyTorch: {fastest['program']}, {fastest['ratio_median']:.1f} times the step of engraph")
        print(f"losses {'agree' if agree else 'DIFFER'} (largest relative difference allowed: {TOLERANCE:g})")
    return 0 if agree else 1


def build():
    command = [*CARGO, "--no-run", "--message-format=json"]
    lines = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    artifacts = [message for message in map(json.loads, lines) if message.get("executable")]
    return next(a["executable"] for a in artifacts if a["target"]["name"] == "training_step")


def environment():
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "engraph" / "bench-venv"
    python = cache / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if subprocess.run([python, "-c", "import torch, numpy"], capture_output=True).returncode if python.exists() else True:
        print(f"making {cache} with torch and numpy", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", cache], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "torch", "numpy"], check=True)
    return str(python)


# The network in PyTorch. States are (neurons, batch); the loops hold two matrix products and one activation per step.


def train(variant, folder):
    import numpy
    import torch

    torch.set_num_threads(1)
    manifest = json.loads((folder / "manifest.json").read_text())

    def read(entry):
        return torch.from_numpy(numpy.fromfile(folder / entry["file"], dtype="<f4"))

    parameters = {name: torch.nn.Parameter(read(entry)) for name, entry in manifest["parameters"].items()}
    batches = read(manifest["batches"]).reshape(manifest["batches"]["shape"])
    forward = VARIANTS[variant](torch, manifest, parameters)
    adam = torch.optim.Adam(parameters.values(), lr=1e-3, betas=(0.9, 0.999), eps=1e-8)
    losses, milliseconds = [], []
    for batch in batches.transpose(1, 2).contiguous():  # step, channel, sample
        start = time.perf_counter()
        loss = torch.nn.functional.mse_loss(forward(batch), batch)
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
        milliseconds.append(1e3 * (time.perf_counter() - start))
    print(json.dumps({"torch": torch.__version__, "losses": losses, "milliseconds": milliseconds}))


class Network:
    """What all variants share: the index lists, and everything that is not recurrent."""

    def __init__(self, torch, manifest, parameters):
        self.torch, self.p = torch, parameters
        self.neurons, self.units, self.channels = (manifest[key] for key in ("neurons", "units", "channels"))
        self.steps, self.samples = manifest["steps"], manifest["samples"]
        connections = manifest["connections"]
        self.pre, self.post = (torch.tensor(connections[key]) for key in ("pre", "post"))
        self.sign = torch.tensor(connections["sign"], dtype=torch.float32)
        one, other = torch.tensor(manifest["gap_junctions"]).T
        self.gap_rows, self.gap_columns = torch.cat([one, other]), torch.cat([other, one])
        self.input, self.inner, self.output = (torch.tensor(manifest[key]) for key in ("input", "inner", "output"))

    def __call__(self, batch):
        """The sequences decoded from `batch` (step, channel, sample)."""
        torch, p = self.torch, self.p
        self.leak = 0.5 * torch.sigmoid(p["leak"]).unsqueeze(1)
        bias = p["bias"].unsqueeze(1)
        self.prepare()
        maps = torch.zeros(self.neurons, self.channels).index_copy(0, self.input, p["input"].view(-1, self.channels))
        state = torch.zeros(self.neurons, self.samples)
        for drive in (torch.matmul(maps, batch) + bias).unbind():
            state = self.step(state, drive)
        held = torch.relu(state)[self.inner]
        latent = torch.addmm(p["encode_bias"].unsqueeze(1), p["encode"].view(self.units, -1), held)
        inner = torch.addmm(p["decode_bias"].unsqueeze(1), p["decode"].view(-1, self.units), latent)
        state = torch.zeros(self.neurons, self.samples).index_copy(0, self.inner, inner)
        drive = bias.expand(-1, self.samples)
        rates = []
        for _ in range(self.steps):
            state = self.step(state, drive)
            rates.append(torch.relu(state)[self.output])
        return torch.matmul(p["readout"].view(self.channels, -1), torch.stack(rates)) + p["readout_bias"].unsqueeze(1)

    def dense(self, rows, columns, values):
        flat = self.torch.zeros(self.neurons * self.neurons)
        return flat.index_copy(0, rows * self.neurons + columns, values).view(self.neurons, self.neurons)

    def chemical(self):
        return self.sign * self.p["recurrent"].abs()

    def electrical(self):
        return self.p["gap"].abs().repeat(2)


class Dense(Network):
    """The equations as they stand: W and G dense."""

    def prepare(self):
        self.w = self.dense(self.post, self.pre, self.chemical())
        g = self.dense(self.gap_rows, self.gap_columns, self.electrical())
        self.g = g - self.torch.diag(g.sum(1))

    def step(self, state, drive):
        drive = self.torch.addmm(drive, self.w, self.torch.relu(state))
        return self.torch.lerp(state, self.torch.addmm(drive, self.g, state), self.leak)


class Folded(Network):
    """The same with leak and gap junctions folded into one matrix: a step is two matrix products and an activation."""

    def prepare(self):
        self.w = self.leak * self.dense(self.post, self.pre, self.chemical())
        g = self.dense(self.gap_rows, self.gap_columns, self.electrical())
        keep = (1.0 - self.leak.squeeze(1)) - self.leak.squeeze(1) * g.sum(1)
        self.linear = self.leak * g + self.torch.diag(keep)

    def step(self, state, drive):
        drive = self.torch.addmm(self.leak * drive, self.w, self.torch.relu(state))
        return self.torch.addmm(drive, self.linear, state)


class DenseTransposed(Network):
    """As Dense, but the recurrent products are taken on (batch, neurons)."""

    def prepare(self):
        self.w = self.dense(self.pre, self.post, self.chemical())
        g = self.dense(self.gap_rows, self.gap_columns, self.electrical())
        self.g = g - self.torch.diag(g.sum(1))

    def __call__(self, batch):
        torch, p = self.torch, self.p
        self.leak = 0.5 * torch.sigmoid(p["leak"])
        self.prepare()
        maps = torch.zeros(self.neurons, self.channels).index_copy(0, self.input, p["input"].view(-1, self.channels))
        state = torch.zeros(self.samples, self.neurons)
        for drive in (torch.matmul(batch.transpose(1, 2), maps.T) + p["bias"]).unbind():
            state = self.step(state, drive)
        held = torch.relu(state)[:, self.inner]
        latent = torch.addmm(p["encode_bias"], held, p["encode"].view(self.units, -1).T)
        inner = torch.addmm(p["decode_bias"], latent, p["decode"].view(-1, self.units).T)
        state = torch.zeros(self.samples, self.neurons).index_copy(1, self.inner, inner)
        rates = []
        for _ in range(self.steps):
            state = self.step(state, p["bias"])
            rates.append(torch.relu(state)[:, self.output])
        read = torch.matmul(torch.stack(rates), p["readout"].view(self.channels, -1).T) + p["readout_bias"]
        return read.transpose(1, 2)

    def step(self, state, drive):
        drive = self.torch.addmm(drive, self.torch.relu(state), self.w)
        return self.torch.lerp(state, self.torch.addmm(drive, state, self.g), self.leak)


class Sparse(Network):
    """W and G as CSR matrices; the gradient of a weight is the inner product of its two signals."""

    def __init__(self, torch, manifest, parameters):
        super().__init__(torch, manifest, parameters)
        order = torch.argsort(self.gap_rows * self.neurons + self.gap_columns)
        self.gap_rows, self.gap_columns, self.gap_order = self.gap_rows[order], self.gap_columns[order], order
        self.patterns = [self.pattern(self.post, self.pre), self.pattern(self.gap_rows, self.gap_columns)]
        neurons = self.neurons

        def csr(offsets, columns, values):
            return torch.sparse_csr_tensor(offsets, columns, values, (neurons, neurons), check_invariants=False)

        class Product(torch.autograd.Function):
            @staticmethod
            def forward(context, pattern, values, signal):
                offsets, columns = pattern["forward"]
                context.pattern = pattern
                context.save_for_backward(values, signal)
                return csr(offsets, columns, values) @ signal

            @staticmethod
            def backward(context, adjoint):
                values, signal = context.saved_tensors
                pattern = context.pattern
                back = csr(*pattern["backward"], values[pattern["order"]]) @ adjoint
                return None, (adjoint[pattern["rows"]] * signal[pattern["columns"]]).sum(1), back

        self.product = Product.apply

    def pattern(self, rows, columns):
        torch = self.torch
        order = torch.argsort(columns * self.neurons + rows)

        def compressed(major, minor):
            counts = torch.bincount(major, minlength=self.neurons)
            return torch.cat([torch.zeros(1, dtype=torch.int64), counts.cumsum(0)]), minor

        return {
            "rows": rows,
            "columns": columns,
            "order": order,
            "forward": compressed(rows, columns),
            "backward": compressed(columns[order], rows[order]),
        }

    def prepare(self):
        self.w = self.chemical()
        self.g = self.electrical()[self.gap_order]
        self.gap_total = self.torch.zeros(self.neurons).index_add(0, self.gap_rows, self.g).unsqueeze(1)

    def step(self, state, drive):
        chemical, electrical = self.patterns
        drive = drive + self.product(chemical, self.w, self.torch.relu(state))
        drive = drive + self.product(electrical, self.g, state) - self.gap_total * state
        return self.torch.lerp(state, drive, self.leak)


VARIANTS = {
    "PyTorch dense": Dense,
    "PyTorch dense, (batch, neurons)": DenseTransposed,
    "PyTorch dense, folded": Folded,
    "PyTorch sparse CSR": Sparse,
}

if __name__ == "__main__":
    main()
