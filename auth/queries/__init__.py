"""Reads of people, their roles at a moment, their organizations and what they accepted."""

from auth.queries.departments import (
    ADMINISTRATOR,
    all_departments,
    appointment_facts,
    appointments_of,
    delegation_facts,
    departments_of,
    end_facts,
    get_appointment,
    get_department,
    has_officer,
    holders_of,
    in_force,
    is_administrator,
    is_own_officer,
    is_verified_in,
    loan_facts,
    may_propose,
    roles_in,
    roster,
    ties,
)
from auth.queries.organizations import (
    find_own_membership,
    get_membership,
    get_organization,
    get_own_organization,
    invitations_for,
    members_of,
    membership_facts,
    organizations_of,
    reader_for,
    role_in,
)
from auth.queries.people import (
    addresses_of,
    all_skills,
    find_identity,
    find_user_by_address,
    find_user_by_identity,
    find_user_by_key,
    get_user,
    search_people,
)
from auth.queries.terms import (
    acceptances_of,
    current_terms,
    due_terms,
    find_terms,
    get_terms,
    people_who_accepted,
    versions_of,
)
from auth.queries.waiting import awaiting

__all__ = [
    "ADMINISTRATOR", "acceptances_of", "addresses_of", "all_departments", "all_skills", "appointment_facts",
    "appointments_of", "awaiting", "current_terms", "delegation_facts", "departments_of", "due_terms", "end_facts",
    "find_identity", "find_own_membership", "find_terms", "find_user_by_address", "find_user_by_identity",
    "find_user_by_key", "get_appointment", "get_department", "get_membership", "get_organization",
    "get_own_organization", "get_terms", "get_user", "has_officer", "holders_of", "in_force", "invitations_for",
    "is_administrator", "is_own_officer", "is_verified_in", "loan_facts", "may_propose", "members_of",
    "membership_facts", "organizations_of", "people_who_accepted", "reader_for", "role_in", "roles_in", "roster",
    "search_people", "ties", "versions_of",
]  # fmt: skip
