"""The frame of every page."""

import re
from typing import Any

import pytest
from flask import Flask, flash, g, render_template_string
from wtforms import StringField
from wtforms.validators import InputRequired

from app.core.forms import Form

PAGE = '{% extends "layout.html" %}{% block title %}A page{% endblock %}{% block main %}<h1>A page</h1>{% endblock %}'


class OneQuestion(Form):
    """A form that is wrong when nothing is typed."""

    answer = StringField("Answer", validators=[InputRequired("Answer.")])


@pytest.fixture
def draw(application: Flask) -> Any:
    """Draw a page inside the frame."""

    def drawn(path: str = "/en/opportunities", source: str = PAGE, happened: str = "", **values: object) -> str:
        with application.test_request_context(path):
            g.lang = path[1:3]
            if happened:
                flash(happened)
            return render_template_string(source, **values)

    return drawn


def test_each_language_has_its_own_links(draw: Any) -> None:
    heads = [draw(path).split("<main", 1)[0] for path in ("/en/opportunities", "/fr/defis")]
    links = [re.findall(r'<li><a href="([^"]+)"', head)[:3] for head in heads]
    assert links == [
        ["/en/opportunities", "/en/contracts", "/en/how-it-works"],
        ["/fr/defis", "/fr/contrats", "/fr/fonctionnement"],
    ]


def test_the_place_where_one_is_stands_out(draw: Any) -> None:
    assert 'href="/en/opportunities" aria-current="page"' in draw()
    assert 'href="/en/opportunities" aria-current="true"' in draw("/en/opportunities/142-river-gauges")
    assert "aria-current" not in draw("/en/opportunistic")


def test_the_title_of_a_form_with_errors_says_so(draw: Any, application: Flask) -> None:
    with application.test_request_context("/en/", method="POST", data={"answer": ""}):
        form = OneQuestion()
        form.validate()
        page = render_template_string(PAGE, form=form)
    assert "<title>Error: A page – DevEx</title>" in page
    assert "<title>A page – DevEx</title>" in draw()


def test_what_happened_is_told_before_the_heading(draw: Any) -> None:
    page = draw(happened="Opportunity 142 is <published>.")
    assert page.index("Opportunity 142 is &lt;published&gt;.") < page.index("<h1>")


def test_a_page_without_a_way_back_has_no_empty_landmark(draw: Any) -> None:
    source = PAGE + '{% block before_main %}<a class="back" href="/en/">Back to it</a>{% endblock %}'
    assert [page.count('<nav aria-label="Back">') for page in (draw(), draw(source=source))] == [0, 1]


def test_the_frame_s_own_names_hide_none_of_a_page_s(draw: Any) -> None:
    source = '{% extends "layout.html" %}{% block main %}{{ links }} {{ here }} {{ root }} {{ message }}{% endblock %}'
    page = draw(source=source, happened="x", links="one", here="two", root="three", message="four")
    assert "one two three four" in page


def test_nothing_in_the_frame_needs_an_inline_style_or_script(draw: Any) -> None:
    page = draw()
    assert re.findall(r"\sstyle=|\son\w+=|<style|<script(?! src=)", page) == []


def test_the_frame_takes_no_name_that_a_field_may_have(draw: Any) -> None:
    source = '{% extends "layout.html" %}{% block main %}<textarea id="words" name="words"></textarea>{% endblock %}'
    names = re.findall(r'\bid="([^"]+)"', draw(source=source))
    assert sorted(names) == sorted(set(names))
