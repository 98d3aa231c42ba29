"""Bytes as text: the encoding that the file names, else the one that its bytes look like."""

from __future__ import annotations

import re

_MARKS = (b"\xff\xfe", b"\xfe\xff")
_NAMED = re.compile(
    rb"""(?:<\?xml[^>]{0,80}encoding|<meta[^>]{0,200}charset)\s*=\s*["']?([\w.:-]{2,20})""", re.I
)
_TRUSTED = {
    *("utf-8", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252", "gb2312", "gbk", "gb18030", "big5"),
    *("shift_jis", "euc-jp"),
}
_HIGH = re.compile(rb"[\x80-\xff]+")
_KANA = re.compile(r"[\u3041-\u30fa]")
_HEAD, _SAMPLE = 1_024, 200_000
_SOME_KANA = 5


def decoded(raw: bytes) -> str | None:
    """The text of a file: UTF-8 with or without its mark, UTF-16 with it, or the encoding that it names or
    shows (GB18030, Shift JIS, EUC-JP, Windows-1252); None when it is no text.

    >>> decoded("召回公告".encode("gb18030"))
    '召回公告'
    """
    for encoding in ("utf-16",) if raw.startswith(_MARKS) else ("utf-8-sig", _named(raw), _seen(raw)):
        try:
            text = raw.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        return None if "\x00" in text else text
    return None


def _named(raw: bytes) -> str:
    """The encoding that an XML declaration or a `meta` of HTML names, where it is one that notices use."""
    found = _NAMED.search(raw[:_HEAD])
    name = found[1].decode("ascii", "replace").lower() if found else ""
    return name if name in _TRUSTED else "utf-8"


def _seen(raw: bytes) -> str:
    """The encoding that the high bytes look like: alone in western text, in runs in Chinese and Japanese.

    Kana at the places of Shift JIS tell Japanese from Chinese; so do many at those of EUC-JP, which Chinese
    shares for kana alone.
    """
    sample = raw[:_SAMPLE]
    runs = _HIGH.findall(sample)
    alone = sum(1 for run in runs if len(run) == 1)
    if 2 * alone > len(runs) and not _kana(sample, "cp932"):
        return "cp1252"
    if _kana(sample, "cp932"):
        return "cp932"
    return "euc_jp" if _kana(sample, "euc_jp") else "gb18030"


def _kana(sample: bytes, encoding: str) -> bool:
    return len(_KANA.findall(sample.decode(encoding, "ignore"))) >= _SOME_KANA
