"""What takes the place of Databricks in tests.

- stub: carries out nothing and keeps what it is asked. For what dbt-databricks sends: a few seconds, no Java.
- workspace: carries out what it is asked, with Apache Spark. For what the statements do: many minutes, at night.
"""
