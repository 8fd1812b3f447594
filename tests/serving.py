"""Servers of the tests' own, in processes beside them."""

import time

import requests

STARTS_WITHIN = 40
"""Seconds."""


def wait_for(address: str) -> None:
    """Wait until somebody answers at an address; a server that never does fails the test that asked for it."""
    until = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            requests.get(address, timeout=2)
        except requests.ConnectionError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return
