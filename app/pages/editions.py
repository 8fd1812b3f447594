"""The published versions of an opportunity, each with what changed since the one before, in the reader's words."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select

from app.core import formats
from app.core.bilingual import N_, Bilingual, other
from app.core.db import db
from app.core.web import language
from app.pages import words
from auth.models import Skill
from opportunities.diffing import FieldDiff, Run, diff, text_diff
from opportunities.models import Edition
from opportunities.queries.snapshot import TEXTS

NAMES = {
    "title": N_("Title"),
    "summary": N_("Summary"),
    "problem": N_("The problem"),
    "users": N_("Who it is for"),
    "deliverables": N_("What is delivered"),
    "acceptance": N_("When it is accepted"),
    "additional": N_("More information"),
    "place": N_("Place"),
    "value_cents": N_("Value"),
    "taxes": N_("Taxes"),
    "licence": N_("Licence"),
    "repository": N_("Repository"),
    "work_language": N_("Language of the work"),
    "one_language_reason": N_("Reason for one language"),
    "standstill_days": N_("Days of standstill"),
    "questions_until": N_("Questions until"),
    "closing_at": N_("Closing"),
    "decision_on": N_("Decision expected"),
    "start_on": N_("Work starts"),
    "refine_from": N_("Conversation from"),
    "refine_until": N_("Conversation until"),
    "skills": N_("Skills"),
    "milestones": N_("Milestones"),
    "criteria": N_("Criteria"),
    "judging": N_("How the winner is chosen"),
    "attachments": N_("Files"),
    "zone": N_("Time zone"),
}
TAXES = {"excluded": N_("plus taxes"), "included": N_("taxes included")}
FORMULAS = {
    "none": N_("The price is fixed."),
    "lowest": N_("The lowest price earns all the price points, others in proportion."),
    "absolute": N_("A lower price earns more price points."),
}


class Change(NamedTuple):
    """One field that changed: its name, the runs of its text, and the language if it is not the reader's."""

    name: str
    runs: tuple[Run, ...]
    language: str = ""


class Version(NamedTuple):
    """One edition: when, whether material, what it changed."""

    number: int
    at: datetime
    material: bool
    changes: list[Change]


def versions(opportunity_id: int) -> list[Version]:
    """List the editions, newest first, each compared with the one before."""
    columns = (Edition.number, Edition.at, Edition.material, Edition.snapshot)
    read = select(*columns).where(Edition.opportunity_id == opportunity_id).order_by(Edition.number)
    skills = {one.code: one.name.text(language()) for one in db.session.scalars(select(Skill))}
    found: list[Version] = []
    before: dict[str, Any] | None = None
    for number, at, material, snapshot in db.session.execute(read):
        after = readable(snapshot, skills)
        found.append(Version(number, at, material, [] if before is None else _changes(before, after)))
        before = after
    return found[::-1]


def _changes(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    return [Change(_name(one), _apart(one.runs, after.get(one.name))) for one in _diff(before, after)]


def _diff(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[FieldDiff]:
    """Compare what readers read: texts word by word, whatever else as the snapshots themselves are compared."""
    return [
        replace(one, runs=text_diff(before[one.name], after[one.name])) if one.name in TEXTS else one
        for one in diff(before, after)
    ]


def _apart(runs: tuple[Run, ...], value: object) -> tuple[Run, ...]:
    """Put each entry of a list on a line of its own."""
    return tuple(Run(run.change, f"{run.text}\n") for run in runs) if isinstance(value, list) else runs


def _name(one: FieldDiff) -> str:
    return str(_(NAMES[one.name])) if one.name in NAMES else one.name


def changes(before: Mapping[str, Any], after: Mapping[str, Any], skills: Iterable[Skill]) -> list[Change]:
    """Say what changed between two snapshots: in the reader's words, then which texts changed in the other language."""
    names = {one.code: one.name.text(language()) for one in skills}
    found = _changes(readable(before, names), readable(after, names))
    code = other(language())
    said = {one.runs for one in found}
    old, new = readable(before, names, code), readable(after, names, code)
    theirs = [
        Change(_name(one), _apart(one.runs, new.get(one.name)), code)
        for one in _diff(old, new)
        if _is_written(one.name, after)
    ]
    return [*found, *(one for one in theirs if one.runs not in said)]


def _is_written(name: str, snapshot: Mapping[str, Any]) -> bool:
    """Texts stand in both languages; dates and amounts are only shown in each."""
    return name in ("milestones", "criteria") or isinstance(snapshot.get(name), dict)


def readable(snapshot: Mapping[str, Any], skills: Mapping[str, str], code: str = "") -> dict[str, Any]:
    """Put a snapshot into the reader's words, one text or list of lines for each field; `skills` are names by code.

    Texts stand in the language `code`, the reader's if none is given.
    """
    lang = code or language()
    zone = snapshot.get("zone") or formats.DEFAULT_ZONE
    shown = {name: _shown(name, value, zone, lang) for name, value in snapshot.items() if name != "plan"}
    plan = snapshot.get("plan") or {}
    shown["skills"] = sorted(skills.get(code, code) for code in snapshot.get("skills") or ())
    shown["judging"] = _judging(plan)
    shown["criteria"] = [_criterion(one, lang) for stage in plan.get("stages", ()) for one in stage["criteria"]]
    return shown


def _shown(name: str, value: Any, zone: str, lang: str) -> Any:  # noqa: ANN401, PLR0911  (a snapshot holds anything; a way for each)
    match name:
        case "value_cents":
            return words.money(value, lang)
        case "taxes":
            return _(TAXES[value]) if value in TAXES else ""
        case "work_language":
            return _(words.WORK_LANGUAGES[value]) if value in words.WORK_LANGUAGES else ""
        case "closing_at" | "questions_until" | "refine_from" | "refine_until" if value:
            return words.moment(datetime.fromisoformat(value), lang, zone)
        case "decision_on" | "start_on" if value:
            return formats.day(datetime.fromisoformat(value).date(), lang)
        case "milestones":
            return [_milestone(one, lang) for one in value]
        case "attachments":
            return [one["title"] for one in value]
        case _:
            return Bilingual.of(value).text(lang).strip() if isinstance(value, dict) else value


def _milestone(one: Mapping[str, Any], lang: str) -> str:
    days = _("day %(number)s", number=one["due_days"]) if one.get("due_days") else ""
    parts = (
        Bilingual.of(one["title"]).text(lang),
        Bilingual.of(one["accepted_when"]).text(lang),
        words.money(one["amount_cents"], lang),
        days,
    )
    return " · ".join(part for part in parts if part)


def _criterion(one: Mapping[str, Any], lang: str) -> str:
    weight = _("weight %(weight)s", weight=one["weight"]) if one.get("weight") else _("pass or fail")
    return " · ".join(
        part for part in (Bilingual.of(one["title"]).text(lang), Bilingual.of(one["earns"]).text(lang), weight) if part
    )


def _judging(plan: Mapping[str, Any]) -> str:
    if plan.get("award_by") == "draw":
        return str(_("A public draw among the proposals that meet every mandatory criterion."))
    code = plan.get("formula")
    formula = str(_(FORMULAS[code])) if code in FORMULAS else ""
    share = _("Price counts for %(weight)s points.", weight=plan["price_weight"]) if plan.get("price_weight") else ""
    return f"{formula} {share}".strip()
