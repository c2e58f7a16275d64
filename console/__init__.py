"""Shows a dbt run to a person at a terminal: `python -m console build`."""
