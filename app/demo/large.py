"""A large world for measuring: as many opportunities as asked, made from the demonstration's texts by bulk inserts.

Nothing here passes through the actions, so these rows have no story: they are for measuring lists, searches and pages.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select
from tqdm import tqdm

from app.core import search
from app.core.bilingual import Bilingual
from app.core.db import db, random_key, transaction
from app.demo.world import Spec, both, opportunities
from auth.models import Department, Skill, User
from opportunities.models import Criterion, EvaluationPlan, Opportunity, PlannedMilestone, Stage, opportunity_skill

BATCH = 1_000
STATES = (
    ("open",) * 4 + ("closed", "evaluation") + ("awarded",) * 2 + ("completed",) * 8 + ("unsuccessful", "cancelled")
)
TEXTS = ("summary", "problem", "users", "deliverables", "acceptance", "place")
SPREAD_DAYS = 1_500


def grow(size: int, now: datetime, ocid_prefix: str) -> int:
    """Add `size` opportunities to a world that has its cast; gives how many there are then."""
    chance = random.Random(size)  # noqa: S311  (a made-up world, the same each time)
    whole = [spec for spec in opportunities() if not {"incomplete", "stages", "prizes"} & set(spec)]
    with tqdm(total=size, unit=" opportunities") as bar:
        while bar.n < size:
            with transaction():
                bar.update(_add(min(BATCH, size - int(bar.n)), whole, chance, now, ocid_prefix))
    return db.session.scalar(select(func.count()).select_from(Opportunity)) or 0


def _add(count: int, specs: list[Spec], chance: random.Random, now: datetime, ocid_prefix: str) -> int:
    departments = db.session.scalars(select(Department.id)).all()
    author = db.session.scalars(select(User.id).order_by(User.id).limit(1)).one()
    skills = {code: number for number, code in db.session.execute(select(Skill.id, Skill.code))}
    number = db.session.scalar(select(func.coalesce(func.max(Opportunity.number), 0))) or 0
    chosen = [(number + place, chance.choice(specs)) for place in range(1, count + 1)]
    rows = [_row(one, spec, chance, now, ocid_prefix, chance.choice(departments), author) for one, spec in chosen]
    made = db.session.execute(
        insert(Opportunity).returning(Opportunity.id, Opportunity.number, sort_by_parameter_order=True), rows
    ).all()
    pairs = [(identifier, spec) for (identifier, _), (_, spec) in zip(made, chosen, strict=True)]
    db.session.execute(insert(PlannedMilestone), list(_milestones(pairs)))
    links = [{"opportunity_id": one, "skill_id": skills[code]} for one, spec in pairs for code in spec["skills"]]
    db.session.execute(insert(opportunity_skill), links)
    _plans(pairs)
    for (identifier, spec), row in zip(pairs, rows, strict=True):
        title = Bilingual(row["title_en"], row["title_fr"])
        search.index(identifier, [title, both(spec["summary"]), both(spec["problem"])])
    return count


def _row(
    number: int, spec: Spec, chance: random.Random, now: datetime, ocid_prefix: str, department: int, author: int
) -> dict[str, Any]:  # fmt: skip
    state = chance.choice(STATES)
    days = chance.uniform(0.1, 40) if state == "open" else -chance.uniform(1, SPREAD_DAYS)
    closing = (now + timedelta(days=days)).replace(second=0, microsecond=0)
    posted = min(closing - timedelta(days=21), now - timedelta(hours=1))
    texts = {f"{name}_{code}": text for name in TEXTS for code, text in both(spec[name]).as_dict().items()}
    return {
        **texts,
        "number": number, "ocid": f"{ocid_prefix}-{number}", "department_id": department, "author_id": author,
        "state": state, "version": 1, "created_at": posted, "updated_at": posted, "published_at": posted,
        "title_en": f"{spec['title']['en']} ({number})", "title_fr": f"{spec['title']['fr']} ({number})",
        "additional_en": "", "additional_fr": "", "one_language_reason": "", "fund_code": spec["fund_code"],
        "value_cents": chance.randrange(25, 900) * 100_00, "taxes": "excluded", "licence": spec["licence"],
        "repository": spec["repository"], "work_language": spec["language_of_work"], "zone": "America/Toronto",
        "closing_at": closing, "questions_until": closing - timedelta(days=4), "standstill_days": 0,
        "edition": 1, "material_edition": 1,
    }  # fmt: skip


def _milestones(pairs: list[tuple[int, Spec]]) -> Iterator[dict[str, Any]]:
    for identifier, spec in pairs:
        for position, one in enumerate(spec["milestones"], 1):
            title, accepted = one["title"], one["accepted_when"]
            yield {
                "opportunity_id": identifier, "position": position, "title_en": title["en"], "title_fr": title["fr"],
                "accepted_when_en": accepted["en"], "accepted_when_fr": accepted["fr"],
                "amount_cents": one["amount_cents"], "due_days": one["due_days"],
            }  # fmt: skip


def _plans(pairs: list[tuple[int, Spec]]) -> None:
    plans = [
        {
            "opportunity_id": one, "format": spec["format"], "award_by": "rank", "formula": spec["formula"],
            "price_weight": spec["price_weight"], "winners": 1, "frozen_hash": "",
        }
        for one, spec in pairs
    ]  # fmt: skip
    plan_ids = db.session.scalars(
        insert(EvaluationPlan).returning(EvaluationPlan.id, sort_by_parameter_order=True), plans
    ).all()
    rated = {"position": 1, "kind": "rated", "title_en": "Rated criteria", "title_fr": "Critères cotés"}
    stages = [{"plan_id": one, **rated} for one in plan_ids]
    stage_ids = db.session.scalars(insert(Stage).returning(Stage.id, sort_by_parameter_order=True), stages).all()
    criteria = [
        {
            "stage_id": one, "position": position, "key": random_key(), "weight": line["weight"], "max_points": 5,
            "title_en": line["title"]["en"], "title_fr": line["title"]["fr"], "earns_en": line["about"]["en"],
            "earns_fr": line["about"]["fr"], "word_limit": line.get("words"),
        }
        for one, (_, spec) in zip(stage_ids, pairs, strict=True)
        for position, line in enumerate(spec["rated"], 1)
    ]  # fmt: skip
    db.session.execute(insert(Criterion), criteria)
