"""Ten edits among a million customers are found at once, on both databases."""

import os
import time

import pytest
from django.db import connection

from bconnect.sync.pending import pending_ids

pytestmark = [pytest.mark.scale, pytest.mark.django_db]
ROWS = int(os.environ.get("ROWS", 1_000_000))
NUMBERS = {
    "sqlite": "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s) ",
    "postgresql": "WITH numbers(n) AS (SELECT generate_series(1, %s)) ",
}
FILL = (
    "INSERT INTO robaws_customers_cache (robaws_client_id, name, is_active, base) "
    "SELECT CAST(n AS text), 'Client ' || n, {true}, {base} FROM numbers"
)
BASE = '\'{"name": "Client \' || n || \'", "is_active": true}\''


def test_ten_edits_among_a_million_customers_are_found_within_a_second():
    with connection.cursor() as cursor:
        is_sqlite = connection.vendor == "sqlite"
        base = BASE if is_sqlite else f"({BASE})::jsonb"
        fill = FILL.format(true="1" if is_sqlite else "true", base=base)
        if is_sqlite:
            fill = fill.replace("INSERT INTO", f"{NUMBERS['sqlite']}INSERT INTO", 1)
        else:
            fill = NUMBERS["postgresql"] + fill
        cursor.execute(fill, [ROWS])
        cursor.execute("UPDATE robaws_customers_cache SET city = 'Gent' WHERE id %% %s = 7", [ROWS // 10])
        if not is_sqlite:
            cursor.execute("ANALYZE robaws_customers_cache")
    begun = time.perf_counter()
    found = pending_ids()
    assert time.perf_counter() - begun < 1
    assert len(found) == 10
