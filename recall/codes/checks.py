"""The checks by the names that `application_identifiers.toml` uses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from recall.codes import content
from recall.codes.code_lists import account_number, listed
from recall.codes.content import Check, Finding, number_below, one_of
from recall.codes.coupons import coupon, offer_on_file

_IMPORTER = re.compile("[0-9A-Za-z_-]")


def _importer(value: str) -> Finding | None:
    right = _IMPORTER.fullmatch(value) is not None
    return None if right else ("a letter, a digit, - or _", value)


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        "check": content.right_check_digit,
        "check_pair": content.right_check_pair,
        "prefix1": content.company_prefix,
        "prefix2": content.company_prefix_after_one,
        "date": content.day_date,
        "date0": content.day_or_month_date,
        "long_date": content.long_date,
        "long_date0": content.long_day_or_month_date,
        "time": content.time_of_day,
        "hour": number_below(24, digits=2, noun="an hour from 00 to 23"),
        "minute": number_below(60, digits=2, noun="a minute from 00 to 59"),
        "second": number_below(60, digits=2, noun="a second from 00 to 59"),
        "latitude": number_below(1_800_000_001, digits=10, noun="at most 1800000000"),
        "longitude": number_below(3_600_000_001, digits=10, noun="at most 3600000000"),
        "piece": content.piece_of_total,
        "sequence": content.place_in_sequence,
        "zero": content.all_zeros,
        "nonzero": content.above_zero,
        "no_leading_zero": content.no_leading_zero,
        "nondigit": content.with_a_nondigit,
        "hyphen": content.all_hyphens,
        "percent": content.percent_encoded,
        "padded": content.padded_in_threes,
        "winding": one_of("0", "1", "9"),
        "flag": one_of("0", "1"),
        "sex": one_of("0", "1", "2", "9"),
        "country": listed("country", noun="a country of ISO 3166, in digits"),
        "country_or_any": listed("country", "999", noun="a country of ISO 3166, in digits, or 999"),
        "country_letters": listed("country_letters", noun="a country of ISO 3166, in two letters"),
        "currency": listed("currency", noun="a currency of ISO 4217, in digits"),
        "media": listed("media", noun="a medium of automatic identification"),
        "packaging": listed("packaging", noun="a kind of package of UN/ECE Recommendation 21"),
        "iban": account_number,
        "importer": _importer,
        "coupon": coupon,
        "coupon_on_file": offer_on_file,
    }
)
