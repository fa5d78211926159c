"""Everything between a fresh machine and a stack that can start."""

from concurrent.futures import Future, ThreadPoolExecutor

from infra.hub import environment, frontend, node, packages, python_env
from infra.hub.settings import Settings
from infra.hub.terminal import step


def everything(settings: Settings, lock: str, *, for_tests: bool = False) -> None:
    """Packages, Python environment, web UI; what is there already costs a glance."""
    system_packages(settings, for_tests=for_tests)
    if python_env.satisfied(settings, lock) and frontend.built(settings) and has_node(settings):
        return
    # Before anything runs in parallel: our own Node lives inside the environment.
    if not python_env.usable(settings):
        with step("Python 환경을 만듭니다", "making the Python environment"):
            python_env.create(settings)
    with step("Python 패키지와 웹 화면을 준비합니다", "installing packages, building the web UI"):
        in_parallel(settings, lock)


def in_parallel(settings: Settings, lock: str) -> None:
    """pip and npm wait for the network and the disk in turns; together they take half the time."""
    with ThreadPoolExecutor(2) as pool:
        jobs: list[Future[None]] = [
            pool.submit(python_env.ensure, settings, lock),
            pool.submit(web, settings),
        ]
    for job in jobs:
        job.result()


def web(settings: Settings) -> None:
    """Node if the machine has none, then the built web UI."""
    if not has_node(settings):
        node.install_own(settings)
    frontend.build(settings, environment.for_building(settings))


def has_node(settings: Settings) -> bool:
    return node.suitable(settings) or node.have_own(settings)


def system_packages(settings: Settings, *, for_tests: bool = False) -> None:
    """Install what the machine lacks; raises `HubError` when we may not."""
    needs = packages.missing(settings, for_tests=for_tests)
    if not has_node(settings) and packages.distribution_node() >= node.OLDEST:
        needs += [packages.Need("Node.js", "nodejs"), packages.Need("npm", "npm")]
    if needs:
        names = ", ".join(need.name for need in needs)
        with step(f"{names} 을(를) 설치합니다", f"installing {names}"):
            packages.install(needs)
