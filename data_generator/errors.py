"""The one exception whose message is meant for the user."""


class UserError(Exception):
    """Something the user can put right; its message is one complete line."""
