"""Every environment variable the processes get, in one place.

What the operator has set wins over what the hub would choose.
"""

import base64
import os
import secrets

from infra.hub import files, frontend, nginx, postgres, redis
from infra.hub.settings import Settings, mark

# The carriers' addresses; outside production the simulator speaks for all of them.
CARRIER_ADDRESSES = (
    "SOLAPI_BASE_URL", "NHN_SMS_BASE_URL", "NHN_KAKAO_BASE_URL", "SENS_BASE_URL",
    "ALIGO_BASE_URL", "ALIGO_KAKAO_BASE_URL",
)  # fmt: skip


def for_children(settings: Settings) -> dict[str, str]:
    """The whole environment of a process: the operator's, completed with the hub's."""
    chosen = defaults(settings)
    given = {name: text for name, text in settings.outside.items() if text}
    ours = {name: text for name, text in chosen.items() if name not in given}
    return {**chosen, **given, **forced(settings), "HANPYO_CHOSEN": mark(ours)}


def for_building(settings: Settings) -> dict[str, str]:
    """What npm gets: the operator's environment and our PATH, none of our secrets."""
    return {**settings.outside, "PATH": search_path(settings)}


def defaults(settings: Settings) -> dict[str, str]:
    """What the hub chooses for variables the operator has left unset."""
    return {
        "HANPYO_ENV": "development",
        "HANPYO_PUBLIC_URL": f"http://localhost:{settings.port}",
        "STORAGE_URL": f"file://{settings.files}",
        "HANPYO_MASTER_KEY_FILE": str(settings.secrets / "master_key"),
        "HANPYO_JWT_KEY_FILE": str(settings.secrets / "jwt_key"),
        **services(settings),
        **carriers(settings),
    }


def services(settings: Settings) -> dict[str, str]:
    """Database and queue; only those that are ours."""
    chosen: dict[str, str] = {}
    if settings.private_postgres:
        chosen["DATABASE_URL"] = postgres.url(settings, "app")
        chosen["DATABASE_ADMIN_URL"] = postgres.url(settings, "owner")
    if settings.private_redis:
        chosen["REDIS_URL"] = redis.url(settings, 0)
        chosen["BROKER_URL"] = redis.url(settings, 1)
    else:
        chosen["BROKER_URL"] = settings.outside["REDIS_URL"]
    return chosen


def carriers(settings: Settings) -> dict[str, str]:
    """The simulator stands in for the carrier everywhere but in production."""
    if settings.production:
        return {}
    simulator = f"http://127.0.0.1:{settings.simulator_port}"
    return {"HANPYO_SIMULATOR_URL": simulator, **dict.fromkeys(CARRIER_ADDRESSES, simulator)}


def forced(settings: Settings) -> dict[str, str]:
    """What follows from home and port and may not differ between processes."""
    return {
        "HANPYO_HOME": str(settings.home),
        "HANPYO_PORT": str(settings.port),
        "HANPYO_API_PORT": str(settings.api_port),
        "HANPYO_API_SOCKETS": os.pathsep.join(map(str, nginx.api_sockets(settings))),
        "HANPYO_FRONTEND_PORT": str(settings.frontend_port),
        "HANPYO_SIMULATOR_PORT": str(settings.simulator_port),
        "HANPYO_FRONTEND_BUILD": str(frontend.current(settings)),
        "HANPYO_NGINX": str(settings.service_root / "nginx"),
        "PROMETHEUS_MULTIPROC_DIR": str(settings.run / "metrics"),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(settings.root), settings.outside.get("PYTHONPATH")])),
        "PYTHONUNBUFFERED": "1",
        "PATH": search_path(settings),
    }


def search_path(settings: Settings) -> str:
    """The locked environment first, then our own Node if there is one, then the machine's."""
    ours = [settings.venv / "bin", settings.venv / "node" / "bin"]
    inherited = settings.outside.get("PATH", os.defpath)
    return os.pathsep.join([*map(str, ours), inherited, "/usr/sbin"])


def make_secrets(settings: Settings) -> None:
    """Make every key and password that is missing, before anything reads one."""
    for name in ("postgres_superuser", "postgres_owner", "postgres_app", "redis"):
        files.secret(settings, name)
    for name in ("master_key", "jwt_key"):
        files.secret(settings, name, random_key)


def random_key() -> str:
    """32 random bytes in base64, the form `shared.security.keys` reads."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def exports(settings: Settings) -> str:
    """Shell lines for `eval "$(…)"`; no value holds a quote.

    HANPYO_CHOSEN marks what the hub chose, so that a hub for another home can tell it from what
    the operator has set.
    """
    chosen = defaults(settings)
    shown = {**chosen, "HANPYO_CHOSEN": mark(chosen), "HANPYO_HOME": str(settings.home)}
    shown |= {"HANPYO_PORT": str(settings.port)}
    shown |= {"PROMETHEUS_MULTIPROC_DIR": str(settings.run / "metrics")}
    return "\n".join(f"export {name}='{text}'" for name, text in shown.items())
