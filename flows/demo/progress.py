"""The demo's progress: one line a stage on the error stream, with a bar where there is something to count."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars


class Progress:
    """Shows the stages and keeps their seconds; on a pipe each stage is one plain line when it is done."""

    def __init__(self, *, console: Console, quiet: bool) -> None:
        """`console` writes to the error stream; `quiet` shows nothing at all."""
        self._console, self._quiet = console, quiet
        self._bars = Bars(
            SpinnerColumn(finished_text="[green]✓"),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TextColumn("[dim]{task.fields[said]}"),
            TimeElapsedColumn(),
            console=console,
            disable=quiet or not console.is_terminal,
        )
        self.seconds: dict[str, float] = {}

    def __enter__(self) -> Progress:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """No more bars: what follows is printed plainly."""
        self._bars.stop()

    @contextmanager
    def stage(self, name: str, *, total: int = 1) -> Iterator[Stage]:
        """One stage of the story: `name` is also the key of its seconds."""
        bar = self._bars.add_task(name, total=total, said="")
        stage, began = Stage(bars=self._bars, bar=bar, total=total), time.perf_counter()
        yield stage
        spent = time.perf_counter() - began
        self.seconds[name] = self.seconds.get(name, 0.0) + spent
        self._bars.update(bar, completed=total)
        if not self._quiet and not self._console.is_terminal:
            self._console.print(
                f"{name}: {stage.said or 'done'} ({spent:.1f} s)", highlight=False, soft_wrap=True
            )


class Stage:
    """A stage under way."""

    def __init__(self, *, bars: Bars, bar: TaskID, total: int) -> None:
        self._bars, self._bar, self._total = bars, bar, total
        self.said = ""

    def step(self, said: str = "", *, by: int = 1) -> None:
        """One more is done."""
        self.said = said or self.said
        self._bars.update(self._bar, advance=by, said=self.said)

    def say(self, said: str) -> None:
        """What came of it, or what it is waiting for."""
        self.said = said
        self._bars.update(self._bar, said=said)
