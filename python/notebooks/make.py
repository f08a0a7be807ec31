"""Runs the notebooks: each is made from the script of its name and executed from the first cell on.

    python python/notebooks/make.py             writes the notebooks with their outputs
    python python/notebooks/make.py --check     fails where an output is no longer what it was
    python python/notebooks/make.py 2 4         the same for some of them, by how their names begin

Scripts have their cells below lines `# %%`, texts below `# %% [markdown]`. Figures are not compared.
"""

import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).parent


def cells(script: str) -> list[nbformat.NotebookNode]:
    """The cells of a script."""
    found = []
    for at, part in enumerate(script.split("# %%")[1:]):
        head, _, body = part.partition("\n")
        body = body.strip("\n")
        if "[markdown]" in head:
            lines = [line.removeprefix("#").removeprefix(" ") for line in body.splitlines()]
            cell = nbformat.v4.new_markdown_cell("\n".join(lines))
        else:
            cell = nbformat.v4.new_code_cell(body)
        cell["id"] = f"cell-{at}"
        found.append(cell)
    return found


def executed(script: Path) -> nbformat.NotebookNode:
    """The notebook of a script, with its outputs."""
    notebook = nbformat.v4.new_notebook(cells=cells(script.read_text()))
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            notebook, timeout=900, record_timing=False, resources={"metadata": {"path": folder}}
        )
        client.execute()
    # What differs between versions of Python says nothing.
    notebook.metadata.pop("language_info", None)
    return notebook


def told(notebook: nbformat.NotebookNode) -> list[object]:
    """The sources and the outputs in text of all cells."""
    texts = []
    for cell in notebook.cells:
        outputs = [
            output.get("text") or output.get("data", {}).get("text/plain")
            for output in cell.get("outputs", [])
            if "image/png" not in output.get("data", {})
        ]
        texts.append((cell.source, outputs))
    return texts


def main() -> int:
    """Makes or checks all notebooks."""
    check = "--check" in sys.argv[1:]
    named = tuple(word for word in sys.argv[1:] if word != "--check")
    changed = 0
    scripts = [path for path in sorted(HERE.glob("[0-9]*.py")) if path.name.startswith(named or "")]
    for script in scripts:
        notebook = executed(script)
        path = script.with_suffix(".ipynb")
        if check:
            before = told(nbformat.read(path, as_version=4))
            for old, new in zip(before, told(notebook), strict=True):
                if old != new:
                    changed += 1
                    print(f"{path.name}: a cell has changed\n--- was\n{old}\n--- is\n{new}")
        else:
            nbformat.write(notebook, path)
        print(f"{path.name}: {sum(cell.cell_type == 'code' for cell in notebook.cells)} cells ran")
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
