"""A form of code: how it is recognised, and how it is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from recall.codes.product_code import ProductCode
from recall.codes.profile import Profile


class Form(NamedTuple):
    """One row of the reader's table; the first form that recognises a string reads it, or refuses it."""

    name: str
    recognises: Callable[[str], bool]
    """From its outer shape alone, and cheaply: it is asked for every code."""
    read: Callable[[str, Profile], ProductCode]
    """Raises `CodeRefused`, and nothing else."""
