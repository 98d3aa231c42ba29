"""Announcements of SAMR: press prose, tables of labels and tables of columns, as text and as pages."""

from __future__ import annotations

from pathlib import Path

from connectors.feeds.reader import read_notices
from recall.domain.notice import Notice

PAGE = """<html><head><title>t</title></head><body><h1>国内消费品召回公告</h1>
<h2>某某玩具厂召回部分拼图玩具</h2>
<p>发布时间：2024-08-13</p><table><tr><td>生产者名称</td><td>某某玩具厂</td></tr>
<tr><td>产品名称</td><td>拼图玩具</td></tr><tr><td>品牌</td><td>——</td></tr>
<tr><td>涉及数量</td><td>960只</td></tr>
<tr><td>型号/规格</td><td>NO.8828、NO.8829</td></tr>
<tr><td>生产起止日期</td><td>2022年7月8日至2022年9月1日</td></tr>
<tr><td>生产批号/批次</td><td>20220708001</td></tr><tr><td>存在的缺陷</td><td>小零件脱落</td></tr>
<tr><td>具体召回措施</td><td>免费更换</td></tr></table><script>alert("召回")</script></body></html>"""


def read(text: str) -> Notice:
    (notice,) = read_notices(text.encode(), name="notice").notices
    return notice


def facts(notice: Notice) -> list[tuple[object, ...]]:
    return [
        (p.name, p.model, p.lots, [(w.document()["from"], w.document()["to"]) for w in p.made], p.quantity)
        for p in notice.products
    ]


def test_a_page_with_a_table_of_labels_is_read() -> None:
    notice = read(PAGE)
    made = [("2022-07-08", "2022-09-01")]
    assert [("拼图玩具", model, ("20220708001",), made, None) for model in ("NO.8828", "NO.8829")] == facts(
        notice
    )
    assert ("某某玩具厂召回部分拼图玩具", 960, "2024-08-13") == (
        notice.title, notice.quantity, str(notice.published),
    )  # fmt: skip
    assert ("小零件脱落", "samr") == (notice.hazard, notice.source)
    assert "alert" not in notice.text
    assert all(notice.text[c.start : c.end] == c.text for c in notice.clauses)


def test_a_page_of_press_prose_is_read() -> None:
    notice = read(
        "<div><p>日前，某某公司向国家市场监督管理总局备案了召回计划，将自即日起，召回2020.01.01-2020.12.31期间制造的部分"
        "晨光牌电热水壶，型号：KE-1，生产批次：S1/S2，涉及数量为1.2万台。</p><p>本次召回范围内的产品存在安全隐患，"
        "公司将免费更换。</p></div>"
    )
    assert [("电热水壶", "KE-1", ("S1", "S2"), [("2020-01-01", "2020-12-31")], 12_000)] == facts(notice)
    assert "晨光" == notice.products[0].brand


def test_a_table_of_columns_has_a_product_a_row() -> None:
    notice = read(
        "某某电器有限公司召回部分电暖器\n序号 | 产品名称 | 型号 | 生产批次 | 生产日期 | 涉及数量\n"
        "1 | 电暖器 | NY-30 | A01、A02 | 2020年10月 | 500台\n"
        "2 | 电暖器 | NY-32 | A03 | 2020年11月至12月 | 300台\n共计800台。"
    )
    assert [
        ("电暖器", "NY-30", ("A01", "A02"), [("2020-10-01", "2020-10-31")], 500),
        ("电暖器", "NY-32", ("A03",), [("2020-11-01", "2020-12-31")], 300),
    ] == facts(notice)
    assert (800, ()) == (notice.quantity, notice.warnings)


def test_brackets_behind_a_model_say_what_is_its_own() -> None:
    notice = read(
        "召回部分儿童推车,涉及型号:T-100(批号:B01、B02)、T-200(批号:B03),生产日期为2021年1月至3月,数量约为3000辆。"
    )
    made = [("2021-01-01", "2021-03-31")]
    assert [("T-100", ("B01", "B02"), made), ("T-200", ("B03",), made)] == [
        fact[1:4] for fact in facts(notice)
    ]
    assert 3000 == notice.quantity


def test_respectively_pairs_models_with_batches_and_quantities() -> None:
    notice = read(
        "此次召回的产品型号分别为MX-1型、MX-2型,生产批号分别为190101、190202,生产时间为2019年1月至2019年2月,"
        "涉及数量分别为100台、200台,共300台。"
    )
    assert [("MX-1", ("190101",), 100), ("MX-2", ("190202",), 200)] == [
        (fact[1], fact[2], fact[4]) for fact in facts(notice)
    ]
    assert (300, ()) == (notice.quantity, notice.warnings)


def test_a_vehicle_has_years_and_numbers_of_its_frame() -> None:
    notice = read(
        "召回2016年8月25日(含)至2016年11月4日(含)生产的部分2016、2017年款某某汽车,涉及146辆。"
        "车辆识别代号(VIN)范围:LFV2A21K8G4000001-LFV2A21K8G4000146。"
    )
    (product,) = notice.products
    assert (("2016", "2017"), ("LFV2A21K8G4000001 - LFV2A21K8G4000146",), 146) == (
        product.years, product.serials, product.quantity,
    )  # fmt: skip
    assert [("2016-08-25", "2016-11-04")] == facts(notice)[0][3]


def test_labels_with_a_colon_and_sizes_as_models() -> None:
    notice = read(
        "儿童自行车召回公告\n产品名称：儿童自行车\n品牌：小鹿\n涉及数量：1200辆\n型号/规格：12寸、14寸\n"
        "生产起止日期：2021年3月1日-2021年9月30日\n生产批号/批次：20210301"
    )
    made = [("2021-03-01", "2021-09-30")]
    assert [("儿童自行车", size, ("20210301",), made, None) for size in ("12寸", "14寸")] == facts(notice)
    assert ({"小鹿"}, 1200) == ({product.brand for product in notice.products}, notice.quantity)


PRESS = (
    "来源: https://news.example/20170607/84663.html\n\n{title}\n召回{title}，型号为{model}，数量为99台。\n"
)


def test_two_announcements_of_one_page_of_the_press_have_two_references() -> None:
    first = read(PRESS.format(title="某加湿器", model="NR07"))
    second = read(PRESS.format(title="某移动电源", model="PB-1"))
    assert first.reference != second.reference
    assert {"84663"} == {notice.reference.partition("-")[0] for notice in (first, second)}


def test_an_announcement_that_names_more_models_since_keeps_its_reference() -> None:
    first = read(PRESS.format(title="某加湿器", model="NR07"))
    assert first.reference == read(PRESS.format(title="某加湿器", model="NR07和NR08")).reference


def test_a_page_of_the_regulator_is_named_by_its_address() -> None:
    page = PRESS.format(title="某加湿器", model="NR07").replace("news.example", "www.samrdprc.org.cn")
    assert "84663" == read(page).reference


def test_the_two_shared_announcements_of_one_page_are_two_notices(shared: Path) -> None:
    folder = shared / "notices" / "cn_samr"
    files = [folder / "humidifier_2017.txt", folder / "vw_passat_2017.txt"]
    assert 2 == len({read(file.read_text("utf-8")).reference for file in files})
