"""How one tenant takes a change: which form of PATCH, found out once and remembered.

JSON Patch comes first, since only its `test` operations close the gap between our read and our write: Robaws
itself refuses the change where the value is no longer the one we read. Of a member that was not there no test can
say that it is still not there; so the object it would be in is tested as a whole, and for the client itself its
`updatedAt` stands in. Of members that say one thing, as the lines of an address do, all are tested where one is sent,
and so are those in which a record shows the same a second time (`vatNumber` and `vatIdNumber`).
A tenant that does not take JSON Patch gets a merge patch, one that answers 415 to that gets the same as plain JSON
with nested objects whole.

A form is proven by a change that was seen to be made. Until then anything but that is a doubt about the form, and
the next one is tried; what was found out by doubt alone is not remembered, since it may have been bad weather.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from bconnect.sync.models import RequestLimit
from bconnect.sync.shapes import ELSEWHERE, READ_AS_ONE
from robaws.client import PatchForm, RobawsClient
from robaws.errors import Refused, RobawsError, ServerFailure, StatusError, UnsupportedMediaType
from robaws.records import ABSENT, Record, read
from robaws.retry import is_worth_repeating

ORDER = (PatchForm.JSON_PATCH, PatchForm.MERGE, PatchForm.PLAIN)
STALE_STATUSES = frozenset({409, 412})
Operation = dict[str, Any]


class StaleError(Exception):
    """Robaws may hold something else than we read: read again, merge again. `form` is what was sent in."""

    def __init__(self, cause: RobawsError, form: PatchForm) -> None:
        super().__init__(str(cause))
        self.form = form
        self.failure = cause if is_worth_repeating(cause) else None
        """What kept the change from its answer, where that was no word on the change."""

    @property
    def made_nothing(self) -> bool:
        """Whether Robaws said no, and did not just fail: then what it holds of what was sent is somebody else's."""
        return isinstance(self.__cause__, RobawsError) and not self.__cause__.may_be_applied


class Patcher:
    """Sends changes in the form this tenant takes. `remembered` is the form proven by an earlier run."""

    def __init__(self, client: RobawsClient, tenant_key: str) -> None:
        self._client, self._tenant_key = client, tenant_key
        stored = RequestLimit.objects.filter(tenant=tenant_key).values_list("patch_form", flat=True).first()
        self._proven = PatchForm(stored) if stored else None
        self._form = self._proven or ORDER[0]
        self._doubted: PatchForm | None = None
        self._guards_hold = True

    @property
    def is_proven(self) -> bool:
        """Whether this tenant has made a change that came in the form that is used."""
        return self._proven is self._form

    def send(
        self, client_id: str, body: dict[str, Any], record: Record, best_before: float | None = None
    ) -> tuple[Record | None, PatchForm]:
        """Make `body` (a merge patch) true for the client that was just read as `record`.

        Returns Robaws' answer, and the form it was an answer to. Raises StaleError where the record has to be
        read again first, else RobawsError. Who says until when the read holds (`best_before`) reads again
        after every failure that may pass, too, where the form guards nothing.
        """
        form, guards = self._form, _guards(body, record) if self._guards_hold else []
        if form is PatchForm.JSON_PATCH and not _is_pointed_at(body, record):
            form = PatchForm.MERGE
        are_dropped = False
        while True:
            try:
                answer = self._client.patch_client(client_id, shaped(body, record, form, guards), form, best_before)
            except UnsupportedMediaType as error:
                form = self._next_after(form, error)
            except RobawsError as error:
                is_no = form is PatchForm.JSON_PATCH and isinstance(error, Refused)
                if is_no and guards and self._has_moved(client_id, record) is False:
                    guards, are_dropped = [], True
                    continue
                self._judge(form, error)
                is_passing = form is not PatchForm.JSON_PATCH and best_before is not None and is_worth_repeating(error)
                if is_passing or (is_no and self._has_moved(client_id, record)):
                    raise StaleError(error, form) from error
                raise
            else:
                # Nothing had moved, and without them it was taken: this tenant compares in a way of its own.
                self._guards_hold = self._guards_hold and not are_dropped
                return answer, form

    def believe(self, form: PatchForm) -> None:
        """A change in this form was seen to be made."""
        if form is self._form:
            self._proven = form

    def doubt(self, form: PatchForm) -> bool:
        """A change in this form was answered, but not made. Whether it may be the form, and another is left."""
        if form is not ORDER[0] or self._form is not form or self.is_proven or self._doubted:
            return False
        self._doubted, self._form = form, ORDER[1]
        return True

    def arrived(self, form: PatchForm) -> None:
        """What was sent in this form stands there: it was the answer that told wrong."""
        if self._doubted is form:
            self._trust_again()
        self.believe(form)

    def remember(self) -> None:
        """Write the proven form down, for the next run."""
        if self._proven is not None and self._doubted is None:
            RequestLimit.objects.update_or_create(tenant=self._tenant_key, defaults={"patch_form": self._proven.value})

    def _next_after(self, form: PatchForm, error: UnsupportedMediaType) -> PatchForm:
        """The tenant does not know this form."""
        if form is not ORDER[-1]:
            following = ORDER[ORDER.index(form) + 1]
            if form is self._form:
                self._form = following
            return following
        if self._doubted is not None and self._proven is None:
            self._trust_again()
            raise StaleError(error, form) from error
        raise error

    def _judge(self, form: PatchForm, error: RobawsError) -> None:
        if not isinstance(error, StatusError):
            return
        if form is PatchForm.JSON_PATCH and error.status in STALE_STATUSES:
            raise StaleError(error, form) from error
        if isinstance(error, Refused | ServerFailure) and self.doubt(form):
            # A tenant that never took a JSON Patch may not know the form at all, and say so in its own way.
            raise StaleError(error, form) from error
        if isinstance(error, Refused) and self._doubted is not None and self._proven is None:
            self._trust_again()  # it is the value that is refused, in this form as in the other

    def _has_moved(self, client_id: str, record: Record) -> bool | None:
        """Whether what was refused may be a test that failed, which not everybody says with a 409. None: not shown."""
        try:
            return self._client.get_client(client_id) != record
        except RobawsError:
            return None

    def _trust_again(self) -> None:
        assert self._doubted is not None
        self._form, self._doubted = self._doubted, None


def shaped(body: dict[str, Any], record: Record, form: PatchForm, guards: Sequence[Operation] = ()) -> Any:
    """A merge patch in the words of `form`; where that has tests, `guards` come first."""
    if form is PatchForm.JSON_PATCH:
        return [*guards, *_operations(body, record, "")]
    if form is PatchForm.PLAIN:
        return {key: _whole(value, record.get(key)) for key, value in body.items()}
    return body


def _is_pointed_at(body: dict[str, Any], record: Record) -> bool:
    """Whether JSON Patch can say it: an object that the record did not show may hold more than we know of, so it
    can neither be set whole nor pointed into."""
    return all(key in record for key, value in body.items() if isinstance(value, dict))


def _whole(value: Any, known: Any) -> Any:
    """A nested object with all its members, so that a tenant that replaces it loses nothing."""
    if not isinstance(value, dict) or not isinstance(known, dict):
        return value
    return {**known, **{key: _whole(member, known.get(key)) for key, member in value.items()}}


def _guards(body: dict[str, Any], record: Record) -> list[Operation]:
    """What else has to be as it was read."""
    return [*_beside(body, record, ""), *_elsewhere(body, record)]


def _elsewhere(body: dict[str, Any], record: Record) -> Iterator[Operation]:
    """The other members in which the record shows what is sent: a value may come there too."""
    for paths in ELSEWHERE:
        sent = {path for path in paths if read(body, path) is not ABSENT}
        for path in paths if sent else ():
            if path not in sent and (value := read(record, path)) is not ABSENT:
                yield {"op": "test", "path": f"/{path.replace('.', '/')}", "value": value}


def _beside(body: dict[str, Any], known: Record, at: str) -> Iterator[Operation]:
    """What says one thing with what is sent, and that a member is not there.

    RFC 6902 has no words for the latter: what the member would be in is tested.
    """
    read_too = {key for group in READ_AS_ONE if group & body.keys() for key in group} - body.keys()
    if any(key not in known for key in (*body, *read_too)):
        path, value = (at, known) if at else ("/updatedAt", known.get("updatedAt"))
        if value is not None:
            yield {"op": "test", "path": path, "value": value}
    else:
        for key in sorted(read_too):
            yield {"op": "test", "path": f"{at}/{_token(key)}", "value": known[key]}
    for key, value in body.items():
        if isinstance(value, dict) and isinstance(member := known.get(key), dict):
            yield from _beside(value, member, f"{at}/{_token(key)}")


def _operations(body: dict[str, Any], known: Any, at: str) -> Iterator[Operation]:
    """RFC 6902: each changed member is tested against what was read, then set."""
    for key, value in body.items():
        path = f"{at}/{_token(key)}"
        member = known.get(key) if isinstance(known, dict) else None
        if isinstance(value, dict) and isinstance(member, dict):
            yield from _operations(value, member, path)
            continue
        if isinstance(known, dict) and key in known:
            yield {"op": "test", "path": path, "value": member}
        # "add" sets a member whether it is there or not.
        yield {"op": "add", "path": path, "value": value}


def _token(key: str) -> str:
    """A member's name in a JSON Pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")
