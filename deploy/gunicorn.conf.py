"""gunicorn, for `make run` and the container alike: threads to wait for the database, processes to compute."""

import os

worker_class = "gthread"
workers = int(os.environ.get("HALL_WEB_WORKERS", "2"))
threads = int(os.environ.get("HALL_WEB_THREADS", "12"))
timeout = 60
graceful_timeout = 5
max_requests = 20_000
max_requests_jitter = 2_000
control_socket_disable = True
# Only the proxy reaches this port, in the container through its internal network.
forwarded_allow_ips = os.environ.get("HALL_FORWARDED_ALLOW_IPS", "127.0.0.1,::1")
