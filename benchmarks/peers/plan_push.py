"""The plan's push (PLAN.md, phase 3): each customer that was edited is sent whole, unread, one after the other."""

import base64
import json
import os
from http.client import HTTPConnection
from urllib.parse import urlsplit

from benchmarks.peers.planned.table import set_up


def main() -> None:
    set_up()
    # models can be imported only once Django is set up
    from django.db.models import F
    from django.utils import timezone

    from benchmarks.peers.planned.mapping import body
    from benchmarks.peers.planned.models import Customer

    connection = HTTPConnection(urlsplit(os.environ["BENCH_URL"]).netloc)
    login = base64.b64encode(f"{os.environ['BENCH_KEY']}:{os.environ['BENCH_SECRET']}".encode()).decode()
    headers = {"Authorization": f"Basic {login}", "Content-Type": "application/merge-patch+json"}
    for customer in Customer.objects.filter(updated_at__gt=F("last_pushed_to_robaws_at")):
        path = f"/api/v2/clients/{customer.robaws_client_id}"
        connection.request("PATCH", path, json.dumps(body(customer)), headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status == 200:
            Customer.objects.filter(pk=customer.pk).update(last_pushed_to_robaws_at=timezone.now())


if __name__ == "__main__":
    main()
