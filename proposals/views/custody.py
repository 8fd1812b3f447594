"""Keys in custody: the department's setting, each custodian's own page, the sheet from the safe."""

from datetime import datetime
from typing import Any

from flask import Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext as _

import auth.queries
from app.core import clock
from app.core.bilingual import N_
from app.core.db import transaction
from app.core.errors import NotAllowed, NotFound, NotValid
from app.core.keyring import Broken, new_key_pair
from app.core.web import limiter
from auth.models import Department, User
from auth.views.session import current_person, signed_in
from opportunities.models import Opportunity
from opportunities.queries import get_visible
from proposals import actions, policy, queries, sharing
from proposals.forms import AcceptForm, CustodyForm, PassphraseForm, SheetForm
from proposals.models import Custodian, Custody
from proposals.sharing import Locked
from proposals.views.blueprint import pages

Answer = Response | str | tuple[str, int]
BOTH = ("GET", "POST")
TRIES = "10 per hour"
"""How many wrong passphrases or sheets one person may send."""
WRONG = N_("This is not the passphrase you chose when you accepted. Nothing was given.")


def _who() -> str:
    person = current_person()
    return person.key if person else request.remote_addr or ""


def _is_wrong(answer: Response) -> bool:
    return answer.status_code == NotValid.status


@pages.page("/departments/<code>/custody", "/ministeres/<code>/garde", methods=BOTH)
def custody(code: str) -> Answer:
    """Say what custody is, who keeps the keys, and name custodians."""
    person, shown = signed_in(), auth.queries.get_department(code)
    at = clock.now()
    if not auth.queries.roles_in(person, shown.id, at):
        raise NotAllowed
    officer = policy.may_decide(queries.custody_facts(shown, person, at))
    form = CustodyForm()
    if request.method == "POST" and not officer:
        raise NotAllowed

    def act(at: datetime) -> None:
        people = [_person(address) for address in form.addresses()]
        actions.name_custodians(shown, people, int(form.threshold.data), by=person, at=at)

    if form.carry_out(act):
        flash(_("Everybody named was asked. Custody begins when all have accepted, and you begin it."))
        return _to("proposals.custody", code=code)
    page = render_template(
        "proposals/custody.html", department=shown, form=form, officer=officer,
        named=queries.find_custody(shown, "named"), kept=queries.find_custody(shown, "in_force"),
    )  # fmt: skip
    return page, NotValid.status if form.errors else 200


def _person(address: str) -> User:
    found = auth.queries.find_user_by_address(address)
    if found is None:
        raise NotValid(N_("Nobody has signed in with %(address)s yet."), field="people", address=address)
    return found


@pages.page("/departments/<code>/custody/begin", "/ministeres/<code>/garde/debut", methods=("POST",))
def begin_custody(code: str) -> Response:
    """Begin custody, and show the recovery sheet this once."""
    person, shown = signed_in(), auth.queries.get_department(code)
    with transaction() as at:
        named = _custody(shown, person, "named", at)
        sheet = actions.begin_custody(named, by=person, at=at)
    answer = make_response(render_template("proposals/custody_sheet.html", department=shown, kept=named, sheet=sheet))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@pages.page(
    "/departments/<code>/custody/<any(named,in_force):state>/end",
    "/ministeres/<code>/garde/<any(named,in_force):state>/fin",
    methods=("POST",),
)
def end_custody(code: str, state: str) -> Response:
    """Give custody up, or take back who was named."""
    person, shown = signed_in(), auth.queries.get_department(code)
    with transaction() as at:
        actions.end_custody(_custody(shown, person, state, at), by=person, at=at)
    flash(_("Custody is given up for what is published from now on."))
    return _to("proposals.custody", code=code)


def _custody(department: Department, person: User, state: str, at: datetime) -> Custody:
    if not policy.may_decide(queries.custody_facts(department, person, at)):
        raise NotAllowed
    found = queries.find_custody(department, state)
    if found is None:
        raise NotFound
    return found


@pages.page("/custodians/<key>", "/gardiens/<key>", methods=BOTH)
def custodian(key: str) -> Answer:
    """Say what a custodian does, and let the person accept with a passphrase of their own."""
    person = signed_in()
    place = queries.get_place(key, person)
    form = AcceptForm()
    pair = new_key_pair()
    kept = sharing.lock(pair.private, form.passphrase.data or "", owner=key) if form.validate_on_submit() else None

    def act(at: datetime) -> None:
        if kept is not None:
            actions.accept_place(queries.get_place(key, person), pair.public, kept, by=person, at=at)

    if form.carry_out(act):
        flash(_("You are a custodian. Remember your passphrase: nobody can give it back to you."))
        return _to("proposals.custodian", key=key)
    page = render_template("proposals/custodian.html", place=place, kept=place.custody, form=form)
    return page, NotValid.status if form.errors else 200


@pages.page("/shares/<key>", "/parts/<key>", methods=BOTH)
@limiter.limit(TRIES, key_func=_who, methods=["POST"], deduct_when=_is_wrong)
def passphrase(key: str) -> Answer:
    """Take a custodian's passphrase for one opening."""
    person = signed_in()
    share = queries.get_share(key, person)
    opportunity, form = queries.procurement_of(share.procurement_key), PassphraseForm()
    private = _unlocked(share.custodian, form) if form.validate_on_submit() else None

    def act(at: datetime) -> None:
        if private is not None:
            actions.give_share(queries.get_share(key, person), private, by=person, at=at)

    if private is not None and form.carry_out(act):
        flash(_("Thank you. Your share is given for this opening; your passphrase was not kept."))
        return _to("proposals.passphrase", key=key)
    held = queries.held(opportunity)
    page = render_template("proposals/passphrase.html", share=share, opportunity=opportunity, held=held, form=form)
    return page, NotValid.status if form.errors or form.form_errors else 200


def _unlocked(place: Custodian | None, form: PassphraseForm) -> bytes | None:
    """Open a custodian's private key; a wrong passphrase is said on the form."""
    if place is None or place.sealed_private_key is None or place.salt is None:
        raise NotFound
    locked = Locked(place.sealed_private_key, place.salt, place.opslimit, place.memlimit)
    try:
        return sharing.unlock(locked, form.passphrase.data or "", owner=place.key)
    except Broken:
        form.refuse(NotValid(WRONG, field="passphrase"))
        return None


@pages.page("/opportunities/<numbered:number>/recovery", "/defis/<numbered:number>/feuille", methods=BOTH)
@limiter.limit(TRIES, key_func=_who, methods=["POST"], deduct_when=_is_wrong)
def recovery(number: int) -> Answer:
    """Take the sheet from the department's safe, for one opening."""
    person = signed_in()
    opportunity = _opening(number, person)
    form = SheetForm()

    def act(at: datetime) -> None:
        try:
            private = sharing.from_paper(form.sheet.data or "")
        except Broken as slip:
            raise NotValid(actions.NOT_THIS_SHEET, field="sheet") from slip
        actions.give_sheet(opportunity, private, by=person, at=at)

    if form.carry_out(act):
        flash(_("The sheet was read. It counts as one share fewer than it takes."))
        return _to("proposals.recovery", number=opportunity)
    page = render_template(
        "proposals/recovery.html", opportunity=opportunity, form=form, held=queries.held(opportunity)
    )
    return page, NotValid.status if form.errors else 200


def _opening(number: int, person: User) -> Opportunity:
    """Find a procurement whose opening waits for custodians, for an officer of its department."""
    at = clock.now()
    opportunity = get_visible(number, person, at)
    held = queries.held(opportunity)
    if not policy.may_decide(queries.custody_facts(opportunity.department, person, at)) or not held or not held.asked:
        raise NotFound
    return opportunity


def _to(endpoint: str, **values: Any) -> Response:
    return Response(status=303, headers={"Location": url_for(endpoint, **values)})
