"""What a machine sees in a text before it is published."""

from copy import deepcopy
from typing import Any

import pytest

from opportunities import wording
from opportunities.policy import checks
from tests.opportunities.test_completeness import NOW, WHOLE, both


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Write to ann.lee+x@example.org.", [("email", "ann.lee+x@example.org")]),
        ("Call 613-555-1234 or (613) 555-1234.", [("phone", "613-555-1234"), ("phone", "(613) 555-1234")]),
        ("Composez le +1 613 555-1234", [("phone", "+1 613 555-1234")]),
        (
            "046 454 286, 046-454-286 and 046454286.",
            [("sin", "046 454 286"), ("sin", "046-454-286"), ("sin", "046454286")],
        ),
        ("046 454 287", []),
        ("$046 454 286 and 046 454 286 $", []),
        ("In 2026, 12,046,454 of 1 234 567 pages at 16:00", []),
        ("RFC 4648, ISO 639-3, 1.2.3-456-7890", []),
    ],
)
def test_personal_data_is_seen(text: str, found: list[tuple[str, str]]) -> None:
    assert list(wording.personal(text)) == found


@pytest.mark.parametrize(
    ("address", "nowhere"),
    [
        ("https://github.com/example/gauges", False),
        ("https://canada.ca", False),
        ("http://canada.ca", True),
        ("https://intranet/page", True),
        ("https://localhost:8000", True),
        ("https://10.0.0.7/x", True),
        ("https://user:secret@canada.ca", True),
        ("https://files.internal/x", True),
        ("ftp://canada.ca", True),
        ("page.html", True),
        ("https://[", True),
    ],
)
def test_a_link_leads_somewhere_by_its_form(address: str, *, nowhere: bool) -> None:
    assert wording.leads_nowhere(address) is nowhere


def test_links_are_found_as_markdown_writes_them() -> None:
    text = "See [it](https://a.example/b) and https://c.example. Also <https://d.example>."
    assert list(wording.links(text)) == ["https://a.example/b", "https://c.example", "https://d.example"]


EASY = {"en": "The cat sat on the mat. " * 12, "fr": "Le chat dort sur le lit. " * 12}
HARD = {
    "en": "Interdepartmental operationalization necessitates comprehensive administrative reconsideration of "
    "organizational accountability mechanisms notwithstanding jurisdictional considerations " * 5,
    "fr": "L’opérationnalisation interministérielle nécessite une reconsidération administrative approfondie des "
    "responsabilités organisationnelles indépendamment des considérations juridictionnelles " * 6,
}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_short_sentences_are_easy_and_long_words_hard(language: str) -> None:
    easy, hard = wording.reading(EASY[language], language), wording.reading(HARD[language], language)
    assert easy is not None
    assert hard is not None
    assert (easy.hard, hard.hard) == (False, True)
    assert wording.reading("Too short to tell.", language) is None


def outcome(**values: Any) -> dict[str, str]:
    changed = deepcopy(WHOLE)
    changed.update(values)
    return {one.name: one.outcome for one in checks(changed, NOW)}


def test_eight_checks_pass_on_what_lacks_nothing() -> None:
    assert list(outcome().values()) == ["passed"] * 7 + ["later"]


@pytest.mark.parametrize(
    ("values", "name", "found"),
    [
        ({"closing_at": None}, "The dates are right", "mend"),
        ({"value_cents": 1}, "The sums add up", "mend"),
        ({"problem": {"en": "Unseen.", "fr": ""}}, "Both languages", "mend"),
        ({"problem": {"en": "Unseen.", "fr": ""}, "one_language_reason": "Signed."}, "Both languages", "advice"),
        ({"repository": "http://example.org"}, "Links", "mend"),
        ({"users": both("[here](http://x.example)")}, "Links", "mend"),
        ({"users": both("Ann, ann@example.org")}, "No personal data", "mend"),
        ({"problem": HARD}, "Easy to read", "advice"),
        ({"plan": {**WHOLE["plan"], "formula": "lowest", "price_weight": 30}}, "The weights add up to 100", "mend"),
    ],
)
def test_a_check_says_what_to_mend(values: dict[str, Any], name: str, found: str) -> None:
    said = outcome(**values)
    assert said.pop(name) == found
    assert set(said.values()) == {"passed", "later"}


def test_a_finding_in_both_languages_of_a_text_is_named_once_with_its_place() -> None:
    changed = {**WHOLE, "milestones": [{**WHOLE["milestones"][0], "title": both("Ask ann@example.org")}]}
    (check,) = [one for one in checks(changed, NOW) if one.outcome == "mend"]
    (finding,) = check.findings
    assert finding.place is not None
    assert (finding.page, finding.values, finding.place.values) == (
        "milestones", {"found": "ann@example.org"}, {"number": 1},
    )  # fmt: skip


def test_an_ill_chosen_closing_is_advice() -> None:
    said = {one.name: (one.outcome, [two.values for two in one.findings]) for one in checks(WHOLE, NOW, ["a weekend"])}
    assert said["The dates are right"] == ("advice", [{"reason": "a weekend"}])
