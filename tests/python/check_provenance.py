"""Checks what report folders say of themselves, without a network.

    python check_provenance.py UNSIGNED SIGNED

SIGNED is the folder of a run whose pipeline names people, a publisher and a licence; that of UNSIGNED names none. Of both: `sha256sum`'s list holds, roc-validator
accepts the RO-Crate as a Process Run and a Workflow Run Crate, mlcroissant accepts the Croissant file, and loads every table through it to
the values that pyarrow reads from the Parquet files.
"""

import hashlib
import importlib.resources
import io
import json
import logging
import math
import sys
import tempfile
from pathlib import Path

import mlcroissant
import pyarrow
import pyarrow.parquet
import requests
import requests_cache
from rocrate.rocrate import ROCrate
from rocrate_validator import models, services
from urllib3.response import HTTPResponse

PROFILES = ["process-run-crate", "workflow-run-crate"]
CONTEXT = "https://w3id.org/ro/crate/1.1/context"
# Recommendations that engraph cannot meet, and why. They have no address of the program to give until Cargo.toml names a repository.
NO_ADDRESS = {
    "The SoftwareApplication id SHOULD be an absolute URI",
    "The Application SHOULD have a url",
}
# What only the user can say, and has not said in UNSIGNED.
UNSAID = {
    "The Action SHOULD have an agent that is a Person or Organization",
    "The Root Data Entity SHOULD have a link to a Contextual Entity representing the `author` of the RO-Crate",
    "The `publisher` property of a `Root Data Entity` SHOULD be an `Organization`",
}
ARROW = {
    "cr:Int32": pyarrow.int32(),
    "cr:Int64": pyarrow.int64(),
    "cr:UInt64": pyarrow.uint64(),
    "cr:Float64": pyarrow.float64(),
    "sc:Boolean": pyarrow.bool_(),
    "sc:Text": pyarrow.string(),
}


def sums(folder):
    listed = {}
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        sha256, name = line.split("  ", 1)
        listed[name] = sha256
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != sha256:
            sys.exit(f"{folder / name}: not the sha256 that is listed")
    present = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()} - {"SHA256SUMS"}
    if present != set(listed):
        sys.exit(f"{folder}: listed and present differ in {sorted(present ^ set(listed))}")
    return listed


def with_context(cache):
    """Puts the context of RO-Crate 1.1, as ro-crate-py brings it, into the cache from which the validator works."""
    context = importlib.resources.files("rocrate").joinpath("data/ro-crate.jsonld").read_bytes()
    if json.loads(context)["@id"] != CONTEXT:
        sys.exit("this version of ro-crate-py brings another context")
    headers = {"Content-Type": "application/ld+json"}
    response = requests.Response()
    response.status_code, response.url, response._content = 200, CONTEXT, context
    response.headers.update(headers)
    response.request = requests.Request("GET", CONTEXT).prepare()
    response.raw = HTTPResponse(io.BytesIO(context), headers, 200, preload_content=False, request_url=CONTEXT)
    session = requests_cache.CachedSession(cache_name=cache, backend="sqlite", expire_after=-1)
    session.cache.save_response(response)
    session.close()


def crate(folder, listed, cache, allowed):
    for profile in PROFILES:
        settings = services.ValidationSettings(
            rocrate_uri=folder.as_posix(),
            profile_identifier=profile,
            requirement_severity=models.Severity.RECOMMENDED,
            cache_path=cache,
            offline=True,
        )
        found = services.validate(settings)
        wrong = [i for i in found.get_issues() if i.severity.name == "REQUIRED" or i.message not in allowed]
        if wrong:
            told = "\n".join(f"  {i.severity.name} {i.check.identifier}: {i.message} ({i.violatingEntity})" for i in wrong)
            sys.exit(f"{folder}: no {profile}:\n{told}")
        unmet = sorted({i.message for i in found.get_issues()})
        print(f"{folder.name}: {profile}, {len(unmet)} recommendations not met")
    entities = {entity.id: entity for entity in ROCrate(folder).get_entities()}
    for name, sha256 in listed.items():
        if name == "ro-crate-metadata.json":
            continue
        entity = entities[name]
        said = entity.get("sha256"), int(entity.get("contentSize"))
        if said != (sha256, (folder / name).stat().st_size):
            sys.exit(f"{folder / name}: the crate says {said}")


def plain(value):
    """What mlcroissant and pyarrow give for one value, in one form."""
    if value is None or isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, (list, tuple)) or hasattr(value, "tolist") and getattr(value, "ndim", 0):
        return [plain(v) for v in value]
    return value.item() if hasattr(value, "item") else value


def croissant(folder, listed):
    path = folder / "croissant.json"
    dataset = mlcroissant.Dataset(jsonld=path)
    issues = dataset.metadata.ctx.issues
    warnings = [w for w in issues.warnings if "date" not in w.lower()]
    if issues.errors or warnings:
        sys.exit(f"{path}: {sorted(issues.errors) + warnings}")
    described = json.loads(path.read_text())
    files = {f["@id"]: f for f in described["distribution"]}
    if set(files) != {name for name in listed if name.endswith(".parquet")}:
        sys.exit(f"{path}: not the tables of the folder")
    rows = 0
    for records in described["recordSet"]:
        name = records["@id"]
        if files[f"{name}.parquet"]["sha256"] != listed[f"{name}.parquet"]:
            sys.exit(f"{path}: the sha256 of {name} is another")
        table = pyarrow.parquet.read_table(folder / f"{name}.parquet")
        columns = {field["@id"]: field for field in records["field"]}
        if [field["name"] for field in records["field"]] != table.column_names:
            sys.exit(f"{path}: {name} has other columns")
        for field in records["field"]:
            kind = ARROW[field["dataType"]]
            kind = pyarrow.list_(kind) if field.get("isArray") else kind
            found = table.schema.field(field["name"]).type
            found = pyarrow.list_(found.value_type) if pyarrow.types.is_list(found) else found
            if found != kind or not field["description"]:
                sys.exit(f"{path}: {field['@id']} is {found}")
        expected = [{f"{name}/{c}": plain(v) for c, v in row.items()} for row in table.to_pylist()]
        read = [{c: plain(v) for c, v in row.items()} for row in dataset.records(name)]
        # A column of nulls and whole numbers comes back as floats: equal, but for the largest seeds.
        def same(a, b):
            return a == b or isinstance(b, float) and isinstance(a, int) and float(a) == b

        if len(read) != len(expected) or not all(same(a[c], b[c]) for a, b in zip(expected, read) for c in columns):
            sys.exit(f"{path}: {name} is not loaded as it is")
        rows += len(read)
    print(f"{folder.name}: Croissant, {len(files)} tables with {rows} rows loaded")


def main():
    logging.getLogger().setLevel(logging.ERROR)
    unsigned, signed = Path(sys.argv[1]), Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as work:
        cache = (Path(work) / "contexts").as_posix()
        with_context(cache)
        for folder, allowed in [(unsigned, NO_ADDRESS | UNSAID), (signed, NO_ADDRESS)]:
            listed = sums(folder)
            crate(folder, listed, cache, allowed)
    croissant(unsigned, sums(unsigned))
    croissant_of_signed = mlcroissant.Dataset(jsonld=signed / "croissant.json").metadata
    if not (croissant_of_signed.creators and croissant_of_signed.publisher and croissant_of_signed.license):
        sys.exit(f"{signed}: the Croissant file names nobody")


main()
