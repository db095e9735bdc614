"""Set-up, once: ``python -m flows.prepare`` creates what a first run would have to wait for.

Without a configured Prefect server it creates the database of the run's own server. With one
(PREFECT_API_URL) it creates there what prefect.yaml needs: the work pool and the limit on tasks
that hold a model.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectNotFound
from prefect.settings import get_current_settings

from flows.server import LocalServer
from flows.session import command, config_of, state_folder

WORK_POOL = "aigc-guard"
MODEL_TAG = "aigc-guard-model"


def ensure_work_pool(client: SyncPrefectClient) -> bool:
    """Creates the process work pool of prefect.yaml unless it exists; says whether it did."""
    try:
        client.read_work_pool(WORK_POOL)
    except ObjectNotFound:
        client.create_work_pool(WorkPoolCreate(name=WORK_POOL, type="process"))
        return True
    return False


def ensure_model_limit(client: SyncPrefectClient, slots: int) -> None:
    """At most ``slots`` tasks that hold a model run at once, over all runs on this server."""
    client.create_concurrency_limit(tag=MODEL_TAG, concurrency_limit=slots)


def main(arguments: Sequence[str]) -> int:
    """Prepares the configured server, or the database of our own."""
    parser = argparse.ArgumentParser(prog="python -m flows.prepare", description=__doc__)
    parser.add_argument("--project", type=Path, help="project folder")
    parser.add_argument("--model-slots", type=int, default=1, help="tasks with a model at once")
    given = parser.parse_args(arguments)
    if get_current_settings().api.url:
        with get_client(sync_client=True) as client:
            created = ensure_work_pool(client)
            ensure_model_limit(client, given.model_slots)
        print(f"work pool {WORK_POOL}: {'created' if created else 'was there'}")
        print(f"tasks tagged {MODEL_TAG}: {given.model_slots} at once")
        return 0
    server = LocalServer(state_folder(config_of(given.project)))
    server.start()
    server.wait()
    server.stop()
    print(f"Prefect's database is ready: {server.folder / 'prefect.db'}")
    return 0


if __name__ == "__main__":
    command(main)
