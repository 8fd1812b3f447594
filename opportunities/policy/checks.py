"""The eight checks that a machine makes beside the reviewer: pure, on the snapshot; seven of them bar nothing new.

What bars publication has one home, `completeness.missing`; the checks arrange it and add advice.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.core.bilingual import N_
from opportunities import wording
from opportunities.policy.completeness import (
    Missing,
    Place,
    Snapshot,
    all_texts,
    missing,
    one_sided,
    place,
)

PASSED = "passed"
MEND = "mend"
ADVICE = "advice"
LATER = "later"

KINDS = {
    "email": N_("An e-mail address: %(found)s"),
    "phone": N_("A telephone number: %(found)s"),
    "sin": N_("What looks like a social insurance number: %(found)s"),
}


@dataclass(frozen=True)
class Finding:
    """One thing that a check found: the page that mends it, the sentence, and the text that it is in."""

    page: str
    text: str
    values: Mapping[str, Any] = field(default_factory=dict)
    place: Place | None = None


@dataclass(frozen=True)
class Check:
    """One check: its name, how it came out, and what it found."""

    name: str
    outcome: str
    findings: tuple[Finding, ...] = ()
    note: str = ""


def checks(snapshot: Snapshot, at: datetime, ill_chosen: Iterable[str] = ()) -> tuple[Check, ...]:
    """Make the eight checks at a moment; `ill_chosen` says what speaks against the closing's day."""
    lacking = missing(snapshot, at)
    return (
        _dates(lacking, tuple(ill_chosen)),
        _bar(N_("The sums add up"), lacking, "milestones"),
        _languages(snapshot, lacking),
        _links(snapshot),
        _personal(snapshot),
        _reading(snapshot),
        _bar(N_("The weights add up to 100"), lacking, "criteria"),
        Check(
            N_("Evaluators without conflict"),
            LATER,
            note=N_("The panel is invited after publication. Each member declares their interests before reading."),
        ),
    )


def _found(lacking: Iterable[Missing], page: str) -> tuple[Finding, ...]:
    return tuple(Finding(one.page, one.text, one.values) for one in lacking if one.page == page)


def _bar(name: str, lacking: Iterable[Missing], page: str) -> Check:
    findings = _found(lacking, page)
    return Check(name, MEND if findings else PASSED, findings)


def _dates(lacking: Iterable[Missing], ill_chosen: tuple[str, ...]) -> Check:
    name = N_("The dates are right")
    if findings := _found(lacking, "dates"):
        return Check(name, MEND, findings)
    sentence = N_("The closing falls on %(reason)s. People who could help or ask are away.")
    advice = tuple(Finding("dates", sentence, {"reason": reason}) for reason in ill_chosen)
    return Check(name, ADVICE if advice else PASSED, advice)


def _languages(snapshot: Snapshot, lacking: Iterable[Missing]) -> Check:
    name = N_("Both languages")
    if _found(lacking, "languages"):
        sentence = N_("In one language only")
        return Check(name, MEND, tuple(Finding(one.page, sentence, {}, one) for one in one_sided(snapshot)))
    if one_sided(snapshot):
        return Check(name, ADVICE, (Finding("languages", N_("Published in one language, for a written reason.")),))
    return Check(name, PASSED)


def _links(snapshot: Snapshot) -> Check:
    sentence = N_("This link cannot lead anywhere, or is not https: %(found)s")
    repository = ((place("repository"), snapshot["repository"] or ""),)
    found = tuple(
        Finding(where.page, sentence, {"found": link}, where)
        for where, link in _once([
            *repository,
            *((where, link) for where, text in _sides(snapshot) for link in wording.links(text)),
        ])
        if link and wording.leads_nowhere(link)
    )  # fmt: skip
    note = N_("Their form is checked; whether the page behind each answers, nobody has looked.")
    return Check(N_("Links"), MEND if found else PASSED, found, note)


def _personal(snapshot: Snapshot) -> Check:
    found = tuple(
        Finding(where.page, KINDS[kind], {"found": text}, where)
        for where, (kind, text) in _once(
            [(where, one) for where, text in _sides(snapshot) for one in wording.personal(text)]
        )
    )
    return Check(N_("No personal data"), MEND if found else PASSED, found)


def _reading(snapshot: Snapshot) -> Check:
    sentences = {
        "en": N_("The English reads like school grade %(figure)s; aim for 12 or lower with shorter sentences."),
        "fr": N_("The French reads with an ease of %(figure)s of 100; aim for 40 or more with shorter sentences."),
    }
    whole = {"en": "", "fr": ""}
    for where, both in all_texts(snapshot):
        if where.page in ("need", "deliverables"):
            whole = {"en": f"{whole['en']}\n\n{both.en}", "fr": f"{whole['fr']}\n\n{both.fr}"}
    measured = [one for language, text in whole.items() if (one := wording.reading(text, language))]
    hard = tuple(Finding("need", sentences[one.language], {"figure": one.figure}) for one in measured if one.hard)
    return Check(N_("Easy to read"), ADVICE if hard else PASSED, hard, N_("Advice only; it bars nothing."))


def _sides(snapshot: Snapshot) -> Iterator[tuple[Place, str]]:
    for where, both in all_texts(snapshot):
        yield where, both.en
        yield where, both.fr


def _once(found: Iterable[tuple[Place, Any]]) -> list[tuple[Place, Any]]:
    """Name what stands in both languages of a text once."""
    kept: list[tuple[Place, Any]] = []
    for one in found:
        if one not in kept:
            kept.append(one)
    return kept
