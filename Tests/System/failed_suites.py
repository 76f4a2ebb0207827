#!/usr/bin/env python3
"""Prints a filter for the suites in which a test failed, of results in JUnit's XML.

    failed_suites.py RESULTS

Exit code 1 if there are no results, none failed, or so many suites that it is no disturbance.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree

SUITES_MAX = 8


def main(path: str) -> int:
    try:
        cases = ElementTree.parse(path).iter("testcase")
    except (OSError, ElementTree.ParseError) as error:
        print(f"failed_suites.py: no results in {path}: {error}", file=sys.stderr)
        return 1
    suites = sorted({
        case.get("classname", "") for case in cases
        if case.find("failure") is not None or case.find("error") is not None})
    if not 0 < len(suites) <= SUITES_MAX:
        print(f"failed_suites.py: {len(suites)} suites failed", file=sys.stderr)
        return 1
    print("|".join(f"^{re.escape(suite)}/" for suite in suites))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
