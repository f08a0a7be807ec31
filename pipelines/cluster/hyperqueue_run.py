#!/usr/bin/env python3
"""Runs a pipeline with HyperQueue: one task for each result that is missing, then the reports.

    python3 pipelines/cluster/hyperqueue_run.py PIPELINE [WORKERS]

Needs the package `hyperqueue`. With WORKERS it starts a server and so many workers here; without, it
submits to the server that runs already (`hq server start`).
"""
import json
import os
import subprocess
import sys

from hyperqueue import Client, Job, LocalCluster


def submit(client, pipeline):
    """Submits the missing results of the pipeline with their dependencies, and waits for them."""
    engraph = os.environ.get("ENGRAPH", "engraph")
    plan = subprocess.check_output([engraph, "plan", pipeline, "--cells", "--json"])
    missing = {cell["key"]: cell for cell in json.loads(plan)["cells"] if not cell["done"]}
    job, tasks = Job(max_fails=0), {}
    for key, cell in missing.items():
        needed = [tasks[input] for input in cell["inputs"] if input in tasks]
        command = [engraph, "run", pipeline, "--quiet", "--jobs", "1", "--cells", key]
        tasks[key] = job.program(command, deps=needed, cwd=os.getcwd())
    if tasks:
        client.wait_for_jobs([client.submit(job)])
    subprocess.run([engraph, "run", pipeline, "--quiet"], check=True)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        with LocalCluster() as cluster:
            for _ in range(int(sys.argv[2])):
                cluster.start_worker()
            submit(cluster.client(), sys.argv[1])
    else:
        submit(Client(), sys.argv[1])
