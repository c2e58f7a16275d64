"""Opens a warehouse, in a folder or in an object store."""

from dbt.adapters.spark_connect.store.objects import is_url
from dbt.adapters.spark_connect.store.warehouse import StoreWarehouse
from dbt.adapters.spark_connect.warehouse import Warehouse


def open_warehouse(place: str) -> Warehouse:
    """The warehouse of a folder, or of the URL of an object store."""
    return StoreWarehouse(place) if is_url(place) else Warehouse(place)
