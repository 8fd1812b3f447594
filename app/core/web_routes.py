"""Addresses of pages, each made ready when it is first asked for: an exchange starts without preparing them all."""

from collections.abc import Callable
from functools import cache
from typing import Any

from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


class Route(Rule):
    """A rule whose addresses are written by a function that is compiled when the first address is.

    Compiling them all took four fifths of the time in which an application is put together.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Builder:  # noqa: FBT001, FBT002  (the library's own)
        compiled = cache(super()._compile_builder)

        def build(rule: Rule, **values: Any) -> tuple[str, str]:
            return compiled(append_unknown)(rule, **values)

        return build
