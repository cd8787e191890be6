"""The two clients of the known tenant, 3017 and 3473, that every generated tenant has as well."""

from robaws.simulator.messages import JsonObject

_EXTRA: JsonObject = {"fax": None, "companyNumber": None, "language": "en", "currency": "EUR"}


def _emirati(
    number: int, name: str, role: str, since: str, contact: JsonObject, street: str, country: str
) -> JsonObject:
    address = {"addressLine1": street, "addressLine2": None, "postalCode": None, "city": "Sharjah"}
    identity = {"id": str(number), "logicId": f"K{number}", "name": name}
    return {
        **identity,
        **contact,
        **_EXTRA,
        "clientType": "company",
        "notes": None,
        "address": {**address, "country": country, "latitude": 0, "longitude": 0},
        "extraFields": {"Role": {"type": "SELECT", "group": None, "stringValue": role}},
        "createdAt": since,
        "updatedAt": since,
    }


KNOWN_CLIENTS = {
    3017: _emirati(
        *(3017, "Aeon Shipping LLC", "FORWARDER", "2023-03-13T16:24:13.957Z"),
        {"email": "ANIL@AEONSHIPPING.AE", "tel": "+971 (0)6/337.0855", "gsm": "+971 55 705 2673"}
        | {"website": None, "vatNumber": "100119372130003"},
        *("Sheikh Zayed Road 202", "UAE"),
    ),
    3473: _emirati(
        *(3473, "222 CARS", "LUXURY CAR DEALER", "2018-04-19T06:03:05.857Z"),
        {"email": "info@222motors.ae", "tel": "+971 55 965 9999", "gsm": ""}
        | {"website": "www.222motors.ae", "vatNumber": "100665044486003"},
        *("Al Aweer Road 150", "U.A.E."),
    ),
}
