"""Splink 5 without training data: `python splink_pairs.py ROWS.csv PAIRS.csv THRESHOLD`, in the peers' environment.

Blocking and comparisons are what its manual advises for such columns; the probabilities are its own estimates.
"""

import sys

import pandas as pd
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

BLOCKS = ("vat_number", "email", "phone", "mobile", "name_key")


def main(source: str, target: str, threshold: float) -> None:
    rows = pd.read_csv(source, dtype=str, keep_default_na=False).replace("", None)
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="id",
        comparisons=[
            cl.JaroWinklerAtThresholds("name_key", [0.95, 0.88]),
            cl.ExactMatch("vat_number"),
            cl.ExactMatch("email").configure(term_frequency_adjustments=True),
            cl.ExactMatch("phone").configure(term_frequency_adjustments=True),
            cl.ExactMatch("mobile"),
            cl.ExactMatch("postal_code").configure(term_frequency_adjustments=True),
            cl.ExactMatch("street"),
        ],
        blocking_rules_to_generate_predictions=[block_on(column) for column in BLOCKS],
    )
    linker = Linker(DuckDBAPI().register(rows), settings)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("vat_number"), block_on("email", "name_key")], recall=0.7
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("name_key"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("email"))
    pairs = linker.inference.predict(threshold_match_probability=threshold).as_pandas_dataframe()
    pairs[["id_l", "id_r"]].to_csv(target, index=False, header=False)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
