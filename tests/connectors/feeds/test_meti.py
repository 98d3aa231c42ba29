"""METI: the cases of a mail and the page of a product, label by label, with Japan's years and counts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from connectors.feeds.reader import NoticesRead, read_notices
from recall.domain.notice import Notice, Window

MAIL = """<リコール情報の更新:2件>
【案件1】
事業者名:株式会社ケトル
製品名 :電気ケトル
リコール開始日:2023年7月24日(報告日:2023年9月5日)
リコール内容:回収・返金
重大事故の有無:有
リコール理由:ふたが開き、
やけどのおそれがあるため。
【経済産業省HP】
https://www.meti.go.jp/product_safety/recall/file/230724-1.html

【案件2】
事業者名:株式会社ヒーター
製品名:電気ストーブ
リコール開始日:令和5年8月1日
リコール内容:点検・修理
重大事故の有無:無
リコール理由:発火のおそれがあるため。
"""
PAGE = """リコール情報
事業者名\t株式会社ケトル
製品名\t電気ケトル
型番\tK-100、K-200
製造期間\t2015年1月~2016年3月
販売期間\t平成30年4月1日~
シリアル番号\tA0001~A0100
ロット番号\t15A、15B
対象台数\t1,234台
リコール理由\t発煙のおそれ
"""


def read(text: str) -> NoticesRead:
    return read_notices(text.encode(), name="file")


def test_each_case_of_a_mail_is_a_notice() -> None:
    answer = read(MAIL)
    assert () == answer.refused
    kettle, heater = answer.notices
    assert ("meti", "230724-1", "株式会社ケトル 電気ケトル") == (
        kettle.source,
        kettle.reference,
        kettle.title,
    )
    assert (date(2023, 7, 24), date(2023, 9, 5)) == (kettle.published, kettle.modified)
    assert (("refund", "return"), "重大事故あり") == (kettle.remedies, kettle.classification)
    assert "ふたが開き、\nやけどのおそれがあるため。" == kettle.hazard
    assert (date(2023, 8, 1), ("repair", "inspect"), "") == (
        heater.published,
        heater.remedies,
        heater.classification,
    )
    assert "model" in kettle.warnings[0]


def test_the_page_of_a_product_names_models_windows_lots_and_serials() -> None:
    (notice,) = read(PAGE).notices
    assert ["K-100", "K-200"] == [product.model for product in notice.products]
    product = notice.products[0]
    assert (("15A", "15B"), ("A0001 - A0100",)) == (product.lots, product.serials)
    assert (Window(first=date(2015, 1, 1), last=date(2016, 3, 31)),) == product.made
    assert (Window(first=date(2018, 4, 1)),) == product.sold
    assert 1234 == notice.quantity
    assert ["each model has them all"] == [w.partition(": ")[2] for w in notice.warnings]
    assert notice == Notice.read(notice.document())


def test_full_width_signs_and_tens_of_thousands_are_read() -> None:
    (notice,) = read("リコール\n事業者名:甲\n製品名:乙\n型番:AB-1\n対象台数:3万台\n").notices
    assert [("AB-1", 30_000)] == [(product.model, product.quantity) for product in notice.products]


def test_a_case_without_a_product_is_refused_and_the_others_are_read() -> None:
    answer = read(MAIL.replace("製品名 :電気ケトル", ""))
    assert (["case 1"], 1) == ([refused.where for refused in answer.refused], len(answer.notices))


def test_the_published_mail_is_read(shared: Path) -> None:
    path = shared / "notices" / "jp_meti" / "meti_update_2023-09-15.txt"
    (notice,) = read_notices(path.read_bytes(), name=path.name).notices
    assert ("230724-1", ("refund", "return")) == (notice.reference, notice.remedies)
