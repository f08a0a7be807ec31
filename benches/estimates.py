#!/usr/bin/env python3
"""What cells were said to take beside what they take: memory and time of each stage.

    python3 benches/estimates.py target/release/engraph [PIPELINE] [--before KEY=VALUE] [--cells 4]

A pipeline runs once as changed by `--before` (one seed, unless said otherwise), so that its store
knows what cells take. Then the plan of the unchanged pipeline says what those that are left will take.
Up to `--cells` of each stage run alone, each in a process of its own with one thread, and the
largest resident memory and the time that the store noted are compared with what was said.
"""
import argparse
import json
import os
import pathlib
import subprocess
import tempfile


def resident(command):
    """The largest resident memory of a command, in bytes."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{command} failed")
    return usage.ru_maxrss * 1024, usage.ru_utime + usage.ru_stime


def main():
    words = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    words.add_argument("engraph", type=pathlib.Path)
    words.add_argument("pipeline", nargs="?", default="celegans")
    words.add_argument("--before", action="append", default=[])
    words.add_argument("--cells", type=int, default=4)
    given = words.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store, out = f"--store={folder}/store", f"--out={folder}/reports"
        before = [f"--set={change}" for change in given.before or ["training.seeds=1"]]
        run = [given.engraph, "run", given.pipeline, store, out, "--quiet"]
        subprocess.run([*run, *before], check=True, stdout=subprocess.DEVNULL)
        plan = [given.engraph, "plan", given.pipeline, store, "--cells", "--json"]
        cells = json.loads(subprocess.run(plan, check=True, capture_output=True).stdout)["cells"]
        by_key = {cell["key"]: cell for cell in cells}
        left = {}
        for cell in cells:
            ready = all(by_key[key]["done"] for key in cell["inputs"])
            if not cell["done"] and cell["seconds"] is not None and ready:
                left.setdefault(cell["stage"], []).append(cell)
        print("stage cell said_mib took_mib ratio said_s took_s ratio")
        outside, compared = 0, 0
        for stage, those in left.items():
            step = max(len(those) // given.cells, 1)
            for cell in those[::step][: given.cells]:
                memory, seconds = resident([*run, "--cells", cell["key"], "--jobs=1"])
                of_memory, of_time = memory / cell["memory_bytes"], seconds / cell["seconds"]
                compared += 1
                outside += not 0.5 <= of_memory <= 2
                print(
                    f"{stage} {cell['cell']} {cell['memory_bytes'] / 2**20:.0f} {memory / 2**20:.0f}"
                    f" {of_memory:.2f} {cell['seconds']:.2f} {seconds:.2f} {of_time:.2f}",
                    flush=True,
                )
        print(f"{outside} of {compared} cells took less than half or more than twice their memory")


if __name__ == "__main__":
    main()
