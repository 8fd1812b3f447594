"""Reading a page's form as a browser would send it back."""

import html
import re


def typed_in(page: str) -> dict[str, str]:
    """Give the values of a page's boxes, chosen radios, ticked boxes and selects."""
    return {**_boxes(page), **_texts(page), **_selects(page)}


def _boxes(page: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        choice = attributes.get("type") in ("radio", "checkbox")
        if "name" in attributes and "value" in attributes and (not choice or re.search(r"\bchecked\b", tag)):
            found[attributes["name"]] = html.unescape(attributes["value"])
    return found


def _texts(page: str) -> dict[str, str]:
    texts = re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    return {name: html.unescape(text).strip() for name, text in texts}


def _selects(page: str) -> dict[str, str]:
    chosen = {}
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen[name] = re.findall(r'<option selected value="([^"]*)"', body)[0]
    return chosen
