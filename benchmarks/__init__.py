"""Measures how long the project takes, compared with the minimum for the same work on this machine."""
