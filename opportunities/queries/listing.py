"""The list of opportunities: rows, count and facets of a search, read as columns and paged by key."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Select,
    Table,
    and_,
    bindparam,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
)

from app.core import search as texts
from app.core.bilingual import Bilingual
from app.core.db import Identifier, Moment, db
from auth.models import Department, Skill
from opportunities.models import Opportunity, PlannedMilestone, opportunity_skill
from opportunities.queries.paging import Cursor
from opportunities.searching import ALL, BY_MOMENT, LANGUAGES, OPEN, Search

PAGE = 25
COUNTED = 1000
"""No more than so many are counted: beyond it the list says “1,000+”."""

STATES = {
    OPEN: ("open",),
    "closed": ("open", "closed", "evaluation"),
    "awarded": ("awarded", "completed"),
    "ended": ("unsuccessful", "cancelled"),
}
STATES[ALL] = ("open", "closed", "evaluation", *STATES["awarded"], *STATES["ended"])


def _table(model: Any) -> Table:  # noqa: ANN401  (any mapped class)
    return model.__table__  # type: ignore[no-any-return]


O, D, S, M = _table(Opportunity), _table(Department), _table(Skill), _table(PlannedMilestone)  # noqa: E741  (short names of tables)


When = datetime | BindParameter[Any]
_AT: BindParameter[Any] = bindparam("at", type_=Moment)


class Listed(NamedTuple):
    """One row of the list."""

    id: int
    number: int
    title: Bilingual
    value_cents: int | None
    state: str
    closing_at: datetime
    published_at: datetime
    zone: str
    department: Bilingual
    milestones: int
    skills: tuple[str, ...]


@dataclass(frozen=True)
class Page:
    """One page of a list and the places before and after it, where there are any."""

    rows: list[Listed]
    previous: Cursor | None
    next: Cursor | None


@dataclass(frozen=True)
class Facet:
    """A value that the search could be narrowed to, and how many have it."""

    kind: str
    code: str
    name: Bilingual
    count: int


def listed(search: Search, cursor: Cursor | None, at: datetime, size: int = PAGE) -> Page:
    """Read one page of a search."""
    if cursor is not None and (cursor.sort != search.sort or _is_past(cursor, search, at)):
        cursor = None
    back = cursor is not None and cursor.back
    values: dict[str, object] = {"at": at, "soon": at + timedelta(days=search.within_days or 0)}
    if cursor is not None:
        values |= {"key": cursor.value, "id": cursor.id}
    read = _page(search, size + 1, after=cursor is not None, back=back)
    found = [_row(row) for row in db.session.execute(read, values)]
    more, rows = len(found) > size, found[:size]
    if back:
        rows.reverse()
    first, last = (rows[0], rows[-1]) if rows else (None, None)
    return Page(
        rows,
        _cursor(search, first, back=True) if first and (more if back else cursor is not None) else None,
        _cursor(search, last, back=False) if last and (more or back) else None,
    )


def counted(search: Search, at: datetime) -> int:
    """Count what a search finds, up to COUNTED and one."""
    return int(db.session.execute(select(_count(search, at))).scalar_one())


def counted_without(searches: Sequence[Search], at: datetime) -> list[int]:
    """Count what each of some searches would find, in one statement."""
    if not searches:
        return []
    counts = (_count(search, at).label(f"n{number}") for number, search in enumerate(searches))
    return [int(count) for count in db.session.execute(select(*counts)).one()]


def facets(stage: str, at: datetime) -> list[Facet]:
    """List the departments and skills, and how many opportunities of a stage each has."""
    matching = _of_stage(stage, at)
    by_department = (
        select(O.c.department_id.label("id"), func.count().label("count")).where(matching).group_by(O.c.department_id)
    ).subquery()
    by_skill = (
        select(opportunity_skill.c.skill_id.label("id"), func.count().label("count"))
        .join(O, O.c.id == opportunity_skill.c.opportunity_id)
        .where(matching)
        .group_by(opportunity_skill.c.skill_id)
    ).subquery()
    both = union_all(*(_facet(*one) for one in (("department", D, by_department), ("skill", S, by_skill))))
    return [Facet(kind, code, Bilingual(en, fr), int(count)) for kind, code, en, fr, count in db.session.execute(both)]


_KEYS: dict[str, Column[Any]] = {
    "closing": O.c.closing_at,
    "newest": O.c.published_at,
    "value": O.c.value_cents,
}
_COLUMNS = select(
    O.c.id,
    O.c.number,
    O.c.title_en,
    O.c.title_fr,
    O.c.value_cents,
    O.c.state,
    O.c.closing_at,
    O.c.published_at,
    O.c.zone,
    D.c.name_en,
    D.c.name_fr,
    select(func.count()).where(M.c.opportunity_id == O.c.id).scalar_subquery(),
    select(func.aggregate_strings(S.c.code, " "))
    .join(opportunity_skill, opportunity_skill.c.skill_id == S.c.id)
    .where(opportunity_skill.c.opportunity_id == O.c.id)
    .scalar_subquery(),
).join(D, D.c.id == O.c.department_id)


def _row(row: Any) -> Listed:  # noqa: ANN401  (a row of _COLUMNS)
    number, numbered, en, fr, value, state, closing, published, zone, of_en, of_fr, parts, skills = row
    codes = tuple(sorted(skills.split())) if skills else ()
    title, department = Bilingual(en, fr), Bilingual(of_en, of_fr)
    return Listed(number, numbered, title, value, state, closing, published, zone, department, parts, codes)


def _cursor(search: Search, row: Listed, *, back: bool) -> Cursor:
    values: dict[str, datetime | int] = {
        "closing": row.closing_at,
        "newest": row.published_at,
        "value": row.value_cents or 0,
    }
    value = values[search.sort]
    return Cursor(search.sort, back, value, row.id)


def _ascending(search: Search, *, back: bool) -> bool:
    """Open ones that close first come first; otherwise the latest or the largest do. Going back, all is reversed."""
    return (search.sort == "closing" and search.stage == OPEN) != back


def _order(search: Search, *, back: bool) -> list[ColumnElement[Any]]:
    columns = (_KEYS[search.sort], O.c.id)
    return [column.asc() if _ascending(search, back=back) else column.desc() for column in columns]


def _is_past(cursor: Cursor, search: Search, at: datetime) -> bool:
    """Say whether all that is open lies beyond a place: the page after it is the first one."""
    return _by_closing(search) and not cursor.back and isinstance(cursor.value, datetime) and cursor.value <= at


def _by_closing(search: Search) -> bool:
    return search.stage == OPEN and search.sort == "closing"


@lru_cache(maxsize=512)
def _page(search: Search, limit: int, *, after: bool, back: bool) -> Select[Any]:
    """Make the statement of a page; kept, because making it takes longer than the database takes to answer."""
    ids = _page_keys(search, limit, after=after, back=back)
    return _COLUMNS.where(O.c.id.in_(ids)).order_by(*_order(search, back=back))


def _page_keys(search: Search, limit: int, *, after: bool, back: bool) -> Select[Any]:
    """Select the numbers of a page's rows: along the index of each state, so that the way is as long as the page."""
    order = _order(search, back=back)
    narrowed = _narrowed(search, _AT, bindparam("soon", type_=Moment))
    # what comes after an open one closes later still: a second lower bound would hide the first from SQLite's index
    if after:
        narrowed.append(_beyond(search, back=back))
    implied = after and not back and _by_closing(search)
    branches = [
        select(O.c.id)
        .where(_in_state(state, ALL if implied else search.stage, _AT), *narrowed)
        .order_by(*order)
        .limit(limit)
        for state in STATES[search.stage]
    ]
    if len(branches) == 1:
        return select(branches[0].subquery().c.id)
    ids = union_all(*(select(branch.subquery().c.id) for branch in branches)).subquery()
    return select(select(O.c.id).where(O.c.id.in_(select(ids.c.id))).order_by(*order).limit(limit).subquery().c.id)


def _beyond(search: Search, *, back: bool) -> ColumnElement[bool]:
    kind: Any = Moment if search.sort in BY_MOMENT else Identifier
    here = tuple_(bindparam("key", type_=kind), bindparam("id", type_=Identifier))
    place = tuple_(_KEYS[search.sort], O.c.id)
    return place > here if _ascending(search, back=back) else place < here


def _in_state(state: str, stage: str, at: When) -> ColumnElement[bool]:
    """Say in SQL that an opportunity is published and in a state; of the open ones, on its side of the closing."""
    if state != "open":
        return and_(O.c.state == state, O.c.published_at.is_not(None))
    if stage == OPEN:
        return and_(O.c.state == state, O.c.closing_at > at)
    return and_(O.c.state == state, O.c.closing_at <= at) if stage == "closed" else O.c.state == state


def _of_stage(stage: str, at: When) -> ColumnElement[bool]:
    return or_(*(_in_state(state, stage, at) for state in STATES[stage]))


def _narrowed(search: Search, at: When, soon: When) -> list[ColumnElement[bool]]:
    """Say in SQL what each filter asks."""
    asked = list(_of_words(search.words))
    if search.skills:
        having = select(opportunity_skill.c.opportunity_id).join(S, S.c.id == opportunity_skill.c.skill_id)
        asked.append(O.c.id.in_(having.where(S.c.code.in_(search.skills))))
    if search.department:
        asked.append(O.c.department_id == select(D.c.id).where(D.c.code == search.department).scalar_subquery())
    if search.least_cents is not None:
        asked.append(O.c.value_cents >= search.least_cents)
    if search.most_cents is not None:
        asked.append(O.c.value_cents <= search.most_cents)
    if search.within_days is not None:
        asked.append(and_(O.c.closing_at > at, O.c.closing_at <= soon))
    if search.language:
        asked.append(O.c.work_language.in_(LANGUAGES[search.language]))
    return asked


def _of_words(words: str) -> Iterable[ColumnElement[bool]]:
    if not words:
        return ()
    matching = texts.matching(words)
    return (false(),) if matching is None else (O.c.id.in_(matching),)


def _count(search: Search, at: datetime) -> Any:  # noqa: ANN401  (a scalar subquery)
    soon = at + timedelta(days=search.within_days or 0)
    some: Select[Any] = (
        select(literal_column("1")).select_from(O).where(_of_stage(search.stage, at), *_narrowed(search, at, soon))
    )
    return select(func.count()).select_from(some.limit(COUNTED + 1).subquery()).scalar_subquery()


def _facet(kind: str, table: Table, counts: Any) -> Select[Any]:  # noqa: ANN401  (a subquery)
    return select(
        literal(kind), table.c.code, table.c.name_en, table.c.name_fr, func.coalesce(counts.c.count, 0)
    ).outerjoin(counts, counts.c.id == table.c.id)
