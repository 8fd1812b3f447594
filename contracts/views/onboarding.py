"""Where a supplier is paid: opening an account at the provider, completing it there, coming back."""

from flask import current_app, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.core.bilingual import N_
from app.core.db import transaction
from app.core.errors import NotFound, NotValid
from app.core.web import language
from auth.models import Organization, User
from auth.views.session import signed_in
from contracts import actions, queries
from contracts.forms import PayeeForm
from contracts.gateway import GatewayError, Standing
from contracts.models import PayeeAccount
from contracts.views.blueprint import gateway, pages
from contracts.views.guards import again

Answer = str | Response | tuple[str, int]
UNAVAILABLE = 503


@pages.page("/account/payment", "/compte/paiement", methods=("GET", "POST"))
def payee() -> Answer:
    """Show where one is paid, alone or for an organization; open an account."""
    person, form = signed_in(), PayeeForm()
    status = 422
    if form.validate_on_submit():
        try:
            _open(form, person)
        except NotValid as refusal:
            form.refuse(refusal)
        except GatewayError:
            form.refuse(NotValid(N_("The payment provider did not answer. Try again in a minute.")))
            status = UNAVAILABLE
        else:
            flash(gettext("The account is open. Complete it at the provider."))
            return redirect(url_for("contracts.payee"), 303)
    owners = [(owner, queries.find_account(owner)) for owner in queries.payees_of(person)]
    page = render_template("contracts/payee.html", form=form, owners=owners)
    return (page, status) if form.errors else page


def _open(form: PayeeForm, person: User) -> None:
    """Open the account at the provider first: the same owner always gets the same one, so a crash loses nothing."""
    chosen = _owner(person, form.owner.data or "")
    if chosen is None:
        raise NotValid(N_("Choose who is paid."), field="owner")
    account = gateway().open_account(chosen.key)
    with transaction() as at:
        by = again(person)
        owner = _owner(by, form.owner.data or "")
        if owner is None:
            raise NotFound
        actions.connect_account(owner, account, provider=gateway().name, by=by, at=at)


def _owner(person: User, key: str) -> User | Organization | None:
    return next((owner for owner in queries.payees_of(person) if owner.key == key), None)


def _account(person: User, key: str) -> PayeeAccount:
    """Get the account of oneself or of an organization that one speaks for; for others there is none."""
    owner = _owner(person, key)
    found = queries.find_account(owner) if owner else None
    if found is None:
        raise NotFound
    return found


@pages.page("/account/payment/<key>/provider", "/compte/paiement/<key>/prestataire")
def at_provider(key: str) -> Response:
    """Go to the provider, where the account is completed; its address is made anew each time."""
    account = _account(signed_in(), key)
    back = current_app.extensions["devex"].base_url + url_for("contracts.back_from_provider", key=key)
    try:
        return redirect(gateway().onboarding(account.reference, back, language()), 303)
    except GatewayError:
        flash(gettext("The payment provider did not answer. Try again in a minute."))
        return redirect(url_for("contracts.payee"), 303)


@pages.page("/account/payment/<key>/back", "/compte/paiement/<key>/retour")
def back_from_provider(key: str) -> Response:
    """Come back from the provider: ask it how the account stands now, and show that."""
    person = signed_in()
    try:
        found = gateway().account(_account(person, key).reference)
    except GatewayError:
        flash(gettext("The payment provider did not answer. Try again in a minute."))
        return redirect(url_for("contracts.payee"), 303)
    with transaction() as at:
        by = again(person)
        actions.note_account(_account(by, key), found, by=by, at=at)
    if found.standing == Standing.READY:
        flash(gettext("The account is ready: you can be paid on it."))
    return redirect(url_for("contracts.payee"), 303)
