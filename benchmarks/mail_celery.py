"""The task that `benchmarks.mail_peers` gives to Celery's worker: one letter, its result kept in Redis."""

from __future__ import annotations

import os

from celery import Celery

from benchmarks.mail_ground import send

app = Celery("mail", broker=f"{os.environ['MAIL_REDIS']}/0", backend=f"{os.environ['MAIL_REDIS']}/1")
app.conf.update(task_acks_late=True, worker_prefetch_multiplier=64, broker_connection_retry_on_startup=True)


@app.task
def post(number: int) -> str:
    """Hand over one letter; returns its address."""
    return send(number, port=int(os.environ["MAIL_PORT"]))
