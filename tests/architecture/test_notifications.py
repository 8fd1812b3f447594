"""Every notification is written in both languages, from the same facts, with nothing left undefined."""

import re
from itertools import dropwhile
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import meta, nodes

from app.core.render import TEMPLATES, renderer
from scripts.texts import LOOSE
from subscriptions.kinds import ALWAYS, GROUPS, group_of, kinds

FOLDER = TEMPLATES / "notifications"
FILES = sorted(FOLDER.rglob("*.txt"))
KINDS = sorted({str(path.relative_to(FOLDER)).rsplit(".", 2)[0] for path in FILES})
GIVEN = {"name", "at", "lang", "address"}
"""What every text may use besides its own facts."""


def used_by(kind: str, language: str) -> set[str]:
    source = (FOLDER / f"{kind}.{language}.txt").read_text(encoding="utf-8")
    return meta.find_undeclared_variables(renderer.environment.parse(source)) - GIVEN


def endpoints_in(tree: nodes.Template) -> set[str]:
    calls = (call for call in tree.find_all(nodes.Call) if getattr(call.node, "name", "") == "address")
    return {call.args[0].value for call in calls if isinstance(call.args[0], nodes.Const)}


@pytest.mark.parametrize("kind", KINDS)
def test_both_languages_exist_and_use_the_same_facts(application: Flask, kind: str) -> None:
    assert used_by(kind, "en") == used_by(kind, "fr")


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_a_text_is_a_subject_a_blank_line_and_a_body(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").split("\n")
    subject, blank, *body = dropwhile(lambda line: line.startswith("{% set"), lines)
    assert subject.strip()
    assert blank == ""
    assert "".join(body).strip()


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_filters_and_addresses_speak_the_language_of_the_text(path: Path) -> None:
    other = "en" if path.suffixes[-2] == ".fr" else "fr"
    source = path.read_text(encoding="utf-8")
    marks = (f'text("{other}")', f'money("{other}")', f'lang="{other}"', f'moment("{other}"')
    wrong = [mark for mark in marks if mark in source]
    assert wrong == []


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.fr.txt")), ids=lambda path: str(path.relative_to(FOLDER)))
def test_french_marks_have_their_no_break_space(path: Path) -> None:
    said = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "…", path.read_text(encoding="utf-8"))
    assert LOOSE.findall(said) == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_address_in_a_text_leads_somewhere(application: Flask, kind: str) -> None:
    known = set(application.view_functions)
    for language in ("en", "fr"):
        tree = renderer.environment.parse((FOLDER / f"{kind}.{language}.txt").read_text(encoding="utf-8"))
        assert endpoints_in(tree) <= known


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_every_kind_can_be_switched_off_in_one_group(kind: str) -> None:
    assert group_of(kind) in GROUPS


def test_only_frames_and_confirmations_cannot_be_switched_off() -> None:
    assert set(KINDS) - set(kinds()) == ALWAYS


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_no_paragraph_runs_into_the_next(path: Path) -> None:
    """A block at the end of a line swallows the line's end; after words, an empty line more must make up for it."""
    lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
    says = [re.sub(r"\{%.*?%\}", "", line).strip() for line in lines]
    swallowing = [number for number, line in enumerate(lines) if line.endswith("%}") and says[number]]
    runs_on = [lines[number] for number in swallowing if any(lines[number + 1 : number + 3])]
    assert runs_on == []
