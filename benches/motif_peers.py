#!/usr/bin/env python3
"""Motif counts by engraph and by other programs: answers compared, times side by side, in one Markdown table.

    python benches/motif_peers.py

makes a virtual environment with duckdb, networkx, igraph, rustworkx and grandiso (once, in a cache folder), lets
`cargo bench --bench fly_motifs` measure engraph and export the wirings, and gives each program the same work in a process of its own.
Exit code 1 where an answer differs. `--python PATH` uses an interpreter that has these packages already.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
CARGO = ["cargo", "bench", "--locked", "--bench", "fly_motifs"]
PACKAGES = ["duckdb", "networkx", "igraph", "rustworkx", "grandiso"]
SIZES = {"fly": "the fly", "tenth": "a tenth of the fly", "hub": "one large hub", "cook": "the worm"}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", help="interpreter with the packages (default: an environment made for this)")
    parser.add_argument("--repeats", type=int, default=5, help="repeats of every measurement, fewer where one is long (default 5)")
    parser.add_argument("--limit", type=float, default=300, help="seconds until a program is stopped (default 300, DuckDB 4 times)")
    parser.add_argument("--wirings", nargs="+", choices=SIZES, default=list(SIZES), help="which wirings (default all)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--peer", nargs=3, metavar=("PROGRAM", "WIRING", "WORK"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.peer:
        peer(arguments)
    else:
        sys.exit(compare(arguments))


# Everybody's turn.


def compare(arguments):
    python = arguments.python or environment()
    with tempfile.TemporaryDirectory() as folder:
        cargo(["--export", folder, *arguments.wirings])
        ours = json.loads(cargo([*arguments.wirings, "--json", "--repeats", str(arguments.repeats)]))
        rows = [{"program": "engraph", **row} for row in ours["rows"]]
        for program, wiring, work in TURNS:
            if wiring in arguments.wirings:
                rows.append(turn(python, folder, program, wiring, work, arguments))
    rows.sort(key=lambda row: (list(SIZES).index(row["wiring"]), row["program"] != "engraph"))
    engraph = {(row["wiring"], row["work"], row["threads"]): row for row in rows if row["program"] == "engraph"}
    for row in rows:
        same = engraph.get((row["wiring"], row["work"], row["threads"]))
        if row["program"] != "engraph" and row["min_ms"]:
            row["ratio_min"], row["ratio_median"] = (row[key] / same[key] for key in ("min_ms", "median_ms"))
            row["agrees"] = row["answer"] == same["answer"]
    agree = all(row.get("agrees", True) for row in rows)
    if arguments.json:
        print(json.dumps({**ours, "rows": rows, "answers_agree": agree}))
    else:
        table(ours, rows)
        print(f"\nAnswers {'agree' if agree else 'DIFFER'}.")
    return 0 if agree else 1


def turn(python, folder, program, wiring, work, arguments):
    """One program's time for one piece of work; without a time where it fails or is stopped."""
    limit = arguments.limit * (4 if program.startswith("DuckDB") else 1)
    command = [python, __file__, "--peer", program, wiring, work, "--folder", folder, "--repeats", str(arguments.repeats)]
    row = {"program": program, "wiring": wiring, "work": work, "threads": 2 if program.startswith("DuckDB") else 1}
    row |= {"answer": None, "repeats": 0, "min_ms": None, "median_ms": None}
    print(f"{program}: {work}, {SIZES[wiring]}", file=sys.stderr)
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return {**row, "note": f"> {limit:g} s"}
    if done.returncode:
        return {**row, "note": (done.stderr.strip().splitlines() or ["failed"])[-1][:80]}
    return {**row, **json.loads(done.stdout)}


def table(ours, rows):
    for size in ours["wirings"]:
        print(f"{SIZES[size['wiring']]}: {size['neurons']:,} neurons ({size['inhibitory']:,} inhibitory), {size['edges']:,} edges")
    if ours["peak_mb"]:
        print(f"peak memory of a process that builds the fly and counts XOR5 both ways: {ours['peak_mb']:.0f} MB")
    print("\n| wiring | work | program | threads | answer | min ms | median ms | x engraph (min) |")
    print("|---|---|---|---:|---:|---:|---:|---:|")
    for row in rows:
        answer = "" if row["answer"] is None else f"{row['answer']:,}"
        times = [number(row["min_ms"]), number(row["median_ms"])] if row["min_ms"] else [row.get("note", ""), ""]
        ratio = number(row["ratio_min"]) if "ratio_min" in row else ""
        ratio += "" if row.get("agrees", True) else " DIFFERS"
        cells = [SIZES[row["wiring"]], row["work"], row["program"], str(row["threads"]), answer, *times, ratio]
        print(f"| {' | '.join(cells)} |")


def number(value):
    """Three digits, and all of them left of the point."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def cargo(arguments):
    command = [*CARGO, "--", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True, stderr=subprocess.DEVNULL).stdout


def environment():
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "engraph" / "peers-venv"
    python = cache / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    imports = f"import {', '.join(PACKAGES)}"
    if subprocess.run([python, "-c", imports], capture_output=True).returncode if python.exists() else True:
        print(f"making {cache} with {', '.join(PACKAGES)}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", cache], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
    return str(python)


# A program's process: reads the wiring into the program's own graph or tables, then repeats the work.


def peer(arguments):
    program, wiring, work = arguments.peer
    call = PEERS[program](pathlib.Path(arguments.folder), wiring, work)
    seconds, answers, begun = [], set(), time.perf_counter()
    while not seconds or len(seconds) < arguments.repeats and time.perf_counter() - begun < 20:
        start = time.perf_counter()
        answers.add(int(call()))
        seconds.append(time.perf_counter() - start)
    assert len(answers) == 1, answers
    times = {"min_ms": 1e3 * min(seconds), "median_ms": 1e3 * statistics.median(seconds)}
    print(json.dumps({"answer": answers.pop(), "repeats": len(seconds), **times}))


def wiring_of(folder, wiring):
    """Sign of each neuron; (pre, post, sign) of each edge."""
    import duckdb

    def column(query):
        return duckdb.sql(query).fetchall()

    signs = [sign for (sign,) in column(f"SELECT sign FROM '{folder / wiring}_neurons.parquet' ORDER BY neuron")]
    return signs, column(f"SELECT pre, post, sign FROM '{folder / wiring}.parquet' ORDER BY pre, post")


# XOR5 as a graph: the sign of a neuron is that of its output, or what the motif asks of it. Every filling is found twice.
ROLES = {"A": 1, "B": 1, "C": 1, "D": 1, "I": -1}
EDGES = [("A", "C", 1), ("B", "D", 1), ("A", "I", 1), ("B", "I", 1), ("I", "C", -1), ("I", "D", -1)]
SYMMETRIES = 2


def whole(fillings):
    count, rest = divmod(fillings, SYMMETRIES)
    assert rest == 0, fillings
    return count


# DuckDB. The tables hold what the motif can use: `drives` between excitatory neurons, `recruits` onto neurons that silence one,
# `silences` onto excitatory neurons; all sorted. `m` is M of every hub: an edge from an input to a target of the same hub.

TABLES = """
CREATE TABLE neuron AS SELECT * FROM '{wiring}_neurons.parquet';
CREATE TABLE edge AS SELECT pre, post, sign FROM '{wiring}.parquet' ORDER BY pre, post;
CREATE TABLE usable AS SELECT * FROM edge {one_way} ORDER BY pre, post;
CREATE TABLE silences AS SELECT pre AS hub, post AS c FROM usable u JOIN neuron n ON n.neuron = u.post
  WHERE u.sign = -1 AND n.sign = 1 ORDER BY hub, c;
CREATE TABLE recruits AS SELECT pre AS a, post AS hub FROM usable
  WHERE sign = 1 AND post IN (SELECT hub FROM silences) ORDER BY hub, a;
CREATE TABLE drives AS SELECT pre AS a, post AS c FROM usable u JOIN neuron n ON n.neuron = u.post
  WHERE u.sign = 1 AND n.sign = 1 AND pre IN (SELECT a FROM recruits) AND post IN (SELECT c FROM silences) ORDER BY a, c;
CREATE TABLE near AS SELECT pre AS v, post AS w FROM edge UNION SELECT post, pre FROM edge ORDER BY ALL;
"""
ONE_WAY = "ANTI JOIN edge back ON back.pre = edge.post AND back.post = edge.pre"

M_BY = {
    # The optimiser's order.
    "": "SELECT hub, a, c FROM recruits JOIN silences USING (hub) JOIN drives USING (a, c)",
    # All pairs of an input and a target of a hub, looked up among the edges.
    "pairs first": "SELECT hub, a, c FROM recruits JOIN silences USING (hub) SEMI JOIN drives USING (a, c)",
    # Every edge out of an input, looked up among the targets of the hub; and from the targets backwards.
    "inputs first": "SELECT hub, a, c FROM recruits JOIN drives USING (a) SEMI JOIN silences USING (hub, c)",
    "targets first": "SELECT hub, a, c FROM silences JOIN drives USING (c) SEMI JOIN recruits USING (a, hub)",
}
CLOSED_FORM = """
WITH m AS MATERIALIZED ({m}),
  o AS (SELECT hub, a AS v, count(*) AS n FROM m GROUP BY ALL),
  i AS (SELECT hub, c AS v, count(*) AS n FROM m GROUP BY ALL)
SELECT (SELECT coalesce(sum(n * (n - 1) // 2), 0) FROM (SELECT count(*) AS n FROM m GROUP BY hub))
  - (SELECT coalesce(sum(n * (n - 1) // 2), 0) FROM o) - (SELECT coalesce(sum(n * (n - 1) // 2), 0) FROM i)
  - (SELECT coalesce(sum(o.n * i.n), 0) FROM o JOIN i USING (hub, v))
  + (SELECT count(*) FROM m JOIN m AS r ON r.hub = m.hub AND r.a = m.c AND r.c = m.a WHERE m.a < m.c)
"""
PAIRS_OF_M = """
WITH m AS MATERIALIZED ({m})
SELECT count(*) FROM m JOIN m AS n ON m.hub = n.hub AND m.a < n.a AND m.c <> n.c AND m.a <> n.c AND m.c <> n.a
"""
SELF_JOIN = """
SELECT count(*) FROM drives AS ac JOIN recruits AS ai ON ai.a = ac.a JOIN silences AS ic ON ic.hub = ai.hub AND ic.c = ac.c
  JOIN recruits AS bi ON bi.hub = ai.hub AND bi.a > ai.a JOIN silences AS id ON id.hub = ai.hub
  JOIN drives AS bd ON bd.a = bi.a AND bd.c = id.c
WHERE ac.c <> bd.c AND ac.a <> bd.c AND ac.c <> bd.a
"""
INDUCED = """
WITH m AS MATERIALIZED ({m}),
  pair AS (SELECT m.a, m.c, n.a AS b, n.c AS d FROM m JOIN m AS n ON m.hub = n.hub AND m.a < n.a AND m.c <> n.c)
SELECT count(*) FROM pair ANTI JOIN near AS x ON x.v = a AND x.w = b ANTI JOIN near AS y ON y.v = a AND y.w = d
  ANTI JOIN near AS z ON z.v = c AND z.w = b ANTI JOIN near AS u ON u.v = c AND u.w = d
"""


def duckdb_peer(query, order, forced=False):
    def prepare(folder, wiring, work):
        import duckdb

        database = duckdb.connect(config={"threads": 2})
        database.execute(TABLES.format(wiring=folder / wiring, one_way=ONE_WAY if "induced" in work else ""))
        if forced:
            database.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
        text = query.format(m=M_BY[order])
        return lambda: database.execute(text).fetchall()[0][0]

    return prepare


# Programs that search a graph for a small one.


def igraph_graph(folder, wiring):
    import igraph

    signs, edges = wiring_of(folder, wiring)
    return igraph.Graph(len(signs), [edge[:2] for edge in edges], directed=True), signs, [edge[2] for edge in edges]


def igraph_motif(igraph):
    roles = list(ROLES)
    return igraph.Graph(len(roles), [(roles.index(a), roles.index(b)) for a, b, _ in EDGES], directed=True)


def igraph_vf2(folder, wiring, _):
    import igraph

    graph, signs, edge_signs = igraph_graph(folder, wiring)
    colours = {"color1": [1 + s for s in signs], "color2": [1 + s for s in ROLES.values()]}
    colours |= {"edge_color1": [1 + s for s in edge_signs], "edge_color2": [1 + edge[2] for edge in EDGES]}
    motif = igraph_motif(igraph)
    return lambda: whole(graph.count_subisomorphisms_vf2(motif, **colours))


def igraph_lad(folder, wiring, work):
    """LAD knows no signs of edges; by Dale's law the signs of the neurons say as much."""
    import igraph

    graph, signs, _ = igraph_graph(folder, wiring)
    domains = [[neuron for neuron, sign in enumerate(signs) if sign == role] for role in ROLES.values()]
    motif = igraph_motif(igraph)
    return lambda: whole(len(graph.get_subisomorphisms_lad(motif, domains=domains, induced="induced" in work)))


def networkx_graphs(folder, wiring):
    import networkx

    signs, edges = wiring_of(folder, wiring)
    graph, motif = networkx.DiGraph(), networkx.DiGraph()
    for neuron, sign in enumerate(signs):
        graph.add_node(neuron, sign=sign)
    graph.add_edges_from((pre, post, {"sign": sign}) for pre, post, sign in edges)
    for role, sign in ROLES.items():
        motif.add_node(role, sign=sign)
    motif.add_edges_from((pre, post, {"sign": sign}) for pre, post, sign in EDGES)
    return graph, motif


def networkx_vf2(folder, wiring, work):
    from networkx.algorithms import isomorphism

    graph, motif = networkx_graphs(folder, wiring)
    same_node, same_edge = isomorphism.categorical_node_match("sign", 0), isomorphism.categorical_edge_match("sign", 0)

    def count():
        matcher = isomorphism.DiGraphMatcher(graph, motif, node_match=same_node, edge_match=same_edge)
        found = matcher.subgraph_isomorphisms_iter() if "induced" in work else matcher.subgraph_monomorphisms_iter()
        return whole(sum(1 for _ in found))

    return count


def grandiso(folder, wiring, work):
    import grandiso

    graph, motif = networkx_graphs(folder, wiring)
    return lambda: whole(grandiso.find_motifs(motif, graph, count_only=True, isomorphisms_only="induced" in work))


def rustworkx_vf2(folder, wiring, work):
    import rustworkx

    signs, edges = wiring_of(folder, wiring)
    graph, motif = rustworkx.PyDiGraph(), rustworkx.PyDiGraph()
    graph.add_nodes_from(signs)
    graph.add_edges_from(edges)
    role = dict(zip(ROLES, motif.add_nodes_from(list(ROLES.values()))))
    motif.add_edges_from([(role[pre], role[post], sign) for pre, post, sign in EDGES])

    def same(one, other):
        return one == other

    def count():
        options = {"subgraph": True, "induced": "induced" in work, "id_order": False}
        found = rustworkx.digraph_vf2_mapping(graph, motif, node_matcher=same, edge_matcher=same, **options)
        return whole(sum(1 for _ in found))

    return count


def numbered(census):
    """One number for a census: the sum of its counts, each times the number of its class (all programs have the same order)."""
    return sum((at + 1) * int(count) for at, count in enumerate(census))


def igraph_census(folder, wiring, _):
    graph, _, _ = igraph_graph(folder, wiring)
    return lambda: numbered(graph.triad_census())


def networkx_census(folder, wiring, _):
    import networkx

    graph, _ = networkx_graphs(folder, wiring)
    return lambda: numbered(networkx.triadic_census(graph).values())


PEERS = {
    "igraph VF2": igraph_vf2,
    "igraph LAD": igraph_lad,
    "networkx VF2": networkx_vf2,
    "GrandIso": grandiso,
    "rustworkx VF2": rustworkx_vf2,
    "igraph": igraph_census,
    "networkx": networkx_census,
    "DuckDB, self-join": duckdb_peer(SELF_JOIN, ""),
    "DuckDB, pairs of M": duckdb_peer(PAIRS_OF_M, ""),
    "DuckDB, closed form": duckdb_peer(CLOSED_FORM, ""),
    "DuckDB, closed form, pairs first": duckdb_peer(CLOSED_FORM, "pairs first", True),
    "DuckDB, closed form, inputs first": duckdb_peer(CLOSED_FORM, "inputs first", True),
    "DuckDB, closed form, targets first": duckdb_peer(CLOSED_FORM, "targets first", True),
    "DuckDB, induced pairs of M": duckdb_peer(INDUCED, ""),
}
SUBGRAPH, BY_SEARCH = "xor5 subgraph", ["networkx VF2", "GrandIso", "igraph LAD", "rustworkx VF2"]
CLOSED = [program for program in PEERS if "closed form" in program]
TURNS = [
    *((program, wiring, SUBGRAPH) for wiring in SIZES for program in CLOSED),
    *(("DuckDB, pairs of M", wiring, SUBGRAPH) for wiring in ["fly", "tenth", "cook"]),
    *(("DuckDB, self-join", wiring, SUBGRAPH) for wiring in ["fly", "tenth", "cook"]),
    *(("DuckDB, induced pairs of M", wiring, "xor5 induced") for wiring in ["fly", "tenth", "cook"]),
    *((program, "cook", work) for program in BY_SEARCH for work in [SUBGRAPH, "xor5 induced"]),
    *(("igraph VF2", wiring, SUBGRAPH) for wiring in ["tenth", "cook"]),
    *(("igraph LAD", wiring, SUBGRAPH) for wiring in ["tenth"]),
    *(("igraph", wiring, "triad census") for wiring in ["fly", "cook"]),
    ("networkx", "cook", "triad census"),
]

if __name__ == "__main__":
    main()
