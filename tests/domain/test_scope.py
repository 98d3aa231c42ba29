"""The scope: which trade items a notice's products are, by model, by brand, or by another name."""

from __future__ import annotations

import pytest

from recall.domain.notice import Identifier, Notice, NoticeExclusion, NoticeProduct
from recall.domain.scope import scope_of
from recall.errors import NoticeRefused

ONE, TWO = "09521234502722", "09521234503927"
MODELS = {"K-1": frozenset({ONE}), "K-2": frozenset({TWO}), "4711": frozenset({TWO})}
BRANDS = {"Kettleworks": frozenset({ONE, TWO})}


def gtins(product: NoticeProduct) -> frozenset[str]:
    notice = Notice(source="own", reference="R", title="T", authority="A", products=(product,))
    return scope_of(notice, recall_id="r", version=1, catalogue=MODELS, brands=BRANDS).gtins


def test_a_product_without_a_model_is_known_by_its_other_names() -> None:
    item = Identifier(scheme="item", value="4711")
    assert {TWO} == gtins(NoticeProduct(name="Kettle", identifiers=(item,)))
    assert {ONE} == gtins(NoticeProduct(name="Kettle", model="K-1", identifiers=(item,)))


def test_an_excepted_model_is_not_in_the_scope_of_its_brand() -> None:
    excepted = NoticeExclusion(models=("K-2",))
    assert {ONE} == gtins(NoticeProduct(name="Kettle", brand="Kettleworks", excluded=excepted))
    with pytest.raises(NoticeRefused, match="a model that the catalogue knows"):
        gtins(NoticeProduct(name="Kettle", model="K-2", excluded=excepted))


def test_a_model_that_only_another_brand_has_is_read_by_its_model_alone() -> None:
    assert {ONE} == gtins(NoticeProduct(name="Kettle", model="K-1", brand="Another"))
    with pytest.raises(NoticeRefused, match="a model that the catalogue knows"):
        gtins(NoticeProduct(name="Kettle", model="K-9", brand="Kettleworks"))
