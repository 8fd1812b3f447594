"""A department's figures for a fiscal year, for everybody; what was certified, for its own people."""

from flask import render_template, url_for

from app.core import clock
from auth.queries import get_department, roles_in
from auth.views.session import current_person
from contracts import queries
from contracts.fiscal import years
from contracts.policy import STAFF
from contracts.views.blueprint import pages
from contracts.views.statements import year_of


@pages.page("/departments/<code>/figures", "/ministeres/<code>/chiffres")
def figures(code: str) -> str:
    """Show what a department committed, accepted and paid by quarter, and what it paid late."""
    department, at = get_department(code), clock.now()
    listed = years(queries.first_moment_of(department), at)
    year = year_of(listed)
    quarters, whole = queries.figures_of(department, year, at)
    return render_template(
        "contracts/figures.html",
        department=department,
        year=year,
        years=[(one, url_for("contracts.figures", code=code, year=one.start)) for one in listed],
        quarters=quarters,
        whole=whole,
        staff=bool(roles_in(current_person(), department.id, at) & STAFF),
    )
