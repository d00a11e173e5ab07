"""Query engines: Athena for the deployed lake, DuckDB for a folder and for tests."""
