"""Servers and the daily costs of projects in the clouds."""

from calendar_days import DAY_COUNT, day, is_weekend
from words import CLOUDS, SERVER_ROLES, SERVER_SIZES, SERVER_SYSTEMS


def servers(dice, domain_id, projects):
    rows = []
    for project_id, _, name, _, _ in projects:
        provider = dice.pick(sorted(CLOUDS))
        short = name.split()[0].lower()
        for number in range(1, dice.between(3, 12) + 1):
            size, cpus, memory = dice.pick(SERVER_SIZES)
            started = -dice.below(1500)
            state = dice.weighted([("running", 82), ("stopped", 11), ("retired", 7)])
            patched = DAY_COUNT - 1 - dice.weighted([(dice.below(35), 75), (dice.below(300), 25)])
            rows.append((
                dice.name("server"), domain_id, project_id,
                f"{short}-{dice.pick(SERVER_ROLES)}-{number:02}", provider,
                dice.pick(CLOUDS[provider][0]), size, cpus, memory,
                dice.weighted(SERVER_SYSTEMS), state, day(started), day(patched)))
    return rows


def cost_lines(dice, projects, count):
    """Which service of which cloud each project pays for: (project, provider, region, service)."""
    lines, taken = [], set()
    while len(lines) < count:
        project_id = projects[len(lines) % len(projects)][0]
        provider = dice.weighted([("aws", 5), ("azure", 3), ("google_cloud", 3)])
        regions, services = CLOUDS[provider]
        line = (project_id, provider, dice.pick(regions), dice.pick(services))
        if line not in taken:
            taken.add(line)
            lines.append(line)
    return lines


def line_costs(dice, domain_id, line):
    """One cost line through the year: a size, a trend, quieter weekends, noise, a rare outburst."""
    project_id, provider, region, (service, unit, price, usual) = line
    size = usual * dice.between(8, 260)  # in hundredths
    trend = dice.between(-8, 45)  # per cent in a year
    begins = dice.between(1, 150) if dice.chance(18) else 0
    ends = DAY_COUNT - dice.between(1, 120) if dice.chance(8) else DAY_COUNT
    outburst = dice.between(30, DAY_COUNT - 10) if dice.chance(22) else None
    for offset in range(begins, ends):
        parts = size * (100 * DAY_COUNT + trend * offset) // (100 * DAY_COUNT)
        if is_weekend(offset):
            parts = parts * 82 // 100
        parts = parts * dice.between(92, 108) // 100
        if outburst is not None and 0 <= offset - outburst < 3:
            parts *= dice.between(4, 9)
        yield (
            domain_id, project_id, day(offset), provider, service, region, parts / 100, unit,
            parts * price // 100)


def daily_costs(dice, domain_id, projects, count):
    """The costs of one domain, ordered by day as a bill is."""
    rows = []
    for line in cost_lines(dice, projects, count):
        rows += line_costs(dice, domain_id, line)
    rows.sort(key=lambda row: row[2])
    return rows
