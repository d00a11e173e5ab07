"""Coverage of a lake: how much of each collection it holds for each person."""

from oura_lake.query.model import Engine, Result

SQL = """
SELECT person, collection, n_records AS records, first_day, last_day, n_days_missing AS days_missing
FROM coverage ORDER BY person, collection
"""


def coverage(engine: Engine) -> Result:
    """Rows of the view `coverage`, in the order of persons and collections."""
    return engine.query(SQL)
