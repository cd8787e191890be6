"""What the sync, the webhooks and Robaws' client write down in English, as sentences with blanks for the translators.

Below the UI nothing knows a language: runs, tasks, jobs and parked edits keep plain English, which logs and the
command line show too. The pages look each text up here. A blank called `their_…` holds what is not ours to translate.
A test sees to it that every sentence stands in the code.
"""

from django.utils.translation import gettext_noop as _

from bconnect.panel.page_sentences import ON_PAGES

GUARDS = (
    *ON_PAGES,
    _("paused by {by} since {since}"),
    _("{id} {their_name} (same {why})"),
)
RUNS = (
    _("stopped by {who}"),
    _("stopped by hand"),
    _("{detail}; what was done so far stays"),
    _("the process ended without a word"),
    _("the list could not be shown to be complete: {why}"),
    _("fewer records than Robaws counts"),
    _("not sorted by id, and the list changed meanwhile"),
    _("the same page whatever page is asked for"),
    _("the list of changes kept moving while it was read; the next run reads it again"),
    _("{why}. Nothing was concluded from what is absent; run it again."),
    _("{count} customers failed in a row, the last: {why}"),
    _("another run holds the lock ({holder}); let it finish first"),
    _("process {number} on {machine}"),
    _("this run was silent for too long and another one took over; it stops here"),
    _("command line ({who})"),
    _("run {run}: 1 record failed"),
    _("run {run}: {count} records failed"),
    _("1 customer looked at"),
    _("{count} customers looked at"),
    _("1 change was put back"),
    _("{count} changes were put back"),
    _("{done}, {count} left as they are"),
    _("that run is no longer kept"),
    _("{job}: not ended, due since {moment}"),
    _("{left} {mode} requests left today"),
    _("merges of customers: {what}"),
    _("{done}, {count} failed"),
    _("nothing left to do"),
    _("1 change that no webhook had announced"),
    _("{count} changes that no webhook had announced"),
    _("{count} changes since yesterday, and no webhook told of them: drift_report"),
    _("1 conflict waits for a decision"),
    _("{count} conflicts wait for a decision"),
    _("{count} rows"),
)
HELD = (
    _("Robaws has no such client; a full sync looks whether it is gone for good"),
    _("it is gone from Robaws; the next full sync will mark it inactive"),
    _("a client can't be without a name: give it one"),
    _("no country has the code {their_code}: write one that exists"),
    _("Robaws answered OK but did not take {fields}"),
    _("Robaws did not show whether it took {fields}; the next run looks again"),
    _("Robaws showed it without its custom fields; the next run tries again"),
    _("run a full sync before creating clients: their twins in Robaws are not known yet"),
    _("it was deleted here meanwhile"),
    _("customer {id} was merged into {other} meanwhile: undo that first"),
    _("customer {id} was deleted here meanwhile, and stays in Robaws"),
    _("it has no name yet"),
    _("its creation was cut off, and not all new clients could be read: the next run looks again"),
    _(
        "its creation was cut off, and not all new clients could be read: mend those in quarantine, or, where it is "
        "none of these, push it by itself with --client-id and --allow-twins"
    ),
    _(
        "its creation was cut off, and it may have become client {ids}: merge them, or, where it is none of these, "
        "push it by itself with --client-id and --allow-twins"
    ),
    _(
        "its creation was cut off, and it may have become client {id}, {what}, or, where it is none of these, push it "
        "by itself with --client-id and --allow-twins"
    ),
    _("which was merged since: undo that"),
    _("which was merged twice, or deleted here after its merge was undone: undo that, or delete this one too"),
    _("which was merged and deleted, and is {id} since that was undone: merge the two"),
    _("which was deleted here since: delete this one too"),
    _("it was deleted here while it became client {id} in Robaws"),
    _("it is client {id} now, and both rows were edited: make their {field} alike, and push again"),
    _("its {field} is empty"),
    _("its id is missing or is no id"),
    _("it can't be read ({why})"),
    _("the database refuses it ({why})"),
    _("1 intake refers to customer {id}: merge or deactivate it instead"),
    _("{count} intakes refer to customer {id}: merge or deactivate it instead"),
    _("a person decided it"),
    _("the field is in conflict"),
    _("it was changed since, to {their_value}"),
    _("the client is gone from Robaws"),
    _("the client is in Robaws again"),
    _("the run made this client"),
    _("the customer is not here any more"),
    _("its customer was merged into this one since"),
    _("it is part of one address, of which {fields} stays"),
    _("POST /api/v2/clients answered without an id: the next run looks for the client"),
    _("not a client record but {their_type}"),
    _("Robaws showed client {id} without its custom fields, so nobody knows whether they changed: try again"),
    _("Robaws' record of client {id} can't be read: {why}"),
    _("Robaws holds another {fields} for client {id} than we know: pull it first, look at it, and delete it then"),
)
MERGES = (
    _("the survivor could not be pushed: {why}. {cure}"),
    _("the survivor could not be read in Robaws: {why}. {cure}"),
    _("Nothing happens to the others before; it is tried again by itself. Where it stays so, undo the merge"),
    _("Correct {fields} of client {id} here, and the merge goes on by itself; or undo the merge"),
    _("{fields} did not reach Robaws"),
    _("{fields} did not reach Robaws: {why}. {cure}"),
    _("the survivor is gone from Robaws: undo the merge, or create it again"),
    _("the survivor's {fields} is in conflict: decide that first, and the merge goes on by itself"),
    _("the survivor was itself merged or deleted since"),
    _("it changes in Robaws all the time: try again later"),
    _("Robaws answered OK but left the client active: look at it there"),
    _("it is in Robaws again"),
    _("one of them was changed meanwhile: look at the preview again"),
    _("customer {id} is gone from Robaws: merge into another one"),
    _("Robaws does not know {id} yet: merge into {other}, which it knows"),
    _("{id} is being created in Robaws: let a push finish that first, or keep the client that it may have become"),
    _("{id} is being created in Robaws: let a push finish that first, or delete it here alone"),
    _("{labels} of {id} are in conflict with Robaws: decide that first, or keep its address"),
    _("there is no such merge"),
    _("nobody asked for it"),
    _("not in Robaws yet: {why}"),
    _("its record does not say whether it is active, so it can't be deactivated: delete it, or leave it"),
    _("Robaws showed it without its custom fields, so nobody knows whether they changed"),
    _("its {fields} changed in Robaws since: put what is right into the survivor, then go on anyway"),
    _("Robaws' record of it can't be read: {why}"),
    _("{field} of the survivor was changed since, and stays {their_value}"),
    _("{field} of the survivor was written in Robaws too, and stays {their_value}"),
    _("client {id} ({their_name})"),
    _(
        "{client} was deleted in Robaws: it is made anew there, under another id; its old id, its documents and what "
        "else Robaws had bound to it can't be restored"
    ),
    _("{client} was gone from Robaws already: it is back here only, marked as gone"),
    _("client {id}: {why}"),
    _("no customer {id} was merged into another (or that was undone)"),
    _("merge {id} was undone already"),
    _("the survivor of merge {id} is not here any more: {cure}"),
    _("undo merge {id} first"),
    _("it was deleted here"),
    _("there is no customer {id} here"),
    _("{id} (merged into {other})"),
    _("a merge needs a second customer"),
    _("{fields} say one thing: take all of them from one customer"),
)
ROBAWS = (
    _("{method} {path} answered {status} ({their_words}): {cure}"),
    _("{method} {path} answered {status}: {cure}"),
    _("see the message; if it stays unclear, ask Robaws support with the time of the request"),
    _("check the API key and secret, and that this API user may use clients and webhooks"),
    _("Robaws knows no such record: check the id and the base URL"),
    _("correct the named value and send it again"),
    _("lower the requests per second; another integration may share the limit"),
    _("Robaws has a problem of its own: try again later"),
    _(
        "{left} of today's {mode} requests left, {reserve} are kept for others{until}: wait until then, or lower the "
        "daily reserve"
    ),
    _("; it is renewed in {minutes} minutes"),
    _("{request}: no connection ({why}): check the network, the base URL and its certificate"),
    _("{request}: no answer in time; a write may have been applied: look, then try again"),
    _("{request}: the connection broke off ({why}); a write may have been applied: look first"),
)
WEBHOOKS = (
    _("{count} workers ended while they were at it: see their logs, then replay it"),
    _("there is no client with an id in its data: see the payload, and ask Robaws support"),
    _("the client was deleted or merged here"),
    _("waits, since Robaws does not answer: {why}"),
    _("the database was away"),
    _("of an unknown type"),
    _("older than what is known"),
    _("larger than 1 MiB"),
    _("not signed by an active secret"),
    _("without a signature"),
    _("signed more than 5 minutes ago: a repeat by a third party, or a clock that is wrong"),
    _("signed more than 5 minutes in the future: is this machine's clock right?"),
    _("no webhook is registered: `bconnect register_webhook --url …`"),
    _("no event in 24 hours (the last: {moment})"),
    _("{failed} of {all} events failed in 24 hours: `bconnect replay_webhooks --failed`"),
    _("{count} events wait, the oldest for {minutes} minutes: is a worker running?"),
    _("{count} events were begun and not ended: is a worker running?"),
    _("Robaws could not be asked for its webhooks: {why}"),
    _(
        "webhook {id} is registered for {url} already, and every event would arrive twice: remove it with "
        "`bconnect deactivate_webhook {webhook}{force}`, or add --force here"
    ),
    _(
        "the secret that webhook {id} had before counts until {moment} UTC: wait until then, or end it at once with "
        "`bconnect rotate_webhook_secret {webhook} --force`"
    ),
    _("registered as webhook {id}"),
    _("it is webhook {id} now, with a new secret"),
    _("removed in Robaws and here"),
    _("{count} registrations, all in order"),
    _("{count} registrations, {odd} of them odd"),
    _("Robaws has no such client"),
    _("read live: {why}"),
    _("read live, since {reason}: {why}"),
    _("read live, since {reason}: Robaws answered with another client"),
    _("its worker ended"),
    _("it can't be merged ({their_type}: {their_words})"),
    _("the client was gone"),
    _("nothing was taken in of it since it came back"),
    _("there is no updatedAt to compare"),
    _("the updatedAt that is known lies in the future"),
    _("several events, of which one has no updatedAt"),
    _("two contents under one updatedAt"),
    _("another content under the same updatedAt"),
    _("it has no name"),
    _("it leaves out {fields}"),
    _("its {field} is of another type than expected"),
    _("its custom fields are keyed by GUIDs of which none is ROBAWS_ROLE_FIELD_ID"),
    _("not a JSON object"),
    _("without an event id"),
    _("without an event type"),
    _("nested too deeply"),
    _("with a signature header of another form"),
    _("signed, but {why}"),
    _("only in Robaws: of another program, or left over"),
    _("doubled: every event arrives more than once"),
    _("missing in Robaws: no event arrives"),
    _("still in Robaws though deactivated here"),
    _("suspended by Robaws: remove it and register it anew"),
    _("other events in Robaws"),
    _("another address in Robaws: {their_url}"),
    _("webhook {id} ({their_url}): {what}"),
    _(
        "the secret of webhook {id} can't be read: put the key it was kept under in BCONNECT_OLD_SECRET_KEYS, or "
        "remove it and register anew"
    ),
    _(
        "{count} calls were refused for their signature and none was accepted since: is the secret Robaws' (`bconnect "
        "rotate_webhook_secret`), and is this machine's clock right?"
    ),
    _("Robaws registered the webhook but told no id or no secret: ask Robaws support"),
)
NOTES = (
    _("Stopped"),
    _("Task {id} ({kind})"),
    _("Run {id} ({kind})"),
    _("Merge {id} into {other} {their_name}"),
    _("Intake {id}: {their_name}"),
    _("Intake {id}: no customer yet"),
    _("Webhook {id} to {their_url}"),
    _("Writing goes on"),
    _("Writing held: {their_reason}"),
    _("Looked for duplicates"),
    _("Decided: {whose}"),
    _("Applied again"),
    _("Registered"),
    _("Compared"),
    _("Deactivated"),
    _("Added from an intake"),
    _("Tried again"),
    _("Marked active"),
    _("Marked inactive"),
    _("Deleted here"),
    _("Undone"),
    _("Exported as {kind}: {what}"),
)
"""What people did, as the log of that keeps it."""

SENTENCES = (*GUARDS, *RUNS, *HELD, *MERGES, *ROBAWS, *WEBHOOKS, *NOTES)
