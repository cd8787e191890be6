"""What is asked of the customer list: of ours, of Django's own admin, and of the database alone."""

from collections.abc import Iterator
from dataclasses import dataclass

LIST = "/admin/customers/customer/"
SELECT = f"{LIST}select/?term="
STOCK_LIST = "/admin/planned/customer/"
STOCK_SELECT = "/admin/autocomplete/?app_label=stock&model_name=intake&field_name=customer&term="

PER_PAGE, DEEP = 50, 150
SEARCHED = ("name", "email", "phone", "mobile", "city", "vat_number", "robaws_client_id")
LISTED, SORTED = "last_synced_at DESC, id DESC", "name, id"
KINDS = ("list", "filters", "filters of ours", "search", "select")


@dataclass(frozen=True, slots=True)
class Question:
    """Addresses without the host; `stock` and `where` are None where neither Django's admin nor one plain SELECT can
    answer. `where` is for SQLite's LIKE; PostgreSQL needs ILIKE.
    """

    kind: str
    ours: str
    stock: str | None = None
    where: str | None = None
    order: str = LISTED
    offset: int = 0

    @property
    def counts(self) -> bool:
        """Whether the page says how many there are."""
        return self.kind != "select"


_WITHOUT_VAT = "(vat_number IS NULL OR vat_number = '')"
_FILTERS = (
    ("role=BROKER", "role=BROKER", "role = 'BROKER'"),
    ("role=BROKER&role=POV", "role=BROKER&role=POV", "role IN ('BROKER', 'POV')"),
    ("is_active__exact=0", "is_active__exact=0", "NOT is_active"),
    ("vat=no", "vat_number__isempty=1", _WITHOUT_VAT),
    ("vat=yes", "vat_number__isempty=0", f"NOT {_WITHOUT_VAT}"),
    ("country__icontains=Land17", "country__icontains=Land17", "country LIKE '%Land17%'"),
)
_FILTERS_OF_OURS = (
    "sync=edited", "sync=conflict", "sync=in_step", "intakes=yes", "intakes=no", "duplicates=no", "stale=yes",
)  # fmt: skip
_SEARCHES = ("firm", "firm 4711", "muller", "0475 12", "BE 0000.004.711", "nobodyatall", "fi", "info")
_TERMS = ("firm", "4711", "mü", "nobodyatall", "")


def questions(customers: int) -> Iterator[Question]:
    """All of them, for a list of so many customers."""
    page = min(DEEP, customers // PER_PAGE)  # for Django's admin 1 is the first
    yield Question("list", LIST, STOCK_LIST, "")
    yield Question("list", f"{LIST}?p={page}", f"{STOCK_LIST}?p={page}", "", offset=(page - 1) * PER_PAGE)
    yield Question("list", f"{LIST}?o=1", f"{STOCK_LIST}?o=1", "", SORTED)
    for ours, stock, where in _FILTERS:
        yield Question("filters", f"{LIST}?{ours}", f"{STOCK_LIST}?{stock}", where)
    for ours in _FILTERS_OF_OURS:
        yield Question("filters of ours", f"{LIST}?{ours}")
    for term in _SEARCHES:
        asked = f"?q={term.replace(' ', '+')}"
        yield Question("search", LIST + asked, STOCK_LIST + asked, _holding(term), SORTED)
    for term in _TERMS:
        yield Question("select", SELECT + term, STOCK_SELECT + term, _holding(term), SORTED)


def _holding(term: str) -> str:
    """Every word in some column, whatever the case: what Django's admin asks for."""
    return " AND ".join(f"({_somewhere(word)})" for word in term.split())


def _somewhere(word: str) -> str:
    return " OR ".join(f"{column} LIKE '%{word}%'" for column in SEARCHED)
