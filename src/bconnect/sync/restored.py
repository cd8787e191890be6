"""Customers that an undone merge gave back, and about whom Robaws has not been asked since.

While they were merged every pull passed them by; so what changed in Robaws meanwhile lies before the watermark.
"""

from bconnect.customers.models import Customer
from bconnect.sync.models import Merge, MergedCustomer


def client_ids() -> set[str]:
    """Their ids, for a pull to read them live. What is taken in has a fingerprint, and is asked about no more."""
    back = MergedCustomer.objects.filter(merge__state=Merge.State.UNDONE).values("customer_number")
    unread = Customer.objects.known_to_robaws().filter(pk__in=back, fingerprint=None)
    return set(unread.values_list("robaws_client_id", flat=True))
