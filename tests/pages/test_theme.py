"""The three-way switch of colours."""

from flask.testing import FlaskClient


def test_a_chosen_theme_is_drawn_by_the_server_and_leads_back(client: FlaskClient) -> None:
    answer = client.post("/en/theme", data={"theme": "dark", "back": "/en/nowhere?q=maps"})
    assert (answer.status_code, answer.location) == (303, "/en/nowhere?q=maps")
    assert '<html lang="en" data-theme="dark">' in client.get("/en/nowhere").text


def test_following_the_system_forgets_the_choice(client: FlaskClient) -> None:
    client.post("/fr/theme", data={"theme": "light"})
    assert client.post("/fr/theme", data={"theme": "system"}).location == "/fr/"
    assert '<html lang="fr">' in client.get("/fr/nowhere").text


def test_a_foreign_return_address_leads_home(client: FlaskClient) -> None:
    assert client.post("/en/theme", data={"theme": "dark", "back": "//elsewhere.test/"}).location == "/en/"
