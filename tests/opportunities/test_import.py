"""The command that takes in an opportunity kept as two Markdown files."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.db import db
from auth.models import User
from opportunities import queries
from opportunities.models import Opportunity
from tests.factories import make_department, make_staff
from tests.opportunities.forms_of import typed_in

CASE = Path(__file__).parents[3] / "shared" / "cases" / "esdc-2021"
EN = """---
title: Readable tables
lang: en
value: $9,000 (excluding taxes)
closing_date: 2026-07-20T14:00:00-04:00
short_desc: Make tables readable
office: Ottawa
---
## Background

Tables are hard.

## Evaluation

1. Your skill (250 words). Say where you gained it.

## Music

We like it.
"""
FR = """---
title: Des tableaux lisibles
lang: fr
value: 9 000 $ (taxes non comprises)
closing_date: 2026-07-20T14:00:00-04:00
short_desc: Rendre les tableaux lisibles
office: Ottawa
---
## Contexte

Les tableaux sont difficiles.

## Évaluation

1. Vos compétences (250 mots). Dites où vous les avez acquises.

## Musique

Nous l’aimons.
"""


def run(app: Flask, english: Path, french: Path) -> str:
    department = make_department("esdc")
    buyer = make_staff("buyer", department)
    arguments = ["import-opportunity", str(english), str(french), "--department", "esdc", "--author", buyer.email]
    answer = app.test_cli_runner().invoke(args=arguments)
    assert answer.exit_code == 0, answer.output
    return answer.output


@pytest.mark.usefixtures("travel")
def test_a_pair_becomes_a_draft_and_the_command_says_what_is_missing(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "en.md").write_text(EN)
    (tmp_path / "fr.md").write_text(FR)
    said = run(app, tmp_path / "en.md", tmp_path / "fr.md")
    draft = db.session.scalars(select(Opportunity)).one()
    assert (draft.state, draft.value_cents, draft.taxes, draft.plan.award_by) == ("draft", 9_000_00, "excluded", "draw")
    criterion = draft.plan.stages[0].criteria[0]
    assert (criterion.title.en, criterion.word_limit) == ("Your skill (250 words).", 250)
    assert "We like it." in draft.additional.en
    assert "“office” in the front matter has no place here" in said
    assert "The licence of the work is missing." in said


def test_what_cannot_be_read_is_said_and_nothing_is_made(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "en.md").write_bytes(b"\xff\xfe")
    (tmp_path / "fr.md").write_text(FR)
    department = make_department("esdc")
    buyer = make_staff("buyer", department)
    arguments = [str(tmp_path / "en.md"), str(tmp_path / "fr.md"), "--department", "esdc", "--author", buyer.email]
    answer = app.test_cli_runner().invoke(args=["import-opportunity", *arguments])
    assert answer.exit_code == 1
    assert answer.output.startswith("Error: ")
    assert db.session.scalars(select(Opportunity)).all() == []


def test_a_stranger_imports_nothing(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "en.md").write_text(EN)
    (tmp_path / "fr.md").write_text(FR)
    make_department("esdc")
    stranger = make_staff("buyer", make_department("lakes"))
    arguments = [str(tmp_path / "en.md"), str(tmp_path / "fr.md"), "--department", "esdc", "--author", stranger.email]
    answer = app.test_cli_runner().invoke(args=["import-opportunity", *arguments])
    assert (answer.exit_code, db.session.scalars(select(Opportunity)).all()) == (1, [])


def words(text: str) -> str:
    """Give the words of a text alone: no marks of Markdown, no list numbers."""
    plain = re.sub(r"(?m)^[ \t]*\d+\.[ \t]+|<[^>]+>", "", text)
    return " ".join(re.findall(r"\w+", plain))


def paragraphs(markdown: str) -> list[str]:
    """Name the paragraphs of a file's body by their words; headings only say where a text belongs."""
    body = re.sub(r"\A---.*?\n---\n", "", markdown, flags=re.DOTALL)
    without_headings = re.sub(r"(?m)^#.*$", "", body)
    return [found for part in re.split(r"\n\s*\n", without_headings) if (found := words(part))]


@pytest.mark.usefixtures("travel")
@pytest.mark.skipif(not CASE.is_dir(), reason="for want of ../shared/cases")
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_real_case_comes_in_whole(app: Flask, language: str) -> None:
    run(app, CASE / "opportunity-en.md", CASE / "opportunity-fr.md")
    draft = db.session.scalars(select(Opportunity)).one()
    kept = queries.snapshot(draft)
    texts = [kept[name][language] for name in ("problem", "deliverables", "acceptance", "additional")]
    rows = [one["earns"][language] for stage in kept["plan"]["stages"] for one in stage["criteria"]]
    everything = words("\n".join([*texts, *rows]))
    source = (CASE / f"opportunity-{language}.md").read_text()
    assert [part for part in paragraphs(source) if part not in everything] == []
    assert (draft.value_cents, draft.taxes, draft.milestones[0].due_days) == (6_500_00, "excluded", 7)
    assert draft.plan.stages[0].criteria[0].word_limit == 250


@pytest.mark.usefixtures("travel")
@pytest.mark.skipif(not CASE.is_dir(), reason="for want of ../shared/cases")
def test_the_real_case_is_completed_and_published_in_the_browser(
    app: Flask, sign_in: Callable[[User], FlaskClient]
) -> None:
    said = run(app, CASE / "opportunity-en.md", CASE / "opportunity-fr.md")
    lacking = said.split("Still missing before publication:\n")[1].splitlines()
    assert [line.strip(" -") for line in lacking] == [
        "The users and their context are not described.",
        "Milestone 1 needs a title, what is accepted, and an amount.",
        "The licence of the work is missing.",
        "The repository is missing.",
        "The closing date has passed; choose a later one.",
    ]
    draft = db.session.scalars(select(Opportunity)).one()
    buyer, officer, finance = (sign_in(person) for person in (draft.author, *others(draft)))
    root = f"/fr/defis/{draft.number}"
    filled: dict[str, dict[str, str]] = {
        "besoin": {"users_en": "ESDC’s clients of Azure", "users_fr": "Les clients d’Azure d’EDSC"},
        "jalons": {"milestones-0-accepted_when_en": "It works", "milestones-0-accepted_when_fr": "Cela fonctionne"},
        "conditions": {"licence": "MIT", "repository": "https://github.com/example/azure-policies"},
        "dates": {"length": "14"},
    }
    for page, typed in filled.items():
        shown = buyer.get(f"{root}/ebauche/{page}").text
        saved = buyer.post(f"{root}/ebauche/{page}", data={**typed_in(shown), **typed})
        assert (page, saved.status_code) == (page, 303)
    assert buyer.post(f"{root}/envoi").status_code == 303
    assert officer.post(f"{root}/examen", data={"decision": "approve"}).status_code == 303
    certificate = {"amount": "7 345 $", "fund_code": "F-21"}
    assert finance.post(f"{root}/examen/attestation", data=certificate).status_code == 303
    assert officer.post(f"{root}/examen/publication").status_code == 303
    db.session.expire_all()
    assert (draft.state, draft.edition, draft.plan.award_by) == ("open", 1, "draw")


def others(draft: Opportunity) -> tuple[User, User]:
    """Appoint an officer and somebody of finance."""
    return make_staff("officer", draft.department), make_staff("finance", draft.department)
