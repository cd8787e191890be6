"""A customer made on the spot, beside the intake that needs it. It alone is pushed, where that is asked for."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from bconnect.jobs import errands
from bconnect.panel import asking, edited, twin_check
from bconnect.panel.customer_form import CustomerForm
from bconnect.panel.customer_select import choice


def create(request: HttpRequest) -> HttpResponse:
    """201 with the new customer as the select shows one, or 422 with `{"errors": {field: [text]}, "twins": [...]}`.

    A twin is `[address, name, why]`: text, that the page makes a link of.
    """
    form = CustomerForm({**request.POST.dict(), "is_active": "on"})
    if not form.is_valid():
        errors = {field: [str(each) for each in told] for field, told in form.errors.items()}
        if form.twins:
            errors["is_no_twin"] = [twin_check.looks_alike()]
        return JsonResponse({"errors": errors, "twins": twin_check.links(form.twins)}, status=422)
    customer = form.save()
    now, who = timezone.now(), asking.who(request)
    edited.note(customer, {}, form.filled(), who=who, now=now)
    edited.note_followed(customer, {}, form.followed, who=who, now=now)
    asking.note(request, customer, "Added from an intake")
    if request.POST.get("push") and request.user.has_perm("jobs.order_push"):
        errands.place("push", who, now, client_ids=[customer.robaws_client_id])
    return JsonResponse(choice(customer), status=201)
