"""How the time and the memory of each command grow with its input.

    python benches/growth.py [--program target/release/engraph] [--only WORD] [--most SECONDS]
                             [--largest N] [--jobs N] [--markdown]

Every case makes inputs of several sizes from a fixed seed, runs the program on each in a process of
its own, and prints seconds (as the clock shows them, and of processor time), peak memory (the
maximum resident set) and the exponent of the growth: the slope of a line through the logarithms of
processor time and size, over the sizes that take at least a tenth of a second. Linear work has
exponent 1. Processor time hardly depends on what else the machine does. A case ends early at the first size that takes longer
than `--most` seconds. The standard library of Python is all that is needed.
"""

import argparse
import array
import json
import math
import os
import pathlib
import platform
import random
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent.parent


def run(command, cwd):
    """Seconds, seconds of processor time and peak memory in MiB; stops where the command fails."""
    start = time.perf_counter()
    with open(os.path.join(cwd, "said"), "w") as said:
        child = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=said)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    if child.returncode != 0:
        text = pathlib.Path(cwd, "said").read_text()
        sys.exit(f"{' '.join(map(str, command))} ended with {child.returncode}:\n{text}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def npy(path, rows, columns, values):
    """A table of points, as NumPy writes it."""
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({rows}, {columns}), }}"
    header += " " * (63 - (10 + len(header)) % 64) + "\n"
    numbers = array.array("d", values)
    if sys.byteorder == "big":
        numbers.byteswap()
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode())
        numbers.tofile(file)


def points(kind):
    def make(folder, rows, columns):
        draw = random.Random(f"{kind} {rows} {columns}")
        path = folder / "points.npy"
        if kind == "uniform":
            values = (draw.random() for _ in range(rows * columns))
        elif kind == "normal":
            values = (draw.gauss(0.0, 1.0) for _ in range(rows * columns))
        else:
            # Three latent variables behind sines, and a little noise.
            waves = [[draw.gauss(0.0, 2.0) for _ in range(3)] for _ in range(columns)]

            def row():
                latent = [draw.random() for _ in range(3)]
                for wave in waves:
                    angle = sum(a * b for a, b in zip(wave, latent))
                    yield math.sin(angle) + 1e-3 * draw.gauss(0.0, 1.0)

            values = (value for _ in range(rows) for value in row())
        npy(path, rows, columns, values)
        return path

    return make


def wide(folder, columns):
    """Three rows of many columns, as CSV."""
    draw = random.Random(columns)
    path = folder / "wide.csv"
    with open(path, "w") as file:
        file.write(",".join(f"c{at}" for at in range(columns)) + "\n")
        for _ in range(3):
            file.write(",".join(f"{draw.random():.6f}" for _ in range(columns)) + "\n")
    return path


def edges(folder, count):
    """A random wiring of twenty edges per neuron, a fifth of the neurons inhibitory."""
    draw = random.Random(count)
    neurons = count // 20
    path = folder / "edges.csv"
    seen = set()
    with open(path, "w") as file:
        file.write("pre,post,weight,sign\n")
        while len(seen) < count:
            pre, post = draw.randrange(neurons), draw.randrange(neurons)
            if pre != post and (pre, post) not in seen:
                seen.add((pre, post))
                sign = -1 if pre % 5 == 0 else 1
                weight = 1 + min(int(draw.expovariate(0.3)), 99)
                file.write(f"n{pre},n{post},{weight},{sign}\n")
    return path


def star(folder, leaves):
    """A hub and its leaves."""
    path = folder / "star.csv"
    with open(path, "w") as file:
        file.write("pre,post,weight,sign\n")
        for leaf in range(leaves):
            file.write(f"hub,leaf{leaf},1,1\n")
    (folder / "wedge.motif").write_text("Z -> A\nZ -> B\n")
    return path


def pipeline(folder, cells):
    """Nulls of the pharynx, each a cell with its structure and its motifs."""
    path = folder / "cells.toml"
    text = (HERE / "pipelines" / "smoke.toml").read_text()
    text = text[: text.index("[[tasks]]")]
    out = []
    for line in text.splitlines():
        key = line.split("=")[0].strip()
        if key in ("species", "null_tasks", "dense", "perceptron", "samples", "synapses"):
            continue
        if key == "nulls":
            section = [one for one in out if one.startswith("[")][-1]
            line = f"nulls = {cells}" if section == "[topologies]" else "nulls = 2"
        out.append(line.replace("witvliet2021_1", "cook2020_pharynx"))
    text = "\n".join(out).replace(
        '"cook2020_pharynx", "cook2020_pharynx"', '"cook2020_pharynx"'
    )
    path.write_text(text + "\n")
    return path


def cases(program, jobs):
    """Name, unit of size, sizes, and a function that makes the command of a size."""
    rows = (10_000, 100_000, 300_000, 1_000_000)
    threads = ["--jobs", str(jobs)]

    def dimension(kind, estimator, *more):
        def command(folder, rows):
            path = points(kind)(folder, rows, 10)
            return [program, "dimension", path, "--estimator", estimator, *threads, *more]

        return command

    def by_columns(folder, columns):
        path = points("uniform")(folder, 2000, columns)
        return [program, "dimension", path, "--estimator", "two_nn", *threads]

    def of_wide(folder, columns):
        path = wide(folder, columns)
        return [
            program, "dimension", path, "--estimator", "participation_ratio", "--no-intervals",
            *threads,
        ]

    def of_edges(*words):
        def command(folder, count):
            return [program, words[0], "--edges", edges(folder, count), *words[1:]]

        return command

    def audit(folder, count):
        return [program, "audit", edges(folder, count)]

    def of_parquet(folder, count):
        path, parquet = edges(folder, count), folder / "edges.parquet"
        run([program, "export", "--edges", path, "--out", parquet], folder)
        return [program, "audit", parquet]

    def of_star(*words):
        def command(folder, leaves):
            return [
                program, "motifs", "--edges", star(folder, leaves), "--motif",
                folder / "wedge.motif", *threads, *words,
            ]

        return command

    def plan(folder, cells):
        return [program, "plan", pipeline(folder, cells)]

    def cached(folder, cells):
        path = pipeline(folder, cells)
        command = [program, "run", path, "--quiet", "--out", folder / "out"]
        run(command, folder)
        return command

    nulls = ["--nulls", "20", "--motif", "xor5", *threads]
    graphs = (20_000, 60_000, 200_000, 600_000)
    return [
        ("dimension two_nn, uniform in 10 columns", "rows", rows, dimension("uniform", "two_nn")),
        ("dimension two_nn, normal in 10 columns", "rows", rows, dimension("normal", "two_nn")),
        (
            "dimension two_nn, a 3-manifold in 10 columns", "rows", rows,
            dimension("manifold", "two_nn"),
        ),
        (
            "dimension gride_64, a 3-manifold in 10 columns", "rows", rows,
            dimension("manifold", "gride_64", "--no-intervals"),
        ),
        (
            "dimension recommended, a 3-manifold in 10 columns", "rows", (10_000, 30_000, 100_000),
            dimension("manifold", "recommended"),
        ),
        ("dimension two_nn, 2,000 rows", "columns", (50, 200, 800), by_columns),
        ("dimension of 3 rows (CSV)", "columns", (20_000, 80_000, 320_000), of_wide),
        ("audit (CSV)", "edges", graphs, audit),
        ("audit (Parquet)", "edges", graphs, of_parquet),
        ("export", "edges", graphs, of_edges("export")),
        ("motifs, all eight", "edges", graphs[:3], of_edges("motifs", *threads)),
        ("motifs, XOR5 beside 20 nulls", "edges", graphs[:3], of_edges("motifs", *nulls)),
        (
            "motifs, XOR5 beside 20 nulls by strength", "edges", graphs[:3],
            of_edges("motifs", *nulls, "--null-model", "by_strength"),
        ),
        ("motifs, Z -> A, Z -> B, a hub", "leaves", rows, of_star()),
        (
            "motifs --participation, the same", "leaves", rows,
            of_star("--participation", "--format", "csv", "--out", "out"),
        ),
        ("plan", "nulls", (100, 300, 1000), plan),
        ("run, all cached", "nulls", (100, 300, 1000), cached),
    ]


def exponent(sizes, seconds):
    """The slope of log(seconds) over log(size), of the sizes that take time."""
    kept = [(math.log(n), math.log(t)) for n, t in zip(sizes, seconds) if t >= 0.1]
    if len(kept) < 2:
        return None
    x, y = (sum(values) / len(kept) for values in zip(*kept))
    above = sum((a - x) * (b - y) for a, b in kept)
    return above / sum((a - x) ** 2 for a, _ in kept)


def processor():
    """The model of the processor, where the system tells it."""
    try:
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=HERE / "target" / "release" / "engraph")
    parser.add_argument("--only", default="", help="cases whose names hold this word")
    parser.add_argument("--most", type=float, default=120.0, help="seconds of the last size")
    parser.add_argument("--largest", type=int, default=10**9, help="no size above this")
    parser.add_argument("--jobs", type=int, default=2, help="threads of the program")
    parser.add_argument("--markdown", action="store_true", help="print a table for the docs")
    args = parser.parse_args()
    program = pathlib.Path(args.program).resolve()
    found = []
    for name, unit, sizes, command in cases(program, args.jobs):
        if args.only not in name:
            continue
        done, seconds, processed, memory = [], [], [], []
        for size in (size for size in sizes if size <= args.largest):
            with tempfile.TemporaryDirectory() as folder:
                words = command(pathlib.Path(folder), size)
                took, busy, peak = run(words, folder)
            done.append(size)
            seconds.append(took)
            processed.append(busy)
            memory.append(peak)
            print(f"{name}: {size:,} {unit}: {took:.2f} s, of processor time {busy:.2f} s, {peak:.0f} MiB", file=sys.stderr)
            if took > args.most:
                break
        found.append(
            {
                "case": name,
                "unit": unit,
                "sizes": done,
                "seconds": seconds,
                "processor_seconds": processed,
                "mebibytes": memory,
                "exponent": exponent(done, processed),
            }
        )
    if args.markdown:
        print(f"Two threads, {processor()}.\n")
        print("| command | size | processor time (s) | peak memory (MiB) | exponent |")
        print("|---|---|---|---|---|")
        for case in found:
            sizes = ", ".join(f"{n:,}" for n in case["sizes"]) + f" {case['unit']}"
            seconds = ", ".join(f"{t:.2f}" for t in case["processor_seconds"])
            memory = ", ".join(f"{m:.0f}" for m in case["mebibytes"])
            power = case["exponent"]
            power = "" if power is None else f"{power:.2f}"
            print(f"| {case['case']} | {sizes} | {seconds} | {memory} | {power} |")
    else:
        json.dump({"processor": processor(), "cases": found}, sys.stdout, indent=1)
        print()


if __name__ == "__main__":
    main()
