"""Who runs the SQL: Athena for the deployed lake, DuckDB for a folder and for tests, behind one seam."""
