"""What the pages are measured against: the same rows by Flask, Jinja and sqlite3 alone, without session or headers."""

import os
import sqlite3

from flask import Flask, g
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import text

NUMBER = 141
WORDS = "river-gauges-that-anyone-can-read-number-141"
PAGE = 25
DATABASE = os.environ.get("DATABASE_URL", "sqlite:///").removeprefix("sqlite:///")

LIST = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Open</title></head><body><main>
<h1>Open opportunities</h1><ol>{% for row in rows %}<li><h2><a href="/en/opportunities/{{ row["number"] }}">
{{ row["title_en"] }}</a></h2><p>${{ "{:,}".format(row["value_cents"] // 100) }} closes {{ row["closing_at"] }}</p>
<p>{{ row["department"] }} {{ row["skills"] }} {{ row["parts"] }} milestones</p></li>{% endfor %}</ol>
</main></body></html>"""
ONE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ row["title_en"] }}</title></head>
<body><main>
<h1>{{ row["title_en"] }}</h1><p>{{ row["department"] }}</p><p>{{ row["closing_at"] }}</p>
{% for name in ("problem_en", "users_en", "deliverables_en", "acceptance_en",
"additional_en") %}
<div>{{ row[name] }}</div>{% endfor %}
<ol>{% for part in parts %}<li>{{ part["title_en"] }} {{ part["amount_cents"] }}</li>{% endfor %}</ol>
<ol>{% for one in criteria %}<li>{{ one["title_en"] }} {{ one["weight"] }}</li>{% endfor %}</ol></main></body></html>"""

ROWS = """select o.number, o.title_en, o.value_cents, o.closing_at, d.name_en as department,
(select group_concat(s.name_en) from opportunity_skill os join skill s on s.id = os.skill_id
 where os.opportunity_id = o.id) as skills,
(select count(*) from planned_milestone m where m.opportunity_id = o.id) as parts
from opportunity o join department d on d.id = o.department_id
where o.state = 'open' and o.closing_at > datetime('now') order by o.closing_at, o.id limit ?"""
ROW = """select o.*, d.name_en as department from opportunity o join department d on d.id = o.department_id
where number = ?"""
PARTS = "select * from planned_milestone where opportunity_id = ? order by position"
CRITERIA = """select c.* from criterion c join stage s on s.id = c.stage_id join evaluation_plan p on p.id = s.plan_id
where p.opportunity_id = ? order by s.position, c.position"""

app = Flask(__name__)
_list, _one = app.jinja_env.from_string(LIST), app.jinja_env.from_string(ONE)


def _database() -> sqlite3.Connection:
    if "database" not in g:
        g.database = sqlite3.connect(DATABASE)
        g.database.row_factory = sqlite3.Row
    return g.database  # type: ignore[no-any-return]


@app.teardown_appcontext
def _close(_error: BaseException | None) -> None:
    if "database" in g:
        g.database.close()


@app.get("/en/opportunities")
def opportunities() -> str:
    """List one page of open opportunities."""
    return _list.render(rows=_database().execute(ROWS, (PAGE,)).fetchall())


@app.get("/en/opportunities/<name>")
def opportunity(name: str) -> str:
    """Show one opportunity."""
    row = _database().execute(ROW, (int(name.split("-", maxsplit=1)[0]),)).fetchone()
    parts = _database().execute(PARTS, (row["id"],)).fetchall()
    return _one.render(row=row, parts=parts, criteria=_database().execute(CRITERIA, (row["id"],)).fetchall())


orm_app = Flask("bare")
orm_app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{DATABASE}"
_orm = SQLAlchemy(orm_app)


@orm_app.get("/health")
def health() -> str:
    """Answer once the database does."""
    return str(_orm.session.execute(text("select 1")).scalar_one())
