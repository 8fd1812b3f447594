"""A person's own account."""

from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from app.core import clock
from app.core.web import language
from auth import actions, queries
from auth.actions import Profile
from auth.forms import ProfileForm
from auth.models import User
from auth.provinces import PROVINCES
from auth.views.base import pages
from auth.views.session import signed_in


@pages.page("/account", "/compte")
def account() -> str:
    """Show a person what the exchange knows of them."""
    person = signed_in()
    at = clock.now()
    return render_template(
        "auth/account.html",
        user=person,
        province=PROVINCES.get(person.province),
        acceptances=queries.acceptances_of(person),
        organizations=queries.organizations_of(person),
        invitations=queries.invitations_for(person),
        appointments=queries.appointments_of(person, at),
    )


@pages.page("/account/profile", "/compte/profil", methods=("GET", "POST"))
def profile() -> object:
    """Change what a person says of themselves."""
    person = signed_in()
    skills = queries.all_skills()
    form = ProfileForm(obj=None, data=_typed(person))
    form.offer(person, skills, language())
    if form.carry_out(lambda at: _save(person, form, at)):
        flash(_("Your profile is saved."))
        return redirect(url_for("auth.account"), 303)
    return render_template("auth/profile.html", form=form), 422 if form.errors else 200


def _typed(person: User) -> dict[str, object]:
    names = ("name", "email", "language", "bio", "links", "province", "tax_number")
    return {name: getattr(person, name) for name in names}


def _save(person: User, form: ProfileForm, at: datetime) -> None:
    wanted = set(form.skills.data or ())
    said = Profile(
        name=form.name.data or "",
        email=form.email.data or "",
        language=form.language.data or "",
        bio=form.bio.data or "",
        province=form.province.data or "",
        tax_number=form.tax_number.data or "",
        links=tuple(form.links.data or ()),
        skills=tuple(skill for skill in queries.all_skills() if skill.code in wanted),
    )
    actions.edit_profile(person, said, by=person, at=at)
