"""Translation of every view for DuckDB, which spares each query the parsing.

python -m tools.duckdb_views         writes .cache/duckdb-views.json; `make setup` does so when a view changed
"""

from oura_lake.lake.store import MemoryStore
from oura_lake.query.duckdb import DuckDBEngine
from oura_lake.query.translated import Translated, store
from oura_lake.query.views import load_views, relations, to_duckdb


def main() -> None:
    """Translate the views and write them."""
    empty = DuckDBEngine(MemoryStore())
    store(
        (view.digest, Translated(to_duckdb(view.tree), relations(view.tree), empty.columns(view.name)))
        for view in load_views().values()
    )


if __name__ == "__main__":
    main()
