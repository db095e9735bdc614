"""Which typefaces a PDF is set in: the configured ones, then the good ones that are there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from aigc_guard.errors import ConfigError, said

# The first comes with the typesetter itself; the rest where the system has them.
_LATIN = "Libertinus Serif"
_CHINESE = (
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Songti SC",
    "SimSun",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
)
_REST = ("DejaVu Serif", "DejaVu Sans", "Noto Serif", "Noto Sans", "Times New Roman")


@dataclass(frozen=True, slots=True)
class Face:
    """A family; ``latin_only`` leaves Chinese punctuation to the Chinese face after it."""

    name: str
    latin_only: bool = False


@cache
def faces_for(language: str, own: tuple[Path, ...]) -> tuple[Face, ...]:
    """The families to try for each character, in order."""
    families = set(_families())
    chosen = [Face(name) for name in _own_families(own)]
    chinese = [Face(name) for name in _CHINESE if name in families]
    latin = Face(_LATIN, latin_only=language.lower().startswith("zh") and bool(chinese))
    rest = [Face(name) for name in _REST if name in families]
    return tuple(dict.fromkeys([*chosen, latin, *chinese, *rest]))


def font_folders(own: Sequence[Path]) -> list[str]:
    """The configured fonts as folders. Raises ConfigError for a path that isn't there."""
    for path in own:
        if not path.exists():
            raise ConfigError(
                said("there are no fonts at {path}", path=path),
                hint=said("mend `fonts` in aigc_guard.toml"),
            )
    return [str(path if path.is_dir() else path.parent) for path in own]


def _own_families(own: tuple[Path, ...]) -> list[str]:
    if not own:
        return []
    import typst

    found = typst.Fonts(include_system_fonts=False, font_paths=font_folders(own)).fonts()
    roots = [path.resolve() for path in own]
    # The typesetter's own fonts are listed, too; only those under the configured paths count.
    mine = [font for font in found if font.path and _under(Path(font.path), roots)]
    return list(dict.fromkeys(font.family for font in mine))


def _under(path: Path, roots: Sequence[Path]) -> bool:
    path = path.resolve()
    return any(path == root or root in path.parents for root in roots)


def _families() -> list[str]:
    import typst

    return list(typst.Fonts(include_system_fonts=True).families())
