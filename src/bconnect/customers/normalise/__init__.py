"""Cleaning values: what a human would read in a field, and a code where nobody could.

Pure: no Django, no database, no clock. Every function takes any JSON value, never raises, never cuts, never
invents, gives back its own output unchanged, and returns nothing that PostgreSQL's text type refuses.
The functions carry the names of their modules: `normalise.phone` is the function.
"""

from bconnect.customers.normalise.address import Street, join_street, postal_code, split_street
from bconnect.customers.normalise.country import Country, country
from bconnect.customers.normalise.currency import currency
from bconnect.customers.normalise.email import email
from bconnect.customers.normalise.language import language
from bconnect.customers.normalise.numbering import is_mobile, phone_region
from bconnect.customers.normalise.phone import phone
from bconnect.customers.normalise.text import Cleaned, client_type, name, text, tidy_lines
from bconnect.customers.normalise.vat import vat
from bconnect.customers.normalise.website import website

__all__ = [
    "Cleaned",
    "Country",
    "Street",
    "client_type",
    "country",
    "currency",
    "email",
    "is_mobile",
    "join_street",
    "language",
    "name",
    "phone",
    "phone_region",
    "postal_code",
    "split_street",
    "text",
    "tidy_lines",
    "vat",
    "website",
]
