"""A Django database backend: PostgreSQL, started by whoever connects first."""
