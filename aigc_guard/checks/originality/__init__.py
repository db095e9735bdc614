"""``originality``: somebody else's sentence, or our own of last month."""

from __future__ import annotations

from aigc_guard.checks.examples import bad, good
from aigc_guard.checks.originality.check import OriginalityCheck
from aigc_guard.checks.originality.settings import OriginalitySettings
from aigc_guard.records import Source

__all__ = ["EXAMPLES", "OriginalityCheck", "OriginalitySettings"]

_ALONE = {"training_texts": False}
_FERRY = (
    "The night ferry leaves the old harbour at a quarter past nine and reaches the islands "
    "shortly before the bakers light their ovens."
)
_RUN = "leaves the old harbour at a quarter past nine and reaches the islands"
_KNOWN = {"almanac-7": _FERRY}
_DUCHUAN = "夜航渡轮九点一刻驶离老港口，赶在面包师点燃炉火之前抵达群岛，沿途停靠三座灯塔。"
_CHUAN = {"almanac-8": _DUCHUAN}
_CLAUSE = (
    "Neither party shall be liable for any delay caused by floods, strikes or a lack of ferries."
)

EXAMPLES = (
    good("A ferry sails to the islands every evening after nine.", settings=_ALONE,
         references=_KNOWN, note="the same fact in other words"),
    good("It leaves the old harbour at a quarter past ten.", settings=_ALONE, references=_KNOWN,
         note="eight words in a row: fewer than nine are nobody's"),
    bad(f"Visitors like it: it {_RUN}.", ("released_run", _RUN), settings=_ALONE,
        references=_KNOWN, note="thirteen words of an earlier release"),
    bad("It LEAVES the old harbour – at a  quarter\npast nine, and reaches: the islands!",
        ("released_run",
         "LEAVES the old harbour – at a  quarter\npast nine, and reaches: the islands"),
        settings=_ALONE, references=_KNOWN, note="case, spaces and punctuation change nothing"),
    bad(_FERRY.replace("bakers", "cooks"),
        ("released_run", _FERRY[: _FERRY.index(" bakers")]), ("near_duplicate", ""),
        settings=_ALONE, references=_KNOWN),
    bad(f"“It {_RUN},” the captain said.", ("quoted_run", _RUN), settings=_ALONE,
        references=_KNOWN, note="quoted, and it is said whom"),
    bad(f"“It {_RUN}”.", ("released_run", _RUN), settings=_ALONE, references=_KNOWN,
        note="quotation marks alone excuse nothing"),
    good(_CLAUSE, settings=_ALONE, references={"contract-3": _CLAUSE}, facts={"delay": _CLAUSE},
         note="the brief gives the exact wording"),
    bad(f"Delays: {_CLAUSE}", ("brief_source", _CLAUSE[:-1]), settings=_ALONE,
        references={"contract-3": _CLAUSE}, sources=(Source("Contract 3", text=_CLAUSE),),
        note="a source of the brief, at length and without quotation marks"),
    good("渡轮每晚九点后开往群岛。", settings=_ALONE, references=_CHUAN, language="zh",
         note="同一事实的不同说法"),
    bad("据介绍，夜航渡轮九点一刻驶离老港口、赶在面包师点燃炉火之前出发。",
        ("released_run", "夜航渡轮九点一刻驶离老港口、赶在面包师点燃炉火之前"), settings=_ALONE,
        references=_CHUAN, language="zh", note="标点不影响比对"),
    bad("船长说：“夜航渡轮九点一刻驶离老港口。”", ("quoted_run", "夜航渡轮九点一刻驶离老港口"),
        settings=_ALONE, references=_CHUAN, language="zh", note="注明出处的引语"),
)  # fmt: skip
