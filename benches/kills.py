#!/usr/bin/env python3
"""Kills runs at random times, and checks that the next run ends with the same bytes.

    python3 benches/kills.py target/release/engraph [KILLS] [PROCESSES]
    python3 benches/kills.py target/release/engraph [KILLS] hub

A small pipeline that trains runs in a temporary folder. PROCESSES runs (1 unless given) share its
store. All are killed (signal 9) after a random time, and started again. After a run has ended by
itself, its reports are compared with those of an undisturbed run, and the store is emptied. The
seed of the times is fixed.

With `hub`, what is killed is the refresh of a source on a Hub, which stands on loopback, answers
slowly, and moves on to another commit after each finished refresh.
"""

import hashlib
import http.server
import itertools
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
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


class Hub(http.server.BaseHTTPRequestHandler):
    """A Hub with one repository of one file, whose content goes with the commit."""

    commit = 0

    def content(self, commit):
        row = lambda i: f"N{i % 97},N{(i // 97 * 31 + i + commit) % 97},{1 + (i + commit) % 7},{1 - i % 97 % 3 // 2 * 2}\n"
        return ("pre,post,weight,sign\n" + "".join(map(row, range(20_000)))).encode()

    def do_GET(self):
        commit = f"{Hub.commit:040x}"
        path, body, more = self.path.split("?")[0], None, []
        if path.startswith("/api/datasets/owner/name/revision/"):
            body = json.dumps({"id": "owner/name", "sha": commit}).encode()
        elif path.startswith("/api/datasets/owner/name/tree/"):
            asked = int(path.split("/")[6], 16)
            file = self.content(asked)
            git = hashlib.sha1(b"blob %d\0" % len(file) + file).hexdigest()
            entry = {"type": "file", "oid": git, "size": len(file), "path": "edges.csv"}
            body = json.dumps([entry]).encode()
        elif "/resolve/" in path:
            asked = int(path.split("/resolve/")[1].split("/")[0], 16)
            body = self.content(asked)
            git = hashlib.sha1(b"blob %d\0" % len(body) + body).hexdigest()
            more = [("ETag", f'"{git}"'), ("X-Repo-Commit", f"{asked:040x}")]
        self.send_response(404 if body is None else 200)
        body = body or b""
        for name, value in [("Content-Length", str(len(body))), *more]:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            try:
                for at in range(0, len(body), 1 << 14):
                    self.wfile.write(body[at : at + (1 << 14)])
                    time.sleep(0.003)
            except OSError:
                pass  # Whoever asked was killed.

    do_HEAD = do_GET

    def log_message(self, *_):
        pass


OF_HUB = """
name = "killed"
connectomes = ["far"]
[sources.far]
hub = "owner/name"
file = "edges.csv"
unit = "synapses"
[motifs]
nulls = 5
patterns = ["xor5"]
[topologies]
connectomes = []
"""


def hub(engraph, kills):
    """Kills refreshes of a source on a Hub."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as name:
        place = pathlib.Path(name)
        environment = {**os.environ, "HF_ENDPOINT": f"http://127.0.0.1:{server.server_port}"}

        def refresh(folder):
            """The refresh in a folder of its own, with a pipeline, a lock, a cache and a store."""
            (place / folder).mkdir(exist_ok=True)
            (place / folder / "killed.toml").write_text(OF_HUB)
            return subprocess.Popen(
                [engraph, "refresh", "killed.toml", "--quiet", "--cache", "cache"],
                cwd=place / folder,
                env=environment,
                stdout=subprocess.DEVNULL,
            )

        def finished(folder):
            assert refresh(folder).wait() == 0, "a refresh failed"
            return files(place / folder / "reports" / "killed")

        killed = 0
        for commit in itertools.count():
            Hub.commit = commit
            begin = time.monotonic()
            expected = finished("calm")
            whole = time.monotonic() - begin
            for _ in range(10):
                process = refresh("store")
                time.sleep(chance.uniform(0, whole))
                if process.poll() is None:
                    process.send_signal(signal.SIGKILL)
                    killed += 1
                assert process.wait() in (0, -signal.SIGKILL)
            found = finished("store")
            different = [file for file in {*found, *expected} if found.get(file) != expected.get(file)]
            assert not different, f"the bytes differ: {different}"
            if killed >= kills:
                print(f"{killed} kills over {commit + 1} refreshes, all with the same bytes")
                return


def main():
    if sys.argv[3:] == ["hub"]:
        return hub(pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2]))
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
