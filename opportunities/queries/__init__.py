"""Reads of opportunities."""

from auth.queries import get_department
from opportunities.queries.reading import (
    certified_cents,
    copyable,
    departments_to_write_for,
    facts,
    find_begun,
    find_opportunity,
    get_attachment,
    get_comment,
    get_opportunity,
    get_question,
    get_visible,
    is_certified,
    is_visible,
    reviewers,
    roles,
    skills,
    thresholds_crossed,
    thresholds_just_above,
    visible_attachment,
)
from opportunities.queries.snapshot import findable, material_change, plan_hash, snapshot
from opportunities.queries.waiting import awaiting

__all__ = [
    "awaiting",
    "certified_cents",
    "copyable",
    "departments_to_write_for",
    "facts",
    "find_begun",
    "find_opportunity",
    "findable",
    "get_attachment",
    "get_comment",
    "get_department",
    "get_opportunity",
    "get_question",
    "get_visible",
    "is_certified",
    "is_visible",
    "material_change",
    "plan_hash",
    "reviewers",
    "roles",
    "skills",
    "snapshot",
    "thresholds_crossed",
    "thresholds_just_above",
    "visible_attachment",
]
