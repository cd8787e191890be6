"""A customer whose every value tries to run a script, in each way a page might let it."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from bconnect.customers.duplicates.models import DuplicateGroup, DuplicateMember
from bconnect.customers.fields import COLUMNS, FLAGS
from bconnect.customers.models import Customer
from bconnect.intakes.models import Intake
from bconnect.jobs.models import Errand, ScheduledJob
from bconnect.sync.models import Change, Conflict, Merge, MergedCustomer, ParkedEdit, QuarantinedRecord, SyncRun
from bconnect.webhooks.models import Delivery

RUN = "window.pwned=1"
VALUE = f"<img src=x onerror={RUN}>\"><script>{RUN}</script>'+({RUN})+'${{{RUN}}}</title></pre></textarea>"
"""Markup, the end of an attribute or of an element, and the end of a text inside a script."""

RAW = ("<img src=x", "<script>window.pwned", "</title></pre>")
"""What a page holds where it did not escape."""


def plant() -> Customer:
    """Traces of it wherever a page shows something that came from outside."""
    now, values = timezone.now(), {each: VALUE for each in COLUMNS if each not in FLAGS}
    row = Customer.objects.create(
        robaws_client_id="77", metadata={VALUE: VALUE}, base={**values, "email": f"b{VALUE}"}, issues={"email": VALUE},
        alternates={"phone": [VALUE]}, last_synced_at=now, **values,
    )  # fmt: skip
    run = SyncRun.objects.create(
        kind="full", status="failed", started_by=VALUE, started_at=now, finished_at=now, error=VALUE
    )
    Conflict.objects.create(customer=row, field="email", base=VALUE, ours=VALUE, theirs=f"x{VALUE}", since=now)
    ParkedEdit.objects.create(customer=row, edits={"email": VALUE}, reason=VALUE, fields={"email": VALUE}, since=now)
    for field in ("name", "email"):
        Change.objects.create(
            customer=row, field=field, old=VALUE, new=f"n{VALUE}", source="robaws", actor=VALUE, run=run, at=now
        )
    QuarantinedRecord.objects.create(
        key="77",
        robaws_client_id="77",
        reason=VALUE,
        data={VALUE: [VALUE]},
        run=run,
        first_seen_at=now,
        last_seen_at=now,
    )
    intake = Intake.objects.create(
        robaws_client_id="77",
        customer_name=VALUE,
        contact_email=VALUE,
        contact_phone=VALUE,
        service_type=VALUE,
        notes=VALUE,
    )
    Errand.objects.create(kind="push", by=VALUE, asked_at=now, state="failed", detail=VALUE, failures=[["77", VALUE]])
    merge = Merge.objects.create(
        survivor=row, survivor_client_id="77", survivor_name=VALUE, survivor_before=values, fields={"name": VALUE},
        in_robaws="keep", state="held", error=VALUE, merged_by=VALUE, merged_at=now, left=[VALUE],
    )  # fmt: skip
    MergedCustomer.objects.create(
        merge=merge, customer_number=1, robaws_client_id="78", name=VALUE, snapshot=values, moved={}, step="held",
        error=VALUE, remote_record=values,
    )  # fmt: skip
    group = DuplicateGroup.objects.create(score=90, reasons=[VALUE], size=1, name=VALUE, found_at=now)
    DuplicateMember.objects.create(group=group, customer_id=row.pk)
    ScheduledJob.objects.create(name="full", last_due_at=now, finished_at=now, outcome="failed", detail=VALUE)
    Delivery.objects.create(
        event_type=VALUE, robaws_id=VALUE, robaws_client_id="77", payload={"data": {"name": VALUE}}, status="failed",
        outcome=VALUE, error_message=VALUE,
    )  # fmt: skip
    author = User.objects.first()
    if author is not None:
        for each in (row, intake):
            LogEntry.objects.create(
                user=author, content_type=ContentType.objects.get_for_model(each), object_id=str(each.pk),
                object_repr=VALUE, action_flag=CHANGE, change_message=VALUE,
            )  # fmt: skip
    return row
