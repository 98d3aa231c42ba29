"""The figures, as tables: `python -m benchmarks [NAME ...]` runs the named files of this folder, or all."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

NAMES = sorted(
    path.stem
    for path in Path(__file__).parent.glob("[!_]*.py")
    if "\ndef main(" in path.read_text(encoding="utf-8")  # the others help
)


def main() -> None:
    """Run each and let it print its table."""
    for name in sys.argv[1:] or NAMES:
        print(f"# {name}", flush=True)
        import_module(f"benchmarks.{name}").main()


if __name__ == "__main__":
    main()
