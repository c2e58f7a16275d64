"""Tables and files in an object store."""
