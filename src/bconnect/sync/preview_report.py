"""What a dry run tells: what would change, record by record and field by field, and which custom fields there are."""

from typing import Any

from bconnect.sync.merge import Verdict
from bconnect.sync.preview import EXAMPLES, Preview, changes_by_client
from bconnect.sync.report import Output, pull_summary, push_summary
from robaws.records import ABSENT

SHOWN_CHANGES = 50

DIRECTIONS = {
    Verdict.TAKE: "Robaws → here",
    Verdict.KEEP: "here → Robaws",
    Verdict.AGREED: "both alike",
    Verdict.CONFLICT: "conflict",
}


def preview_summary(preview: Preview, requests: int, duration_s: float) -> dict[str, Any]:
    """The same for a dry run, with samples, the custom fields in use and every change that would be made."""
    if preview.kind == "push":
        summary = push_summary(preview.tally, requests, duration_s)
        changing = {each.client_id for each in preview.differences if each.decision.verdict is not Verdict.AGREED}
        summary["pushed"] = len(_sendable(preview))
        summary["unchanged"] = preview.tally.unchanged + preview.tally.updated - len(changing | preview.held)
    else:
        summary = pull_summary(preview.kind, preview.tally, requests, duration_s)
    summary["dry_run"] = True
    summary["sample_data"] = _samples(preview)
    summary["custom_fields"] = [
        {
            "name": entry.name,
            "guid": entry.guid,
            "type": entry.type,
            "records": entry.records,
            "examples": [example for example, _ in entry.examples.most_common(EXAMPLES)],
        }
        for entry in preview.inventory.values()
    ]
    summary["would_create"] = preview.created
    summary["would_deactivate"] = preview.missing
    summary["changes"] = [
        {
            "robaws_client_id": each.client_id,
            "field": each.decision.field,
            "direction": DIRECTIONS[each.decision.verdict],
            "base": each.decision.base,
            "ours": each.decision.local,
            "theirs": _plain(each.decision.remote),
            "reason": each.decision.verdict.value,
        }
        for each in preview.differences
    ]
    return summary


def _samples(preview: Preview) -> list[dict[str, Any]]:
    return [
        {
            "id": sample.client_id,
            "name": sample.name,
            "extracted_role": sample.role,
            "custom_fields": [
                {"name": each.name, "guid": each.guid, "type": each.type, "value": _plain(each.value)}
                for each in sample.custom_fields
            ],
        }
        for sample in preview.samples
    ]


def _sendable(preview: Preview) -> set[str]:
    """The clients that a push would send something for."""
    return {each.client_id for each in preview.differences if each.decision.verdict is Verdict.KEEP}


def _plain(value: Any) -> Any:
    return None if value is ABSENT else value


def write_preview(preview: Preview, out: Output) -> None:
    """Samples, the custom fields in use, and what would change, field by field."""
    for sample in preview.samples:
        out.write(f"\nClient {sample.client_id}  {sample.name}\n  role read: {sample.role or '–'}\n")
        for each in sample.custom_fields:
            known_as = each.name or "(no name)"
            guid = f"  guid {each.guid}" if each.guid else ""
            out.write(f"  custom field {known_as}{guid}  {each.type or '–'}  {_plain(each.value)!r}\n")
    out.write("\nCustom fields of this tenant\n")
    for entry in preview.inventory.values():
        examples = ", ".join(example for example, _ in entry.examples.most_common(EXAMPLES))
        guid = f"  guid {entry.guid}" if entry.guid else ""
        out.write(f"  {entry.name or '(no name)'}{guid}  {entry.type or '–'}  on {entry.records}: {examples}\n")
    _write_changes(preview, out)


def _write_changes(preview: Preview, out: Output) -> None:
    grouped = changes_by_client(preview)
    if grouped:
        out.write("\nWhat would change\n")
    for client_id, decisions in list(grouped.items())[:SHOWN_CHANGES]:
        for each in decisions:
            direction = DIRECTIONS[each.verdict]
            out.write(
                f"  {client_id}  {each.field}: {each.local!r} | Robaws {_plain(each.remote)!r}"
                f"  ({direction}: {each.verdict.value})\n"
            )
    if len(grouped) > SHOWN_CHANGES:
        out.write(f"  … and {len(grouped) - SHOWN_CHANGES} more clients; --json lists them all\n")
    if preview.missing:
        out.write(f"\nGone from Robaws, would become inactive: {', '.join(preview.missing)}\n")
    out.write("\n")
