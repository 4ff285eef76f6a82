"""Cutting a stylesheet keeps every rule that a page could need."""

from __future__ import annotations

import pytest

from tools.stylesheet import (
    class_names,
    cut,
    dark_by_media_query,
    images_to_files,
    rules,
    split_selectors,
)


@pytest.mark.parametrize(
    ("css", "words", "kept"),
    [
        (".btn{a:b}.card{c:d}", {"btn"}, ".btn{a:b}"),
        (".btn,.card{a:b}", {"card"}, ".card{a:b}"),
        (".btn.active{a:b}", {"btn"}, ""),
        (".btn:not(.active){a:b}", {"btn"}, ".btn:not(.active){a:b}"),
        ("body,[hidden]{a:b}", set(), "body,[hidden]{a:b}"),
        (".text-bg-warning{a:b}.text-dark{a:b}", {"text-bg-"}, ".text-bg-warning{a:b}"),
        ("@media print{.btn{a:b}.card{c:d}}", {"btn"}, "@media print{.btn{a:b}}"),
        ("@media print{.card{c:d}}", {"btn"}, ""),
        ('.btn{content:"}"}.card{a:b}', {"btn"}, '.btn{content:"}"}'),
        ('@charset "UTF-8";/* {x} */.btn{a:b}', {"btn"}, ".btn{a:b}"),
    ],
)
def test_a_rule_stays_when_every_class_of_a_selector_is_a_word(
    css: str, words: set[str], kept: str
) -> None:
    result = cut(css, words)

    assert result == kept


def test_an_animation_stays_only_when_a_kept_rule_plays_it() -> None:
    css = "@keyframes spin{to{a:b}}@keyframes fade{to{a:b}}.spinner{animation:spin 1s}"

    result = cut(css, {"spinner"})

    assert result == "@keyframes spin{to{a:b}}.spinner{animation:spin 1s}"


def test_the_dark_theme_follows_the_system() -> None:
    css = "[data-bs-theme=dark] .a{b:c}@media print{[data-bs-theme=dark]{d:e}}.f{g:h}"

    result = dark_by_media_query(css)

    dark = "@media (prefers-color-scheme:dark)"
    assert result == (f"{dark}{{:root .a{{b:c}}}}@media print{{{dark}{{:root{{d:e}}}}}}.f{{g:h}}")


def test_an_embedded_image_becomes_a_file_with_its_text_decoded() -> None:
    stored: list[str] = []

    def store(svg: str) -> str:
        stored.append(svg)
        return "image.svg"

    css = ".a{b:url(\"data:image/svg+xml,%3csvg fill='%23fff'/%3e\")}"
    result = images_to_files(css, store)

    assert stored == ["<svg fill='#fff'/>"]
    assert result == '.a{b:url("image.svg")}'


def test_classes_are_found_inside_media_queries_too() -> None:
    css = "@media (min-width:576px){.col-sm-6{a:b}}.row>*{c:d}"

    assert class_names(css) == {"col-sm-6", "row"}


def test_a_comma_inside_parentheses_does_not_part_selectors() -> None:
    assert split_selectors("a:is(b,c), d") == ["a:is(b,c)", "d"]


def test_a_stylesheet_that_is_cut_short_is_refused() -> None:
    with pytest.raises(ValueError, match="never closed"):
        list(rules(".a{b:c"))
