"""What a person sees of a dbt run: `python -m console build`."""
