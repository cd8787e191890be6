"""What pages say in place of sentences that end in a cure for a terminal: whoever works in a browser has none.

The keys are what the code writes, for logs and the command line; their blanks stand in the values, too.
"""

from django.utils.translation import gettext_noop as _

ON_PAGES = {
    "{missing} of {known} clients are missing in Robaws: nothing was deactivated. Check that this is the right "
    "tenant; if they really are gone, run again with --allow-mass-deactivation": _(
        "{missing} of {known} clients are missing in Robaws: nothing was deactivated. Check that this is the right "
        "tenant."
    ),
    "{pending} of {total} customers are pending at once: nothing was sent. Look at them with --push --dry-run; if "
    "this is meant, run again with --yes-all": _(
        "{pending} of {total} customers are pending at once: nothing was sent. Look at them in the list of customers, "
        "under Edited here; if this is meant, an administrator can send them with Push all."
    ),
    "Writing to Robaws is {held}{why}: `bconnect resume` ends the pause.": _(
        "Writing to Robaws is {held}{why}. An administrator can let it go on, under Jobs and schedule."
    ),
    "it looks like {others}: merge them, or push it with --allow-twins": _(
        "it looks like {others}: merge them, or push it from its own page and say there that it is another one"
    ),
}
