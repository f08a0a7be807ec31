#!/usr/bin/env python3
"""Runs one cut study on one machine, in shards, with Slurm, Snakemake and HyperQueue, and compares.

    python3 tests/cluster/check.py target/release/engraph

The reports of all of them are to be equal byte for byte, also when a node of Slurm is killed
half-way and its jobs are requeued. Needs root for Slurm (`slurm-wlm` and `munge` from the
distribution) and the packages of tests/cluster/requirements.txt; what is not there is skipped, and
said so.
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import faults

HERE = pathlib.Path(__file__).resolve().parent
ENGINES = HERE.parent.parent / "pipelines" / "cluster"


def reports(place):
    folder = place / "reports" / "study"
    # These three tell times.
    skipped = {"run.json", "ro-crate-metadata.json", "SHA256SUMS"}
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in skipped
    }


class Study:
    """A folder with the study, in which commands run."""

    def __init__(self, engraph, root, name):
        self.place = root / name
        self.place.mkdir()
        shutil.copy(HERE / "study.toml", self.place)
        path = f"{engraph.parent}:{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}"
        self.environment = {**os.environ, "PATH": path, "ENGRAPH": str(engraph)}

    def run(self, *command, **more):
        more = {"check": True, "cwd": self.place, "env": self.environment, **more}
        quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        try:
            return subprocess.run([str(word) for word in command], **{**quiet, **more}).stdout
        except subprocess.CalledProcessError as error:
            sys.exit(f"{command}\n{error.stdout}")


def on_slurm(study, root):
    """The array and its report, with one of the two nodes killed while the array runs."""
    slurm = root / "slurm"
    study.run(HERE / "slurm.sh", "start", slurm)
    study.environment["SLURM_CONF"] = str(slurm / "slurm.conf")
    try:
        report = study.run(ENGINES / "slurm.sh", "study.toml", 4).split()[-1]
        training = study.place / ".engraph" / "training"
        begun = lambda: training.is_dir() and any(training.iterdir()) and jobs_on("one")
        wait(begun, "no job of node one ran beside a result of training", pause=0.02)
        kill_node(int((slurm / "one.pid").read_text()), "one")
        study.run(HERE / "slurm.sh", "node", slurm, "one")
        state = lambda: study.run("scontrol", "show", "job", report)

        def is_over():
            # Slurm lets jobs of a lost node wait for two minutes.
            waiting = study.run("squeue", "--noheader", "--states=PENDING", "--format=%A %r")
            for job in waiting.splitlines():
                number, reason = job.split(maxsplit=1)
                if reason == "BeginTime":
                    study.run("scontrol", "update", f"JobId={number}", "StartTime=now", check=False)
            return "JobState=COMPLETED" in state()

        wait(is_over, state, seconds=300)
    finally:
        study.run(HERE / "slurm.sh", "stop", slurm)


def snakemake_on_slurm(study, root, snakemake, snakefile):
    """Snakemake's own executor for Slurm, for the results that are left when most networks are
    trained: a job takes some seconds to start."""
    store = study.run(study.environment["ENGRAPH"], "plan", "study.toml", "--cells", "--json", stderr=None)
    training = [cell["key"] for cell in json.loads(store)["cells"] if cell["stage"] == "training"]
    study.run(study.environment["ENGRAPH"], "run", "study.toml", "--quiet", "--cells", *training[3:])
    slurm = root / "slurm-of-snakemake"
    study.run(HERE / "slurm.sh", "start", slurm)
    study.environment["SLURM_CONF"] = str(slurm / "slurm.conf")
    # Snakemake takes the variables of Slurm away from its jobs, and this Slurm is not the system's.
    srun = slurm / "bin" / "srun"
    srun.parent.mkdir()
    srun.write_text(f'#!/bin/sh\nSLURM_CONF={slurm}/slurm.conf exec {shutil.which("srun")} "$@"\n')
    srun.chmod(0o755)
    study.environment["PATH"] = f"{srun.parent}:{study.environment['PATH']}"
    try:
        study.run(
            snakemake, "--executor", "slurm", "--jobs", 4, "--slurm-no-account",
            "--slurm-status-command", "squeue", "--slurm-init-seconds-before-status-checks", 5,
            "--seconds-between-status-checks", 5,
            *snakefile,
        )  # fmt: skip
    finally:
        study.run(HERE / "slurm.sh", "stop", slurm)


def jobs_on(node):
    """The processes of the study on a node of Slurm."""
    running = []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
            environment = (process / "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"study.toml" in words and f"SLURMD_NODENAME={node}".encode() in environment:
            running.append(int(process.name))
    return running


def kill_node(daemon, name):
    """Kills the daemon of a node, and the jobs on it from their Slurm ancestor down, with no word."""
    running = []
    for job in jobs_on(name):
        chain = [job]
        while chain[-1] > 1:
            stat = pathlib.Path(f"/proc/{chain[-1]}/stat").read_text()
            chain.append(int(stat.rsplit(")", 1)[1].split()[1]))
        # The last ancestor before the first process of the system is the step's own daemon.
        running += chain[-2::-1]
    assert running, "the study ended before the node could be killed"
    for process in [daemon, *running]:
        subprocess.run(["kill", "-9", str(process)], check=False, stderr=subprocess.DEVNULL)


def wait(done, what, seconds=120, pause=0.5):
    until = time.monotonic() + seconds
    while not done():
        if time.monotonic() > until:
            sys.exit(what() if callable(what) else what)
        time.sleep(pause)


def main():
    engraph = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        root = pathlib.Path(name)
        alone = Study(engraph, root, "alone")
        began = time.monotonic()
        alone.run(engraph, "run", "study.toml", "--quiet")
        expected = reports(alone.place)
        assert "index.html" in expected, "the study has no page"
        print(f"one machine: {len(expected)} files in {time.monotonic() - began:.1f} s")

        def compare(name, compute):
            study = Study(engraph, root, name)
            began = time.monotonic()
            compute(study)
            found = reports(study.place)
            different = [file for file in {*expected, *found} if expected.get(file) != found.get(file)]
            assert not different, f"{name}: other bytes in {different}"
            left = study.run(engraph, "run", "study.toml", "--json", stderr=subprocess.DEVNULL)
            assert json.loads(left)["computed"] == 0, f"{name}: something was left to compute"
            print(f"{name}: the same bytes in {time.monotonic() - began:.1f} s", flush=True)

        def shards(study):
            running = [
                subprocess.Popen(
                    [engraph, "run", "study.toml", "--quiet", "--jobs", "1", "--shard", f"{i}/2"],
                    cwd=study.place,
                )
                for i in (1, 2)
            ]
            assert all(process.wait() == 0 for process in running)
            study.run(engraph, "run", "study.toml", "--quiet")

        compare("two shards", shards)
        faults.all_of(compare, root)
        snakemake = pathlib.Path(sys.executable).parent / "snakemake"
        snakefile = ["--snakefile", ENGINES / "Snakefile", "--config", "pipeline=study.toml"]
        if os.geteuid() == 0 and shutil.which("slurmctld") and shutil.which("munged"):
            compare("a Slurm array with a killed node", lambda study: on_slurm(study, root))
            compare(
                "Snakemake on Slurm",
                lambda study: snakemake_on_slurm(study, root, snakemake, snakefile),
            )
        else:
            print("skipped: Slurm cannot be had here")
        compare("Snakemake", lambda study: study.run(snakemake, "--cores", 2, *snakefile))
        compare(
            "HyperQueue",
            lambda study: study.run(sys.executable, ENGINES / "hyperqueue_run.py", "study.toml", 2),
        )


if __name__ == "__main__":
    main()
