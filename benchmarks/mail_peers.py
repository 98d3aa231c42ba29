"""The peers of `benchmarks.mail`, each at the best setting that was found for it: Celery, DBOS, Prefect.

Their task is the same: one letter over a kept connection, its result recorded. Each runs in a process of
its own (`python -m benchmarks.mail_peers PEER MAILS PORT WHERE`) and prints the seconds from the first mail
queued to the last recorded.
"""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
import time

from benchmarks.mail_ground import send

THREADS = 8
"""Celery and DBOS are quickest with so many threads on two cores."""


def celery(*, mails: int, port: int, where: str) -> float:
    """A worker with threads; broker and results in Redis; acknowledged after the work, as durability asks."""
    environment = os.environ | {"MAIL_REDIS": where, "MAIL_PORT": str(port)}
    options = ["--pool", "threads", "-c", str(THREADS), "--without-gossip", "--without-mingle"]
    worker = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "benchmarks.mail_celery", "worker", "-l", "ERROR", *options],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.environ.update(environment)
    from benchmarks.mail_celery import post

    try:
        post.delay(0).get(timeout=120)  # the worker is up
        began = time.perf_counter()
        for result in [post.delay(number) for number in range(mails)]:
            result.get(timeout=600)
        return time.perf_counter() - began
    finally:
        worker.terminate()
        worker.wait()


def dbos(*, mails: int, port: int, where: str) -> float:
    """A workflow a mail, on a queue that runs eight at once, checkpointed in PostgreSQL."""
    from dbos import DBOS

    DBOS(config={"name": "mail", "system_database_url": where, "log_level": "ERROR"})

    @DBOS.step()
    def hand_over(number: int) -> str:
        return send(number, port=port)

    @DBOS.workflow()
    def mail(number: int) -> str:
        return hand_over(number)

    @DBOS.workflow()
    def many(count: int) -> int:
        return len([hand_over(number) for number in range(count)])

    DBOS.launch()
    queue = DBOS.register_queue("mail", concurrency=THREADS, polling_interval_sec=0.05)
    try:
        queue.enqueue(mail, 0).get_result()
        began = time.perf_counter()
        for handle in [queue.enqueue(mail, number) for number in range(mails)]:
            handle.get_result()
        queued = time.perf_counter() - began
        began = time.perf_counter()
        many(mails)
        return min(queued, time.perf_counter() - began)  # a workflow a mail, or one with a step a mail
    finally:
        DBOS.destroy()


def prefect(*, mails: int, port: int, where: str) -> float:
    """A task a mail, mapped over all, on a server that is up."""
    from prefect import flow, task
    from prefect.settings import temporary_settings
    from prefect.task_runners import ThreadPoolTaskRunner

    @task
    def hand_over(number: int) -> str:
        return send(number, port=port)

    @flow(task_runner=ThreadPoolTaskRunner(max_workers=THREADS))
    def many(count: int) -> int:
        return len(hand_over.map(range(count)).result())

    with temporary_settings(updates={"api.url": where, "logging.to_api.enabled": False}):
        many(2)
        began = time.perf_counter()
        many(mails)
        return time.perf_counter() - began


PEERS = {"celery-redis-threads": celery, "dbos": dbos, "prefect-map": prefect}


def versions() -> dict[str, str]:
    """The versions of the peers."""
    return {name: importlib.metadata.version(name) for name in ("celery", "redis", "dbos", "prefect")}


if __name__ == "__main__":
    name, count, smtp, place = sys.argv[1:]
    print(f"\nseconds {PEERS[name](mails=int(count), port=int(smtp), where=place)}")
