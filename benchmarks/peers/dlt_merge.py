"""dlt as its own documentation shows it: its REST client, and a pipeline that merges on the id into SQLite.

Source: dlthub.com/docs, "RESTClient" and "SQLAlchemy destination".
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dlt
from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.auth import HttpBasicAuth
from dlt.sources.helpers.rest_client.paginators import PageNumberPaginator

from benchmarks.peers.fetch import SIZE


@dlt.resource(name="clients", primary_key="id", write_disposition="merge")
def clients() -> Iterator[list[dict[str, Any]]]:
    remote = RESTClient(
        base_url=os.environ["BENCH_URL"],
        auth=HttpBasicAuth(os.environ["BENCH_KEY"], os.environ["BENCH_SECRET"]),
        paginator=PageNumberPaginator(base_page=0, total_path="totalPages"),
        data_selector="items",
    )
    yield from remote.paginate("/api/v2/clients", params={"size": SIZE, "sort": "id:asc", "include": "extraFields"})


def main() -> None:
    database = Path(os.environ["BENCH_DATABASE"])
    pipeline = dlt.pipeline(
        pipeline_name="bench",
        pipelines_dir=str(database.parent / "dlt"),
        destination=dlt.destinations.sqlalchemy(f"sqlite:///{database}"),
        dataset_name="main",  # SQLite's own name for the database file: otherwise dlt attaches a second file
    )
    pipeline.run(clients()).raise_on_failed_jobs()


if __name__ == "__main__":
    main()
