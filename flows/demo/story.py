"""The demo's story: one recall from notice to rest, day by day, every act over the same doors as in earnest.

A killed demo goes on where it was: the market and the engine keep their books, the diary keeps the time.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from connectors.sandbox.market import make_market
from flows.assembly import House, assemble, in_house, wall_clock
from flows.collect import collect
from flows.coordinate import coordinate
from flows.deliver import deliver
from flows.demo import intake
from flows.demo.market import LOGISTICS, PARTNERS, Market
from flows.demo.progress import Progress
from flows.demo.state import Diary
from flows.embedded import prefect_settings
from flows.prefect_server import PrefectServer
from flows.remind import remind
from flows.service import door_of
from recall.domain.completion import Account
from recall.domain.recall import RecallState
from recall.errors import GiveUp
from recall.settings import Settings
from recall.steps.record_confirmation import settle_conflict
from recall.store import confirmations, ledger, outbox, recalls

NOTICE = Path(__file__).parents[2] / "examples" / "notices" / "power-bank.zh.txt"
LOOKS = (0, 6, 13, 20, 26, 50, 110, 150, 200, 280, 360, 460, 580, 760, 860, 960, 1060, 1160)
"""Hours after the opening at which everybody looks again: often while clocks run, seldom later."""
WHOLE_PASSES = frozenset({280})
"""Looks with a whole pass, which reads listings and orders again; the others collect, remind and deliver."""
SETTLED_AT = 200
"""Hours after the opening from which the second officer settles what is in conflict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the demo leaves behind for its report."""

    house: House
    recall_id: str
    folder: Path
    prefect_url: str
    seconds: Mapping[str, float]


class Story:
    """The demo on its way: the house, the market, the diary and the progress that is shown."""

    def __init__(self, *, home: Path, progress: Progress, prefect: PrefectServer) -> None:
        self._home, self._progress, self._prefect = home, progress, prefect
        self._folder = home / "market"
        self.diary = Diary(home=home)
        self.recall_id = ""

    def begin(self, *, seed: int, lines: int) -> None:
        """Make the market, unless an interrupted demo has one."""
        if self.diary.place is None:
            self.diary.begin(seed=seed, lines=lines, today=wall_clock(), ports=_free_ports())
        place = self.diary.at
        with self._progress.stage("A market to practise on") as stage:
            if not place.keys:
                made = make_market(seed=place.seed, lines=place.lines, until=place.start, into=self._folder)
                stage.say(f"{made.lines:,} order lines, {made.lots} lots, {made.events:,} events")
            self._keys = intake.make_keys(self._folder)

    @contextmanager
    def partners(self) -> Iterator[Market]:
        """The market's programs, running; they end with the block, and with this process."""
        ports, keys = self.diary.at.ports, self._keys
        engine = ["--issuer", f"http://127.0.0.1:{ports['engine']}"]
        with Market(folder=self._folder, ports=ports) as market:
            with self._progress.stage("Partners open their doors", total=4) as stage:
                post = ["--port", str(ports["post"]), "--maildir", str(self._folder / "mails.jsonl")]
                market.launch("post", "connectors.sandbox.post_office", post)
                for name in PARTNERS:
                    kind = "logistics" if name == LOGISTICS else "platform"
                    own = ["--db", str(self._folder / f"{name}.db"), "--port", str(ports[name])]
                    shown = ["--key", keys[name], "--engine-key", keys[f"{name}/api"]]
                    more = [] if kind == "logistics" else ["--smtp", f"127.0.0.1:{ports['post']}"]
                    if kind == "platform":
                        more += ["--logistics", market.url(LOGISTICS), "--logistics-key", keys[LOGISTICS]]
                    market.launch(name, f"connectors.sandbox.{kind}", [*own, *shown, *engine, *more])
                for name in ("post", *PARTNERS):
                    market.ready(name)
                    stage.step("two marketplaces, a logistics partner, a post office")
            yield market

    def house(self) -> House:
        """The house on the demo's own database and time."""
        ports = self.diary.at.ports
        settings = Settings(
            home=self._home,
            database_url=f"sqlite:///{(self._home / 'recall.db').resolve()}",
            base_url=f"http://127.0.0.1:{ports['engine']}",
            smtp_port=ports["post"],
            mail_from="recall@authority.example.org",
            partner_hosts="127.0.0.1",
        )
        house = assemble(settings, now=self.diary.now)
        house.runtime.store.upgrade()
        return house

    def intake(self, house: House, market: Market) -> None:
        """Everybody is made known and the events are captured."""
        with self._progress.stage("Events and parties come in", total=2) as stage:
            if not self.diary.at.keys:
                endpoints = {name: market.url(name) for name in PARTNERS}
                intake.make_known(house, folder=self._folder, keys=self._keys, endpoints=endpoints)
                stage.step("everybody is known")
                new = intake.capture(house, folder=self._folder)
                stage.step(f"{new:,} events captured")
                self.diary.move(keys=True)

    def open(self, house: House) -> None:
        """The notice is read and opened by two officers."""
        with self._progress.stage("Open: four eyes on the notice") as stage:
            recall = intake.open_the_recall(house, notice=NOTICE)
            self.recall_id = recall.id
            stage.say(f"{recall.reference}, opened by two officers")

    def wait_for_prefect(self) -> str:
        """Prefect was started first; by now it is nearly there."""
        with self._progress.stage("Prefect's server") as stage:
            stage.say("starting since the demo began; its first start takes longest")
            url = self._prefect.ready()
            stage.say(f"up after {time.monotonic() - self._prefect.began:.0f} s, kept beside the engine")
            return url

    async def carry(self, house: House, market: Market) -> None:
        """Day after day until the recall comes to rest."""
        await asyncio.to_thread(market.tick, self.diary.now(), tokens=self._keys)
        await self._first_pass()
        with self._progress.stage("Day by day: confirm, return, remind", total=len(LOOKS)) as stage:
            for hours in LOOKS:
                if hours >= self.diary.at.hours:
                    self.diary.move(hours=float(hours))
                    await self._look(house, market, hours=hours)
                state = self._state(house)
                stage.step(f"day {hours // 24}, {state}")
                if state is RecallState.MONITORING:
                    break
        self.diary.move(finished=True)

    async def _first_pass(self) -> None:
        with self._progress.stage("Scope, trace, match, tasks") as stage:
            results = await coordinate(self.recall_id)
            trace, match = results["trace"], results["match"]
            stage.say(f"{trace['lots']} lots at {trace['sites']} sites, {match['newly_in']} lines affected")
        with self._progress.stage("Notices to sellers, logistics, buyers") as stage:
            sent = await deliver()
            stage.say(", ".join(f"{n} {what}" for what, n in sorted(sent.items())) or "nothing left to send")

    async def _look(self, house: House, market: Market, *, hours: int) -> None:
        """Everybody does what is due, and the engine hears of it."""
        await asyncio.to_thread(market.tick, self.diary.now(), tokens=self._keys)
        await collect(self.recall_id)
        await remind(self.recall_id)
        if hours >= SETTLED_AT:
            self._settle_conflicts(house)
        if hours in WHOLE_PASSES:
            await coordinate(self.recall_id)
        if self._has_letters(house):
            await deliver()
        if hours >= SETTLED_AT:
            self._maker_reports()

    def _has_letters(self, house: House) -> bool:
        with house.runtime.store.read() as tx:
            due = outbox.next_due(tx)
        return due is not None and due <= self.diary.now()

    def _settle_conflicts(self, house: House) -> None:
        """The second officer had the goods recounted: what was matched at the site is what stood there."""
        with house.runtime.store.read() as tx:
            waiting = confirmations.confirmations(tx, recall_id=self.recall_id, conflicts_only=True)
            standing = {
                (h.place, h.gtin, h.lot): h.balances[Account.OUTSTANDING]
                for h in ledger.stock_holdings(tx, recall_id=self.recall_id)
            }
        for kept in waiting:
            said = kept.confirmation
            settle_conflict(
                house.runtime, confirmation_id=kept.id, officer=list(intake.OFFICERS)[1],
                units=min(said.units, standing.get((said.place or "", said.gtin or "", said.lot or ""), 0)),
                reason="recounted at the site: the matched units are right",
            )  # fmt: skip

    def _maker_reports(self) -> None:
        """The maker has no system of its own: it reports with its key at the API's door."""
        for task in self._ask("/v1/tasks")["tasks"]:
            if task["duty"] == "report" and task["state"] != "done":
                key = f"maker-report-{task['id']}"
                said = {"key": key, "outcome": "reported", "units": 0, "at": self.diary.now().isoformat()}
                self._ask(f"/v1/tasks/{task['id']}/confirmations", said=said, key=key)

    def _ask(self, path: str, *, said: Mapping[str, object] | None = None, key: str = "") -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.diary.at.ports['engine']}{path}",
            data=json.dumps(said).encode() if said is not None else None,
            headers={
                "authorization": f"Bearer {self._keys['maker/api']}",
                "content-type": "application/json",
                "idempotency-key": key,
            },
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - the same
            return json.loads(answer.read())

    def _state(self, house: House) -> RecallState:
        with house.runtime.store.read() as tx:
            return recalls.recall(tx, recall_id=self.recall_id).state


def run_demo(
    *, home: Path, lines: int, seed: int, fresh: bool, quiet: bool, wait: Callable[[Told], None]
) -> Told:
    """Carry the recall to its rest and return what the report needs; `wait` is called while all still stands.

    A demo that was killed goes on; one that came to its end, or `fresh`, begins anew in the same folder.
    """
    home.mkdir(parents=True, exist_ok=True)
    prefect = PrefectServer(home=home.parent / "prefect")
    prefect.start()
    if fresh or _is_over(home):
        shutil.rmtree(home)
        home.mkdir()
    with Progress(console=Console(stderr=True), quiet=quiet) as progress:
        story = Story(home=home, progress=progress, prefect=prefect)
        story.begin(seed=seed, lines=lines)
        house = story.house()
        with _open_door(house, port=story.diary.at.ports["engine"]), story.partners() as market:
            story.intake(house, market)
            story.open(house)
            url = story.wait_for_prefect()
            with in_house(house), prefect_settings(url):
                asyncio.run(story.carry(house, market))
            told = Told(
                house=house, recall_id=story.recall_id, folder=home / "market", prefect_url=url,
                seconds=dict(progress.seconds),
            )  # fmt: skip
            progress.close()
            wait(told)
    prefect.end()
    return told


def _is_over(home: Path) -> bool:
    place = Diary(home=home).place
    return place is not None and place.finished


@contextmanager
def _open_door(house: House, *, port: int) -> Iterator[None]:
    """The engine's API and pages, served from a thread of this process."""
    server = door_of(house, host="127.0.0.1", port=port)
    thread = threading.Thread(target=server.run, name="door", daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise GiveUp(
                f"The engine's door does not open on port {port}",
                advice="Another program may use the port: begin anew with recall demo --fresh.",
            )
        time.sleep(0.05)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=10)


def _free_ports() -> dict[str, int]:
    """A free port for everybody, all found before any is let go."""
    names = ("engine", "post", *PARTNERS)
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in names]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return {name: each.getsockname()[1] for name, each in zip(names, sockets, strict=True)}
