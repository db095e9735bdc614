"""``citations``: what a legal text cites, looked up in the brief and the team's authorities."""

from __future__ import annotations

from aigc_guard.checks.citations.check import CitationsCheck
from aigc_guard.checks.citations.settings import CitationsSettings
from aigc_guard.checks.examples import bad, good
from aigc_guard.records import Source

__all__ = ["EXAMPLES", "CitationsCheck", "CitationsSettings"]

_US = {"authorities": ["410 U.S. 113 (1973) | Roe v. Wade", "42 U.S.C. § 1983",
                       "12 F.4th 100 (7th Cir. 2021) | Smith v. Acme Corp."]}  # fmt: skip
_ZH = {"authorities": ["《中华人民共和国民法典》第一条至第一千二百六十条",
                       "（2023）京01民终1234号 | 北风公司诉南山公司"]}  # fmt: skip
_NOTE = Source(
    title="Note on data protection",
    text="Regulation (EU) 2016/679 applies; see Data Protection Commissioner v Facebook Ireland,"
    " ECLI:EU:C:2020:559, and R (Miller) v Prime Minister [2019] UKSC 41.",
)

EXAMPLES = (
    bad("As Roe v. Wade, 410 U.S. 113, 154 (1973), shows. See 42 U.S.C. § 1983(a).",
        ("verified", "410 U.S. 113"), ("verified", "42 U.S.C. § 1983(a)"), settings=_US),
    bad("As Doe v. Bolton, 410 U.S. 113 (1973), shows.", ("mismatch", "410 U.S. 113"),
        settings=_US, note="the right slot, the wrong case"),
    bad("As Roe v. Wade, 410 U.S. 133 (1973), shows.", ("not_found", "410 U.S. 133"),
        settings=_US, note="well formed, and not in the list"),
    bad("See Foo v. Bar, 999 F.9th 123 (2020).", ("unknown_reporter", "999 F.9th 123"),
        settings=_US),
    bad("See Smith v. Acme Co., 12 F.4th 100 (2010).", ("mismatch", "12 F.4th 100"),
        ("impossible_year", "12 F.4th 100"), settings=_US, note="F.4th began in 2021"),
    bad("As Roe v. Wade, 410 U.S. 113 (1973), shows.", ("unchecked", "410 U.S. 113"),
        note="nothing to compare with"),
    bad("See [2019] UKSC 41 and article 5 of Regulation (EU) 2016/679; ECLI:EU:C:2020:559.",
        ("verified", "[2019] UKSC 41"), ("verified", "Regulation (EU) 2016/679"),
        ("verified", "ECLI:EU:C:2020:559"), sources=[_NOTE]),
    bad("See Smith v Jones [2019] UKSC 41, [2005] UKSC 3 and Directive 95/47/EC.",
        ("mismatch", "[2019] UKSC 41"), ("not_found", "[2005] UKSC 3"),
        ("impossible_year", "[2005] UKSC 3"), ("not_found", "Directive 95/47/EC"),
        sources=[_NOTE], note="the UK Supreme Court sits since 2009"),
    good("In 2019, 12 members met at 5 p.m.; see page 3 of the report.", settings=_US),
    bad("依据《民法典》第五百零九条第一款，参照（2023）京01民终1234号判决。",
        ("verified", "《民法典》第五百零九条第一款"), ("verified", "（2023）京01民终1234号"),
        settings=_ZH, language="zh"),
    bad("依据《民法典》第二千零一条和（2023）京01民终4321号判决。",
        ("not_found", "《民法典》第二千零一条"), ("not_found", "（2023）京01民终4321号"),
        settings=_ZH, language="zh", note="民法典共一千二百六十条"),
    bad("见东湖公司诉西山公司案，（2023）京01民终1234号；另见（2023）某01民终7号。",
        ("mismatch", "（2023）京01民终1234号"), ("unknown_reporter", "（2023）某01民终7号"),
        settings=_ZH, language="zh"),
    good("双方于2023年签订合同，约定第五条所列货物在30日内交付。", settings=_ZH, language="zh"),
)  # fmt: skip
