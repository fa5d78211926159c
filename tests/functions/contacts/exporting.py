"""Orders files of contacts and reads them."""

import csv
import io
from pathlib import Path
from typing import Any
from urllib.parse import urlparse
from uuid import UUID

import openpyxl
from falcon import testing

from shared.kernel.config import settings
from shared.selections import exports
from tests.factories import Camp
from tests.infra.simulator.running import wait_until


def person(camp: Camp, name: str, phone: str, **fields: Any) -> str:
    answer = camp.api.post("/contacts", {"name": name, "phones": [phone], **fields})
    assert answer.status_code == 201, answer.text
    return str(answer.json["data"]["id"])


def order(camp: Camp, target: dict[str, Any] | None = None, **more: Any) -> testing.Result:
    body = {"target": target or {}, "format": "csv", "reason": "선거사무소 보고", **more}
    return camp.api.post("/contacts/exports", {k: v for k, v in body.items() if v is not None})


def start(camp: Camp, target: dict[str, Any] | None = None, **more: Any) -> str:
    answer = order(camp, target, **more)
    assert answer.status_code == 202, answer.text
    return str(answer.json["data"]["id"])


def look(camp: Camp, export_id: str) -> dict[str, Any]:
    found: dict[str, Any] = camp.api.get(f"/contacts/exports/{export_id}").json["data"]
    return found


def made(camp: Camp, target: dict[str, Any] | None = None, **more: Any) -> str:
    export_id = start(camp, target, **more)
    exports.make(camp.tenant_id, UUID(export_id))
    # A worker that the test before left may have taken it first.
    wait_until(lambda: look(camp, export_id)["status"] == "completed", 20)
    return export_id


def content(camp: Camp, export_id: str) -> bytes:
    answer = camp.api.get("//" + look(camp, export_id)["download_url"])
    assert answer.status_code == 200, answer.text
    return bytes(answer.content)


def lines(camp: Camp, export_id: str) -> list[list[str]]:
    data = content(camp, export_id)
    assert data.startswith(b"\xef\xbb\xbf"), "Excel takes Korean without a mark for another encoding"
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def sheet(camp: Camp, export_id: str) -> list[list[Any]]:
    book = openpyxl.load_workbook(io.BytesIO(content(camp, export_id)))
    return [
        ["" if cell.value is None else cell.value for cell in row] for row in book.worksheets[0].iter_rows()
    ]


def actions(camp: Camp) -> list[str]:
    rows = camp.rows("SELECT action FROM audit_log WHERE action LIKE 'contacts.export%%' ORDER BY id")
    return [row["action"].removeprefix("contacts.export_") for row in rows]


def stored(camp: Camp) -> list[Path]:
    folder = Path(urlparse(settings().storage_url).path) / "exports" / str(camp.tenant_id)
    return [path for path in folder.rglob("*") if path.is_file()]
