"""Japanese, as METI, the consumer agency and makers write it."""

from __future__ import annotations

from recall.reading.values import ClauseKind
from recall.reading.words.vocabulary import Vocabulary

JAPANESE = Vocabulary(
    labels={
        ClauseKind.MODEL: r"(?:対象)?(?:型番|品番|型式|機種(?:名)?|モデル(?:番号|名)?|型名)",
        ClauseKind.LOT: r"ロット(?:番号|No\.?)?|製造ロット",
        ClauseKind.SERIAL: r"(?:シリアル|製造)(?:番号|ナンバー|No\.?)|製番|機番|車台番号",
        ClauseKind.DATE_CODE: r"製造(?:年月)?(?:コード|記号)|デートコード",
        ClauseKind.GTIN: r"JAN(?:コード)?|バーコード",
    },
    schemes={"item": r"商品(?:番号|コード)|管理番号", "asin": r"ASIN", "part": r"部品番号"},
    number=r"",
    fill=r"は|が|の|以下|次|から始まる|範囲|対象|について",
    windows={
        ClauseKind.MADE: r"製造(?:年月日?|期間|日|時期)|生産(?:期間|年月)|に製造",
        ClauseKind.PACKED: r"包装(?:年月日|日)",
        ClauseKind.EXPIRES: r"賞味期限|消費期限|使用期限",
        ClauseKind.SOLD: r"販売(?:期間|開始|日|時期)|出荷(?:期間|時期)|発売",
    },
    headings={
        ClauseKind.PRODUCT: r"(?:対象)?(?:製品名|商品名|品名|対象製品)",
        ClauseKind.BRAND: r"ブランド(?:名)?",
        ClauseKind.TOTAL: r"(?:対象)?(?:台数|個数|数量|製品数|販売台数|出荷台数)",
        ClauseKind.SELLER: r"販売(?:店|者|事業者|先)",
        ClauseKind.HAZARD: r"リコール理由|回収(?:の)?理由|不具合(?:の)?(?:内容|状況)|危険性",
        ClauseKind.REMEDY: r"リコール内容|対応(?:方法|内容)?|対策|改善措置",
    },
    years=r"年式",
    every=r"全(?:ロット|製品|数|機種|商品)|すべての(?:ロット|製品|商品)",
    excluded=r"対象外|対象ではありません|該当しません|除く|除きます",
    hazard=r"おそれ|恐れ|危険|発火|火災|けが|負傷",
    remedy=r"無償(?:交換|修理|点検)|返金|回収|使用を(?:直ちに)?(?:中止|お控え)|交換",
    unit=r"(?:台|個|件|本|枚|着|足|袋|箱|点|セット)",
    total=r"(?:合計|計|総数)[ ]?約?",
    price=r"(?!)",
)
