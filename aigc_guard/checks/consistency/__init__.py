"""``consistency``: what only shows when the drafts of a run are laid side by side."""

from __future__ import annotations

from aigc_guard.checks.consistency.check import ConsistencyCheck
from aigc_guard.checks.consistency.settings import ConsistencySettings
from aigc_guard.checks.examples import bad, good

__all__ = ["EXAMPLES", "ConsistencyCheck", "ConsistencySettings"]

_LAMP = {"product": "Aurora Lamp", "price": "$49", "weight": "2.5 kg"}
_DEARER = {**_LAMP, "price": "$59"}
_TAIDENG = {"产品": "极光台灯", "价格": "199元", "重量": "2.5公斤"}
_GENG_GUI = {**_TAIDENG, "价格": "239元"}
_VISIT = (
    "The new reading room of the town library opens on Monday with forty seats, a garden and a"
    " café, and it stays open until ten every evening for everybody who holds a card."
)
_JIEDAI = "新阅览室下周一开放，设有座位、花园和咖啡角，每晚开放到十点，市民凭证件即可免费入内阅读。"

EXAMPLES = (
    good("The Aurora Lamp costs $49.", facts=_LAMP,
         batch=("Yours for 49 dollars: the Aurora Lamp.",), note="equal values in other forms"),
    good("The Aurora Lamp weighs 2.5 kg.", facts=_LAMP, batch=("It costs $49 and weighs 2500 g.",)),
    good("The Aurora Lamp costs $49.", facts=_LAMP,
         batch=(good("The Dusk Lamp costs $59.", facts={**_DEARER, "product": "Dusk Lamp"}),),
         note="two products"),
    good("The Aurora Lamp costs $49.", facts={**_LAMP, "model": "S"},
         batch=(good("The Aurora Lamp costs $59.", facts={**_DEARER, "model": "L"}),),
         note="two models of one product"),
    bad("The Aurora Lamp costs $49 and weighs 2.5 kg.", ("contradicting_figure", "$49"),
        facts=_LAMP, batch=(good("For $59 the Aurora Lamp is yours.", facts=_DEARER),),
        note="two briefs, two prices"),
    bad("The Aurora Lamp is yours for $94.", ("contradicting_figure", "$94"),
        facts=_LAMP, batch=("The Aurora Lamp costs $49.",),
        note="one price; a draft that its brief does not bear out"),
    bad(_VISIT, ("near_duplicate", ""), facts={"what": "reading room"},
        batch=(_VISIT.replace("Monday", "Tuesday"),)),
    good(_VISIT, facts={"what": "reading room"},
         batch=("The library's readers get a room on Monday, with a garden; the café later.",)),
    bad("Write to jo.weber@example.org for a seat.",
        ("shared_personal_value", "jo.weber@example.org"), facts={"what": "reading room"},
        batch=(good("Questions? jo.weber@example.org",
                    brief={"may_publish": ("jo.weber@example.org",)}),)),
    good("Write to jo.weber@example.org for a seat.", facts={"contact": "jo.weber@example.org"},
         batch=("Questions? jo.weber@example.org",), note="both orders give it"),
    good("极光台灯售价199元。", facts=_TAIDENG, batch=("一百九十九元即可拥有极光台灯。",),
         language="zh", note="同一数值的不同写法"),
    bad("极光台灯售价199元，重2.5公斤。", ("contradicting_figure", "199元"), facts=_TAIDENG,
        batch=(good("极光台灯仅售239元，重2500克。", facts=_GENG_GUI, language="zh"),),
        language="zh"),
    bad(_JIEDAI, ("near_duplicate", ""), facts={"事件": "阅览室开放"},
        batch=(_JIEDAI.replace("下周一", "下周二"),), language="zh"),
    bad("预约请致电13900001111。", ("shared_personal_value", "13900001111"),
        facts={"事件": "阅览室开放"}, language="zh",
        batch=(good("联系电话：139 0000 1111", facts={"电话": "13900001111"}, language="zh"),)),
)  # fmt: skip
