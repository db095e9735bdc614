"""The configuration: found upwards, overridable, and every mistake named with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigc_guard.config import SETTINGS, load_config
from aigc_guard.config.settings import document
from aigc_guard.errors import ConfigError

ROOT = Path(__file__).parents[1]


def project(folder: Path, text: str = "") -> Path:
    (folder / "aigc_guard.toml").write_text(text, encoding="utf-8")
    return folder


def test_found_upwards_and_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    project(tmp_path, 'outbox = "out"\n')
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    config = load_config(below, {})
    assert config.root == tmp_path
    assert config.outbox == tmp_path / "out"
    assert config.store_url == f"sqlite:///{tmp_path}/state/aigc_guard.db"
    assert config.origin("outbox") == f"{tmp_path}/aigc_guard.toml:1"
    assert config.origin("reports") == "default"


def test_no_project_folder_is_one_message_with_its_mend(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no aigc_guard\.toml") as caught:
        load_config(tmp_path, {})
    assert "aigc-guard init" in caught.value.hint
    assert load_config(tmp_path, {}, required=False).policies == tmp_path / "policies"


def test_environment_wins_also_inside_tables(tmp_path: Path) -> None:
    project(tmp_path, '[limits]\nbatch_size = 4\n[writers.news]\nen = "a"\n')
    env = {
        "AIGC_GUARD_LIMITS__BATCH_SIZE": "9",
        "AIGC_GUARD_WRITERS__NEWS__ZH": "b",
        "AIGC_GUARD_ALLOWED_HOSTS": "127.0.0.1, models.example.org",
    }
    config = load_config(tmp_path, env)
    assert config.limits.batch_size == 9
    assert config.origin("limits.batch_size") == "environment AIGC_GUARD_LIMITS__BATCH_SIZE"
    assert config.writer_for("news", "en") == "a"
    assert config.writer_for("news", "zh") == "b"
    assert config.writer_for("legal", "en") == ""
    assert config.allows_host("127.0.0.1")
    assert not config.allows_host("example.org")


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ('polcies = "p"\n', "aigc_guard.toml:1: unknown setting polcies", "did you mean policies?"),
        (
            "seed = 1\n[limits]\nbatch_sise = 2\n",
            "aigc_guard.toml:3: unknown setting limits.batch_sise",
            "did you mean limits.batch_size?",
        ),
        (
            '[limits]\nbatch_size = "2"\n',
            "aigc_guard.toml:2: limits.batch_size must be a whole",
            "",
        ),
        ("[limits]\nbatch_size = true\n", "limits.batch_size must be a whole number", ""),
        ("[limits]\nattempts = 0\n", "limits.attempts must be between 1 and 20", ""),
        ("[limits]\ncheck_seconds = nan\n", "limits.check_seconds must be between", ""),
        ('language = "fr"\n', 'language must be "en" or "zh"', ""),
        ("outbox = 3\n", "outbox must be a text in quotes", ""),
        ("[writers]\nnews = { en = 3 }\n", "aigc_guard.toml:2: writers must be a text", ""),
        ('[writers]\nnews = "writer"\n', "aigc_guard.toml:2: unknown setting writers.news", ""),
        ("seed = \n", "aigc_guard.toml:1", "TOML"),
    ],
)
def test_mistakes_name_their_line(tmp_path: Path, text: str, message: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(project(tmp_path, text), {})
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_an_unknown_variable_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="AIGC_GUARD_OUTBIX") as caught:
        load_config(project(tmp_path), {"AIGC_GUARD_OUTBIX": "x"})
    assert "AIGC_GUARD_OUTBOX" in caught.value.hint


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_any_file_gives_a_config_or_a_config_error(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = project(tmp_path_factory.mktemp("p"), text)
    try:
        load_config(folder, {})
    except ConfigError as error:
        complete = error.message and error.hint
    else:
        complete = True
    assert complete


def test_command_line_folders(tmp_path: Path) -> None:
    config = load_config(project(tmp_path), {}).with_output(tmp_path / "o")
    assert config.reports == tmp_path / "o" / "reports"
    assert config.origin("reports") == "command line"
    assert config.store_url.endswith("state/aigc_guard.db")


def test_the_shipped_file_sets_only_known_settings() -> None:
    config = load_config(ROOT, {})
    assert config.writer_for("legal", "en")
    assert {setting.variable for setting in SETTINGS} >= {"AIGC_GUARD_STORE"}


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert document() in text, "copy aigc_guard.config.settings.document() into it"
