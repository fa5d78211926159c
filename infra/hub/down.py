"""`./hub down`: stop everything this home runs, in order."""

from infra.hub import lock, services, supervisor
from infra.hub.settings import Settings
from infra.hub.terminal import say, step


def down(settings: Settings) -> int:
    """Gateway first, database last. Stopping what does not run is fine."""
    if not settings.run.is_dir():
        say("실행 중이 아닙니다 (not running).")
        return 0
    with lock.held(settings):
        if supervisor.running(settings) is None:
            services.down(settings)
            say("실행 중이 아닙니다 (not running).")
            return 0
        with step("멈춥니다", "stopping"):
            supervisor.stop(settings)
            services.down(settings)
    say("멈췄습니다 (stopped).")
    return 0
