"""The fixed calendar of the demo: nothing here asks what day it is."""

from datetime import date, timedelta

FIRST_DAY = date(2025, 1, 1)
LAST_DAY = date(2025, 12, 31)
DAY_COUNT = (LAST_DAY - FIRST_DAY).days + 1


def day(offset):
    """The day so many days after the first, as YYYY-MM-DD."""
    return (FIRST_DAY + timedelta(days=offset)).isoformat()


def is_weekend(offset):
    return (FIRST_DAY + timedelta(days=offset)).weekday() >= 5


def moment(dice, offset):
    """Some time on a day, during working hours mostly, in UTC."""
    hour = dice.between(6, 18) if dice.chance(90) else dice.between(0, 23)
    return f"{day(offset)}T{hour:02}:{dice.below(60):02}:{dice.below(60):02}Z"
