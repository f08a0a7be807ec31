"""Two workers on one store of which one has a fault: the bytes of the reports stay the same."""
import pathlib
import shutil
import subprocess

HERE = pathlib.Path(__file__).resolve().parent


def library(folder):
    """The library of faults, compiled; `None` where it cannot be."""
    path = folder / "faults.so"
    command = ["cc", "-shared", "-fPIC", "-O1", "-o", path, HERE / "faults.c"]
    if not shutil.which("cc") or subprocess.run(command, check=False).returncode:
        return None
    return path


def workers(study, *faults):
    """Runs a worker with each of the faults at the same time: exit codes and what they said."""
    running = [
        subprocess.Popen(
            [study.environment["ENGRAPH"], "run", "study.toml", "--jobs", "1", "--out", f"reports/{n}"],
            cwd=study.place,
            env={**study.environment, **fault},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for n, fault in enumerate(faults)
    ]
    said = [worker.communicate()[1] for worker in running]
    return [worker.returncode for worker in running], said


def without_locks(study, preload):
    fault = {"LD_PRELOAD": str(preload), "NO_LOCKS": "1"}
    codes, said = workers(study, fault, fault)
    assert codes == [0, 0], said
    assert all("locks" in words for words in said), said


def clocks_apart(study, preload):
    codes, said = workers(study, {}, {"LD_PRELOAD": str(preload), "CLOCK_AHEAD": "3600"})
    assert codes == [0, 0], said


def full_disk(study, preload):
    full = {"LD_PRELOAD": str(preload), "DISK_LEFT": "300000"}
    codes, said = workers(study, {}, full)
    assert codes == [0, 1], (codes, said)
    assert "No space left on device" in said[1], said[1]


def all_of(compare, folder):
    """Runs every fault, and compares what a last run without one reports."""
    preload = library(folder)
    if preload is None:
        print("skipped: faults of machines need a C compiler")
        return

    def then_a_run(fault):
        def compute(study):
            fault(study, preload)
            study.run(study.environment["ENGRAPH"], "run", "study.toml", "--quiet")

        return compute

    compare("two workers without locks", then_a_run(without_locks))
    compare("two workers with clocks an hour apart", then_a_run(clocks_apart))
    compare("two workers of which one has a full disk", then_a_run(full_disk))
