"""The sandbox's own pages: a visitor plays the provider. There is nothing here while a real provider is used."""

from urllib.parse import urlsplit

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core.errors import NotFound
from app.core.web import safe_next
from auth.views.session import signed_in
from contracts import queries
from contracts.forms import SandboxForm
from contracts.gateway import Standing
from contracts.sandbox_gateway import SandboxGateway
from contracts.views.blueprint import gateway, pages


@pages.page("/sandbox/accounts/<reference>", "/prestataire-essai/comptes/<reference>", methods=("GET", "POST"))
def sandbox_account(reference: str) -> str | Response | tuple[str, int]:
    """Let the owner of an account play the provider that decides about it."""
    person, provider, form = signed_in(), gateway(), SandboxForm()
    accounts = [queries.find_account(owner) for owner in queries.payees_of(person)]
    account = next((one for one in accounts if one and one.reference == reference), None)
    if account is None or not isinstance(provider, SandboxGateway):
        raise NotFound
    if form.validate_on_submit():
        provider.judge(reference, Standing(form.standing.data))
        back = safe_next(urlsplit(request.args.get("back", "")).path)
        return redirect(back or url_for("contracts.payee"), 303)
    page = render_template("contracts/sandbox_account.html", form=form, account=account)
    return (page, 422) if form.errors else page
