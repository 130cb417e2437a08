"""How much hostility each handler of the link meets: a hundred cases, or as many as HOSTILE_CASES says (10000)."""

import os

from hypothesis import HealthCheck, settings

CASES = int(os.environ.get("HOSTILE_CASES", "100"))
LIMIT_S = 120 + CASES // 5
hostile = settings(
    max_examples=CASES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
