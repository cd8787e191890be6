"""The customers of the list as a file: CSV, sent while it is read, or an Excel workbook.

No cell is a formula, whatever a customer is called: a spreadsheet would run it.
"""

import csv
import re
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import IO, Any

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bconnect.customers.fields import BY_COLUMN, COLUMNS
from bconnect.customers.models import Customer
from bconnect.panel import asking, cells

HEAD = ("Client id", *(BY_COLUMN[column].label for column in COLUMNS), "Last synced", "Last pushed")
WANTED = ("robaws_client_id", *COLUMNS, "last_synced_at", "last_pushed_to_robaws_at")
MOST_IN_A_WORKBOOK = 200_000
AT_ONCE = 2000
BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads a CSV file's accents wrongly."""

_BEGINS_FORMULA = re.compile(r"[=+\-@\t\r]")
_PHONE = re.compile(r"\+\d+")


def respond(request: HttpRequest, kind: str, customers: QuerySet[Customer]) -> HttpResponseBase:
    """The file; who took how many is remembered. Raises Http404 for another kind."""
    name = f"customers-{timezone.localtime():%Y-%m-%d}.{kind}"
    count = customers.count()
    if kind == "csv":
        _note(request, count, kind)
        disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
        return StreamingHttpResponse(csv_lines(customers), content_type="text/csv; charset=utf-8", headers=disposition)
    if kind != "xlsx":
        raise Http404
    if count > MOST_IN_A_WORKBOOK:
        most = cells.count(MOST_IN_A_WORKBOOK)
        messages.error(request, _("A workbook holds at most %s customers: take CSV, or narrow the list.") % most)
        return HttpResponseRedirect(reverse("admin:customers_customer_changelist"))
    _note(request, count, kind)
    return FileResponse(workbook(customers), as_attachment=True, filename=name)


def csv_lines(customers: QuerySet[Customer]) -> Iterator[str]:
    """A header and a line a customer."""
    writer = csv.writer(_Echo())
    yield BYTE_ORDER_MARK + writer.writerow(HEAD)
    for row in _rows(customers):
        yield writer.writerow([harmless(value) for value in row])


def workbook(customers: QuerySet[Customer]) -> IO[bytes]:
    """All cells are texts or moments. Written row by row to a temporary file, so that no table stands in memory."""
    import xlsxwriter  # type: ignore[import-untyped]  # a fifth of a second, for the few who want a workbook

    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    book = xlsxwriter.Workbook(file, options)
    sheet, bold = book.add_worksheet("Customers"), book.add_format({"bold": True})
    when = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.freeze_panes(1, 2)
    for column, title in enumerate(HEAD):
        sheet.write_string(0, column, title, bold)
    for line, row in enumerate(_rows(customers), 1):
        for column, value in enumerate(row):
            if isinstance(value, datetime):
                sheet.write_datetime(line, column, timezone.make_naive(value), when)
            elif isinstance(value, bool):
                sheet.write_boolean(line, column, value)
            elif value:
                sheet.write_string(line, column, str(value))
    book.close()
    file.seek(0)
    return file


def harmless(value: Any) -> str:
    """The value as text that no spreadsheet takes for a formula. A phone number is only a number."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return f"'{text}" if _BEGINS_FORMULA.match(text) and not _PHONE.fullmatch(text) else text


def _rows(customers: QuerySet[Customer]) -> Iterator[Sequence[Any]]:
    return iter(customers.values_list(*WANTED).iterator(chunk_size=AT_ONCE))


def _note(request: HttpRequest, count: int, kind: str) -> None:
    LogEntry.objects.create(
        user_id=asking.user_id(request),
        content_type=ContentType.objects.get_for_model(Customer),
        object_repr=f"{count} customers",
        action_flag=CHANGE,
        change_message=f"Exported as {kind}: {request.GET.urlencode() or 'all'}",
    )


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        return line
