"""``terms``: a team's own wording, looked up in any number of words at once."""

from __future__ import annotations

from aigc_guard.checks.examples import bad, good
from aigc_guard.checks.terms.check import TermsCheck
from aigc_guard.checks.terms.settings import TermFiles, TermsSettings

__all__ = ["EXAMPLES", "TermFiles", "TermsCheck", "TermsSettings"]

_EN = {
    "banned": ["cheap", "best price"],
    "competitors": ["Globex"],
    "swap": {"utilise": "use"},
    "claims": ["clinically proven"],
    "capitalised": ["iPhone"],
    "required": [["terms apply", "适用条款"]],
    "repeated_words": True,
}
_ZH = {
    "banned": ["最低价", "国家级"],
    "competitors": ["环球公司"],
    "swap": {"登陆网站": "登录网站"},
    "claims": ["临床验证"],
    "required": [["terms apply", "适用条款"]],
    "repeated_words": True,
}

EXAMPLES = (
    good("A fair offer with an iPhone case. Terms apply.", settings=_EN),
    bad("A cheap offer. Terms apply.", ("banned", "cheap"), settings=_EN),
    bad("A ch3ap, c h e a p, che.ap offer. Terms apply.",
        ("banned", "ch3ap"), ("banned", "c h e a p"), ("banned", "che.ap"),
        settings=_EN, note="disguised"),
    bad("The BEST\nprice in town. Terms apply.", ("banned", "BEST\nprice"), settings=_EN),
    good("The best. Price on request. Terms apply.", settings=_EN, note="two sentences"),
    bad("Better than Globex. Terms apply.", ("competitor", "Globex"), settings=_EN),
    bad("Utilise it daily. Terms apply.", ("swap", "Utilise"), settings=_EN),
    bad("An Iphone case. Terms apply.", ("capitalisation", "Iphone"), settings=_EN),
    bad("Clinically proven. Terms apply.", ("claim", "Clinically proven"), settings=_EN),
    bad("Clinically proven. Terms apply.", ("supported_claim", "Clinically proven"),
        settings=_EN, facts={"study": "clinically proven in a trial of 212 people"}),
    bad("A fair offer.", ("missing_term", ""), settings=_EN),
    bad("It is in the the box. Terms apply.", ("repeated_word", "the"), settings=_EN),
    good("本产品价格公道，适用条款。", settings=_ZH, language="zh"),
    bad("全网最低价，适用条款。", ("banned", "最低价"), settings=_ZH, language="zh"),
    bad("全网最 低 价，适用条款。", ("banned", "最 低 价"), settings=_ZH, language="zh"),
    bad("优于环球公司，经临床验证，适用条款。", ("competitor", "环球公司"), ("claim", "临床验证"),
        settings=_ZH, language="zh"),
    bad("请登陆网站查看的的详情，适用条款。", ("swap", "登陆网站"), ("repeated_word", "的"),
        settings=_ZH, language="zh"),
    bad("本产品价格公道。", ("missing_term", ""), settings=_ZH, language="zh"),
)  # fmt: skip
