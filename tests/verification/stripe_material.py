"""What Stripe itself gives to hold a stand-in to: its library's parameter types, and its own examples of each resource.

The examples are read from `../shared/stripe/fixtures3.json` beside the repository, or where STRIPE_FIXTURES says; they
are not part of it. Without them an answer is held to the fields that the library's types name.
"""

import copy
import functools
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import stripe
import typing_extensions
from pydantic import ConfigDict, TypeAdapter, ValidationError

FIXTURES = Path(os.environ.get("STRIPE_FIXTURES", Path(__file__).parents[3] / "shared" / "stripe" / "fixtures3.json"))
OWN = frozenset(stripe.RequestOptions.__annotations__)
"""What the library takes with each request for itself; it never reaches the wire."""


class Unknown(Exception):
    """Stripe would not know this parameter, or its value; `param` names it as Stripe does."""

    def __init__(self, param: str, message: str) -> None:
        super().__init__(message)
        self.param = param


@functools.cache
def adapter(name: str) -> TypeAdapter[Any]:
    """The validator of a parameter type, such as `checkout.SessionCreateParams`; nothing unnamed passes."""
    found: Any = stripe.params
    for part in name.split("."):
        found = getattr(found, part)
    for module in [one for key, one in sys.modules.items() if key.startswith("stripe.params")]:
        module.__dict__.update(UntypedStripeObject=type, StripeContext=Any, Mapping=Mapping)
        for value in list(vars(module).values()):
            if isinstance(value, type) and typing_extensions.is_typeddict(value):
                value.__pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[attr-defined]
    made: TypeAdapter[Any] = TypeAdapter(found)
    made.rebuild(raise_errors=True, _types_namespace=vars(sys.modules[found.__module__]))
    return made


def validated(name: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """Read a request's parameters as Stripe's types have them; refuses (`Unknown`) what they do not know."""
    for key in params:
        if key in OWN and key != "expand":
            raise Unknown(key, f"Received unknown parameter: {key}")
    try:
        read: dict[str, Any] = adapter(name).validate_python(params)
    except ValidationError as error:
        first = error.errors()[0]
        place = [str(part) for part in first["loc"]]
        param = place[0] + "".join(f"[{part}]" for part in place[1:])
        raise Unknown(param, f"Invalid {param}: {first['msg']}") from error
    return read


@functools.cache
def examples() -> dict[str, Any]:
    """Stripe's own example of each resource; empty where they are not at hand."""
    if not FIXTURES.is_file():
        return {}
    read: dict[str, Any] = json.loads(FIXTURES.read_text(encoding="utf-8"))["resources"]
    return read


def shaped(resource: str, kind: type, /, **fields: Any) -> dict[str, Any]:
    """An answer: Stripe's example with our values; every field must be one that the library's type names."""
    strange = set(fields) - set(kind.__annotations__)
    if strange:
        message = f"{resource} has no {', '.join(sorted(strange))}"
        raise AssertionError(message)
    return {**copy.deepcopy(examples().get(resource, {})), "object": resource, **fields}


def decoded(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Read `a[b][0][c]=v` pairs into nested values; a level whose keys are all numbers is a list."""
    root: dict[str, Any] = {}
    for name, value in pairs:
        path = name.replace("]", "").split("[")
        level = root
        for part in path[:-1]:
            level = level.setdefault(part, {})
        level[path[-1]] = value
    return {key: _listed(value) for key, value in root.items()}


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    read = {key: _listed(one) for key, one in value.items()}
    if read and all(key.isdigit() for key in read):
        return [read[key] for key in sorted(read, key=int)]
    return read
