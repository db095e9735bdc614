"""What the ``consistency`` check compares, and how facts are told apart by their names."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field

from aigc_guard.checks.interface import Settings

Name = Annotated[str, Field(min_length=1, pattern=r"\w")]

_IDENTITY: tuple[str, ...] = (
    "product", "product name", "item", "service", "event", "name", "company", "title",
    "产品", "产品名称", "商品", "品名", "服务", "活动", "名称", "公司", "标题",
)  # fmt: skip
_APART: tuple[str, ...] = (
    "model", "sku", "variant", "edition", "version", "period", "quarter", "year", "currency",
    "market", "country", "region",
    "型号", "规格", "款式", "版本", "期间", "季度", "年份", "币种", "市场", "国家", "地区",
)  # fmt: skip


class ConsistencySettings(Settings):
    """Names are compared without case, and a space is a hyphen or an underscore, too."""

    identity: tuple[Name, ...] = Field(
        _IDENTITY,
        description="Facts that name what a draft is about; the first of them that a brief has "
        "counts. Drafts about the same thing must state the same figures.",
    )
    apart: tuple[Name, ...] = Field(
        _APART,
        description="Facts that set things of one name apart (model, year, currency): where they "
        "differ, figures may differ.",
    )
    ignore: tuple[Name, ...] = Field((), description="Facts whose figures may differ anyway.")
    near_duplicate: float = Field(
        0.8,
        ge=0.3,
        le=1.0,
        description="From this share of common three-word passages on, two drafts are one.",
    )


def plain_name(name: str) -> str:
    """A fact's name as it is compared."""
    return " ".join(re.findall(r"[^\W_]+", name.casefold()))
