"""Checksums of identifiers: Luhn, China's resident id and unified social credit code, IBAN."""

from __future__ import annotations

from datetime import date

_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_PROVINCES = {
    *range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55),
    *range(61, 66), 71, 81, 82, 83, 91,
}  # fmt: skip


def luhn(digits: str) -> bool:
    """Whether the last digit is the Luhn check digit of the rest."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        value = int(char) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def resident_id(number: str) -> bool:
    """GB 11643: region, real birth date, and check character of an 18-character resident id."""
    number = number.upper()
    if len(number) != 18 or int(number[:2]) not in _PROVINCES:
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(int(char) * weight for char, weight in zip(number, _RESIDENT_WEIGHTS, strict=False))
    return born.year >= 1850 and "10X98765432"[total % 11] == number[17]


def credit_code(code: str) -> bool:
    """GB 32100: the check character of an 18-character unified social credit code."""
    code = code.upper()
    if len(code) != 18 or any(char not in _CREDIT_ALPHABET for char in code):
        return False
    if not code[2:8].isdigit() or int(code[2:4]) not in _PROVINCES | {10}:
        return False
    values = [_CREDIT_ALPHABET.index(char) for char in code]
    total = sum(value * weight for value, weight in zip(values, _CREDIT_WEIGHTS, strict=False))
    return (31 - total % 31) % 31 == values[17]


def iban(code: str) -> bool:
    """ISO 13616: the number of the rearranged code is 1 modulo 97."""
    code = code.upper()
    if not code.isalnum() or not code.isascii():
        return False
    return int("".join(str(int(char, 36)) for char in code[4:] + code[:4])) % 97 == 1
