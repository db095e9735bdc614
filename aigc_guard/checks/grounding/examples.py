"""Good and bad examples of ``grounding``."""

from __future__ import annotations

from aigc_guard.checks.examples import Example, bad, good
from aigc_guard.records import Source

_REPORT = Source(
    title="Quarterly report of Nordwind Energy",
    text=(
        "Nordwind Energy earned $4.2 billion in the quarter that ended on 14 March 2025, up 12.5"
        ' per cent. "We built faster than anybody expected," said Clara Hoffmann, its chief'
        " executive. Three plants opened."
    ),
)
_BERICHT = Source(
    title="北风能源季度报告",
    text=(
        "北风能源有限公司截至2025年3月14日的季度营收为42亿美元，增长百分之十二点五。"
        "总裁周敏表示：“我们的建设速度超出了所有人的预期。”三家工厂投产。"
    ),
)
_LAMP = {"product": "Aurora Lamp", "price": "49", "currency": "USD", "weight_kg": "2.5"}

EXAMPLES: tuple[Example, ...] = (
    good(
        "By 14/3/2025 Nordwind had taken $4.2bn, 12.5% more, and opened 3 plants.",
        sources=[_REPORT],
        note="equal values in other forms",
    ),
    good("The Aurora Lamp costs $49 and weighs 2500 g.", facts=_LAMP),
    good(
        '"We built faster … than expected," said Ms Hoffmann.',
        sources=[Source(title="Nordwind", text=_REPORT.text + " Faster than expected, she said.")],
        note="words left out",
    ),
    bad(
        "Nordwind earned $4.3 billion, 12.5 kg more, by 15 March 2025.",
        ("FIGURE", "$4.3 billion"),
        ("FIGURE", "12.5 kg"),
        ("DATE", "15 March 2025"),
        sources=[_REPORT],
    ),
    bad(
        'Clara Hofstetter said: "We built slower than anybody expected."',
        ("PERSON", "Hofstetter"),
        ("QUOTATION", "We built slower than anybody expected."),
        sources=[_REPORT],
        note="the altered quotation points to its true wording in the source",
    ),
    bad("The Aurora Lamp costs $59.", ("FIGURE", "$59"), facts=_LAMP),
    good(
        "北风能源3月14日公布，营收达42亿美元，增长12.5%，3家工厂投产。",
        sources=[_BERICHT],
        language="zh",
        note="同一数值的不同写法",
    ),
    bad(
        "北风能源营收达43亿美元，增长百分之十二点六，3月15日公布。",
        ("FIGURE", "43亿美元"),
        ("FIGURE", "百分之十二点六"),
        ("DATE", "3月15日"),
        sources=[_BERICHT],
        language="zh",
    ),
    bad(
        "周涛表示：“我们的建设速度超出了部分人的预期。”",
        ("PERSON", "周涛"),
        ("QUOTATION", "我们的建设速度超出了部分人的预期。"),
        sources=[_BERICHT],
        language="zh",
    ),
)
