"""The parties of the sandbox and the sites where goods stand: plainly made-up roles, no persons."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.sandbox.goods import with_check_digit


def site_uri(number: int) -> str:
    """Digital Link of a site by its global location number."""
    return f"https://id.gs1.org/414/{with_check_digit(f'952123451{number:03d}')}"


CELL_PLANT = site_uri(1)
FACTORY = site_uri(2)
HUB = site_uri(3)
HARBOUR_WAREHOUSE = site_uri(4)
LANTERN_WAREHOUSE = site_uri(5)
SELLER_SITES = {"S-03": site_uri(6), "S-11": site_uri(7), "S-19": site_uri(8)}
"""Sellers big enough to keep a warehouse of their own, by their reference."""
SALES_SITES = (HUB, HARBOUR_WAREHOUSE, LANTERN_WAREHOUSE, *SELLER_SITES.values())
LATE_SELLER = "S-07"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformPlan:
    """A marketplace: its sellers' numbers, its warehouse, the prefix of its references."""

    key: str
    name: str
    prefix: str
    language: str
    other_language: str
    sellers: tuple[str, ...]
    warehouse: str
    share: float
    """Share of the market's order lines."""


HARBOUR = PlatformPlan(
    key="harbour",
    name="Harbour Market",
    prefix="HM",
    language="zh",
    other_language="en",
    sellers=tuple(f"S-{n:02d}" for n in range(1, 15)),
    warehouse=HARBOUR_WAREHOUSE,
    share=0.6,
)
LANTERN = PlatformPlan(
    key="lantern",
    name="Lantern Mall",
    prefix="LM",
    language="en",
    other_language="zh",
    sellers=tuple(f"S-{n:02d}" for n in range(15, 25)),
    warehouse=LANTERN_WAREHOUSE,
    share=0.4,
)
PLATFORMS = (HARBOUR, LANTERN)


def party_row(key: str, role: str, name: str, **more: object) -> dict[str, object]:
    """A party as `parties.json` holds it; `more` stands over what is usual."""
    party: dict[str, object] = {
        "key": key,
        "role": role,
        "name": name,
        "language": "zh",
        "timezone": "Asia/Shanghai",
        "email": f"{key}@example.org",
        "platform": None,
        "reference": None,
        "sites": [],
        "database": None,
    }
    return party | more


def parties() -> list[dict[str, object]]:
    """The parties as `parties.json` holds them; `database` names the file of a participant's server."""
    rows = [
        party_row("regulator", "regulator", "Market Safety Authority"),
        party_row("maker", "manufacturer", "Power Bank Works", reference=FACTORY, sites=[FACTORY]),
        party_row(
            "northgate",
            "logistics",
            "Northgate Logistics",
            language="en",
            reference=HUB,
            sites=[HUB],
            database="northgate.db",
        ),
    ]
    for plan in PLATFORMS:
        rows.append(
            party_row(
                plan.key,
                "platform",
                plan.name,
                language=plan.language,
                reference=plan.warehouse,
                sites=[plan.warehouse],
                database=f"{plan.key}.db",
            )
        )
        rows += [
            party_row(
                f"seller-{ref[2:]}",
                "seller",
                f"Seller {ref[2:]}",
                language=plan.language if int(ref[2:]) % 3 else plan.other_language,
                platform=plan.key,
                reference=ref,
                sites=[SELLER_SITES[ref]] if ref in SELLER_SITES else [],
            )
            for ref in plan.sellers
        ]
    return rows
