"""How likely an unmarked text reaches a score, exactly.

A text's flips are fair coins to whoever does not know the key. Each flip counts by its layer, and
one that a text reaches more than once still is one coin, with the sum of those weights.
"""

from __future__ import annotations

from collections.abc import Mapping

LEAST = 1e-10
"""Smaller chances are given as this: they are lost in the rounding of the sums."""


def chance(coins: Mapping[int, int], score: int) -> float:
    """P(sum of weights of the heads >= ``score``), for ``coins[weight]`` fair coins of each weight.

    Weights are whole numbers above 0. At least ``LEAST``, at most 1.
    """
    import numpy as np

    most = sum(weight * count for weight, count in coins.items())
    if score <= 0:
        return 1.0
    if score > most:
        return LEAST
    # The distribution of a sum is the product of the transforms: ((1 + e^-iwt) / 2)^count each.
    size = 1 << most.bit_length()
    angles = 2 * np.pi * np.arange(size // 2 + 1) / size
    product = np.ones(len(angles), dtype=complex)
    for weight, count in coins.items():
        product *= ((1 + np.exp(-1j * weight * angles)) / 2) ** count
    each = np.fft.irfft(product, size)
    return float(min(1.0, max(LEAST, each[score:].sum())))
