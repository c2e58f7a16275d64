"""The landing folder: which files it holds, and their rows staged as Parquet for the engine to read.

Every field becomes a string, whatever the format of its file, so that what comes after knows no formats:

- `folder`: which files there are, and which were read before.
- `csv_rows`, `json_rows`, `parquet_rows`: a reader for each format. It passes the rows of a file to a `sink`.
- `staging`: what the sinks took in, in as few Parquet files as can be.
"""
