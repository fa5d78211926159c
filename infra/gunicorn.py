"""How gunicorn serves the API: a few processes of threads behind nginx, which keeps slow clients away."""

import gc
import os
from typing import Any

from prometheus_client import multiprocess

# Another address (in a container) comes with GUNICORN_CMD_ARGS="--bind …", which wins over this file.
bind = [f"127.0.0.1:{os.environ.get('HANPYO_API_PORT') or 8081}"]
# The gateway's way, one for each process: it chooses the process with the fewest requests (decision 9).
bind += [f"unix:{path}" for path in os.environ.get("HANPYO_API_SOCKETS", "").split(os.pathsep) if path]
worker_class = "infra.staying_worker.StayingWorker"
workers = int(os.environ.get("HANPYO_API_WORKERS") or 2)
threads = int(os.environ.get("HANPYO_API_THREADS") or 8)

# A worker that gives no sign of life for this long is replaced; an upload keeps giving signs.
timeout = 120
graceful_timeout = 30
# Longer than nginx keeps an idle connection (60 s), so that nginx is always the one to close.
keepalive = 75
max_requests = int(os.environ.get("HANPYO_API_MAX_REQUESTS") or 50_000)
max_requests_jitter = max_requests // 10

# nginx writes the access log, without query strings; paths with searches stay out of this one.
accesslog = None
errorlog = "-"
forwarded_allow_ips = os.environ.get("HANPYO_TRUSTED_PROXIES") or "127.0.0.1,::1"
control_socket_disable = True
# Heartbeat files on a disk can block; memory cannot.
worker_tmp_dir = "/dev/shm"  # noqa: S108 gunicorn makes unguessable names there


def child_exit(server: Any, worker: Any) -> None:
    """Forget the live gauges of a process that is gone, as prometheus_client asks for."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def post_fork(server: Any, worker: Any) -> None:
    """What was loaded stays: collecting garbage need not look through it, which was 6 % of a search. What a
    request makes holds no cycles: looking for them after each 700 objects was another 3 %."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000)
