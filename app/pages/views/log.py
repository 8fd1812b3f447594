"""The audit log as anybody may take it away and check it: heads, leaves, proofs, and a story with its proofs."""

import json
from collections.abc import Iterator
from typing import Any

from flask import Response, current_app, render_template, request, stream_with_context

from app.core import clock, merkle, tree
from app.core.errors import NotFound
from app.core.signing import signatures
from app.pages.attempts import attempts_for
from app.pages.story import provable
from app.pages.views.blueprint import pages
from auth.views.session import current_person, signed_in
from opportunities.queries.showing import get_whole

JSON_LINES = "application/jsonl"
PLAIN = "text/plain"
MOST_HEADS = 20


def _head() -> tree.LogHead:
    head = tree.find_head()
    if head is None:
        raise NotFound
    return head


@pages.page("/log", "/journal")
def log() -> str:
    """Say what the log proves and what it cannot, and how to check it without us."""
    address = current_app.extensions["devex"].base_url
    return render_template("pages/log.html", head=tree.find_head(), verifiers=signatures.verifiers(), address=address)


@pages.page("/log/attempts", "/journal/tentatives")
def attempts() -> str:
    """Show officers and administrators who was refused at something sealed."""
    return render_template("pages/attempts.html", attempts=attempts_for(signed_in(), clock.now()))


@pages.get("/log/checkpoint")
def log_head() -> Response:
    """Give the tree head that was published last (C2SP tlog-checkpoint)."""
    return Response(_head().note, mimetype=PLAIN)


@pages.get("/log/keys")
def log_keys() -> Response:
    """Give the verifier keys (C2SP signed-note), the newest first."""
    return Response("".join(f"{one}\n" for one in signatures.verifiers()), mimetype=PLAIN)


@pages.get("/log/entries.jsonl")
def log_entries() -> Response:
    """Give the whole log up to its published head: what `devex-verify log` reads."""
    head = _head()

    def lines() -> Iterator[str]:
        yield json.dumps({"checkpoint": head.note, "keys": signatures.verifiers()}) + "\n"
        for leaf in tree.whole_log(head.size):
            yield json.dumps(leaf, ensure_ascii=False) + "\n"

    return Response(stream_with_context(lines()), mimetype=JSON_LINES)


@pages.get("/log/inclusion")
def log_inclusion() -> dict[str, Any]:
    """Prove that a leaf (`index`) is in the tree of a size (`size`, the published one by default)."""
    size = _size("size", _head().size)
    index = _size("index", size - 1, least=0)
    if index >= size:
        raise NotFound
    return {"index": index, "size": size, "proof": _written(merkle.inclusion(tree.node, index, size))}


@pages.get("/log/consistency")
def log_consistency() -> dict[str, Any]:
    """Prove that the tree of one size (`first`) begins that of another (`second`, the published one by default)."""
    second = _size("second", _head().size)
    first = _size("first", second)
    if first > second:
        raise NotFound
    return {"first": first, "second": second, "proof": _written(merkle.consistency(tree.node, first, second))}


def _size(name: str, default: int, least: int = 1) -> int:
    """Read a number of leaves; what the published tree does not have is not there."""
    asked = request.args.get(name, default, int)
    if not least <= asked <= _head().size:
        raise NotFound
    return asked


def _written(proof: list[bytes]) -> list[str]:
    return [step.hex() for step in proof]


@pages.page("/opportunities/<numbered:number>/story/check", "/defis/<numbered:number>/histoire/verifier")
def check_story(number: int) -> str:
    """Check each public event of a story against the published head, and say how to do so without us."""
    whole = get_whole(number, current_person(), clock.now())
    head = tree.find_head()
    checked, waiting = provable(whole, head)
    return render_template(
        "pages/check_story.html",
        opportunity=whole, head=head, checked=checked, waiting=waiting, verifiers=signatures.verifiers(),
    )  # fmt: skip


@pages.get("/opportunities/<int:number>/story.json")
def story_file(number: int) -> Response:
    """Give a story with its proofs, and the proof that the log grew from heads of the sizes asked for (`since`)."""
    whole, head = get_whole(number, current_person(), clock.now()), _head()
    events = [
        {**tree.written(row), "proof": _written(merkle.inclusion(tree.node, row.number, head.size))}
        for row in tree.leaves_of(whole.ocid, head.size)
    ]
    sizes = {size for size in request.args.getlist("since", int)[:MOST_HEADS] if 0 < size <= head.size}
    grown = {size: _written(merkle.consistency(tree.node, size, head.size)) for size in sorted(sizes)}
    told = {"checkpoint": head.note, "keys": signatures.verifiers(), "consistency": grown, "events": events}
    answer = Response(json.dumps(told, ensure_ascii=False, indent=1), mimetype="application/json")
    answer.headers.set("Content-Disposition", "attachment", filename=f"story-{number}.json")
    return answer
