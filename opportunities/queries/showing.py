"""One opportunity as its page shows it: read as columns, in the same few statements for everybody."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, bindparam, literal, null, select, union_all
from sqlalchemy.types import Text

from app.core.bilingual import Bilingual
from app.core.db import Identifier, db
from app.core.errors import NotFound
from auth.models import Department, Skill, User
from auth.queries import departments_of
from opportunities.models import (
    Addendum,
    Attachment,
    Criterion,
    EvaluationPlan,
    Opportunity,
    PlannedMilestone,
    Prize,
    Question,
    Stage,
    opportunity_skill,
)
from opportunities.queries.shown import Asked, File, Judged, Note, Part, Step, Won


@dataclass(frozen=True)
class Plan:
    """How proposals are judged."""

    format: str
    award_by: str
    formula: str
    price_weight: int
    winners: int
    stages: list[Step]
    prizes: list[Won]


@dataclass(frozen=True)
class Whole:
    """An opportunity with everything its page says."""

    id: int
    number: int
    ocid: str
    department_id: int
    author_id: int
    title: Bilingual
    summary: Bilingual
    problem: Bilingual
    users: Bilingual
    deliverables: Bilingual
    acceptance: Bilingual
    additional: Bilingual
    place: Bilingual
    one_language_reason: str
    value_cents: int | None
    taxes: str
    licence: str
    repository: str
    work_language: str
    zone: str
    questions_until: datetime | None
    closing_at: datetime | None
    decision_on: date | None
    start_on: date | None
    standstill_days: int
    published_at: datetime | None
    state: str
    version: int
    edition: int
    department: Bilingual
    plan: Plan
    milestones: list[Part]
    questions: list[Asked]
    skills: list[Bilingual]
    attachments: list[File]
    addenda: list[Note]


def get_whole(number: int, person: User | None, at: datetime) -> Whole:
    """Read an opportunity that a person may see, or refuse with NotFound: five statements for a published one."""
    head = db.session.execute(_HEAD, {"number": number}).mappings().one_or_none()
    if head is None:
        raise NotFound
    if head["published_at"] is None and not _insider(head["department_id"], person, at):
        raise NotFound
    number = head["id"]
    own: dict[str, Any] = {name: head[name] for name in PLAIN}
    texts = {name: Bilingual(head[f"{name}_en"], head[f"{name}_fr"]) for name in (*TEXTS, "department")}
    extras = _extras(number)
    settings = {name: head[name] for name in PLANNED}
    plan = Plan(**settings, stages=_stages(number), prizes=extras.pop("prizes"))
    return Whole(**(own | texts), plan=plan, milestones=_milestones(number), questions=_questions(number), **extras)


def _insider(department_id: int, person: User | None, at: datetime) -> bool:
    return person is not None and department_id in departments_of(person, at)


def _table(model: Any) -> Table:  # noqa: ANN401  (any mapped class)
    return model.__table__  # type: ignore[no-any-return]


O, D, P = _table(Opportunity), _table(Department), _table(EvaluationPlan)  # noqa: E741  (short names of tables)
M, S, C, Q = _table(PlannedMilestone), _table(Stage), _table(Criterion), _table(Question)
K, F, A, W = _table(Skill), _table(Attachment), _table(Addendum), _table(Prize)

TEXTS = ("title", "summary", "problem", "users", "deliverables", "acceptance", "additional", "place")
PLAIN = (
    "id", "number", "ocid", "department_id", "author_id", "one_language_reason", "value_cents", "taxes", "licence",
    "repository", "work_language", "zone", "questions_until", "closing_at", "decision_on", "start_on",
    "standstill_days", "published_at", "state", "version", "edition",
)  # fmt: skip
PLANNED = ("format", "award_by", "formula", "price_weight", "winners")
_HEAD = (
    select(
        *(O.c[name] for name in PLAIN),
        *(O.c[f"{name}_{code}"] for name in TEXTS for code in ("en", "fr")),
        D.c.name_en.label("department_en"),
        D.c.name_fr.label("department_fr"),
        *(P.c[name] for name in PLANNED),
    )
    .join(D, D.c.id == O.c.department_id)
    .join(P, P.c.opportunity_id == O.c.id)
    .where(O.c.number == bindparam("number"))
)


_MILESTONES_COLUMNS = (
    "position",
    "title_en",
    "title_fr",
    "accepted_when_en",
    "accepted_when_fr",
    "amount_cents",
    "due_days",
)
_MILESTONES = (
    select(*(M.c[name] for name in _MILESTONES_COLUMNS))
    .where(M.c.opportunity_id == bindparam("number"))
    .order_by(M.c.position)
)


def _milestones(number: int) -> list[Part]:
    return [
        Part(position, Bilingual(en, fr), Bilingual(when_en, when_fr), amount, days)
        for position, en, fr, when_en, when_fr, amount, days in db.session.execute(_MILESTONES, {"number": number})
    ]


_STAGE_COLUMNS = (
    "kind",
    "title_en",
    "title_fr",
    "top_n",
    "settled_by",
    "held_from",
    "held_until",
    "reveals_names",
)
_STAGES_COLUMNS = (
    "key",
    "title_en",
    "title_fr",
    "earns_en",
    "earns_fr",
    "weight",
    "max_points",
    "minimum",
    "word_limit",
)
_STAGES = (
    select(S.c.position, *(S.c[name] for name in _STAGE_COLUMNS), *(C.c[name] for name in _STAGES_COLUMNS))
    .join(P, P.c.id == S.c.plan_id)
    .outerjoin(C, C.c.stage_id == S.c.id)
    .where(P.c.opportunity_id == bindparam("number"))
    .order_by(S.c.position, C.c.position)
)


def _stages(number: int) -> list[Step]:
    stages: dict[int, Step] = {}
    for place, kind, of_en, of_fr, *row in db.session.execute(_STAGES, {"number": number}):
        top, settled_by, held_from, held_until, names, key, en, fr, earns_en, earns_fr, *rest = row
        begun = Step(kind, Bilingual(of_en, of_fr), top, settled_by, held_from, held_until, names, [])
        stage = stages.setdefault(place, begun)
        if key is not None:
            stage.criteria.append(Judged(key, Bilingual(en, fr), Bilingual(earns_en, earns_fr), *rest))
    return list(stages.values())


_QUESTIONS_COLUMNS = ("body_en", "body_fr", "asked_at", "answer_en", "answer_fr", "answered_at")
_QUESTIONS = (
    select(*(Q.c[name] for name in _QUESTIONS_COLUMNS))
    .where(Q.c.opportunity_id == bindparam("number"))
    .order_by(Q.c.id)
)


def _questions(number: int) -> list[Asked]:
    return [
        Asked(Bilingual(en, fr), asked, Bilingual(answer_en, answer_fr), answered)
        for en, fr, asked, answer_en, answer_fr, answered in db.session.execute(_QUESTIONS, {"number": number})
    ]


def _extra(kind: str, *columns: Any) -> Select[Any]:
    names = ("place", "first", "second", "code", "size", "at")
    named = (column.label(name) for name, column in zip(names, columns, strict=True))
    return select(literal(kind, Text).label("kind"), *named)


_NOTHING: ColumnElement[Any] = null()
_NUMBER = bindparam("number", type_=Identifier)
_EXTRAS = union_all(
    _extra("addendum", A.c.number, A.c.body_en, A.c.body_fr, literal("", Text), _NOTHING, A.c.at).where(
        A.c.opportunity_id == _NUMBER
    ),
    _extra("file", F.c.id, F.c.title, F.c.language, F.c.key, F.c.size, F.c.added_at).where(
        F.c.opportunity_id == _NUMBER
    ),
    _extra("prize", W.c.place, literal("", Text), literal("", Text), literal("", Text), W.c.amount_cents, _NOTHING)
    .join(P, P.c.id == W.c.plan_id)
    .where(P.c.opportunity_id == _NUMBER),
    _extra("skill", K.c.id, K.c.name_en, K.c.name_fr, K.c.code, _NOTHING, _NOTHING)
    .join(opportunity_skill, opportunity_skill.c.skill_id == K.c.id)
    .where(opportunity_skill.c.opportunity_id == _NUMBER),
)


def _extras(number: int) -> dict[str, Any]:
    """Read skills, files and addenda in one statement: each has few columns."""
    rows = sorted(tuple(row) for row in db.session.execute(_EXTRAS, {"number": number}))
    return {
        "addenda": [Note(place, Bilingual(en, fr), at) for kind, place, en, fr, _, _, at in rows if kind == "addendum"],
        "attachments": [File(key, en, lang, size) for kind, _, en, lang, key, size, _ in rows if kind == "file"],
        "skills": [Bilingual(en, fr) for kind, _, en, fr, *_ in rows if kind == "skill"],
        "prizes": [Won(place, cents) for kind, place, _, _, _, cents, _ in rows if kind == "prize"],
    }
