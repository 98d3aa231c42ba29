"""The words `notice draft`, `confirm`, `correct`, `add` and `submit`: the confirming page, by command."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.asking import Officer
from flows.opening import bytes_of, notices_in, open_house, recall_id_of, settings_of
from flows.printing import Cell, Json, print_json, print_pairs, print_table, say
from recall.domain.draft import Draft, values_of
from recall.errors import NoticeRefused
from recall.runtime import Runtime
from recall.steps import open_recall, work_draft
from recall.views.preview import preview

Named = Annotated[str, typer.Argument(help="A draft, by its id.", metavar="DRAFT")]
Values = Annotated[list[str] | None, typer.Option("--value", help="What it means; may come several times.")]
_COLUMNS = ("clause", "kind", "words", "means", "sure", "said", "by")


def draft(
    context: typer.Context,
    file: Annotated[
        str, typer.Argument(help="A file of notices, or - for standard input.", metavar="FILE|-")
    ],
    *,
    policy: Annotated[list[str], typer.Option(help="The policies of its laws; the first leads.")],
    officer: Officer,
    number: Annotated[int, typer.Option(min=1, help="Which notice of the file, counted from 1.")] = 1,
    amends: Annotated[str | None, typer.Option(help="The recall whose next version it is to be.")] = None,
    json: Json = False,
) -> None:
    """Put a notice on an officer's desk as a draft: its clauses wait to be confirmed or corrected.

    Examples:

        recall notice draft notice.txt --policy cn-samr --officer party_0197...
    """
    found = notices_in(bytes_of(file), settings=settings_of(context))
    if number > len(found):
        raise NoticeRefused.of(str(number), expected=f"1 to {len(found)}", got="another notice")
    runtime = open_house(context, create=True).runtime
    recall_id = None if amends is None else recall_id_of(runtime, amends)
    made = work_draft.start_draft(
        runtime, notice=found[number - 1], policies=policy, officer=officer, amends=recall_id
    )
    _tell(runtime, made, json=json)
    say(f"Next: recall notice confirm {made.id} --clause 1 --officer {officer}")


def confirm(
    context: typer.Context,
    draft: Named,
    *,
    officer: Officer,
    clause: Annotated[list[int] | None, typer.Option(min=1, help="A clause; may come several times.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="All that wait of the reader's own.")] = False,
    json: Json = False,
) -> None:
    """Confirm clauses of a draft as the reader proposed them.

    Examples:

        recall notice confirm drf_0197... --clause 1 --clause 2 --officer party_0197...
    """
    runtime = open_house(context).runtime
    numbers = None if all_ else [each - 1 for each in clause or ()]
    after = work_draft.confirm(runtime, draft_id=draft, numbers=numbers, officer=officer)
    _tell(runtime, after, json=json)


def correct(
    context: typer.Context,
    draft: Named,
    *,
    officer: Officer,
    clause: Annotated[int, typer.Option(min=1, help="The clause.")],
    value: Values = None,
    json: Json = False,
) -> None:
    """Write down what a clause of a draft means; without a value it means nothing.

    Examples:

        recall notice correct drf_0197... --clause 2 --value A1 --value B2 --officer party_0197...
    """
    runtime = open_house(context).runtime
    after = work_draft.correct(
        runtime, draft_id=draft, number=clause - 1, values=value or [], officer=officer
    )
    _tell(runtime, after, json=json)


def add(
    context: typer.Context,
    draft: Named,
    *,
    officer: Officer,
    kind: Annotated[str, typer.Option(help="Its kind: lot, serial, made, ...")],
    quote: Annotated[str, typer.Option(help="Its words, as they stand in the source text.")],
    product: Annotated[int, typer.Option(min=1, help="The product that it is about, counted from 1.")] = 1,
    value: Values = None,
    json: Json = False,
) -> None:
    """Add a clause to a draft that the reader passed over.

    Examples:

        recall notice add drf_0197... --kind lot --quote "batch B2" --value B2 --officer party_0197...
    """
    runtime = open_house(context).runtime
    after = work_draft.add(
        runtime, draft_id=draft, kind=kind, quote=quote, product=product - 1, values=value or [],
        officer=officer,
    )  # fmt: skip
    _tell(runtime, after, json=json)


def submit(context: typer.Context, draft: Named, *, officer: Officer, json: Json = False) -> None:
    """Submit a draft of which every clause is settled; another officer approves it.

    Examples:

        recall notice submit drf_0197... --officer party_0197...
    """
    runtime = open_house(context).runtime
    recall = open_recall.submit_draft(runtime, draft_id=draft, officer=officer)
    facts = {"id": recall.id, "reference": recall.reference, "state": recall.state.value}
    if json:
        print_json(facts)
    else:
        print_pairs(facts.items())
        say(f"Next: recall notice approve {recall.reference} --officer <another>")


def _tell(runtime: Runtime, draft: Draft, *, json: bool) -> None:
    counts = preview(runtime, notice=draft.notice).document()
    if json:
        clauses = [
            clause.document() | {"means": means, "mark": mark.document() if mark else None}
            for (clause, mark), means in zip(
                zip(draft.notice.clauses, draft.marks, strict=True), _meanings(draft), strict=True
            )
        ]
        print_json({"id": draft.id, "waiting": len(draft.waiting), "counts": counts, "clauses": clauses})
        return
    print_pairs([("draft", draft.id), ("waiting", len(draft.waiting)), *_cells(counts)])
    print_table(_COLUMNS, (_row(draft, number) for number in range(len(draft.marks))))


def _meanings(draft: Draft) -> list[list[str] | None]:
    found = (values_of(draft.notice, number) for number in range(len(draft.marks)))
    return [None if values is None else list(values) for values in found]


def _cells(counts: dict[str, object]) -> list[tuple[str, Cell]]:
    return [(name, value if isinstance(value, int) else str(value or "")) for name, value in counts.items()]


def _row(draft: Draft, number: int) -> tuple[Cell, ...]:
    clause, mark = draft.notice.clauses[number], draft.marks[number]
    means = ", ".join(values_of(draft.notice, number) or ())
    said = (mark.said.value, mark.by) if mark else ("proposed", clause.proposed_by)
    return number + 1, clause.kind.value, clause.text[:60], means[:60], str(clause.confidence), *said
