"""The plan's pull (PLAN.md, phase 3): one `update_or_create` for each record, whether it changed or not."""

from benchmarks.peers.fetch import pages
from benchmarks.peers.planned.table import set_up


def main() -> None:
    set_up()
    # models can be imported only once Django is set up
    from benchmarks.peers.planned.mapping import row
    from benchmarks.peers.planned.models import Customer

    for items in pages():
        for item in items:
            Customer.objects.update_or_create(robaws_client_id=item["id"], defaults=row(item))


if __name__ == "__main__":
    main()
