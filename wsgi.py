"""The door for a web server."""

import gc

# what is made while importing is kept for ever: looking through it for garbage costs a fifth of the start
gc.disable()

from app.factory import create_app, require_keys  # noqa: E402  (begins after the line above)

app = create_app()
require_keys(app)

gc.freeze()
gc.enable()
