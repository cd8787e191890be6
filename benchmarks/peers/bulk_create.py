"""The plan's table filled with Django's own bulk upsert: one `bulk_create(update_conflicts=True)` a page."""

from benchmarks.peers.fetch import pages
from benchmarks.peers.planned.table import set_up


def main() -> None:
    set_up()
    # models can be imported only once Django is set up
    from benchmarks.peers.planned.mapping import row
    from benchmarks.peers.planned.models import Customer

    kept = {"id", "robaws_client_id", "created_at", "last_pushed_to_robaws_at"}
    written = [field.name for field in Customer._meta.concrete_fields if field.name not in kept]
    for items in pages():
        Customer.objects.bulk_create(
            [Customer(robaws_client_id=item["id"], **row(item)) for item in items],
            update_conflicts=True,
            unique_fields=["robaws_client_id"],
            update_fields=written,
        )


if __name__ == "__main__":
    main()
