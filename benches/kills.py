#!/usr/bin/env python3
"""Kills runs at random times, and checks that the next run ends with the same bytes.

    python3 benches/kills.py target/release/engraph [KILLS] [PROCESSES]

A small pipeline that trains runs in a temporary folder. PROCESSES runs (1 unless given) share its
store. All are killed (signal 9) after a random time, and started again. After a run has ended by
itself, its reports are compared with those of an undisturbed run, and the store is emptied. The
seed of the times is fixed.
"""

import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

PIPELINE = """
name = "killed"
connectomes = ["cook2020_pharynx"]
[motifs]
nulls = 5
patterns = ["xor5"]
[topologies]
nulls = 1
[[tasks]]
name = "smooth_m1"
kind = "smooth"
dimension = 1
channels = 2
steps = 4
[training]
seeds = 5
bottlenecks = [1, 2]
engram = { epochs = 20, batches = 5, batch_size = 32, test_samples = 64 }
"""


# These tell times.
TIMES = {"run.json", "ro-crate-metadata.json", "SHA256SUMS"}


def files(folder):
    return {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if path.is_file() and path.name not in TIMES and not path.name.startswith(".engraph-")
    }


def main():
    engraph = pathlib.Path(sys.argv[1]).resolve()
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    processes = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as name:
        place = pathlib.Path(name)
        (place / "killed.toml").write_text(PIPELINE)

        def start(store, out):
            return subprocess.Popen(
                [engraph, "run", "killed.toml", "--quiet", "--store", store, "--out", out],
                cwd=place,
                stdout=subprocess.DEVNULL,
            )

        begin = time.monotonic()
        assert start("calm", "calm-reports").wait() == 0
        whole = time.monotonic() - begin
        expected = files(place / "calm-reports")
        killed = rounds = 0
        while killed < kills:
            running = [start("store", f"reports-{n}") for n in range(processes)]
            time.sleep(chance.uniform(0, 0.6 * whole))
            for process in running:
                if process.poll() is None:
                    process.send_signal(signal.SIGKILL)
                    killed += 1
            codes = [process.wait() for process in running]
            assert all(code in (0, -signal.SIGKILL) for code in codes), codes
            if killed % 10 == 0 or 0 in codes:
                assert start("store", "reports-0").wait() == 0
                assert files(place / "reports-0") == expected, "the bytes differ"
                left = list((place / "store" / "tmp").iterdir())
                assert not left, f"left behind: {left}"
                shutil.rmtree(place / "store")
                rounds += 1
        print(f"{killed} kills over {processes} process(es), {rounds} finished runs, all with the same bytes")


if __name__ == "__main__":
    main()
