"""A stand-in for a Databricks workspace, on this machine: what dbt-databricks asks over HTTPS, Apache Spark carries out.

The real dbt-databricks, databricks-sql-connector and databricks-sdk talk to it, in another process, as they would to a
workspace. Nothing is made up: a statement runs on Spark with Delta as it was sent, unless `statements` lists what is done
instead and why; one that Spark cannot run fails with Spark's message.

- server: HTTPS, and which request goes where
- warehouse: the SQL warehouse, in the Thrift protocol of the SQL connector
- statements: what is done in place of statements that only Databricks has
- catalog: what Unity Catalog knows and Spark does not: tags, masks, filters, constraints, the information schema
- jobs: the workspace's files, and runs of Python models

What it cannot show: whether Databricks takes a statement that Spark takes too, what rights and masks let whom see, what
Photon computes differently, how serverless compute installs packages, and anything about speed.
"""
