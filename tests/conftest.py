"""Generated cases are the same on every machine: what one sees fail, another can see.

`make test ARGS="--hypothesis-profile=explore"` draws new ones, and many.
"""

from hypothesis import HealthCheck, settings

settings.register_profile("fixed", derandomize=True, database=None, deadline=None, print_blob=True)
settings.register_profile(
    "explore", max_examples=2_000, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("fixed")
