#!/usr/bin/env python3
"""`engraph dimension` beside scikit-dimension, and against known dimensions.

    python benches/dimension_peers.py                 the same definitions, the same values, and the times
    python benches/dimension_peers.py --accuracy      error and coverage on scikit-dimension's BenchmarkManifolds
    python benches/dimension_peers.py --noise         the same under noise
    python benches/dimension_peers.py --training      the manifolds on which the recommended estimate was tuned
    python benches/dimension_peers.py --copies        the recommended estimate where points have near copies
    python benches/dimension_peers.py --golden        makes tests/golden/dimension.json anew

Makes a virtual environment with scikit-dimension, pandas and pyarrow (once, in a cache folder) and builds engraph. One thread each.
Exit code 1 where a value differs by more than 1e-6.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
CLOSE = 1e-6


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("accuracy", "noise", "training", "copies", "golden"):
        parser.add_argument(f"--{name}", action="store_true")
    parser.add_argument("--points", type=int, default=2500, help="points per manifold (default 2500)")
    parser.add_argument("--seeds", type=int, default=3, help="seeds (default 3)")
    parser.add_argument("--first-seed", type=int, default=0, help="the first of them (default 0)")
    parser.add_argument("--engraph", help="a built program (default: cargo builds it)")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if not arguments.inside:
        sys.exit(subprocess.run([environment(), __file__, *sys.argv[1:], "--inside"], env=one_thread()).returncode)
    engraph = arguments.engraph or build()
    if arguments.golden:
        golden()
    elif arguments.accuracy or arguments.noise:
        for noise in (0.0, 0.01, 0.03, 0.1) if arguments.noise else (0.0,):
            accuracy(engraph, f"BenchmarkManifolds, noise {noise}", benchmark(arguments, noise))
    elif arguments.training:
        accuracy(engraph, "training family", training(arguments))
        accuracy(engraph, "random maps", random_maps(arguments))
    elif arguments.copies:
        copies(engraph, arguments)
    else:
        sys.exit(agreement(engraph, arguments))


def environment():
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "engraph" / "dimension-venv"
    python = cache / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists() or subprocess.run([python, "-c", "import skdim, pandas, pyarrow"], capture_output=True).returncode:
        print(f"making {cache} with scikit-dimension", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", cache], check=True)
        packages = ["scikit-dimension==0.5.0", "pandas", "pyarrow"]
        subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=True)
    return str(python)


def one_thread():
    return {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def build():
    command = ["cargo", "build", "--release", "--locked"]
    subprocess.run(command, check=True, cwd=ROOT)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")
    return str(target / "release" / "engraph")


def dimension(engraph, points, *options):
    """Rows of `engraph dimension` by estimator, and the seconds the command took."""
    import pyarrow
    import pyarrow.parquet

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "points.parquet")
        columns = {f"x{i}": points[:, i] for i in range(points.shape[1])}
        pyarrow.parquet.write_table(pyarrow.table(columns), path)
        start = time.perf_counter()
        command = [engraph, "dimension", path, "--format", "json", "--jobs", "1", *options]
        done = subprocess.run(command, capture_output=True, text=True)
        seconds = time.perf_counter() - start
    if done.returncode:
        sys.exit(done.stderr)
    return {row["estimator"]: row for row in json.loads(done.stdout)["rows"]}, seconds


# The same definitions.


def peers():
    """What scikit-dimension calls our estimators; True where it reads neighbours."""
    import numpy as np
    from skdim.id import GRIDE, MLE, CorrInt, FisherS, TwoNN, lPCA

    scalar = lambda value: float(np.ravel(value)[0])
    all = {
        "participation_ratio": (False, lambda x: lPCA(ver="participation_ratio").fit(x).dimension_),
        "pca_90": (False, lambda x: lPCA(ver="ratio", alphaRatio=0.90).fit(x).dimension_),
        "pca_95": (False, lambda x: lPCA(ver="ratio", alphaRatio=0.95).fit(x).dimension_),
        "pca_fo": (False, lambda x: lPCA().fit(x).dimension_),
        "fisher_separability": (False, lambda x: FisherS().fit(x).dimension_),
        "local_pca": (True, lambda x: np.mean(lPCA().fit_pw(x, n_neighbors=100).dimension_pw_)),
        "correlation_dimension": (True, lambda x: CorrInt().fit(x).dimension_),
        "two_nn": (True, lambda x: TwoNN(method="mle").fit(x).dimension_),
        "two_nn_fit": (True, lambda x: TwoNN().fit(x).dimension_),
    }
    for k in (10, 20, 50):
        all[f"mle_{k}"] = (True, lambda x, k=k: MLE().fit(x, n_neighbors=k).dimension_)
    for far in (2, 4, 8, 16, 32, 64, 128, 256):
        all[f"gride_{far}"] = (True, lambda x, far=far: GRIDE(n1=far // 2, n2=far).fit(x).dimension_)
    return {name: (near, lambda x, of=of: scalar(of(x))) for name, (near, of) in all.items()}


def agreement(engraph, arguments):
    wanted = peers()
    near = [name for name, (reads, _) in wanted.items() if reads]
    failed, ours, theirs = 0, 0.0, 0.0
    print("| manifold | points x columns | largest difference | of | neighbour estimators: engraph s | scikit-dimension s | x |")
    print("|---|---|---|---|---|---|---|")
    for _, name, _, points in benchmark(arguments, 0.0):
        found, _ = dimension(engraph, points, "--no-intervals", *(f"--estimator={e}" for e in wanted))
        _, seconds = dimension(engraph, points, "--no-intervals", *(f"--estimator={e}" for e in near))
        worst, peer_seconds = (0.0, ""), 0.0
        for estimator, (reads, of) in wanted.items():
            start = time.perf_counter()
            value = of(points)
            peer_seconds += (time.perf_counter() - start) if reads else 0.0
            mine = found[estimator]["value"]
            # Where all is separable scikit-dimension has NaN, we have no value.
            difference = float(mine is not None) if value != value else 1.0 if mine is None else abs(mine - value) / max(1.0, abs(value))
            worst = max(worst, (difference, estimator))
        failed += worst[0] > CLOSE
        ours, theirs = ours + seconds, theirs + peer_seconds
        print(f"| {name} | {points.shape[0]} x {points.shape[1]} | {worst[0]:.1e} | {worst[1]} | {seconds:.2f} | {peer_seconds:.2f} | {peer_seconds / seconds:.1f} |", flush=True)
    print(f"\nall: engraph {ours:.1f} s (with the start of the program and the reading of Parquet), scikit-dimension {theirs:.1f} s, {theirs / ours:.1f} times; {failed} differ by more than {CLOSE}")
    return int(failed > 0)


# Known dimensions.


def benchmark(arguments, noise):
    import warnings

    warnings.filterwarnings("ignore")
    from skdim.datasets import BenchmarkManifolds

    for seed in range(arguments.first_seed, arguments.first_seed + arguments.seeds):
        manifolds = BenchmarkManifolds(random_state=seed)
        truth = dict(zip(manifolds.truth.index, manifolds.truth["Intrinsic Dimension"]))
        for name, points in manifolds.generate(n=arguments.points, noise=noise).items():
            yield seed, name, float(truth[name]), points


def training(arguments):
    """Manifolds of known dimension that share no code with BenchmarkManifolds: flat, curved, bounded and not, of even and of heavy-tailed density."""
    import numpy as np

    def ball(r, n, d):
        x = r.normal(size=(n, d))
        return x / np.linalg.norm(x, axis=1, keepdims=True) * r.random((n, 1)) ** (1 / d)

    def sphere(r, n, d):
        x = r.normal(size=(n, d + 1))
        return x / np.linalg.norm(x, axis=1, keepdims=True)

    def sphere_by_cube(r, n, d):
        return np.hstack([sphere(r, n, d // 2), 1.5 * r.random((n, d - d // 2))])

    def flat_torus(r, n, d):
        a = 2 * np.pi * r.random((n, d))
        return np.hstack([np.cos(a), np.sin(a)])

    def ring(r, n, _):
        a, b = 2 * np.pi * r.random((2, n))
        return np.stack([(2 + 0.7 * np.cos(b)) * np.cos(a), (2 + 0.7 * np.cos(b)) * np.sin(a), 0.7 * np.sin(b)], 1)

    def roll(r, n, d):
        a = 1 + 3 * r.random(n)
        return np.hstack([np.stack([a * np.cos(3 * a), a * np.sin(3 * a)], 1), 6 * r.random((n, d - 1))])

    def knot(r, n, _):
        a = 2 * np.pi * r.random(n)
        return np.stack([np.sin(a) + 2 * np.sin(2 * a), np.cos(a) - 2 * np.cos(2 * a), -np.sin(3 * a)], 1)

    def rotations(r, n, _):
        q = r.normal(size=(n, 4))
        a, b, c, d = (q / np.linalg.norm(q, axis=1, keepdims=True)).T
        rows = [1 - 2 * (c * c + d * d), 2 * (b * c - a * d), 2 * (b * d + a * c), 2 * (b * c + a * d), 1 - 2 * (b * b + d * d)]
        return np.stack([*rows, 2 * (c * d - a * b), 2 * (b * d - a * c), 2 * (c * d + a * b), 1 - 2 * (b * b + c * c)], 1)

    def network(r, x):
        d = x.shape[1]
        hidden = np.tanh(1.2 * x @ r.normal(size=(d, 40)) / np.sqrt(d) + 0.3 * r.normal(size=40))
        return np.tanh(1.5 * hidden @ r.normal(size=(40, 3 * d + 5)) / np.sqrt(40))

    def waves(r, n, d):
        return np.sin(2 * np.pi * (0.75 * r.random((n, d)) @ r.normal(size=(d, 6 * d)) / np.sqrt(d) + r.random(6 * d)))

    def quadratic(r, n, d):
        x = r.uniform(-1, 1, (n, d))
        return np.hstack([x, 0.7 * np.einsum("ni,ijk,nj->nk", x, r.normal(size=(d, d, 8)), x) / d])

    def bowl(r, n, d):
        x = r.normal(size=(n, d))
        return np.hstack([x, np.cosh(0.5 * x).sum(1, keepdims=True) / np.sqrt(d)])

    def products(r, n, d):
        x = r.random((n, d))
        y = np.roll(x, 1, 1)
        return np.hstack([np.sin(np.pi * x) * y, np.cos(np.pi * x) * y, x * y])

    def clusters(r, n, d):
        centres, widths = 3 * r.normal(size=(5, d)), np.array([0.3, 0.5, 0.7, 1, 1.5])
        return centres[r.integers(5, size=n)] + widths[r.integers(5, size=(n, 1))] * r.normal(size=(n, d))

    families = {
        "ball": (ball, (1, 2, 4, 6, 9, 13, 18, 27, 40)),
        "sphere": (sphere, (2, 3, 5, 7, 10, 14, 19, 28)),
        "cube": (lambda r, n, d: r.random((n, d)), (1, 2, 4, 6, 9, 13, 18, 26, 38, 60)),
        "normal": (lambda r, n, d: r.normal(size=(n, d)), (2, 3, 5, 8, 12, 17, 24)),
        "ellipsoid": (lambda r, n, d: r.normal(size=(n, d)) * 0.85 ** np.arange(d), (4, 8, 12, 18)),
        "exponential": (lambda r, n, d: r.exponential(size=(n, d)), (2, 4, 7, 11, 16)),
        "log-normal": (lambda r, n, d: np.exp(0.7 * r.normal(size=(n, d))), (2, 5, 9, 14)),
        "student": (lambda r, n, d: r.standard_t(4, size=(n, d)), (2, 5, 9)),
        "round student": (lambda r, n, d: r.normal(size=(n, d)) / np.sqrt(r.chisquare(4, size=(n, 1)) / 4), (3, 7, 12, 18)),
        "beta": (lambda r, n, d: r.beta(5, 1.5, size=(n, d)), (3, 6, 10, 15)),
        "arcsine": (lambda r, n, d: r.beta(0.5, 0.5, size=(n, d)), (2, 5, 9, 14)),
        "squares": (lambda r, n, d: r.random((n, d)) ** 2, (3, 6, 10, 15)),
        "simplex": (lambda r, n, d: r.dirichlet(np.ones(d + 1), size=n), (2, 4, 8, 14, 20)),
        "clusters": (clusters, (2, 4, 8, 13)),
        "sphere by cube": (sphere_by_cube, (2, 4, 8, 13, 20)),
        "flat torus": (flat_torus, (1, 2, 3, 5, 8, 12, 16)),
        "ring": (ring, (2,)),
        "roll": (roll, (2, 3, 5, 9)),
        "knot": (knot, (1,)),
        "rotations": (rotations, (3,)),
        "network of normals": (lambda r, n, d: network(r, r.normal(size=(n, d))), (1, 2, 4, 7, 11, 16, 22)),
        "network of a cube": (lambda r, n, d: network(r, r.uniform(-1, 1, (n, d))), (2, 5, 9, 14, 20)),
        "waves": (waves, (1, 2, 4, 6, 9, 13)),
        "quadratic": (quadratic, (2, 4, 7, 11, 17)),
        "bowl": (bowl, (2, 4, 7, 11, 16)),
        "products": (products, (2, 4, 7, 11, 16)),
    }
    def spiral(r, n, d, turns):
        t = np.sqrt(r.random(n))
        return np.hstack([np.stack([(0.2 + t) * np.cos(2 * np.pi * turns * t), (0.2 + t) * np.sin(2 * np.pi * turns * t)], 1), 1.5 * r.random((n, d - 1))])

    def coil(r, n, d, turns):
        a = 2 * np.pi * r.random(n)
        radius = 2 + 0.6 * np.cos(turns * a)
        return np.hstack([np.stack([radius * np.cos(a), radius * np.sin(a), 0.6 * np.sin(turns * a)], 1), 0.7 * r.normal(size=(n, d - 1))])

    for turns in (2, 4, 8, 16, 32):
        families[f"spiral of {turns}"] = (lambda r, n, d, turns=turns: spiral(r, n, d, turns), (1, 3, 5))
        families[f"coil of {turns}"] = (lambda r, n, d, turns=turns: coil(r, n, d, turns), (1, 3, 5))
    for seed in range(arguments.first_seed, arguments.first_seed + arguments.seeds):
        for index, (name, (family, dimensions)) in enumerate(families.items()):
            for d in dimensions:
                r = np.random.default_rng([seed, index, d])
                yield seed, f"{name} {d}", float(d), family(r, arguments.points, d)


def random_maps(arguments, clouds=100):
    """Random densities of 1 to 25 dimensions under random smooth maps."""
    import numpy as np

    def cloud(r, n, d):
        ball = r.normal(size=(n, d))
        sphere = r.normal(size=(n, d + 1))
        a, b = np.exp(r.uniform(-0.7, 2, 2))
        return [
            lambda: r.uniform(-1, 1, (n, d)),
            lambda: 0.6 * r.normal(size=(n, d)),
            lambda: 2 * r.beta(a, b, size=(n, d)) - 1,
            lambda: 0.7 * r.exponential(size=(n, d)) - 0.7,
            lambda: 0.5 * r.standard_t(r.integers(3, 8), size=(n, d)),
            lambda: ball / np.linalg.norm(ball, axis=1, keepdims=True) * r.random((n, 1)) ** (1 / d),
            lambda: sphere / np.linalg.norm(sphere, axis=1, keepdims=True),
            lambda: np.sqrt(d + 1) * r.dirichlet(np.full(d + 1, np.exp(r.uniform(-0.5, 1))), size=n),
            lambda: 0.5 * r.normal(size=(n, d)) @ (np.eye(d) + 0.5 * r.normal(size=(d, d)) / np.sqrt(d)),
        ][r.integers(9)]()

    def mapped(r, x):
        m = x.shape[1]
        width = int(m * r.integers(1, 5) + r.integers(0, 4))
        strength, next_to = np.exp(r.uniform(-0.7, 1)), np.roll(x, 1, 1)
        y = x @ r.normal(size=(m, width)) / np.sqrt(m)
        return [
            lambda: y if width >= m else x,
            lambda: np.hstack([np.tanh(strength * y), np.tanh(strength * x @ r.normal(size=(m, m + 2)) / np.sqrt(m))]),
            lambda: np.hstack([x, np.sin(2 * strength * y + 6 * r.random(width))]),
            lambda: np.hstack([x, strength * y**2, 0.5 * strength * y**3]),
            lambda: np.hstack([x * np.sin(2 * strength * next_to), next_to * np.cos(2 * strength * x), x]),
            lambda: np.hstack([np.exp(0.7 * strength * x), np.exp(-0.5 * strength * y**2)]),
            lambda: np.hstack([x / (1 + strength * (x**2).sum(1, keepdims=True)), y / (1 + strength * y**2)]),
            lambda: np.sign(x) * np.abs(x) ** r.choice([0.5, 1.5, 2]),
            lambda: np.hstack([np.arctan(2 * strength * x * next_to), np.arctan(strength * y), x**2]),
        ][r.integers(9)]()

    for seed in range(arguments.first_seed, arguments.first_seed + arguments.seeds):
        for index in range(clouds):
            r = np.random.default_rng([seed, index])
            d = round(np.exp(r.uniform(0, np.log(25))))
            points = mapped(r, cloud(r, arguments.points, d))
            if np.linalg.matrix_rank(points - points.mean(0)) >= d:
                yield seed, f"random map {index}", float(d), points / points.std(0).mean()


def accuracy(engraph, title, manifolds):
    import numpy as np

    shown = ["recommended", "danco", "two_nn", "gride_4", "gride_8", "gride_16", "gride_32", "gride_64", "mle_20", "correlation_dimension"]
    options = ["--no-intervals", *(f"--estimator={name}" for name in shown)]
    errors, held, widths, rows = {name: [] for name in shown}, [], [], {}
    seeds = []
    for seed, name, truth, points in manifolds:
        found, _ = dimension(engraph, points, *options)
        seeds.append(seed)
        for estimator in shown:
            value = found[estimator]["value"]
            errors[estimator].append(np.nan if value is None else value / truth - 1)
        one = found["recommended"]
        held.append(one["ci_low"] <= truth <= one["ci_high"])
        widths.append((one["ci_high"] - one["ci_low"]) / truth)
        rows.setdefault(name, []).append((truth, one["value"], one["ci_low"], one["ci_high"], found["two_nn"]["value"], one["neighbour"]))
    print(f"\n{title}\n\n| manifold | dimension | recommended | interval | neighbour | TwoNN |\n|---|---|---|---|---|---|")
    for name, of in rows.items():
        truth, value, low, high, raw, far = np.mean(of, axis=0)
        print(f"| {name} | {truth:.0f} | {value:.2f} | {low:.2f} to {high:.2f} | {far:.0f} | {raw:.2f} |")
    print("\n| estimator | mean absolute relative error | standard error over seeds | within 10 % |\n|---|---|---|---|")
    for estimator, of in errors.items():
        of = np.abs(of)
        by_seed = [np.nanmean(of[np.array(seeds) == seed]) for seed in sorted(set(seeds))]
        error = f"{np.std(by_seed, ddof=1) / np.sqrt(len(by_seed)):.4f}" if len(by_seed) > 1 else ""
        print(f"| {estimator} | {np.nanmean(of):.4f} | {error} | {100 * np.mean(of <= 0.1):.0f} % |")
    print(f"\n{len(held)} clouds; the 95 % interval of `recommended` holds the dimension in {100 * np.mean(held):.0f} %, mean width {np.mean(widths):.2f} of it", flush=True)


def copies(engraph, arguments):
    """The recommended estimate of points of which a share has near copies, over that without copies, by the distance of the copies in standard deviations."""
    import numpy as np

    def sphere(r, n):
        x = r.normal(size=(n, 6))
        return x / np.linalg.norm(x, axis=1, keepdims=True)

    def knot(r, n):
        a = 2 * np.pi * r.random(n)
        return np.stack([np.sin(a) + 2 * np.sin(2 * a), np.cos(a) - 2 * np.cos(2 * a), -np.sin(3 * a)], 1)

    def noisy_plane(r, n):
        return np.hstack([r.normal(size=(n, 2)), np.zeros((n, 4))]) + 0.02 * r.normal(size=(n, 6))

    clouds = {"5-sphere": sphere, "square": lambda r, n: r.random((n, 2)), "cube of 10": lambda r, n: r.random((n, 10)), "knot": knot, "noisy plane": noisy_plane}
    kinds = [(0.01, 1), (0.05, 1), (0.3, 1), (0.6, 1), (0.1, 5), (0.02, 40)]
    print("| cloud | distance | " + " | ".join(f"{share:.0%} x {count}" for share, count in kinds) + " |\n|---|---|" + "---|" * len(kinds))
    value = lambda x: dimension(engraph, x, "--no-intervals", "--estimator=recommended", "--estimator=pca_90")[0]["recommended"]["value"]
    for index, (name, cloud) in enumerate(clouds.items()):
        for distance in (1e-12, 1e-9, "f32", 1e-6, 1e-4, 1e-3, 1e-2):
            ratios = []
            for share, count in kinds:
                r = np.random.default_rng([arguments.first_seed, index])
                points = cloud(r, arguments.points)
                copied = np.repeat(points[: round(share * len(points))], count, axis=0)
                if distance == "f32":
                    points = points.astype(np.float32)
                    copied = np.nextafter(copied.astype(np.float32), np.float32(9) * r.choice([-1, 1], size=copied.shape).astype(np.float32))
                else:
                    copied = copied + distance * points.std() * r.normal(size=copied.shape)
                points = points.astype(float)
                found = value(np.vstack([points, copied])[r.permutation(len(points) + len(copied))])
                ratios.append("none" if found is None else f"{found / value(points):.2f}")
            print(f"| {name} | {distance} | " + " | ".join(ratios) + " |", flush=True)


# What the tests of the crate compare with.


def danco(points):
    """What DANCo compares, from scikit-dimension's neighbours and angles (its own search for the dimension may stay where it begins)."""
    import numpy as np
    from scipy.optimize import brentq
    from skdim._commonfuncs import get_nn
    from skdim.id import DANCo

    peer = DANCo()
    peer._k = 10
    distances, near = get_nn(points, 11)
    x = np.log(distances[:, -1] / distances[:, 0])
    dimension = brentq(lambda d: len(x) / d - x.sum() + 9 * (x / np.expm1(d * x)).sum(), 0.01, 1000, xtol=1e-12)
    angles = peer._angles(points, near[:, :10])
    direction = np.mean(np.arctan2(np.sin(angles).sum(1), np.cos(angles).sum(1)))
    concentration = np.mean([min(peer._ML_VM(of)["tau"], 200.0) for of in angles])
    return [float(dimension), float(direction), float(concentration)]


def golden():
    import numpy as np

    clouds = []
    for _, name, truth, points in benchmark(argparse.Namespace(points=320, seeds=1, first_seed=0), 0.0):
        if name in ("M3_Nonlinear_4to6", "M5a_Helix1d", "M7_Roll", "M9_Affine", "M11_Moebius"):
            points = np.round(points, 6)
            values = {estimator: of(points) for estimator, (_, of) in peers().items()}
            clouds.append({"name": name, "columns": points.shape[1], "dimension": truth, "points": points.ravel().tolist(), "values": values, "danco": danco(points)})
    source = "scikit-dimension 0.5.0, benches/dimension_peers.py --golden"
    (ROOT / "tests" / "golden" / "dimension.json").write_text(json.dumps({"source": source, "clouds": clouds}))


main()
