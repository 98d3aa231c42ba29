"""The places and parties of a trial market, and what each platform records of the goods it sells."""

from __future__ import annotations

from dataclasses import dataclass

from connectors.sandbox.places import party_row, site_uri

SUPPLIER, MAKER, HUB = site_uri(21), site_uri(22), site_uri(23)
NEAR = (site_uri(31), site_uri(32), site_uri(33))
"""Sites of sale that the maker delivers to."""
FAR = (site_uri(34), site_uri(35), site_uri(36))
"""Sites of sale that are delivered to from the hub."""
RETURNS = (site_uri(41), site_uri(42))
"""Where returned units come to stand, and are sold again from."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shop:
    """A platform with its habits; `records` are the shares of lines with both codes, the serial, the lot."""

    place: int
    """Among the shops, from 0."""
    key: str
    name: str
    prefix: str
    sellers: int
    sites: tuple[str, ...]
    records: tuple[float, float, float]
    upper: bool = False
    """Whether its books know capitals only."""
    digits: int = 14
    """How many digits of a GTIN its documents have."""


SHOPS = (
    Shop(
        place=0, key="ash", name="Ash Market", prefix="AM", sellers=40, sites=(NEAR[0], FAR[0]),
        records=(0.5, 0.25, 0.25),
    ),
    Shop(
        place=1, key="birch", name="Birch Mall", prefix="BM", sellers=30, sites=(NEAR[1], FAR[1]),
        records=(0.0, 0.0, 1.0), digits=13,
    ),
    Shop(
        place=2, key="cedar", name="Cedar Shops", prefix="CS", sellers=20, sites=(NEAR[2], FAR[2]),
        records=(0.0, 1.0, 0.0),
    ),
    Shop(
        place=3, key="elm", name="Elm Bazaar", prefix="EB", sellers=10, sites=(), records=(0.4, 0.2, 0.4),
        upper=True,
    ),
    Shop(place=4, key="fir", name="Fir Fair", prefix="FF", sellers=10, sites=(), records=(0.0, 0.0, 0.0)),
)  # fmt: skip
SELLING_AT = {
    site: (*(shop for shop in SHOPS if site in shop.sites for _ in range(6)), *SHOPS[-2:])
    for site in (*NEAR, *FAR)
} | dict.fromkeys(RETURNS, SHOPS)
"""Who sells from a site: mostly its owner, beside it those who own none; from the returns anybody."""


def parties() -> list[dict[str, object]]:
    """The parties as `parties.json` holds them; the carrier runs every site of sale."""
    sites = [HUB, *NEAR, *FAR, *RETURNS]
    return [
        party_row("regulator", "regulator", "Market Safety Authority"),
        party_row("supplier", "manufacturer", "Cell Works", reference=SUPPLIER, sites=[SUPPLIER]),
        party_row("maker", "manufacturer", "Trial Goods Works", reference=MAKER, sites=[MAKER]),
        party_row("carrier", "logistics", "Trial Carrier", reference=HUB, sites=sites),
        *(party_row(shop.key, "platform", shop.name, reference=shop.key) for shop in SHOPS),
    ]
