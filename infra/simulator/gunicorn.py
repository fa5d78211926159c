"""gunicorn settings of the simulator: one process, because its engine lives in it."""

from infra.simulator.settings import load

bind = f"127.0.0.1:{load().port}"
workers = 1
worker_class = "infra.staying_worker.StayingWorker"
threads = 16
keepalive = 75
timeout = 60
graceful_timeout = 1
accesslog = None
control_socket_disable = True
