"""``readability``: how hard a draft is to read, and which sentences make it so."""

from __future__ import annotations

from aigc_guard.checks.examples import bad, good
from aigc_guard.checks.readability.check import ReadabilityCheck
from aigc_guard.checks.readability.settings import ReadabilitySettings

__all__ = ["EXAMPLES", "ReadabilityCheck", "ReadabilitySettings"]

_PLAIN = (
    "The lamp costs 49 dollars. It weighs 2.5 kg and stands on its own. Press the button once for"
    " warm light. Press it twice for bright light. Mr. Lee of our shop will show you how it works."
)
_LONG = (
    "The lamp that we made for people who read late at night and who do not want to wake up those"
    " who sleep next to them has a switch at its foot and a shade that you can turn with one hand."
)
_HARD = (
    "Organisational accountability necessitates comprehensive documentation. Institutional"
    " stakeholders periodically reconsider administrative responsibilities, notwithstanding"
    " considerable methodological heterogeneity. Interdisciplinary collaboration facilitates"
    " sustainable implementation. Quantitative evaluation demonstrates extraordinary"
    " organisational improvement, particularly regarding environmental sustainability."
)
_ZH_LONG = (
    "这款为喜欢在深夜读书又不愿意打扰身边家人休息的读者而专门设计的台灯在底座上装有一个轻轻一按就能"
    "打开的开关并且配有一个单手就能自由转动方向的灯罩。"
)

EXAMPLES = (
    good(_PLAIN, note="short sentences; an abbreviation ends none"),
    bad(_LONG, ("sentence_words", _LONG), ("grade", "")),
    bad(f"It is here. {_LONG} Try it.", ("sentence_words", _LONG),
        note="the long sentence alone is marked"),
    bad(_HARD, ("grade", "")),
    good(_HARD, settings={"grade": 60}, note="written for specialists"),
    good("这款台灯售价四十九元，重二点五公斤。轻按一次是暖光，轻按两次是亮光。请到店里来看一看。",
         language="zh"),
    bad(_ZH_LONG, ("sentence_characters", _ZH_LONG), language="zh"),
    bad("魑魅魍魉出没于崔嵬之巅，饕餮之徒觊觎囹圄中的珪璋。旌旗猎猎，踽踽独行者踯躅于阡陌，忐忑不安。"
        "委员会周一批准了预算，新桥将于春季开放。", ("hard_characters", ""), language="zh"),
)  # fmt: skip
