"""The boards of the reporting tables: export, rendering, live serving, screenshots, and those of Databricks."""
