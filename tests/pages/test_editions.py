"""What changed between two snapshots, in the reader's words and in the other language."""

from typing import Any

from flask import Flask

from app.pages import editions


def snapshot(*weights: int) -> dict[str, Any]:
    both = {"en": "Plain words", "fr": "Mots simples"}
    criteria = [{"title": both, "earns": both, "weight": weight} for weight in weights]
    return {"plan": {"stages": [{"criteria": criteria}]}}


def test_each_criterion_stands_on_a_line_of_its_own_in_both_languages(app: Flask) -> None:
    with app.test_request_context("/en/"):
        found = editions.changes(snapshot(60, 40), snapshot(70, 40), ())
    assert [(one.language, "".join(run.text for run in one.runs)) for one in found] == [
        ("", "".join(f"Plain words · Plain words · weight {weight}\n" for weight in (60, 70, 40))),
        ("fr", "".join(f"Mots simples · Mots simples · weight {weight}\n" for weight in (60, 70, 40))),
    ]
