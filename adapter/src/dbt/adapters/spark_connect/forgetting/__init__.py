"""Forgetting people: what is kept of whom, what is removed from files, and the search for what is left."""
