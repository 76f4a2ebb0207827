"""Domains, identities and projects."""

import unicodedata

from calendar_days import DAY_COUNT, day
from words import (
    DEPARTMENTS, DOMAINS, FIRST_NAMES, LAST_NAMES, LOCATIONS, PROJECT_NAMES, PROJECT_PURPOSES)

# Not what decomposing a letter gives.
PLAIN = str.maketrans({"ł": "l", "ø": "o", "ı": "i", "'": "", "_": ""})


def plain(text):
    """A name as it stands in a mail address: lower-case ASCII letters."""
    parts = unicodedata.normalize("NFD", text.lower().translate(PLAIN))
    return "".join(letter for letter in parts if letter.isascii())


def spaced(text):
    return text.replace("_", " ")


def domains(dice):
    return [(dice.name("domain"), name) for name, *_ in DOMAINS]


def identities(dice, domain_id, mail_domain, count):
    """The people of one domain: the first of each department leads it."""
    rows, leads, taken = [], {}, set()
    shares = [(department, share) for department, share, _ in DEPARTMENTS]
    titles = {department: names for department, _, names in DEPARTMENTS}
    for index in range(count):
        department = shares[index][0] if index < len(shares) else dice.weighted(shares)
        first, last = dice.pick(FIRST_NAMES), dice.pick(LAST_NAMES)
        mail = base = f"{plain(first)}.{plain(last)}"
        number = 1
        while mail in taken:
            number += 1
            mail = f"{base}{number}"
        taken.add(mail)
        identity_id = dice.name("identity")
        above = leads.setdefault(department, [])
        level = 0 if not above else 1 if len(above) < 4 else 2
        manager_id = None if level == 0 else above[0] if level == 1 else dice.pick(above[1:])
        if level < 2:
            above.append(identity_id)
        hired = -dice.between(20, 3600) if level < 2 else dice.between(-3200, DAY_COUNT - 8)
        # Leads stay, so that every manager is somebody who is still here.
        leaves = level == 2 and dice.chance(9)
        left = dice.between(max(hired + 7, -240), DAY_COUNT - 1) if leaves else None
        rows.append((
            identity_id, domain_id, spaced(f"{first} {last}"),
            f"{mail}@{mail_domain}", department, titles[department][level],
            dice.weighted(LOCATIONS), manager_id, day(hired),
            None if left is None else day(left)))
    return rows


def projects(dice, domain_id, people, count):
    staff = [row[0] for row in people if row[9] is None and row[4] in ("Engineering", "Operations")]
    rows = []
    for name in dice.some(PROJECT_NAMES, count):
        purpose = dice.pick(PROJECT_PURPOSES)
        rows.append((
            dice.name("project"), domain_id, spaced(f"{name} {purpose}"),
            f"CC-{dice.between(100, 119) * 10}", dice.pick(staff)))
    return rows
