"""Sources, the accounts in them and what the accounts may do."""

from datetime import date

from calendar_days import DAY_COUNT, FIRST_DAY, day, moment
from words import SOURCES


def offset_of(text):
    return (date.fromisoformat(text) - FIRST_DAY).days


def sources(dice, domain_id):
    """The systems of one domain, and the entitlements each of them knows."""
    rows, entitlements = [], []
    for name, kind, _, names in SOURCES:
        source_id = dice.name("source")
        rows.append((source_id, domain_id, name, kind))
        entitlements += [
            (dice.name("entitlement"), domain_id, source_id, title, risk) for title, risk in names]
    return rows, entitlements


def accounts(dice, domain_id, systems, people):
    rows = []
    for (source_id, _, name, _), (_, _, share, _) in zip(systems, SOURCES):
        for person in people:
            if dice.chance(share):
                rows.append(owned_account(dice, domain_id, source_id, person))
        for number in range(1, dice.between(5, 12) + 1):
            rows.append(orphan_account(dice, domain_id, source_id, name, number))
    return rows


def owned_account(dice, domain_id, source_id, person):
    identity_id, email, hired, left = person[0], person[3], offset_of(person[8]), person[9]
    # Most accounts of leavers are switched off on the day; the rest is what reviews look for.
    is_disabled = left is not None and dice.chance(80)
    last = DAY_COUNT - 1 if left is None else offset_of(left)
    created = min(hired + dice.below(30), last)
    seen = max(created, last - dice.weighted([(dice.below(4), 70), (dice.below(400), 30)]))
    return (
        dice.name("account"), domain_id, source_id, identity_id, email.split("@")[0],
        int(dice.chance(7)), int(is_disabled), day(created), moment(dice, seen))


def orphan_account(dice, domain_id, source_id, source_name, number):
    """Nobody is known to own it: service accounts and leftovers of people long gone."""
    kind = dice.pick(["svc-backup", "svc-import", "svc-monitor", "tmp-migration", "contractor"])
    created = -dice.between(200, 2600)
    seen = dice.between(created + 10, DAY_COUNT - 1)
    never = dice.chance(15)
    return (
        dice.name("account"), domain_id, source_id, None,
        f"{kind}-{source_name.split()[0].lower()}-{number:02}", int(dice.chance(35)),
        int(dice.chance(20)), day(created), None if never else moment(dice, seen))


def grants(dice, account_rows, entitlements):
    """Every account has the first entitlement of its source and perhaps some of the others."""
    by_source = {}
    for row in entitlements:
        by_source.setdefault(row[2], []).append(row)
    rows = []
    for account in account_rows:
        first, *others = by_source[account[2]]
        privileged, created = account[5], offset_of(account[7])
        chosen = [first] + [
            other for other in others if dice.chance(45 if privileged else 36 // other[4] ** 2)]
        for entitlement in chosen:
            granted = min(created + dice.below(200), DAY_COUNT - 1)
            reviewed = dice.between(granted, DAY_COUNT - 1) if dice.chance(75) else None
            rows.append((
                account[0], entitlement[0], day(granted),
                None if reviewed is None else day(reviewed)))
    return rows
