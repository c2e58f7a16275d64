"""CSV files of a folder, as the rows of a table."""
