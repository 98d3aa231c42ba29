"""A participant's process: its arguments, its ready line, and its end with its parent."""

from __future__ import annotations

import argparse
import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

LOOK_SECONDS = 0.5


def arguments(description: str) -> argparse.ArgumentParser:
    """The arguments that every participant takes."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--db", type=Path, required=True, help="its file of the market")
    parser.add_argument("--port", type=int, default=0, help="on 127.0.0.1; 0: any free one")
    parser.add_argument("--issuer", required=True, help="base address of the engine")
    parser.add_argument("--key", required=True, help="the token that the engine must show here")
    parser.add_argument("--engine-key", required=True, help="the API key that it shows to the engine")
    add_parent(parser)
    return parser


def add_parent(parser: argparse.ArgumentParser) -> None:
    """`--parent`: the process with which this one ends."""
    parser.add_argument("--parent", type=int, default=os.getppid(), help="ends when this is not its parent")


def end_with_parent(parent: int, *, stop: Callable[[], object]) -> None:
    """Watches the parent in the background: without it, `stop`, and a second later the end by force."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK_SECONDS)
        stop()
        time.sleep(1)
        os._exit(0)

    threading.Thread(target=watch, daemon=True, name="parent").start()


def say_ready(**what: object) -> None:
    """One JSON line on stdout: ready, and where."""
    print(json.dumps({"ready": True, **what}), flush=True)
