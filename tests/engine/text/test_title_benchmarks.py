"""The title benchmarks measure as trec_eval does and read the official formats."""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

import pytest

from app.engine.similarity import TitledCode
from app.engine.text.fold import plain
from benchmarks import __main__ as whole
from benchmarks import slips, titles, unseen_titles
from benchmarks.retrieval import CUT, measures, ordered
from benchmarks.title_files import read_knowledge, read_task


@pytest.fixture
def task(tmp_path: Path) -> Path:
    (tmp_path / "queries.tsv").write_text("Q1\tBoulangère (h/f/x)\nQ2\tCoiffeur\nQ3\tSoudeur\n")
    (tmp_path / "corpus_elements.tsv").write_text("C1\tBoulanger\nC2\tCoiffeuse\nC3\tMaçon\n")
    (tmp_path / "annotations.tsv").write_text(
        "Q1\t0\tC1\t1\nQ2\t0\tC2\t1\nQ2\t0\tC3\t0\nQ3\t0\tC3\t1\n"
    )
    return tmp_path


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    rome, appellations, diplomas = (tmp_path / name for name in ("r.csv", "a.csv", "d.csv"))
    rome.write_text('"code_rome","libelle_rome","code_rome_parent"\n"D1199","Boulange","D1102"\n')
    rows = [f"Boulanger {word};D1102\nCoiffeur {word};D1202\n" for word in "abcdefghij"]
    appellations.write_text("libelle_appellation_long;code_rome\n" + "".join(rows))
    diplomas.write_text(
        "Libelle_Diplome;Libelle_FormaCode;Code_Rome_1;Code_Rome_2;Code_Rome_3;Code_Rome_4;Code_Rome_5\n"
        "CAP boulanger;boulangerie;D1102;;;;\nCQP rien;;;;;;\n"
    )
    return rome, appellations, diplomas


def test_equal_scores_are_ordered_by_falling_id_and_cut() -> None:
    scores = {f"C{number:03d}": 0.5 for number in range(150)} | {"best": 0.9}

    ranking = ordered(scores)

    assert ranking[:3] == ["best", "C149", "C148"]
    assert len(ranking) == CUT


def test_measures_are_averages_over_every_judged_query() -> None:
    rankings = {"Q1": ["a", "b", "c"], "Q2": ["x"]}
    relevant = {"Q1": frozenset("bc"), "Q2": frozenset("y"), "Q3": frozenset("z")}

    row = measures(rankings, relevant)

    assert row["mrr"] == pytest.approx((1 / 2) / 3)
    assert row["map"] == pytest.approx(((1 / 2 + 2 / 3) / 2) / 3)
    assert row["success@1"] == 0
    assert row["success@5"] == pytest.approx(1 / 3)


def test_a_task_is_read_with_its_right_answers_only(task: Path) -> None:
    read = read_task(task)

    assert read.queries["Q1"] == "Boulangère (h/f/x)"
    assert read.relevant == {
        "Q1": frozenset({"C1"}),
        "Q2": frozenset({"C2"}),
        "Q3": frozenset({"C3"}),
    }


def test_labels_count_for_their_parent_and_diplomas_for_codes_and_themes(
    files: tuple[Path, Path, Path],
) -> None:
    knowledge = read_knowledge(*files)

    assert TitledCode("Boulange", "D1102") in knowledge.titles
    assert knowledge.diplomas == (
        TitledCode("CAP boulanger", "D1102"),
        TitledCode("CAP boulanger", "theme:boulangerie"),
        TitledCode("boulangerie", "theme:boulangerie"),
    )


def test_titles_are_measured_with_and_without_the_users_files(
    task: Path, files: tuple[Path, Path, Path]
) -> None:
    rows = titles.run(task, *files)

    assert list(rows) == ["bare", "synonyms", "files"]
    assert all(row["mrr"] == pytest.approx(2 / 3) for row in rows.values())
    assert list(titles.run(task)) == ["bare", "synonyms"]


def test_slips_are_measured_with_and_without_the_users_files(
    task: Path, files: tuple[Path, Path, Path]
) -> None:
    rows = slips.run(task, *files)

    assert list(rows) == ["synonyms", "files"]
    assert all(row["lost_to_2"] >= 0 for row in rows.values())
    assert list(slips.run(task)) == ["synonyms"]


def test_a_slip_changes_the_inside_of_a_word_and_the_seed_decides_it() -> None:
    typed = slips.slipped("boulanger", 1, Random(3))

    assert typed == slips.slipped("boulanger", 1, Random(3))
    assert typed[0] == "b"
    assert typed[-1] == "r"
    assert slips.slipped("à la", 2, Random(3)) == "à la"


def test_every_slip_changes_more_than_a_capital_or_an_accent() -> None:
    words = ("été", "Aaa", "ccc", "boulangère", "PÂTISSIER")

    typed = {word: {slips.slipped(word, 1, Random(seed)) for seed in range(500)} for word in words}

    assert [word for word in words if plain(word) in {plain(one) for one in typed[word]}] == []


def test_a_section_that_fails_is_named_and_loses_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "performance.md"
    monkeypatch.setattr(whole, "PAGE", page)

    failed = whole.write_each(
        {"First": lambda: ["one"], "Broken": lambda: [str(1 // 0)], "Last": lambda: ["two"]}
    )

    assert [told.split(":")[0] for told in failed] == ["Broken"]
    assert "## First\n\none\n\n## Last\n\ntwo\n" in page.read_text(encoding="utf-8")


def test_held_out_titles_are_unknown_and_their_codes_known(
    files: tuple[Path, Path, Path],
) -> None:
    rows = unseen_titles.run(files[1], files[0], files[2])

    assert rows["files"]["asked"] == 2
    assert rows["files"]["in_five"] == 1
    assert list(unseen_titles.run(files[1])) == ["appellations"]


@pytest.mark.parametrize("benchmark", [titles, slips])
def test_a_title_benchmark_prints_its_rows(
    benchmark: object,
    task: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["benchmark", str(task)])

    benchmark.main()  # type: ignore[attr-defined]

    assert "synonyms mrr" in capsys.readouterr().out


def test_the_unseen_benchmark_prints_its_rows(
    files: tuple[Path, Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "argv", ["benchmark", "--appellations", str(files[1])])

    unseen_titles.main()

    assert "appellations first" in capsys.readouterr().out
