"""Interruptions, threads, interpreters, memory, the log."""

import logging
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time

import numpy
import pytest

import engraph

#: Work that would take hours: all occurrences of a path of eight neurons, filled one by one.
ENDLESS = """
import numpy, engraph
random = numpy.random.default_rng(1)
matrix = (random.random((400, 400)) < 0.5).astype(float)
wiring = engraph.connectome(matrix, signed_weights=True)
path = engraph.motif("; ".join(f"{a} => {b}" for a, b in zip("ABCDEFG", "BCDEFGH")) + "; H => A")
print("begin", flush=True)
try:
    engraph.count_motifs(wiring, motif=path, jobs=2)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""

#: Nulls without an end.
NULLS = """
import engraph
print("begin", flush=True)
try:
    engraph.count_motifs(connectome="cook2019_herm", motif="xor5", nulls=100_000)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""

#: Estimates without an end.
POINTS = """
import numpy, engraph
points = numpy.random.default_rng(1).normal(size=(60_000, 20))
print("begin", flush=True)
try:
    engraph.dimension(points)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""

#: A run of some minutes.
RUN = """
import engraph, tempfile
folder = tempfile.mkdtemp()
print("begin", flush=True)
try:
    engraph.run("celegans", store=folder + "/store", out=folder + "/reports")
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.parametrize("work", [ENDLESS, NULLS, POINTS, RUN], ids=["join", "nulls", "points", "run"])
def test_control_c_stops(work):
    after = 'import time, os\nbefore = os.times()\ntime.sleep(1.0)\nafter = os.times()\n'
    after += 'print("spent", after.user - before.user, flush=True)\n'
    program = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(work) + after], stdout=subprocess.PIPE, text=True
    )
    assert program.stdout.readline() == "begin\n"
    time.sleep(1.5)
    assert program.poll() is None, "the work is too short to be interrupted"
    asked = time.monotonic()
    program.send_signal(signal.SIGINT)
    assert program.stdout.readline() == "interrupted\n"
    waited = time.monotonic() - asked
    spent = float(program.stdout.readline().split()[1])
    program.wait(timeout=30)
    # One second is promised; a machine that is busy with other things may take a little longer.
    assert waited < 2.0, waited
    assert spent < 0.5, "threads go on after the interruption"


def test_the_interpreter_is_free_meanwhile():
    counted = 0
    stop = threading.Event()

    def count():
        nonlocal counted
        while not stop.is_set():
            counted += 1
            time.sleep(0.001)

    thread = threading.Thread(target=count)
    thread.start()
    began = time.monotonic()
    engraph.count_motifs(connectome="cook2019_herm", motif="xor5", nulls=200)
    seconds = time.monotonic() - began
    stop.set()
    thread.join()
    assert counted > 100 * seconds, (counted, seconds)


def test_threads_at_once(xor5):
    found = []

    def count():
        found.append(
            engraph.count_motifs(connectome="cook2019_herm", motif="xor5", signs="gaba26", jobs=1)
        )

    threads = [threading.Thread(target=count) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert [table["count"] for table in found] == [xor5] * 8


def test_the_number_of_threads_does_not_matter():
    one, two = (
        engraph.count_motifs(connectome="cook2019_herm", motif="xor5", nulls=20, jobs=jobs)
        for jobs in (1, 2)
    )
    assert one.to_dict() == two.to_dict()


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="only Linux lists its threads")
def test_no_thread_outlives_a_call(tmp_path):
    names = [f"N{i}" for i in reversed(range(400))]
    matrix = {"": names} | {name: [1.0] * 400 for name in names}
    calls = [
        lambda: engraph.connectome([("A", "B", 1), ("B", "A", 2), ("A", "C", 1)]),
        lambda: engraph.connectome(matrix),
        lambda: engraph.count_motifs(connectome="cook2019_herm", motif="xor5"),
        lambda: engraph.count_motifs(connectome="cook2019_herm", nulls=5, jobs=3),
        lambda: engraph.dimension(numpy.random.default_rng(1).normal(size=(200, 3))),
        lambda: engraph.run("smoke", store=tmp_path / "store", out=tmp_path / "out"),
    ]
    before = set(os.listdir("/proc/self/task"))
    for call in calls:
        call()
        # The system lists a thread for a moment after it has ended.
        until = time.monotonic() + 5
        while set(os.listdir("/proc/self/task")) - before and time.monotonic() < until:
            time.sleep(0.01)
        assert set(os.listdir("/proc/self/task")) <= before


def test_errors_of_a_receiver_of_news_are_passed_on(tmp_path):
    def refuse(*news):
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        engraph.run("smoke", store=tmp_path / "store", out=tmp_path / "out", progress=refuse)


def test_the_log(caplog):
    with caplog.at_level(logging.INFO, logger="engraph"):
        engraph.connectome([("A", "B"), ("A", "B")], name="mine")
    assert ("engraph", logging.INFO, "mine: 1 repeated row summed") in caplog.record_tuples
    caplog.clear()
    engraph.count_motifs([("A", "B")], motif="mi2")
    assert any("no synapse has a sign" in record.message for record in caplog.records)
    caplog.clear()
    times = numpy.cumsum(numpy.random.default_rng(1).normal(size=(400, 3)), axis=0)
    engraph.dimension(times, estimator="two_nn")
    assert any("theiler=" in record.message for record in caplog.records)


def test_errors_can_be_pickled():
    import pickle

    with pytest.raises(engraph.UsageError) as error:
        engraph.connectome("cook2019_hermm")
    back = pickle.loads(pickle.dumps(error.value))
    assert type(back) is engraph.UsageError and back.hint == error.value.hint
    assert str(back) == str(error.value)


def test_another_interpreter_is_refused():
    program = """
    import engraph
    try:
        import _interpreters as interpreters
        make = lambda: interpreters.create("legacy")
        run = lambda other, code: print(getattr(interpreters.exec(other, code), "msg", None))
    except ImportError:
        import _xxsubinterpreters as interpreters
        make = lambda: interpreters.create(isolated=False)
        def run(other, code):
            try:
                interpreters.run_string(other, code)
            except interpreters.RunFailedError as error:
                print(error)
    other = make()
    run(other, "import sys; sys.path = %r; import engraph" % (__import__("sys").path,))
    print(engraph.count_motifs(connectome="cook2019_herm", motif="xor5")["count"])
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, timeout=60
    )
    assert "engraph works in one interpreter of a process" in done.stdout, done
    assert done.stdout.rstrip().endswith("[12171, 40]"), "the first interpreter goes on"


def test_ten_thousand_calls_keep_the_memory():
    program = """
    import numpy, engraph
    def resident():
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * 4096
    worm = engraph.connectome("cook2019_herm").with_signs("gaba26")
    points = numpy.random.default_rng(1).normal(size=(30, 2))
    edges = {"pre": numpy.arange(500), "post": numpy.arange(500) + 1, "weight": [1.0] * 500}
    def call(at):
        match at % 5:
            case 0: engraph.count_motifs(worm, motif="mi2", jobs=1)
            case 1: engraph.connectome(edges).neurons["neuron"]
            case 2: engraph.dimension(points, estimator="participation_ratio", intervals=False, jobs=1)
            case 3: worm.synapses.__arrow_c_stream__(); worm.neurons.__arrow_c_schema__()
            case 4:
                try: engraph.connectome({"pre": ["A", 1], "post": ["B", "C"]})
                except ValueError: pass
    for at in range(1000):
        call(at)
    before = resident()
    for at in range(10_000):
        call(at)
    print(resident() - before)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True, text=True, timeout=500, check=True,
    )
    assert int(done.stdout) < 4 << 20, f"{int(done.stdout) >> 10} KiB more after 10,000 calls"
