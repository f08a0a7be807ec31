"""Runs the examples of the guide for R: `python tests/r/guide.py`.

The Python that runs this file must have the module and the command `engraph`. Examples that need
the package arrow are left out.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

GUIDE = pathlib.Path(__file__).parents[2] / "docs" / "guides" / "r.md"

#: What must hold after the examples.
CHECKS = """
stopifnot(counts$count == c(12171, 40), same_counts$count == counts$count, counts$fold > 0)
stopifnot(abs(same_counts$fold - counts$fold) < 1e-12, same_counts$p_greater == counts$p_greater)
stopifnot(is.na(frame(engraph$count_motifs(wiring, motif = "mi2"))$null_mean))
reread <- frame(engraph$read("reports/smoke")["motif_counts"])
stopifnot(identical(reread, frame(report["motif_counts"])), nrow(reread) > 100)
checkpoints <- frame(report["checkpoints"])
stopifnot(is.list(checkpoints$values), lengths(checkpoints$values)[1] > 1)
own <- command("motifs", "--edges", file, "--motif", "mi2")
stopifnot(own$count == frame(engraph$count_motifs(wiring, motif = "mi2"))$count)
"""


def main() -> None:
    examples = re.findall(r"^```r\n(.*?)^```", GUIDE.read_text(), re.DOTALL | re.MULTILINE)
    tried = [example for example in examples if "library(arrow)" not in example]
    assert len(tried) >= 5, f"{len(tried)} examples in {GUIDE}"
    folder = pathlib.Path(sys.executable).parent
    environment = {
        **os.environ,
        "RETICULATE_PYTHON": sys.executable,
        "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}",
    }
    with tempfile.TemporaryDirectory() as work:
        script = pathlib.Path(work, "guide.R")
        script.write_text("\n".join([*tried, CHECKS]))
        subprocess.run(["Rscript", str(script)], cwd=work, env=environment, check=True)
    print(f"{len(tried)} of {len(examples)} examples of the guide for R ran")


if __name__ == "__main__":
    main()
