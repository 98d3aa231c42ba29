"""The paper: a composed notice as PDF; the one door to typst and to the fonts.

The template is ours, and all that it sets comes as data, which typst never reads as its own language. Nothing
is fetched: the compiler and the fonts come with the wheels, and no other font of the machine is looked at,
so that the same notice makes the same bytes everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import noto_cjk_sans_otc
import typst

from recall.compiled.document import Composed, Photo
from recall.compiled.square import square
from recall.errors import InputRefused
from recall.markup import plain

_MOST_LINES = 20_000
"""Some four hundred sheets, set in a few seconds."""


def paper(composed: Composed, *, dated: datetime) -> bytes:
    """The notice as PDF with its tags, A4; `dated` (aware) is the document's date, so no clock is read.

    Raises InputRefused for more lines than anybody prints, and for a photograph that is broken.
    """
    lines = composed.written().text.count("\n") + 1
    if lines > _MOST_LINES:
        raise InputRefused(
            "The notice is too long to be printed", expected=f"at most {_MOST_LINES:,} lines",
            got=f"{lines:,}", advice="Compile it as html.",
        )  # fmt: skip
    with TemporaryDirectory(prefix="recall-paper-") as folder:
        root = Path(folder)
        photos = dict(_kept(composed, root))
        compiler = typst.Compiler(
            input=_template(), root=root, font_paths=_fonts(), ignore_system_fonts=True,
            package_path=root, package_cache_path=root,
            sys_inputs={"notice": json.dumps(_shown(composed, photos), ensure_ascii=False)},
        )  # fmt: skip
        try:
            made = compiler.compile(format="pdf", timestamp=int(dated.timestamp()))
        except typst.TypstError as error:  # the template is ours: only a photograph can be wrong
            raise InputRefused(
                "A picture cannot be set", expected="a whole PNG or JPEG", got=str(error)
            ) from None
    if not isinstance(made, bytes):
        raise TypeError(f"typst made {type(made).__name__}, and no document")
    return made


def _kept(composed: Composed, root: Path) -> Iterator[tuple[Photo, str]]:
    """The photographs as files, for typst takes their bytes from nowhere else."""
    found = (figure.photo for section in composed.sections for figure in section.part.figures)
    for number, photo in enumerate(dict.fromkeys(photo for photo in found if photo)):
        name = f"{number}.{photo.kind}"
        (root / name).write_bytes(photo.data)
        yield photo, name


def _shown(composed: Composed, photos: dict[Photo, str]) -> dict[str, Any]:
    """The document as plain data, its photographs by their files' names, with the square beside it."""
    shown: dict[str, Any] = _plainly(composed, photos)
    return shown | {"square": square(composed.proof.page)}


def _plainly(value: object, photos: dict[Photo, str]) -> Any:
    """A part of the document as JSON has it."""
    if isinstance(value, Photo):
        return photos[value]
    if is_dataclass(value):
        return {field.name: _plainly(getattr(value, field.name), photos) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plainly(each, photos) for each in value]
    return "" if value is None else plain(value)


@cache
def _template() -> bytes:
    return (resources.files("recall.compiled") / "templates" / "notice.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    """Typst's own fonts, and Noto Sans CJK."""
    folder = Path(str(noto_cjk_sans_otc.FONT_PATH)).parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])
