"""Any number of made-up customers, made by the database itself; for whoever has Django set up with our settings."""

from django.db import connection

from bconnect.customers.models import Customer
from bconnect.intakes.models import Intake

_COLUMNS = (
    "robaws_client_id, name, role, email, phone, city, country, country_code, vat_number, language, currency, "
    "client_type, is_active, metadata, base, last_synced_at, created_at, updated_at"
)
_VALUES = {
    "sqlite": """
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
        INSERT INTO robaws_customers_cache ({columns}) SELECT
        i, name, role, email, phone, city, country, NULL, vat, 'nl', 'EUR', 'company', active,
        json_object('padding', hex(zeroblob(500))),
        json_object('name', name, 'role', role, 'email', email, 'phone', phone, 'city', city, 'country', country,
                    'vat_number', vat, 'language', 'nl', 'currency', 'EUR', 'client_type', 'company',
                    'is_active', CASE WHEN active THEN json('true') ELSE json('false') END),
        datetime('2026-01-01', '+' || i || ' seconds'), datetime('2026-01-01'), datetime('2026-01-01')
        FROM (SELECT i, {row} FROM n)""",
    "postgresql": """
        INSERT INTO robaws_customers_cache ({columns}) SELECT
        i, name, role, email, phone, city, country, NULL, vat, 'nl', 'EUR', 'company', active,
        jsonb_build_object('padding', repeat('0', 1000)),
        jsonb_build_object('name', name, 'role', role, 'email', email, 'phone', phone, 'city', city, 'country', country,
                           'vat_number', vat, 'language', 'nl', 'currency', 'EUR', 'client_type', 'company',
                           'is_active', active),
        timestamptz '2026-01-01' + i * interval '1 second', '2026-01-01', '2026-01-01'
        FROM (SELECT i, {row} FROM generate_series(1, {rows}) i) AS made""",
}
_ROW = {
    "name": "CASE i % 50 WHEN 0 THEN 'Müller ' ELSE 'Firm ' END || i",
    "role": "CASE i % 5 WHEN 0 THEN 'BROKER' WHEN 1 THEN 'POV' WHEN 2 THEN 'FORWARDER' ELSE NULL END",
    "email": "'info@firm' || i || '.be'",
    "phone": "'+324' || {digits}",
    "city": "'Town ' || (i % 400)",
    "country": "'Land' || (i % 60)",
    "vat": "'BE0' || {digits}",
    "active": "(i % 20) <> 0",
}
_DIGITS = {"sqlite": "printf('%09d', i)", "postgresql": "lpad(i::text, 9, '0')"}


def fill(rows: int) -> None:
    """So many customers, one in seven with an intake, one in a thousand edited here; statistics taken."""
    vendor = connection.vendor
    row = ", ".join(f"{value.format(digits=_DIGITS[vendor])} AS {name}" for name, value in _ROW.items())
    with connection.cursor() as cursor:
        cursor.execute(_VALUES[vendor].format(rows=rows, columns=_COLUMNS, row=row))
    Customer.objects.filter(robaws_client_id__endswith="777").update(city="Elsewhere")
    Intake.objects.bulk_create(Intake(robaws_client_id=str(number)) for number in range(1, rows, 7))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
