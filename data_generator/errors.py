"""The one exception whose message is meant for the user."""


class UserError(Exception):
    """An error that the user can fix; its message is one complete line."""
