"""What the identity reports read besides people and accounts: who is vouched for, access, events."""

import hashlib

from access import offset_of
from calendar_days import DAY_COUNT, moment

ROLES = [
    ("All Staff", "What everybody needs on the first day", 0),
    ("Finance Clerk", "Books invoices and reads the ledger", 1),
    ("Software Engineer", "Writes code and looks at the cloud", 2),
    ("Support Agent", "Answers customers' tickets", 3),
    ("Auditor", None, 1),
]

ACTIONS = [
    ("ADD_ACCESS", 5), ("REMOVE_ACCESS", 3), ("CREATE_ACCOUNT", 2), ("DISABLE_ACCOUNT", 2),
    ("PASSWORD_CHANGE", 3)]
STATUSES = [("COMPLETE", 8), ("FAILURE", 1), ("PENDING", 1)]

EVENTS = [
    ("AUTH", "Sign-in passed", 8), ("AUTH", "Sign-in failed", 3),
    ("ACCESS_REQUEST", "Request approved", 3), ("ACCESS_REQUEST", "Request denied", 1),
    ("PROVISIONING", "Account created", 2), ("PROVISIONING", "Account disabled", 1),
    ("USER_MANAGEMENT", "Person's \"display name\" changed", 1)]

FAULTS = [
    ("email", "The address is another person's already"),
    ("manager", "No identity has the manager's number"),
    ("department", "The value is not among those that the profile allows"),
]


def register_id(domain_id):
    """The register is a source of each domain, told by its domain."""
    return "source-" + hashlib.sha256(domain_id.encode()).hexdigest()[:12]


def personnel(dice, domain_id, people):
    """An entry for most people: contractors and others who were never hired have none."""
    rows = []
    for number, person in enumerate(people, 1):
        if dice.chance(93):
            rows.append((
                dice.name("personnel"), domain_id, register_id(domain_id), person[0],
                f"P{number:05}", f"CC-{dice.between(100, 119) * 10}", person[8]))
    return rows


def access_profiles(dice, domain_id, systems, entitlements, people):
    """One profile for each grade of risk of each system."""
    staff = [person[0] for person in people if person[9] is None]
    rows, contents = [], []
    for source_id, _, name, _ in systems:
        for grade, title in ((1, "Basic"), (2, "Advanced"), (3, "Privileged")):
            held = [row[0] for row in entitlements if row[2] == source_id and row[4] == grade]
            if not held:
                continue
            profile_id = dice.name("profile")
            described = f"{title} rights in {name}" if dice.chance(80) else None
            rows.append((
                profile_id, domain_id, source_id, f"{name} {title}", described, dice.pick(staff),
                int(grade < 3), moment(dice, -dice.between(10, 900))))
            contents += [(profile_id, entitlement_id) for entitlement_id in held]
    return rows, contents


def roles(dice, domain_id, systems, profiles, people):
    staff = [person[0] for person in people if person[9] is None]
    rows, contents = [], []
    for name, description, system in ROLES:
        role_id = dice.name("role")
        rows.append((
            role_id, domain_id, name, description, dice.pick(staff), int(dice.chance(85)),
            int(dice.chance(50)), moment(dice, -dice.between(10, 700))))
        wanted = {systems[0][0], systems[system][0]}
        contents += [(role_id, row[0]) for row in profiles if row[2] in wanted and row[6]]
    return rows, contents


def activities(dice, domain_id, systems, people):
    rows = []
    for _ in range(len(people) // 2):
        requester, recipient = dice.pick(people), dice.pick(people)
        created = dice.between(0, DAY_COUNT - 10)
        status = dice.weighted(STATUSES)
        rows.append((
            dice.name("activity"), domain_id, dice.weighted(ACTIONS), status, requester[0],
            recipient[0], dice.pick(systems)[0], moment(dice, created),
            None if status == "PENDING" else moment(dice, created + dice.between(1, 9))))
    return rows


def events(dice, domain_id, people):
    kinds = [((kind, name), weight) for kind, name, weight in EVENTS]
    rows = []
    for _ in range(len(people) * 2):
        kind, name = dice.weighted(kinds)
        actor = dice.pick(people)
        target = dice.pick(people)[2] if dice.chance(60) else None
        address = f"192.0.2.{dice.below(256)}" if kind == "AUTH" else None
        rows.append((
            dice.name("event"), domain_id, kind, name, actor[2], target, address,
            moment(dice, dice.below(DAY_COUNT))))
    return rows


def errors(dice, domain_id, people):
    rows = []
    for person in people:
        if dice.chance(4):
            attribute, message = dice.pick(FAULTS)
            since = max(offset_of(person[8]), 0)
            rows.append((
                dice.name("error"), domain_id, person[0], register_id(domain_id), attribute,
                message, moment(dice, dice.between(since, DAY_COUNT - 1))))
    return rows
