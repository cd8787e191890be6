"""Who may do what: the three groups, and the rights of each. The migrations of the panel read this table."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Right:
    """One permission: `model` is "app.model"."""

    model: str
    codename: str
    name: str


def _of(model: str, *actions: str) -> tuple[Right, ...]:
    app_and_name = model.rpartition(".")[2]
    return tuple(Right(model, f"{action}_{app_and_name}", f"Can {action} {app_and_name}") for action in actions)


def _order(what: str, name: str) -> Right:
    return Right("jobs.errand", f"order_{what}", name)


VIEWED = (
    "customers.customer",
    "intakes.intake",
    "sync.syncrun",
    "sync.conflict",
    "sync.quarantinedrecord",
    "webhooks.delivery",
    "webhooks.webhookconfiguration",
    "jobs.errand",
    "jobs.scheduledjob",
    "duplicates.duplicategroup",
    "duplicates.profile",
    "sync.merge",
)
RESOLVE = Right("sync.conflict", "resolve_conflict", "Can decide a conflict")
REPLAY = Right("webhooks.delivery", "replay_delivery", "Can have stored events applied again")
MERGE = Right("sync.merge", "merge_customers", "Can merge customers, undo that, and say that two are not the same")
PULL, PUSH = _order("pull", "Can sync customers from Robaws"), _order("push", "Can send edits to Robaws")
DELETE, UNDO = _order("delete", "Can delete clients in Robaws"), _order("undo", "Can undo a run")
OVERRIDE = _order("override", "Can go on where a guard stopped the sync")
WEBHOOK = _order("webhook", "Can change the webhook registrations")
HOLD = Right("jobs.pause", "change_pause", "Can hold and release outgoing writes")

VIEWER = tuple(right for model in VIEWED for right in _of(model, "view"))
OPERATOR = (
    *VIEWER,
    *_of("customers.customer", "add", "change"),
    *_of("intakes.intake", "add", "change"),
    RESOLVE,
    REPLAY,
    MERGE,
    PULL,
    PUSH,
)
ADMINISTRATOR = (
    *OPERATOR,
    *_of("customers.customer", "delete"),
    *_of("intakes.intake", "delete"),
    DELETE,
    UNDO,
    OVERRIDE,
    WEBHOOK,
    HOLD,
    *_of("auth.user", "view", "add", "change"),
    *_of("auth.group", "view"),
    *_of("admin.logentry", "view"),
)
GROUPS = {"Viewer": VIEWER, "Operator": OPERATOR, "Administrator": ADMINISTRATOR}


def grant(apps: Any, group: str, rights: Iterable[Right]) -> None:
    """For migrations: the group, made where it is missing, has these rights too.

    The permissions are made here, since Django makes them only after all migrations have run.
    """
    content_type, permission = apps.get_model("contenttypes", "ContentType"), apps.get_model("auth", "Permission")
    found, _ = apps.get_model("auth", "Group").objects.get_or_create(name=group)
    for right in rights:
        app, _, model = right.model.partition(".")
        kind, _ = content_type.objects.get_or_create(app_label=app, model=model)
        made, _ = permission.objects.get_or_create(
            content_type=kind, codename=right.codename, defaults={"name": right.name}
        )
        found.permissions.add(made)
