"""`recall message preview`: what a reader would read now, in each form."""

from __future__ import annotations

import json
import webbrowser
from pathlib import Path

import pytest

from flows.cli import Code
from notifications.catalogue import LANGUAGES, words_of
from recall.domain.message import MessageKind
from tests.flows.command import Command
from tests.flows.small_recall import NOTICE, REFERENCE, Small


@pytest.mark.parametrize("kind", MessageKind)
def test_every_kind_is_shown_of_a_recall_under_way(small: Small, kind: MessageKind) -> None:
    said = small.recall("message", "preview", REFERENCE, "--kind", kind.value.replace("_", "-"))
    assert (Code.OK, "") == (said.code, said.err)
    title = words_of("en").kinds[kind].title.partition(":")[0]
    assert said.out.startswith(title)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_buyers_notice_is_shown_in_every_language_as_json(small: Small, language: str) -> None:
    said = small.recall("message", "preview", REFERENCE, "--language", language, "--json")
    assert language == said.document["language"]
    assert words_of(language).kinds[MessageKind.NOTIFY_BUYER].lead in said.document["text"]
    assert f'lang="{words_of(language).tag}"' in said.document["html"]


def test_a_page_is_written_to_a_file(small: Small, tmp_path: Path) -> None:
    out = tmp_path / "letter.html"
    said = small.recall("message", "preview", REFERENCE, "--html", "-o", out)
    assert (Code.OK, "") == (said.code, said.out)
    assert "/static/places/label.png" in out.read_text("utf-8")


def test_a_page_that_is_opened_holds_its_picture(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = list[str]()
    monkeypatch.setattr(webbrowser, "open", lambda url: seen.append(url) or True)
    small.recall("message", "preview", REFERENCE, "--open")
    (page,) = (Path(url.removeprefix("file://")) for url in seen)
    assert 'src="data:image/png;base64,' in page.read_text("utf-8")
    page.unlink()


def test_before_anybody_has_a_task_it_says_so(desk: Command, tmp_path: Path) -> None:
    notice = tmp_path / "notice.json"
    notice.write_text(json.dumps(NOTICE), "utf-8")
    opened = desk("notice", "open", notice, "--policy", "cn-samr", "--officer", "party_officer1", "--json")
    said = desk("message", "preview", opened.document["id"])
    assert Code.CONFLICT == said.code
    assert "Nobody has a task in R-2025-1 yet" in said.err


@pytest.mark.parametrize("words", [("--kind", "postcard"), ("--language", "it")])
def test_a_kind_or_a_language_that_is_not_written_is_refused(desk: Command, words: tuple[str, str]) -> None:
    said = desk("message", "preview", "R-2025-1", *words)
    assert Code.ERROR == said.code
    assert f"Cannot read '{words[1]}'" in said.err
