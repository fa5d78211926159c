"""`./hub test`: every check and every test, with all they need."""

import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from infra.hub import environment, files, frontend, install, packages, python_env, services
from infra.hub.settings import ROOT, Settings, parse_port
from infra.hub.terminal import complain, say, step

# Nothing the operator has set may lead the tests to a real database or carrier.
NOT_FOR_TESTS = (
    "DATABASE_URL", "DATABASE_ADMIN_URL", "REDIS_URL", "BROKER_URL", "STORAGE_URL", "SMTP_URL",
    "S3_ENDPOINT_URL", "HANPYO_MASTER_KEY_FILE", "HANPYO_JWT_KEY_FILE", "HANPYO_ENV",
    "HANPYO_PUBLIC_URL", "HANPYO_SIMULATOR_URL", "HANPYO_BIND", "HANPYO_VENV",
    "HANPYO_FRONTEND_HOME", *environment.CARRIER_ADDRESSES,
)  # fmt: skip

# Three workers for two cores, since tests wait a good deal for browsers, carriers and restarts;
# tests/conftest.py keeps those that share a full stack on one of them.
PARALLEL = ("-n", "3", "--dist", "loadscope")


@dataclass(frozen=True)
class Check:
    """One program that must end with 0."""

    name: str
    argv: Sequence[str]
    directory: Path


def run(settings: Settings, arguments: Sequence[str]) -> int:
    """0 only when every check and every test passed; pytest's summary is the last line then."""
    own = for_tests(settings)
    files.lay_out(own)
    install.everything(own, python_env.DEVELOPMENT, for_tests=True)
    failed = static_checks(own)
    try:
        with step("시험용 PostgreSQL과 Redis를 시작합니다", "starting PostgreSQL and Redis"):
            services.up(own)
        code = python_env.call_module(own, test_environment(own), "pytest", *PARALLEL, *arguments)
    finally:
        services.down(own)
    if failed:
        complain(f"실패한 검사 (failed checks): {', '.join(failed)}")
    return code or int(bool(failed))


def for_tests(settings: Settings) -> Settings:
    """A home and ports of their own, beside whatever runs here."""
    outside = {k: v for k, v in settings.outside.items() if k not in NOT_FOR_TESTS}
    home = Path(outside.get("HANPYO_TEST_HOME") or ROOT / ".hub-test").absolute()
    port = parse_port(outside.get("HANPYO_TEST_PORT") or "18080")
    return replace(settings, home=home, port=port, outside=outside)


def test_environment(own: Settings) -> dict[str, str]:
    """What tests see."""
    browser = {"HANPYO_CHROMIUM": packages.browser() or ""}
    return {**environment.for_children(own), **installed(own), **browser}


def installed(settings: Settings) -> dict[str, str]:
    """The installed environment and build, for a second stack that is started from this one to share."""
    return {"HANPYO_VENV": str(settings.venv), "HANPYO_FRONTEND_HOME": str(settings.frontend)}


def static_checks(own: Settings) -> list[str]:
    """Formatters, linters and type checkers, two at a time; returns the names that failed."""
    children = environment.for_children(own)
    with step("코드를 검사합니다", "checking the code"), ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda check: passes(check, children), listed(own)))
    return [check.name for check, passed in zip(listed(own), results, strict=True) if not passed]


def listed(own: Settings) -> list[Check]:
    root, web = own.root, frontend.sources(own)
    return [
        Check("mypy", ["python", "-m", "mypy"], root),
        Check("tsc", ["npm", "run", "--silent", "typecheck"], web),
        Check("eslint", ["npm", "run", "--silent", "lint"], web),
        Check("ruff check", ["ruff", "check", "."], root),
        Check("ruff format", ["ruff", "format", "--check", "."], root),
    ]


def passes(check: Check, children: dict[str, str]) -> bool:
    """Run one check; only a failing one shows what it said."""
    finished = subprocess.run(  # noqa: S603 argv is ours, no shell
        ["/usr/bin/env", *check.argv],
        cwd=check.directory,
        env=children,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    say(f"  {'✓' if not finished.returncode else '✗'} {check.name}")
    if finished.returncode:
        complain(finished.stdout.strip())
    return not finished.returncode
