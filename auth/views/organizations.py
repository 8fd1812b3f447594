"""Organizations: found, edit, invite, answer, leave, remove, change roles."""

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.core import clock
from app.core.db import transaction
from app.core.errors import NotAllowed, NotFound
from app.core.web import language
from auth import actions, lifecycle, policy, queries
from auth.actions import Details
from auth.forms import InviteForm, MemberForm, OrganizationForm, details_of
from auth.models import Organization, User
from auth.provinces import PROVINCES
from auth.views.base import pages
from auth.views.session import signed_in


@pages.page("/organizations/new", "/organisations/nouvelle", methods=("GET", "POST"))
def new_organization() -> object:
    """Found an organization."""
    person = signed_in()
    form = OrganizationForm()
    form.offer(language())
    made: list[Organization] = []
    if form.carry_out(lambda at: made.append(actions.found(_details(form), by=person, at=at))):
        flash(_("The organization is created. Invite the others."))
        return redirect(url_for("auth.organization", key=made[0].key), 303)
    return render_template("auth/edit_organization.html", form=form, organization=None), 422 if form.errors else 200


def _spoken_for(key: str, person: User) -> Organization:
    """Give an organization to those who speak for it."""
    shown = queries.get_own_organization(key, person)
    if queries.role_in(person, shown) not in policy.SPEAKS:
        raise NotAllowed
    return shown


def _details(form: OrganizationForm) -> Details:
    return Details(
        name=form.name.data or "",
        github_organization=form.github_organization.data or "",
        website=form.website.data or "",
        province=form.province.data or "",
        tax_number=form.tax_number.data or "",
    )


@pages.page("/organizations/<key>", "/organisations/<key>")
def organization(key: str) -> str:
    """Show an organization to its members."""
    person = signed_in()
    shown = queries.get_own_organization(key, person)
    return render_template(
        "auth/organization.html",
        organization=shown,
        province=PROVINCES.get(shown.province),
        members=queries.members_of(shown),
        role=queries.role_in(person, shown),
        user=person,
    )


@pages.page("/organizations/<key>/edit", "/organisations/<key>/modifier", methods=("GET", "POST"))
def edit_organization(key: str) -> object:
    """Change what an organization says of itself."""
    person = signed_in()
    shown = _spoken_for(key, person)
    form = OrganizationForm(data=details_of(shown))
    form.offer(language())
    if form.carry_out(lambda at: actions.edit(shown, _details(form), by=person, at=at)):
        flash(_("The organization is saved."))
        return redirect(url_for("auth.organization", key=key), 303)
    return render_template("auth/edit_organization.html", form=form, organization=shown), 422 if form.errors else 200


@pages.page("/organizations/<key>/invite", "/organisations/<key>/inviter", methods=("GET", "POST"))
def invite(key: str) -> object:
    """Invite somebody by their address."""
    person = signed_in()
    shown = _spoken_for(key, person)
    form = InviteForm()

    def act(at: datetime) -> None:
        actions.invite(shown, form.email.data or "", form.role.data or "", by=person, at=at)

    if form.carry_out(act):
        flash(_("The invitation is on its way to %(address)s.", address=(form.email.data or "").strip()))
        return redirect(url_for("auth.organization", key=key), 303)
    return render_template("auth/invite.html", form=form, organization=shown), 422 if form.errors else 200


@pages.page("/invitations/<key>", "/invitations/<key>", methods=("GET", "POST"))
def invitation(key: str) -> object:
    """Show an invitation to whom it was sent; they accept or decline."""
    person = signed_in()
    place = queries.get_membership(key)
    facts = queries.membership_facts(place, person)
    if not policy.is_invited(person, place, facts):
        return render_template("auth/not_your_invitation.html", user=person), 403
    if request.method == "POST":
        verb = "accept" if request.form.get("answer") == "accept" else "decline"
        with transaction() as at:
            actions.answer(queries.get_membership(key), verb, by=person, at=at)
        return _answered(place.organization.key, verb)
    possible = lifecycle.MEMBERSHIP.open_to(place, by=person, at=clock.now(), facts=facts)
    return render_template("auth/invitation.html", place=place, possible=possible)


def _answered(key: str, verb: str) -> object:
    if verb == "accept":
        flash(_("You are a member now."))
        return redirect(url_for("auth.organization", key=key), 303)
    flash(_("You declined the invitation."))
    return redirect(url_for("auth.account"), 303)


@pages.page("/organizations/<key>/leave", "/organisations/<key>/quitter", methods=("GET", "POST"))
def leave(key: str) -> object:
    """Leave an organization, after saying what that means."""
    person = signed_in()
    shown = queries.get_own_organization(key, person)
    place = queries.find_own_membership(shown, person)
    if place is None:
        raise NotFound
    if request.method == "POST":
        with transaction() as at:
            actions.leave(place, by=person, at=at)
        flash(_("You left the organization."))
        return redirect(url_for("auth.account"), 303)
    facts = queries.membership_facts(place, person)
    refusal = lifecycle.MEMBERSHIP.refusal(place, "leave", by=person, at=clock.now(), facts=facts)
    return render_template("auth/leave.html", organization=shown, refusal=refusal)


@pages.page("/members/<key>", "/membres/<key>", methods=("GET", "POST"))
def member(key: str) -> object:
    """Change what a member is, or take them out."""
    person = signed_in()
    place = queries.get_membership(key)
    queries.get_own_organization(place.organization.key, person)
    form = MemberForm(role=place.role)
    if request.form.get("remove"):
        with transaction() as at:
            actions.remove(queries.get_membership(key), by=person, at=at)
        flash(_("The place in the organization has ended."))
        return redirect(url_for("auth.organization", key=place.organization.key), 303)
    if form.carry_out(lambda at: actions.change_role(place, form.role.data or "", by=person, at=at)):
        flash(_("The role is changed."))
        return redirect(url_for("auth.organization", key=place.organization.key), 303)
    facts = queries.membership_facts(place, person)
    possible = lifecycle.MEMBERSHIP.open_to(place, by=person, at=clock.now(), facts=facts)
    page = render_template(
        "auth/member.html", form=form, place=place, possible=possible, may_change=policy.may_change_roles(facts)
    )
    return page, 422 if form.errors else 200
