"""``language``: the draft is in the language its brief asks for."""

from __future__ import annotations

from aigc_guard.checks.examples import bad, good
from aigc_guard.checks.language.check import LanguageCheck, LanguageSettings

__all__ = ["EXAMPLES", "LanguageCheck", "LanguageSettings"]

EXAMPLES = (
    good("The committee approved the budget on Monday. The bridge opens in spring."),
    good('“Wir haben es geschafft”, said the mayor of Köln, and the crowd cheered.',
         note="a quotation"),
    good("The brochure of Bayerische Motoren Werke and 北风能源 is out.", note="names"),
    bad("The bridge opens in spring. Der Rat hat den Haushalt am Montag mit großer Mehrheit"
        " beschlossen.",
        ("foreign_passage", "Der Rat hat den Haushalt am Montag mit großer Mehrheit beschlossen"),
        ("other_language", "")),
    bad("La comisión aprobó el presupuesto el lunes y el puente se abre en primavera.",
        ("foreign_passage",
         "La comisión aprobó el presupuesto el lunes y el puente se abre en primavera"),
        ("other_language", "")),
    bad("The lamp costs 49 dollars. 这款台灯售价四十九美元，重二点五公斤。",
        ("foreign_passage", "这款台灯售价四十九美元，重二点五公斤"), ("other_language", "")),
    good("委员会周一批准了预算，新桥将于春季开放。", language="zh"),
    good("这款 Aurora Lamp Pro Max 支持 USB Type-C 充电，重2.5 kg。", language="zh",
         note="产品名称与单位"),
    bad("委员会周一批准了预算。The bridge will open in spring and it is free for all.",
        ("foreign_passage", "The bridge will open in spring and it is free for all"),
        ("other_language", ""), language="zh"),
    bad("委員會週一批准了預算，新橋將於春季開放。",
        ("traditional_script", "委員會週一批准了預算，新橋將於春季開放。"), language="zh"),
    good("委員會週一批准了預算，新橋將於春季開放。", language="zh",
         settings={"chinese": "traditional"}),
)  # fmt: skip
