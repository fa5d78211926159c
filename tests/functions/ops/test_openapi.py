"""The document is generated from the functions, so it names each of them and nothing else."""

from typing import Any

from shared.kernel.errors import ALL_ERRORS
from shared.runtime.manifest import load_functions
from tests.factories import Api


def references(node: Any) -> set[str]:
    if isinstance(node, dict):
        own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*map(references, node.values()))
    if isinstance(node, list):
        return set().union(*map(references, node))
    return set()


def test_every_endpoint_is_in_the_document(api: Api) -> None:
    served = api.get("/openapi.json").json
    operations = {(m.upper(), path) for path, of_path in served["paths"].items() for m in of_path}
    assert operations == {(f.method, f.path) for f in load_functions().http}


def test_every_reference_resolves(api: Api) -> None:
    served = api.get("/openapi.json").json
    known = {f"#/components/schemas/{name}" for name in served["components"]["schemas"]}
    assert references(served["paths"]) <= known
    assert references(served["components"]) <= known


def test_every_error_code_is_named(api: Api) -> None:
    error = api.get("/openapi.json").json["components"]["schemas"]["Error"]
    assert set(error["properties"]["error"]["properties"]["code"]["enum"]) == {e.code for e in ALL_ERRORS}


def test_the_page_to_browse_is_served(api: Api) -> None:
    page = api.get("//api/docs")
    assert page.status_code == 200
    assert "text/html" in page.headers["Content-Type"]
