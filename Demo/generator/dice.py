"""Pseudo-random choices that come out alike on every machine and Python version."""

MASK = (1 << 64) - 1


class Dice:
    """SplitMix64: the same seed always rolls the same numbers."""

    def __init__(self, seed):
        self.state = seed & MASK

    def bits(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        mixed = self.state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & MASK
        return mixed ^ (mixed >> 31)

    def below(self, limit):
        """A whole number from 0 up to, not including, the limit."""
        return self.bits() * limit >> 64

    def between(self, low, high):
        """A whole number from low to high, both included."""
        return low + self.below(high - low + 1)

    def chance(self, percent):
        return self.below(100) < percent

    def pick(self, items):
        return items[self.below(len(items))]

    def weighted(self, pairs):
        """One of the values of (value, weight) pairs."""
        roll = self.below(sum(weight for _, weight in pairs))
        for value, weight in pairs:
            roll -= weight
            if roll < 0:
                return value
        raise AssertionError("weights do not add up")

    def some(self, items, count):
        """So many different items, in the order of the list."""
        left = list(range(len(items)))
        while len(left) > count:
            left.pop(self.below(len(left)))
        return [items[index] for index in left]

    def name(self, prefix):
        """An identifier: the prefix and 12 hexadecimal digits."""
        return f"{prefix}-{self.bits() >> 16:012x}"
