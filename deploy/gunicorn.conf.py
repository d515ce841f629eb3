"""The web server, the same in a demonstration and in a real installation."""

import os

bind = "unix:/run/qoltanba/web.sock"  # systemd hands over its own socket, `make run` names a port
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))  # as many as the machine has cores
worker_class = "sync"  # pages are bound by the processor, and nginx holds the slow clients
timeout = 30
graceful_timeout = 3
max_requests = 20_000  # a leak, should there be one, ends here
max_requests_jitter = 2_000
limit_request_line = 4_094
limit_request_fields = 60
limit_request_field_size = 8_190
loglevel = "warning"
accesslog = None  # nginx writes it, with shortened addresses
