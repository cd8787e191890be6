"""The tables of match keys and profiles: who has a key, and under how many names it stands."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection

from bconnect.customers.duplicates import bulk
from bconnect.customers.duplicates.features import Features
from bconnect.customers.duplicates.finder import initials
from bconnect.customers.duplicates.keylist import KeyList
from bconnect.customers.duplicates.keys import LARGEST_BLOCK, is_of_name, keys
from bconnect.customers.duplicates.models import MatchKey, Profile
from bconnect.customers.duplicates.rows import Looked

_TABLE = MatchKey._meta.db_table
_AT_ONCE = 100
_KEY_COLUMNS = ("key", "customer_id", "initials")
_PROFILE_COLUMNS = ("customer_id", "seen", "keys", "quality", "problems")

ProfileRow = tuple[int, str, str, int, str]


@dataclass(slots=True)
class Blocks:
    """Who has each of the keys asked for: all of them, or one more than the largest block."""

    members: dict[int, list[tuple[int, str]]]

    def holders(self, key: int) -> int:
        """What `evidence.compare` asks for."""
        found = self.members.get(key, ())
        return len(found) if is_of_name(key) else max(1, len({initials for _, initials in found}))

    def candidates(self) -> list[list[int]]:
        """Per key, those to be compared; none for a key that too many have."""
        return [
            [customer_id for customer_id, _ in found] for found in self.members.values() if len(found) <= LARGEST_BLOCK
        ]


def blocks(wanted: Collection[int]) -> Blocks:
    """One look into the index for each key, and never more rows of it than are of use."""
    members: dict[int, list[tuple[int, str]]] = defaultdict(list)
    one = f"SELECT * FROM (SELECT key, customer_id, initials FROM {_TABLE} WHERE key = %s LIMIT {LARGEST_BLOCK + 1}) k"  # noqa: S608
    with connection.cursor() as cursor:
        for some in bulk.chunks(wanted, _AT_ONCE):
            cursor.execute(" UNION ALL ".join([one] * len(some)), some)
            for key, customer_id, initials in cursor.fetchall():
                members[key].append((customer_id, initials))
    return Blocks(members)


def remember_all(everybody: Sequence[Features], all_keys: KeyList, profiles: Iterable[ProfileRow]) -> None:
    """Begin anew with these. In the order of the index: so it is built fastest."""
    bulk.clear(MatchKey, Profile)
    bulk.insert(Profile, _PROFILE_COLUMNS, profiles)
    ids, names = [each.id for each in everybody], [initials(each) for each in everybody]
    bulk.insert(MatchKey, _KEY_COLUMNS, ((key, ids[row], names[row]) for key, row in all_keys))


def remember(changed: Iterable[Looked], gone: Iterable[int]) -> set[int]:
    """Put these in the place of what was known of them. Returns every key that they have or had."""
    changed = list(changed)
    forgotten = [each.features.id for each in changed] + list(gone)
    touched = _forget(forgotten)
    bulk.insert(Profile, _PROFILE_COLUMNS, map(profile_row, changed))
    bulk.insert(MatchKey, _KEY_COLUMNS, _key_rows(changed))
    return touched.union(*(each.keys for each in changed))


def _forget(customer_ids: Sequence[int]) -> set[int]:
    had: set[int] = set()
    for some in bulk.chunks(customer_ids, 500):
        profiles = Profile.objects.filter(pk__in=some)
        pairs = [(int(key, 16), pk) for pk, keys in profiles.values_list("pk", "keys") for key in keys.split()]
        had.update(key for key, _ in pairs)
        with connection.cursor() as cursor:
            cursor.executemany(f"DELETE FROM {_TABLE} WHERE key = %s AND customer_id = %s", pairs)  # noqa: S608
        profiles.delete()
    return had


def _key_rows(everybody: Iterable[Looked]) -> Iterator[tuple[int, int, str]]:
    for each in everybody:
        customer_id, name = each.features.id, initials(each.features)
        for key in each.keys:
            yield key, customer_id, name


def profile_row(looked: Looked) -> ProfileRow:
    keys = " ".join(f"{key:x}" for key in looked.keys)
    return looked.features.id, looked.seen, keys, looked.quality.score, " ".join(looked.quality.problems)


def known_count() -> int:
    """How many customers have been looked at."""
    return Profile.objects.count()


def with_keys_of(known: Blocks, everybody: Iterable[Features]) -> Blocks:
    """`known`, and the blocks of all further keys that these have: what they share has to be weighed."""
    missing = {key for each in everybody for key in keys(each)} - known.members.keys()
    return Blocks({**known.members, **blocks(missing).members})
