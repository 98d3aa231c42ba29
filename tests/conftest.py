"""What many tests share: the databases, the browser, and the folder of shared data."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, Page, sync_playwright

from recall.store.database import Store
from tests.postgres import Cluster, running_cluster
from tests.scratch import memory
from tests.world import World, build, copied
from tools.browser import ABSENT as NO_BROWSER
from tools.browser import environment, find_browser
from tools.postgres import ABSENT as NO_POSTGRES

ROOT = Path(__file__).resolve().parent.parent
settings.register_profile("house", deadline=None)  # what is to be quick is measured, not timed once by chance
settings.load_profile("house")
BROWSER_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def pytest_configure() -> None:
    """Folders of tests stand in memory where there is room: a commit to SQLite waits for no disk there."""
    if memory():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory()))


def pytest_collection_finish() -> None:
    """What stands now stays: thousands of tests are not looked over for garbage again and again."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What drives the browser or starts Prefect's server comes first, for it takes longest."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    items.sort(key=lambda item: not any(map(item.get_closest_marker, ("prefect", "browser"))))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared research data: `RECALL_SHARED`, or `shared` beside the project."""
    folder = Path(os.environ.get("RECALL_SHARED") or ROOT.parent / "shared")
    if not folder.is_dir():
        pytest.skip("the shared data is not on this machine (RECALL_SHARED names its folder)")
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """This process's PostgreSQL: `create(template=None)` gives the URL of a database, `drop(url)` ends it."""
    with running_cluster() as cluster:
        if cluster is None:
            pytest.skip(NO_POSTGRES)
        yield cluster


@pytest.fixture(scope="session")
def postgres_template(postgres: Cluster) -> Iterator[str]:
    """A PostgreSQL database with the schema and nothing in it: migrated once, then others are its copies."""
    url = postgres.create()
    migrate(url)
    yield url
    postgres.drop(url)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a SQLite file."""
    path = tmp_path_factory.mktemp("migrated") / "recall.db"
    migrate(f"sqlite:///{path}")
    return path


def migrate(url: str) -> None:
    """Give a database the schema, and leave it."""
    store = Store(url)
    store.upgrade()
    store.close()


@pytest.fixture
def fresh_postgres(postgres: Cluster) -> Iterator[Callable[..., str]]:
    """`fresh_postgres(template=None)`: the URL of a clean database, or of a copy; gone after the test."""
    made: list[str] = []

    def fresh(template: str | None = None) -> str:
        made.append(postgres.create(template=template))
        return made[-1]

    yield fresh
    for url in made:
        postgres.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without even the schema, once of each kind that the store speaks."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'recall.db'}"
    fresh: Callable[..., str] = request.getfixturevalue("fresh_postgres")
    return fresh()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with the schema and nothing in it, once of each kind that the store speaks."""
    if request.param == "sqlite":
        copy = shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "recall.db")
        return f"sqlite:///{copy}"
    fresh: Callable[..., str] = request.getfixturevalue("fresh_postgres")
    return fresh(request.getfixturevalue("postgres_template"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium, driven by Playwright, which keeps an event loop running: hence one a module,
    and no asynchronous test in a module that drives it."""
    program = find_browser()
    if program is None:
        pytest.skip(NO_BROWSER.format(reason="none was found, `make test` fetches one where it can"))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment().items():
            patch.setenv(name, value)
        yield from driven(program)


def driven(program: Path) -> Iterator[Browser]:
    """The browser that this program is, until it is no longer needed."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=list(BROWSER_FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of its own: no cookie or storage of another test."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def first_world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[World, Path]:
    """A world that has told everybody, and its file: built once, to be copied."""
    path = Path(shutil.copy(sqlite_template, tmp_path_factory.mktemp("world") / "recall.db"))
    store = Store(f"sqlite:///{path}")
    world = build(store)
    store.close()
    return world, path


@pytest.fixture
def world(first_world: tuple[World, Path], tmp_path: Path) -> Iterator[World]:
    """A small world of one's own: one recall, told to everybody, nobody has answered."""
    original, path = first_world
    own = copied(original, of=path, to=tmp_path / "recall.db")
    yield own
    own.runtime.store.close()
