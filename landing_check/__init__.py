"""Checks exports before they are loaded: see `python -m landing_check --help`."""
