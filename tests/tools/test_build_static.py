"""The files that browsers load: what goes in, and under which names."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tools.build_static import NODE_MODULES, Folder, Sources, ensure_static
from tools.console import ToolFailure

FIRST_VIEW_BYTES = 70_000
"""What third-party files may weigh of the 100 kB that a first view may."""


def test_icons_are_found_in_calls_in_tables_and_in_attributes() -> None:
    template = """{{ icon("house") }}{% set e = [("a", 'inbox')] %}{{ icon(e.symbol) }}"""
    module = 'Entry(icon="people")\nEntry(icon="nothing-of-the-kind")'

    icons = Sources([template], [module]).icons(["house", "inbox", "people", "gear"])

    assert icons == ["house", "inbox", "people"]


def test_an_icon_that_does_not_exist_stops_the_build() -> None:
    sources = Sources(['{{ icon("hous") }}'], [])

    with pytest.raises(ToolFailure, match="hous"):
        sources.icons(["house"])


def test_words_are_all_of_a_template_and_the_quoted_ones_of_a_program() -> None:
    words = Sources(['<p class="lead {{ "mb-3" if x }}">'], ['kind = "badge-yes" + other']).words

    assert {"lead", "mb-3", "badge-yes"} <= words
    assert "other" not in words


def test_a_file_is_named_by_its_content_and_has_a_compressed_copy(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "vendor")

    served = folder.add("a.css", b"p{margin:0}" * 100)
    other = folder.add("b.css", b"q{margin:0}")
    folder.close()

    manifest = json.loads((folder.path / "manifest.json").read_text())
    assert manifest == {"a.css": served, "b.css": other}
    assert served.split(".")[1] != other.split(".")[1]
    assert gzip.decompress((folder.path / f"{served}.gz").read_bytes()) == b"p{margin:0}" * 100
    assert not (folder.path / f"{other}.gz").exists()


@pytest.fixture(scope="module")
def vendor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not NODE_MODULES.is_dir():
        pytest.skip("the front-end packages are not installed here (make static)")
    folder = tmp_path_factory.mktemp("static") / "vendor"
    ensure_static(folder)
    return folder


def test_nothing_is_made_twice(vendor: Path) -> None:
    before = sorted(path.name for path in vendor.iterdir())

    made = ensure_static(vendor)

    assert not made
    assert sorted(path.name for path in vendor.iterdir()) == before


def test_the_styles_load_nothing_but_our_own_files(vendor: Path) -> None:
    styles = next(vendor.glob("vendor.*.css")).read_text(encoding="utf-8")

    names = {part.partition('"')[0] for part in styles.split('url("')[1:]}

    assert names
    assert all((vendor / name).is_file() for name in names)


def test_third_party_files_leave_room_in_the_budget_of_a_first_view(vendor: Path) -> None:
    manifest = json.loads((vendor / "manifest.json").read_text(encoding="utf-8"))
    loaded = [vendor / name for name in manifest.values()]

    weights = [min(_size(path), _size(path.with_name(f"{path.name}.gz"))) for path in loaded]

    assert sum(weights) <= FIRST_VIEW_BYTES


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else FIRST_VIEW_BYTES
