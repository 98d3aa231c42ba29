"""Served flows: settings alone hand a pass to a worker of Prefect's, in another process, on PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from prefect.deployments import run_deployment

from flows.assembly import assemble
from flows.embedded import prefect_settings
from flows.prefect_server import PrefectServer
from recall.settings import Settings
from recall.store import recalls
from tests.world import opened

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def worker(*, home: Path, api_url: str, database_url: str) -> Iterator[None]:
    """The deployments of prefect.yaml, and one worker that runs them from another folder."""
    env = os.environ | {
        "PREFECT_HOME": str(home / "worker"), "PREFECT_API_URL": api_url, "RECALL_HOME": str(home),
        "RECALL_DATABASE_URL": database_url,
    }  # fmt: skip
    prefect = [sys.executable, "-m", "prefect", "--no-prompt"]
    for words in (["work-pool", "create", "recall", "--type", "process"], ["deploy", "--all"]):
        subprocess.run([*prefect, *words], cwd=ROOT, env=env, check=True, capture_output=True, timeout=120)
    with (home / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [*prefect, "worker", "start", "--pool", "recall"], cwd=home, env=env, stdout=log, stderr=log
        )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:  # Prefect's worker, on a busy machine, may never end by itself
            process.kill()
            process.wait()


@pytest.mark.prefect
async def test_a_worker_in_another_process_carries_a_recall_on(
    tmp_path: Path, fresh_postgres: Callable[..., str]
) -> None:
    database_url = fresh_postgres()
    house = assemble(Settings(home=tmp_path, database_url=database_url))
    house.runtime.store.upgrade()
    world = opened(house.runtime.store)
    server = PrefectServer(home=tmp_path / "prefect")
    server.start()
    try:
        api_url = server.ready()
        with (
            worker(home=tmp_path, api_url=api_url, database_url=database_url),
            prefect_settings(api_url),
        ):
            parameters = {"recall_id": world.recall_id}
            run = await run_deployment("coordinate/coordinate", parameters=parameters, timeout=150)
        log = (tmp_path / "worker.log").read_text("utf-8")
        assert run.state is not None, log
        assert run.state.is_completed(), log[-3000:]
        with house.runtime.store.read() as tx:
            done = {stage.name for stage in recalls.stages(tx, recall_id=world.recall_id)}
        assert {"scope", "trace", "match", "release", "assign", "notify", "assess"} == done
    finally:
        server.end()
        house.runtime.store.close()
