"""The engines that a profile can name: Sail and Apache Spark on the tables of a folder, or a cluster."""
