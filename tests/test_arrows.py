"""The arrows of docs/architecture.md: who may import whom."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOMAINS = sorted(
    path.name
    for path in (ROOT / "shared").iterdir()
    if path.is_dir() and path.name not in {"kernel", "security", "runtime", "__pycache__"}
)


def imports(path: Path) -> Iterator[str]:
    """Full names of what a file imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def violations(folder: str, forbidden: tuple[str, ...]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for name in imports(path)
        if any(name == f or name.startswith(f + ".") for f in forbidden)
    ]


def test_shared_never_imports_functions() -> None:
    # The manifest imports the package's name to find the files; that is what it is for.
    found = [v for v in violations("shared", ("functions",)) if not v.startswith("shared/runtime/manifest")]
    assert found == []


def test_the_kernel_knows_nobody() -> None:
    others = tuple(f"shared.{name}" for name in ("security", "runtime", *DOMAINS))
    assert violations("shared/kernel", others) == []


def test_security_knows_the_kernel_only() -> None:
    assert violations("shared/security", tuple(f"shared.{name}" for name in ("runtime", *DOMAINS))) == []


def test_the_runtime_knows_accounts_and_no_other_domain() -> None:
    others = tuple(f"shared.{name}" for name in DOMAINS if name != "accounts")
    assert violations("shared/runtime", others) == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_domain_does_not_reach_into_anothers_store(domain: str) -> None:
    stores = tuple(
        f"shared.{other}.{path.stem}"
        for other in DOMAINS
        if other != domain
        for path in (ROOT / "shared" / other).glob("store*.py")
    )
    assert violations(f"shared/{domain}", (*stores, "shared.runtime")) == []


def test_functions_hold_no_sql() -> None:
    words = ("SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM")
    exempt = {"readyz.py", "make_partitions.py", "purge_by_age.py"}
    found = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "functions").rglob("*.py")
        if path.name not in exempt and any(word in path.read_text() for word in words)
    ]
    assert found == []


def test_one_file_is_one_function() -> None:
    for path in (ROOT / "functions").rglob("*.py"):
        triggers = [
            decorator.func.id
            for node in ast.parse(path.read_text()).body
            if isinstance(node, ast.FunctionDef)
            for decorator in node.decorator_list
            if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name)
        ]
        found = [name for name in triggers if name in {"http", "webhook", "actor", "schedule"}]
        expected = 0 if path.name == "__init__.py" else 1
        assert len(found) == expected, path
