"""The boards of the reporting tables: export, rendering, live serving, screenshots, and the AI/BI dashboards of Databricks."""
