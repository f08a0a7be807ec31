#!/usr/bin/env python3
"""Training steps in engraph, PyTorch and JAX: same wiring, parameters, batches; losses compared, times and memory side by side.

    python benches/training_step.py              every wiring: losses, times, peak memory
    python benches/training_step.py --parity     losses and gradients in every setting of a network
    python benches/training_step.py --golden     write tests/golden/network_*.json, from PyTorch in double precision
    python benches/training_step.py --networks   many networks at once on one thread and on two

The first makes a virtual environment with torch, jax and numpy (once, in a cache folder), lets `cargo bench` export the initial
state, and trains with all programs in turn, one thread each. Exit code 1 where losses or gradients differ by more than 1e-4.
`--python PATH` uses an interpreter that has torch and numpy already, `--jax PATH` one that has jax.
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
CARGO = ["cargo", "bench", "--locked", "--bench", "training_step"]
TOLERANCE = 1e-4
# In double precision nothing but the order of sums differs.
TOLERANCE_DOUBLE = 1e-8
ENGRAPH = "engraph"
# Programs that do the work of each wiring, and training steps of a turn. What is left out: of 10,000 neurons, dense matrices and
# PyTorch's own sparse gradient, which takes most of a minute per step; BCOO where dense matrices are possible and faster.
DENSE = ["PyTorch dense", "PyTorch dense, (batch, neurons)", "PyTorch dense, folded"]
CSR = ["PyTorch sparse CSR", "PyTorch sparse CSR, autograd"]
WORK = {
    "cook": (DENSE + CSR + ["JAX dense"], 20),
    "n3000": (["PyTorch dense", *CSR, "JAX dense"], 4),
    "n10000": (["PyTorch sparse CSR", "JAX BCOO"], 4),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--parity", action="store_true", help="compare losses and gradients in every setting")
    mode.add_argument("--golden", action="store_true", help="write the files of tests/golden_network.rs")
    mode.add_argument("--networks", type=int, nargs="?", const=24, metavar="N", help="train N networks at once (24)")
    parser.add_argument("--wiring", choices=WORK, nargs="+", default=list(WORK), help="wirings to train (default all)")
    parser.add_argument("--python", help="interpreter with torch and numpy (default: an environment made for this)")
    parser.add_argument("--jax", help="interpreter with jax (default: as --python)")
    parser.add_argument("--repeats", type=int, default=5, help="turns of every program (default 5)")
    parser.add_argument("--steps", type=int, help="training steps per turn (default 20, of the large wirings 4)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument("--binary", help="the bench, built before (default: built now)")
    parser.add_argument("--variant", help=argparse.SUPPRESS)
    parser.add_argument("--state", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.variant:
        return train(arguments.variant, arguments.state)
    if arguments.networks:
        return subprocess.run([binary(arguments), "--networks", str(arguments.networks)], check=True).returncode
    # Parity and golden files are PyTorch's own work.
    if (arguments.parity or arguments.golden) and not has_torch():
        interpreter = python(arguments)
        subprocess.run([interpreter, "-c", "import torch, numpy"], check=True)
        return subprocess.run([interpreter, *sys.argv]).returncode
    if arguments.golden:
        return golden()
    return parity(arguments) if arguments.parity else compare(arguments)


def has_torch():
    try:
        import torch  # noqa: F401
    except ImportError:
        return False
    return True


def binary(arguments):
    if arguments.binary:
        return arguments.binary
    command = [*CARGO, "--no-run", "--message-format=json"]
    lines = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    artifacts = [message for message in map(json.loads, lines) if message.get("executable")]
    return next(a["executable"] for a in artifacts if a["target"]["name"] == "training_step")


def python(arguments):
    return arguments.python or environment()


def environment():
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "engraph" / "bench-venv"
    python = cache / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    needed = [python, "-c", "import torch, numpy, jax"]
    if subprocess.run(needed, capture_output=True).returncode if python.exists() else True:
        print(f"making {cache} with torch, jax and numpy", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", cache], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "torch", "jax", "numpy"], check=True)
    return str(python)


def output_of(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}\n{done.stderr}")
    return done.stdout


# Times: the programs in turn.


def compare(arguments):
    engraph, torch = binary(arguments), python(arguments)
    jax = arguments.jax or torch
    reports = []
    for wiring in arguments.wiring:
        variants, steps = WORK[wiring]
        ours = [engraph, "--wiring", wiring, "--steps", str(arguments.steps or steps)]
        with tempfile.TemporaryDirectory() as folder:
            output_of([*ours, "--export", folder])
            commands = {ENGRAPH: ours}
            for name in variants:
                commands[name] = [jax if "JAX" in name else torch, __file__, "--variant", name, "--state", folder]
            runs = {name: [] for name in commands}
            for _ in range(arguments.repeats):
                for name, command in commands.items():
                    runs[name].append(json.loads(output_of(command)))
        reports.append(report(wiring, runs))
        if not arguments.json:
            show(reports[-1])
    if arguments.json:
        print(json.dumps(reports))
    return 0 if all(report["losses_agree"] for report in reports) else 1


def report(wiring, runs):
    reference = runs[ENGRAPH][0]["losses"]
    rows = []
    for name, turns in runs.items():
        times = [t for turn in turns for t in turn["milliseconds"]]
        difference = max(relative(turn["losses"], reference) for turn in turns)
        memory = {key: max(turn.get(key) or 0.0 for turn in turns) for key in ("peak_megabytes", "import_megabytes")}
        row = {"program": name, "min": min(times), "median": statistics.median(times), "difference": difference}
        rows.append({**row, **memory})
    for row in rows:
        for key in ("min", "median", "peak_megabytes"):
            row[f"ratio_{key}"] = row[key] / rows[0][key] if rows[0][key] else math.nan
    facts = {key: turns[0][key] for turns in runs.values() for key in ("instruction_set", "versions") if key in turns[0]}
    agree = all(row["difference"] <= TOLERANCE for row in rows)
    return {"wiring": wiring, **facts, "rows": rows, "losses_agree": agree}


def relative(values, reference):
    pairs = list(zip(values, reference, strict=True))
    finite = all(math.isfinite(value) for pair in pairs for value in pair)
    return max(abs(a - b) / abs(b) for a, b in pairs) if finite else math.inf


def show(report):
    print(
        f"{report['wiring']:<32}{'min ms':>10}{'median ms':>11}{'x min':>8}{'x median':>10}{'peak MB':>10}{'x':>7}"
        f"{'of imports':>12}{'loss difference':>18}"
    )
    for row in report["rows"]:
        print(
            f"{row['program']:<32}{row['min']:>10.2f}{row['median']:>11.2f}{row['ratio_min']:>8.1f}"
            f"{row['ratio_median']:>10.1f}{row['peak_megabytes']:>10.0f}{row['ratio_peak_megabytes']:>7.1f}"
            f"{row['import_megabytes']:>12.0f}{row['difference']:>18.1e}"
        )
    for kind in ("PyTorch dense", "PyTorch", "JAX"):
        rows = [row for row in report["rows"] if row["program"].startswith(kind)]
        if rows:
            best = min(rows, key=lambda row: row["min"])
            print(f"fastest {kind}: {best['program']}, {best['ratio_min']:.1f} times the step of engraph")
    print(f"losses {'agree' if report['losses_agree'] else 'DIFFER'} (relative difference allowed: {TOLERANCE:g})\n")


def train(variant, folder):
    if variant.startswith("JAX"):
        import engram_jax as peer
    else:
        import engram_torch as peer
    imported = peak_megabytes()
    batches, step = peer.program(variant, folder)
    losses, milliseconds = [], []
    for batch in batches[:-1]:
        start = time.perf_counter()
        losses.append(step(batch))
        milliseconds.append(1e3 * (time.perf_counter() - start))
    module = getattr(peer, "torch", None) or peer.jax
    document = {"versions": {module.__name__: module.__version__}, "losses": losses, "milliseconds": milliseconds}
    print(json.dumps({**document, "import_megabytes": imported, "peak_megabytes": peak_megabytes()}))


def peak_megabytes():
    try:
        status = pathlib.Path("/proc/self/status").read_text()
    except OSError:
        return None
    return int(status.split("VmHWM:")[1].split()[0]) * 1024 / 1e6


# Parity: every setting of a network.


def settings():
    """What is compared: the wiring, what differs from the default configuration, neurons in place of linear units, training steps."""
    for activation in ("relu", "tanh_relu", "softplus"):
        yield "cook", {"activation": activation}, False, 50
    for cell in ("rate", "liquid_time_constant"):
        for activation in ("relu", "tanh_relu", "softplus", "logistic"):
            for neurons in (False, True):
                yield "small", {"cell": cell, "activation": activation}, neurons, 50
        yield "small", {"cell": cell, "loss": "soft_xor"}, False, 50
        for weights in ("softplus", "projected", "exponentiated"):
            yield "small", {"cell": cell, "weights": weights}, False, 50
        factors = {"nonnegativity": 0.3, "latent_energy": 0.2, "weight_energy": 0.01, "rate_energy": 0.7, "homeostasis": 2.0}
        for name, factor in factors.items():
            yield "small", {"cell": cell, "penalties": {name: factor, "target_rate": 0.4}}, False, 50
    yield "cook", {"cell": "liquid_time_constant", "activation": "logistic"}, False, 50


def parity(arguments):
    from engram_torch import Network, State

    engraph, agree = binary(arguments), True
    print(f"{'setting':<104}{'losses':>9}{'first':>9}{'last':>9}  worst group")
    for wiring, config, neurons, steps in settings():
        for double in (False, True):
            with tempfile.TemporaryDirectory() as folder:
                flags = ["--neurons"] * neurons + ["--double"] * double
                size = ["--wiring", wiring, "--steps", str(steps), "--config", json.dumps(config)]
                output_of([engraph, *size, *flags, "--export", folder])
                state = State(folder)
                network, batches = Network(state.manifest, state.groups("parameters")), state.batches()
                network.loss_and_gradient(batches[0])
                first = gradient_difference(network.gradients(), state.groups("first"))
                losses = relative([network.train(batch) for batch in batches[:-1]], state.manifest["losses"])
                network.loss_and_gradient(batches[-1])
                last = gradient_difference(network.gradients(), state.groups("last"))
            tolerance = TOLERANCE_DOUBLE if double else TOLERANCE
            (at_first, _), (at_last, group) = first, last
            same = max(losses, at_first, at_last) <= tolerance
            agree &= same
            setting = f"{wiring} {'f64' if double else 'f32'} {'neurons ' * neurons}{json.dumps(config)}"
            row = f"{setting:<104}{losses:>9.0e}{at_first:>9.0e}{at_last:>9.0e}  {group}{'' if same else '  DIFFERS'}"
            print(row, flush=True)
    print(f"{'all agree' if agree else 'SOME DIFFER'} ({TOLERANCE:g} in f32, {TOLERANCE_DOUBLE:g} in f64)")
    return 0 if agree else 1


def gradient_difference(ours, theirs):
    """The largest difference, relative to the largest derivative of its group, and the group."""
    differences = []
    for name, values in ours.items():
        if len(values):
            scale = values.abs().max().item()
            difference = (values - theirs[name]).abs().max().item()
            differences.append((difference / scale if scale > 0.0 else difference, name))
    return max(differences)


# Golden files: PyTorch alone, so that nothing of engraph is in them.


def golden():
    import numpy
    import torch
    from engram_torch import Network

    torch.set_num_threads(1)
    folder = ROOT / "tests" / "golden"
    folder.mkdir(exist_ok=True)
    for name, cell, activation in (("rate", "rate", "relu"), ("liquid", "liquid_time_constant", "logistic")):
        random = numpy.random.default_rng(7)
        neurons, channels, steps, samples, units = 12, 2, 4, 32, 2
        grid = [(post, pre) for post in range(neurons) for pre in range(neurons) if random.random() < 0.25]
        sets = {"input": [0, 1, 2], "inner": [3, 4, 5, 6, 7], "output": [7, 8, 9, 10, 11]}
        manifest = {
            "config": {
                "cell": cell,
                "activation": activation,
                "weights": "modulus",
                "loss": "mean_squared",
                "penalties": dict.fromkeys(
                    ("nonnegativity", "latent_energy", "weight_energy", "rate_energy", "homeostasis", "target_rate"), 0.0
                ),
            },
            "neurons": neurons,
            "units": units,
            "kept": None,
            "rates": [0.01, 0.1],
            "connections": {
                "pre": [pre for _, pre in grid],
                "post": [post for post, _ in grid],
                "sign": [-1 if pre % 4 == 0 else 1 for _, pre in grid],
            },
            "gap_junctions": [[0, 3], [1, 2], [2, 9], [4, 11]],
            **sets,
        }
        inputs, inner, outputs = (len(members) for members in sets.values())
        reversals = neurons if cell == "liquid_time_constant" else 0
        sizes = {
            "recurrent": len(grid),
            "gap": 4,
            "leak": neurons,
            "bias": neurons,
            "reversal_excitatory": reversals,
            "reversal_inhibitory": reversals,
            "input": inputs * channels,
            "encode": units * inner,
            "encode_bias": units,
            "decode": inner * units,
            "decode_bias": inner,
            "readout": channels * outputs,
            "readout_bias": channels,
        }
        # Few decimals keep the file small; some moduli are of negative numbers.
        parameters = {group: random.normal(0.0, 0.7, size).round(3).tolist() for group, size in sizes.items()}
        batch = random.normal(0.0, 1.0, (channels, steps, samples)).round(2)
        tensors = {group: torch.tensor(values, dtype=torch.float64) for group, values in parameters.items()}
        network = Network(manifest, tensors)
        frames = torch.tensor(batch).transpose(0, 1).contiguous()
        loss = network.loss_and_gradient(frames)
        gradients = {group: values.tolist() for group, values in network.gradients().items()}
        losses = [network.train(frames) for _ in range(50)]
        document = {
            "origin": f"benches/training_step.py --golden, autograd and Adam of torch {torch.__version__} in double precision",
            **manifest,
            "batch": {"shape": [channels, steps, samples], "values": batch.ravel().tolist()},
            "parameters": parameters,
            "loss": loss,
            "gradients": gradients,
            "losses": losses,
        }
        lines = ",\n".join(f'"{key}": {json.dumps(value, separators=(",", ":"))}' for key, value in document.items())
        (folder / f"network_{name}.json").write_text("{\n" + lines + "\n}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
