"""What a query string finds, said once more: read from the documentation, not from the Swift sources.

Every row is looked at, with plain lists and loops. `find` answers (index, id) in the order of the export.
"""

import calendar
import datetime
import itertools
import json
import re

UTC = datetime.timezone.utc

# Published names by column, for each index; lists are under their own names.
COMMON = {"id": "id", "name": "name", "description": "description", "created": "created",
          "modified": "modified", "source_id": "source.id", "source_name": "source.name",
          "owner_id": "owner.id", "owner_name": "owner.name", "is_enabled": "enabled",
          "is_requestable": "requestable", "is_privileged": "privileged"}
INDICES = {
    "accessprofiles": ("iam_access_profiles", COMMON),
    "accountactivities": ("iam_account_activities", {
        **COMMON, "action": "action", "status": "status", "requester_id": "requester.id",
        "requester_name": "requester.name", "recipient_id": "recipient.id",
        "recipient_name": "recipient.name"}),
    "entitlements": ("iam_entitlements", {
        **COMMON, "display_name": "displayName", "attribute": "attribute", "value": "value",
        "account_count": "accountCount"}),
    "events": ("iam_events", {
        **COMMON, "type": "type", "actor_name": "actor.name", "target_name": "target.name",
        "ip_address": "ipAddress"}),
    "identities": ("iam_identities", {
        **COMMON, "display_name": "displayName", "first_name": "firstName",
        "last_name": "lastName", "email": "email", "department": "department",
        "job_title": "jobTitle", "lifecycle_state": "lifecycleState", "manager_id": "manager.id",
        "manager_name": "manager.name", "identity_profile": "identityProfile.name",
        "is_manager": "isManager", "is_correlated": "correlated"}),
    "roles": ("iam_roles", COMMON),
}
ACCOUNT = {"id": "id", "account": "accountId", "display_name": "name", "user_name": "userName",
           "type": "type", "source_id": "source.id", "source_name": "source.name",
           "source_type": "source.type", "is_disabled": "disabled", "is_locked": "locked",
           "is_privileged": "privileged", "created": "created", "modified": "modified"}
LISTS = {"identities": ["accounts", "access"], "accessprofiles": ["entitlements"],
         "roles": ["accessProfiles"]}
LIST_FIELDS = {
    "accounts": set(ACCOUNT.values()),
    "access": {"id", "name", "type", "source.name", "privileged"},
    "entitlements": {"id", "name"}, "accessProfiles": {"id", "name"}}
KEYS = {"id", "source.id", "owner.id", "manager.id", "requester.id", "recipient.id", "ipAddress"}
FLAGS = {"isManager", "correlated", "enabled", "requestable", "privileged", "disabled", "locked"}
DATES = {"created", "modified"}
NUMBERS = {"accountCount"}


class Unknown(Exception):
    """A field that no index has."""


class Data:
    """All rows of a domain, by index, as dictionaries of published names."""

    def __init__(self, database, domain):
        self.fields = {}
        self.rows = {}
        for index, (table, names) in INDICES.items():
            rows = self.read(database, table, domain)
            columns = rows[0].keys()
            self.fields[index] = {names[column] for column in columns if column in names}
            made = []
            for row in rows:
                item = {names[column]: value for column, value in row.items() if column in names}
                if index == "identities":
                    item["attributes"] = json.loads(row["attributes"])
                    item["access"] = [
                        {("source.name" if key == "source" else key): value
                         for key, value in entry.items()} for entry in json.loads(row["access"])]
                if index == "accessprofiles":
                    item["entitlements"] = json.loads(row["entitlements"])
                if index == "roles":
                    item["accessProfiles"] = json.loads(row["access_profiles"])
                made.append(item)
            self.rows[index] = sorted(made, key=lambda item: item["id"].encode())
        owned = {}
        for row in self.read(database, "iam_accounts", domain):
            owned.setdefault(row["identity_id"], []).append(
                {ACCOUNT[column]: value for column, value in row.items() if column in ACCOUNT})
        for item in self.rows["identities"]:
            item["accounts"] = sorted(owned.get(item["id"], []), key=lambda one: one["id"])

    @staticmethod
    def read(database, table, domain):
        cursor = database.execute(f"SELECT * FROM {table} WHERE domain_id = ?", [domain])
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row)) for row in cursor]


# Reading: a list of tokens, then rules that call each other.

TOKEN = re.compile(r'''
    (?P<blank>\s+) | (?P<open>\() | (?P<close>\)) | (?P<list>@(?P<listname>\w+)(?=\()) |
    (?P<field>(?:\\.|[^\s()"\[\]{}^~:\\+\-!<>*?])(?:\\.|[^\s()"\[\]{}^~:\\*?])*): |
    (?P<phrase>"(?P<inner>(?:\\.|[^"\\])*)"(?:~(?P<slop>\d+))?) |
    (?P<range>(?P<left>[\[{])\s*(?P<low>"[^"]*"|\S+)\s+TO\s+(?P<high>"[^"]*"|[^\s\]}]+)\s*(?P<right>[\]}])) |
    (?P<compare>(?P<sign>[<>]=?)\s*(?P<bound>"[^"]*"|[^\s()]+)) |
    (?P<and>AND(?=[\s()"])|&&) | (?P<or>OR(?=[\s()"])|\|\|) |
    (?P<minus>NOT(?=[\s()"])|-|!) | (?P<plus>\+) |
    (?P<all>\*:\*) | (?P<word>(?:\\.|[^\s()"\[\]{}^~:\\])+)
''', re.X)


def tokens(text):
    found, place = [], 0
    while place < len(text):
        after_field = bool(found) and found[-1][0] == "field"
        match = None
        if after_field:
            # A value may hold colons and signs.
            match = re.compile(r'(?P<word>(?![<>"(\[{])(?:\\.|[^\s()"\[\]{}^~\\])+)').match(text, place)
        match = match or TOKEN.match(text, place)
        assert match, f"{text!r} at {place}"
        kind = next(
            name for name in ("blank", "open", "close", "list", "field", "phrase", "range", "compare",
                              "and", "or", "minus", "plus", "all", "word")
            if name in match.re.groupindex and match[name] is not None)
        if kind != "blank":
            found.append((kind, match))
        place = match.end()
    return found


def unescaped(text):
    return re.sub(r"\\(.)", r"\1", text)


class Reader:
    def __init__(self, text):
        self.left = tokens(text)

    def peek(self):
        return self.left[0][0] if self.left else None

    def take(self):
        return self.left.pop(0)

    def query(self, field):
        clauses, joined = [], False
        while self.peek() not in (None, "close"):
            sign, node, strict = self.chain(field)
            follows = self.peek() == "or"
            if follows:
                self.take()
            clauses.append((sign, node, strict or joined or follows))
            joined = follows
        must = [node for sign, node, strict in clauses if not strict and sign == "plus"]
        must_not = [node for sign, node, strict in clauses if not strict and sign == "minus"]
        may = [("not", node) if sign == "minus" else node
               for sign, node, strict in clauses if strict or sign is None]
        parts = list(must)
        if not must and may:
            parts.append(("any", may))
        return ("all", parts + [("not", node) for node in must_not])

    def chain(self, field):
        links = [self.link(field)]
        while self.peek() == "and":
            self.take()
            links.append(self.link(field))
        if len(links) == 1:
            return (*links[0], False)
        return None, ("all", [("not", node) if sign == "minus" else node
                              for sign, node in links]), True

    def link(self, field):
        sign = None
        if self.peek() in ("plus", "minus"):
            sign = self.take()[0]
        return sign, self.leaf(field)

    def leaf(self, field):
        kind, match = self.take()
        if kind == "open":
            node = self.query(field)
            assert self.take()[0] == "close"
            return node
        if kind == "list":
            assert self.take()[0] == "open"
            node = self.query(None)
            assert self.take()[0] == "close"
            return ("list", match["listname"], node)
        if kind == "field":
            name = unescaped(match["field"])
            if name == "_exists_":
                return ("exists", unescaped(self.take()[1]["word"]))
            return self.leaf(name)
        if kind == "all":
            return ("true",)
        if kind == "phrase":
            return ("phrase", field, unescaped(match["inner"]), int(match["slop"] or 0))
        if kind == "range":
            return ("range", field, match["low"].strip('"'), match["left"] == "[",
                    match["high"].strip('"'), match["right"] == "]")
        if kind == "compare":
            bound, closed = match["bound"].strip('"'), match["sign"].endswith("=")
            if match["sign"].startswith(">"):
                return ("range", field, bound, closed, "*", True)
            return ("range", field, "*", True, bound, closed)
        assert kind in ("word", "minus"), kind
        text = match["word"]
        if text == "*":
            return ("true",) if field is None else ("exists", field)
        return ("word", field, text)


# Texts.

def words(text):
    return [word.lower() for word in re.findall(r"(?:[^\W_]|[\u0300-\u036f])+", text)]


def pattern_words(text):
    """Regular expressions for the words of a term, whose wildcards are not behind a backslash."""
    text = re.sub(r"\\([*?])", " ", text)
    found = re.findall(r"(?:[^\W_]|[\u0300-\u036f*?])+", unescaped(text))
    return [re.compile("".join(
        ".*" if letter == "*" else "." if letter == "?" else re.escape(letter.lower())
        for letter in word), re.S) for word in found]


def meets(patterns, text, slop):
    there = words(text)
    places = [[place for place, word in enumerate(there) if pattern.fullmatch(word)]
              for pattern in patterns]
    for choice in itertools.product(*places):
        moves = [place - number for number, place in enumerate(choice)]
        if max(moves) - min(moves) <= slop:
            return True
    return False


def whole(term, is_phrase):
    if is_phrase:
        return re.compile(re.escape(term))
    parts = re.findall(r"\\.|.", term, re.S)
    return re.compile("".join(
        ".*" if part == "*" else "." if part == "?" else re.escape(part[-1]) for part in parts), re.S)


# Time.

NOW = datetime.datetime.now(UTC).replace(microsecond=0)


def shift(moment, count, unit):
    if unit in "yM":
        months = moment.year * 12 + moment.month - 1 + count * (12 if unit == "y" else 1)
        year, month = divmod(months, 12)
        day = min(moment.day, calendar.monthrange(year, month + 1)[1])
        return moment.replace(year=year, month=month + 1, day=day)
    name = {"w": "weeks", "d": "days", "h": "hours", "H": "hours", "m": "minutes", "s": "seconds"}
    return moment + datetime.timedelta(**{name[unit]: count})


def span(text):
    """(first, behind the last) second, as texts."""
    match = re.fullmatch(r"(now|[^|]+?)(?:\|\|)?((?:[+-]\d*[yMwdhHms]|/[yMwdhHms])*)", text)
    anchor, steps = match[1], match[2]
    if anchor == "now":
        moment, unit = NOW, "s"
    else:
        parts = len(anchor)
        unit = {4: "y", 7: "M", 10: "d"}.get(parts, "s")
        full = anchor + {4: "-01-01", 7: "-01"}.get(parts, "")
        moment = datetime.datetime.fromisoformat(full.replace("Z", "+00:00"))
        moment = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    for sign, number, step in re.findall(r"([+\-/])(\d*)([yMwdhHms])", steps):
        if sign != "/":
            moment = shift(moment, int(sign + (number or "1")), step)
            continue
        unit = step
        moment = moment.replace(microsecond=0)
        if step in "yMwdhHm":
            moment = moment.replace(second=0)
        if step in "yMwdhH":
            moment = moment.replace(minute=0)
        if step in "yMwd":
            moment = moment.replace(hour=0)
        if step == "w":
            moment -= datetime.timedelta(days=moment.weekday())
        if step in "yM":
            moment = moment.replace(day=1)
        if step == "y":
            moment = moment.replace(month=1)
    form = "%Y-%m-%dT%H:%M:%SZ"
    return moment.strftime(form), shift(moment, 1, unit).strftime(form)


# Rows.

class Evaluation:
    def __init__(self, data, index, indices):
        self.data, self.index, self.indices = data, index, indices

    def has(self, index, name):
        name = name.removesuffix(".exact")
        head, _, rest = name.partition(".")
        return (name in self.data.fields[index]
                or index == "identities" and head == "attributes" and rest
                or head in LISTS.get(index, []) and rest in LIST_FIELDS[head])

    def values(self, row, name):
        """(kind, values) of a field of a row."""
        if not any(self.has(index, name) for index in self.indices):
            raise Unknown(name)
        if not self.has(self.index, name):
            return "text", []
        plain, exact = name.removesuffix(".exact"), name.endswith(".exact")
        head, _, rest = plain.partition(".")
        if plain in self.data.fields[self.index]:
            values, kind = [row[plain]], kind_of(plain)
        elif head == "attributes":
            values, kind = [row["attributes"].get(rest)], "attribute"
        else:
            values, kind = [item.get(rest) for item in row[head]], kind_of(rest)
        if exact and kind in ("text", "attribute"):
            kind = "exact"
        return kind, [value for value in values if value is not None]

    def holds(self, node, row):
        match node:
            case ("true",):
                return True
            case ("all", nodes):
                # No short cut, so that an unknown field is always seen.
                return all([self.holds(one, row) for one in nodes])
            case ("any", nodes):
                return any([self.holds(one, row) for one in nodes])
            case ("not", one):
                return not self.holds(one, row)
            case ("exists", name):
                return bool(self.values(row, name)[1])
            case ("list", name, one):
                if not any(name in LISTS.get(index, []) for index in self.indices):
                    raise Unknown(name)
                if name not in LISTS.get(self.index, []):
                    return False
                return any([Item(name).holds(one, item) for item in row[name]])
            case (kind, None, *rest):
                return any(value_meets("text", value, kind, rest) for value in self.texts(row))
            case (kind, name, *rest):
                field, values = self.values(row, name)
                return any([value_meets(field, value, kind, rest) for value in values])

    def texts(self, row):
        for name in self.data.fields[self.index]:
            if kind_of(name) in ("text", "exact") and row[name] is not None:
                yield row[name]
        for value in row.get("attributes", {}).values():
            if value is not None:
                yield str(value)


class Item:
    """An item of a list."""

    def __init__(self, name):
        self.name = name

    def holds(self, node, item):
        match node:
            case ("true",):
                return True
            case ("all", nodes):
                return all([self.holds(one, item) for one in nodes])
            case ("any", nodes):
                return any([self.holds(one, item) for one in nodes])
            case ("not", one):
                return not self.holds(one, item)
            case ("exists", name):
                return item.get(name) is not None
            case (kind, None, *rest):
                return any(
                    value_meets("text", item[name], kind, rest) for name in LIST_FIELDS[self.name]
                    if kind_of(name) == "text" and item.get(name) is not None)
            case (kind, name, *rest):
                name = name.removeprefix(self.name + ".")
                exact = name.endswith(".exact")
                name = name.removesuffix(".exact")
                if name not in LIST_FIELDS[self.name]:
                    raise Unknown(name)
                value = item.get(name)
                field = "exact" if exact and kind_of(name) == "text" else kind_of(name)
                return value is not None and value_meets(field, value, kind, rest)


def kind_of(name):
    return ("exact" if name in KEYS else "flag" if name in FLAGS else "date" if name in DATES
            else "number" if name in NUMBERS else "text")


def value_meets(field, value, kind, rest):
    if kind == "range":
        return in_range(field, value, *rest)
    term = rest[0]
    if field in ("text", "attribute"):
        if kind == "phrase":
            patterns = [re.compile(re.escape(word)) for word in words(term)]
            return meets(patterns, str(value), rest[1])
        return meets(pattern_words(term), str(value), 0)
    if field == "exact":
        return bool(whole(term, kind == "phrase").fullmatch(value))
    if field == "flag":
        return value == {"true": 1, "false": 0}[term]
    if field == "number":
        return value == int(term)
    first, end = span(unescaped(term))
    return first <= value < end


def in_range(field, value, low, has_low, high, has_high):
    if field == "date":
        return ((low == "*" or value >= span(low)[0 if has_low else 1])
                and (high == "*" or value < span(high)[1 if has_high else 0]))
    make = int if field == "number" else str.encode
    value = value if field == "number" else value.encode()
    return ((low == "*" or (value >= make(low) if has_low else value > make(low)))
            and (high == "*" or (value <= make(high) if has_high else value < make(high))))


def find(query, data, indices):
    reader = Reader(query)
    node = reader.query(None)
    assert not reader.left, query
    found = []
    for index in sorted(indices):
        evaluation = Evaluation(data, index, indices)
        found += [(index, row["id"]) for row in data.rows[index] if evaluation.holds(node, row)]
    return found
