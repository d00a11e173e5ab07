"""Lake: the bucket, and the tables and views over it."""

from pathlib import Path

from constructs import Construct

from infra.catalog import Catalog
from infra.config import Config
from infra.storage import Storage
from infra.views import Views
from infra.years import projected_years

VIEWS = Path(__file__).resolve().parents[1] / "athena"


class Lake(Construct):
    """Objects of the lake, and the tables and views that read them."""

    def __init__(self, scope: Construct, name: str, *, config: Config, views: Path = VIEWS) -> None:
        super().__init__(scope, name)
        self.storage = Storage(self, "Storage", lake=config.name, bucket_name=self.node.try_get_context("bucket"))
        self.years = projected_years(self.node.try_get_context)
        self.catalog = Catalog(self, "Catalog", config=config, bucket=self.storage.bucket, years=self.years)
        Views(self, "Views", catalog=self.catalog, folder=views)
