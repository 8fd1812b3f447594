"""What people do: arrive, say who they are, found organizations, give roles."""

from auth.actions.account import Profile, accept, edit_profile, introduce
from auth.actions.departments import (
    DepartmentDetails,
    appoint,
    create_department,
    delegate,
    edit_department,
    end_appointment,
    lend,
    make_administrator,
    reinstate,
    suspend,
)
from auth.actions.joining import join
from auth.actions.organizations import Details, answer, change_role, edit, found, invite, leave, remove
from auth.actions.sign_in import (
    BelongsToAnother,
    Claims,
    link_identity,
    note_same_human,
    recognize,
    unlink_identity,
)
from auth.actions.terms import publish_terms

__all__ = [
    "BelongsToAnother", "Claims", "DepartmentDetails", "Details", "Profile", "accept", "answer", "appoint",
    "change_role", "create_department", "delegate", "edit", "edit_department", "edit_profile", "end_appointment",
    "found", "introduce", "invite", "join", "leave", "lend", "link_identity", "make_administrator", "note_same_human",
    "publish_terms", "recognize",
    "reinstate", "remove", "suspend", "unlink_identity",
]  # fmt: skip
