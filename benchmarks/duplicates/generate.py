"""Invented customers whose truth is known, with the traps that real tables hold. No file and no tenant behind it."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from benchmarks.duplicates.corrupt import FORMS, Row, copy_of, typing_error


def _words(text: str) -> list[str]:
    return text.split()


_SYLLABLES = _words(
    "ba be bo da de di do fa fe ga go ha ho ja ka ke ko la le li lo ma me mi mo na ne no pa pe ra re ri ro sa "
    "se si ta te ti to va ve wa we"
)
_ENDINGS = _words("ns rs ck n r s t ert mans sen ens laer donck beke hoven")
_FIRST = _words(
    "Jan Piet Els An Luc Marc Tom Eva Sara Nina Koen Bart Lies Ilse Dirk Rik Hans Karl Paul Anna Marie Louis "
    "Hugo Emma Noor Fatima Ahmed Omar Youssef Aisha Peter Johan Sofie Wim Kris Guy Rita Greet Frank Erik Sven "
    "Tim Lotte Julie"
)
_COMMON = _words(
    "Janssens Peeters Maes Jacobs Mertens Willems Claes Goossens Wouters Dubois Lambert Dupont Müller Schmidt"
)
_TRADES = _words(
    "Transport Cargo Shipping Logistics Cars Motors Trading Freight Forwarding Auto Construct Export Services "
    "Trucks Machinery Equipment Bouw Interieur Horeca Foods"
)
_STREETS = _words(
    "Kerkstraat Stationsstraat Molenstraat Dorpsstraat Noorderlaan Haven Industrieweg Nieuwstraat Schoolstraat Markt"
)
_PLACEHOLDERS = (
    "Unknown",
    "Onbekend",
    "Client",
    "-",
    "Test",
    "N/A",
    "Particulier",
    "Unknown client",
    "Klant 1",
    "Inconnu",
)
_MAILBOXES = ("info", "sales", "contact", "office", "jan", "els", "export", "stijn")


@dataclass(frozen=True, slots=True)
class World:
    """`rows` are customers' columns with an `id`; `truth` says per id which one it is."""

    rows: list[Row]
    truth: dict[int, int]


def generate(count: int, seed: int) -> World:
    """About `count` customers: one in ten of them typed twice or more, one in eight part of a trap."""
    return _Maker(count, Random(seed)).make()


class _Maker:
    def __init__(self, count: int, random: Random) -> None:
        self.count, self.random = count, random
        self.rows: list[Row] = []
        self.truth: dict[int, int] = {}
        self.entities = 0
        self.cities = [(str(1000 + n), self._word().capitalize()) for n in range(max(20, min(2000, count // 100)))]

    def make(self) -> World:
        while len(self.rows) < self.count:
            kind = self.random.random()
            if kind < 0.86:
                self._plain()
            else:
                self.random.choice(
                    (
                        self._branches,
                        self._sisters,
                        self._accountant,
                        self._switchboard,
                        self._lookalikes,
                        self._family,
                        self._placeholders,
                        self._namesakes,
                    )
                )()
        self.random.shuffle(self.rows)
        return World(self.rows, self.truth)

    # --- customers and their copies -------------------------------------------------------------------

    def _plain(self) -> None:
        row = self._firm() if self.random.random() < 0.6 else self._person()
        entity = self._add(row)
        if self.random.random() < 0.08:
            for _ in range(self.random.choice((1, 1, 1, 1, 2, 2, 3))):
                self._add(copy_of(row, self.random), entity)

    def _add(self, row: Row, entity: int | None = None) -> int:
        if entity is None:
            self.entities += 1
            entity = self.entities
        row = {**row, "id": len(self.rows) + 1}
        self.rows.append(row)
        self.truth[row["id"]] = entity
        return entity

    def _firm(self, name: str | None = None, **values: Any) -> Row:
        core = name or self._firm_name()
        domain = "".join(core.lower().split()) + self.random.choice((".be", ".nl", ".com", ".fr"))
        domain = domain.replace("ü", "u").replace("&", "")
        return (
            self._row(
                name=f"{core} {self.random.choice(FORMS)}".strip(),
                email=self._maybe(f"{self.random.choice(_MAILBOXES)}@{domain}", 0.8),
                phone=self._maybe(self._phone("+323"), 0.8),
                mobile=self._maybe(self._phone("+32475"), 0.5),
                vat_number=self._maybe(self._vat(), 0.7),
                website=self._maybe(f"www.{domain}", 0.4),
                is_firm=True,
            )
            | values
        )

    def _person(self, name: str | None = None, **values: Any) -> Row:
        name = name or f"{self.random.choice(_FIRST)} {self._last_name()}"
        mailbox = ".".join(name.lower().split()).replace("ü", "u")
        number = self.random.randrange(9999)
        return (
            self._row(
                name=name,
                email=self._maybe(
                    f"{mailbox}{number}@{self.random.choice(('gmail.com', 'telenet.be', 'hotmail.com'))}", 0.7
                ),
                phone=self._maybe(self._phone("+323"), 0.3),
                mobile=self._maybe(self._phone("+32475"), 0.8),
                is_firm=False,
            )
            | values
        )

    def _row(self, **values: Any) -> Row:
        postal_code, city = self.random.choice(self.cities)
        row: Row = {
            "street": self.random.choice(_STREETS),
            "street_number": str(self.random.randrange(1, 400)),
            "city": city,
            "postal_code": postal_code,
            "country_code": "BE",
            "vat_number": None,
            "website": None,
        }
        return {**row, **values}

    # --- traps ----------------------------------------------------------------------------------------

    def _branches(self) -> None:
        """One name, one mailbox, often one switchboard, several cities; the head office alone has the VAT number."""
        head = self._firm()
        head["email"] = head["email"] or f"info@{self._word()}.be"
        self._add(head)
        for postal_code, city in self.random.sample(self.cities, self.random.randrange(1, 4)):
            if city == head["city"]:
                continue
            name = f"{head['name']} {city}" if self.random.random() < 0.3 else head["name"]
            phone = head["phone"] if self.random.random() < 0.5 else self._phone("+323")
            mobile = self._phone("+32475")
            self._add(
                {
                    **self._row(),
                    **{k: head[k] for k in ("email", "website", "is_firm")},
                    "name": name,
                    "phone": phone,
                    "mobile": mobile,
                    "city": city,
                    "postal_code": postal_code,
                }
            )

    def _sisters(self) -> None:
        """Firms of one owner: mailbox, phone, perhaps the door are the same; names and VAT numbers are not."""
        owner = self._last_name()
        first = self._firm(f"{owner} {self.random.choice(_TRADES)}")
        self._add(first)
        for trade in self.random.sample(_TRADES, self.random.randrange(1, 3)):
            shared = [c for c, p in (("email", 0.7), ("phone", 0.8), ("mobile", 0.3)) if self.random.random() < p]
            if self.random.random() < 0.6:
                shared += ["street", "street_number", "city", "postal_code"]
            other = f"{owner} {trade}" if self.random.random() < 0.5 else self._firm_name()
            if not first["name"].startswith(other):
                self._add({**self._firm(other), **{column: first[column] for column in shared}})

    def _accountant(self) -> None:
        """A mailbox and a phone under which many firms can be reached."""
        email, phone = f"info@{self._word()}{self._word()}.be", self._phone("+323")
        for _ in range(self.random.randrange(4, 12)):
            self._add(self._firm(email=email, **({"phone": phone} if self.random.random() < 0.5 else {})))

    def _switchboard(self) -> None:
        """A business centre: one door, one phone."""
        door = {k: v for k, v in self._row().items() if k in ("street", "street_number", "city", "postal_code")}
        phone = self._phone("+323")
        for _ in range(self.random.randrange(3, 9)):
            self._add(self._firm(phone=phone, **door))

    def _lookalikes(self) -> None:
        """One letter apart, and nobody's copy; every second time in one city."""
        one = self._firm(vat_number=None)
        self._add(one)
        core = one["name"].split()
        other = self._firm(" ".join([typing_error(core[0], self.random), *core[1:]]), vat_number=None)
        if self.random.random() < 0.5:
            other |= {"city": one["city"], "postal_code": one["postal_code"]}
        self._add(other)

    def _family(self) -> None:
        """One door, one phone, one surname, different people."""
        surname = self._last_name()
        names = [f"{first} {surname}" for first in self.random.sample(_FIRST, 3)]
        one = self._person(names[0])
        self._add(one)
        door = {k: one[k] for k in ("street", "street_number", "city", "postal_code")}
        for name in names[1 : self.random.randrange(2, 4)]:
            self._add(self._person(name, phone=one["phone"] or self._phone("+323"), **door))

    def _placeholders(self) -> None:
        for _ in range(self.random.randrange(1, 5)):
            who = self._person() if self.random.random() < 0.5 else self._firm(vat_number=None)
            keep = {c: who[c] if self.random.random() < 0.3 else None for c in ("email", "phone", "mobile", "street")}
            self._add({**who, "name": self.random.choice(_PLACEHOLDERS), "website": None, **keep})

    def _namesakes(self) -> None:
        """Two people of one common name in one city."""
        name = f"{self.random.choice(_FIRST)} {self.random.choice(_COMMON)}"
        one = self._person(name)
        self._add(one)
        self._add(self._person(name, city=one["city"], postal_code=one["postal_code"]))

    # --- values ---------------------------------------------------------------------------------------

    def _firm_name(self) -> str:
        owner = self._last_name() if self.random.random() < 0.5 else self._word().capitalize()
        more = f" & {self._last_name()}" if self.random.random() < 0.15 else ""
        return f"{owner}{more} {self.random.choice(_TRADES)}"

    def _last_name(self) -> str:
        return self.random.choice(_COMMON) if self.random.random() < 0.2 else self._word().capitalize()

    def _word(self) -> str:
        syllables = "".join(self.random.choices(_SYLLABLES, k=self.random.choice((2, 3, 3))))
        return syllables + self.random.choice(_ENDINGS)

    def _phone(self, prefix: str) -> str:
        return prefix + str(self.random.randrange(10**6, 10**7))

    def _vat(self) -> str:
        first = self.random.randrange(4_000_000, 19_999_999)
        return f"BE{first:08d}{97 - first % 97:02d}"

    def _maybe(self, value: str, chance: float) -> str | None:
        return value if self.random.random() < chance else None


def true_pairs(world: World) -> set[tuple[int, int]]:
    """Every pair that is one customer, the smaller id first."""
    return set(pairs_of(_groups(world)))


def _groups(world: World) -> Iterator[list[int]]:
    members: dict[int, list[int]] = {}
    for row, entity in world.truth.items():
        members.setdefault(entity, []).append(row)
    return (each for each in members.values() if len(each) > 1)


def pairs_of(groups: Any) -> Iterator[tuple[int, int]]:
    for members in groups:
        ordered = sorted(members)
        for place, one in enumerate(ordered):
            for other in ordered[place + 1 :]:
                yield one, other
