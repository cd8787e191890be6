"""What several files need of pytest; and what a helper asserts tells as much when it fails as what a test asserts."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

pytest.register_assert_rewrite("tests.integration.merging_rig", "tests.integration.push_rig")


@pytest.fixture
def no_count_left_over() -> Iterator[None]:
    """Nothing that another test counted is still in the cache."""
    cache.clear()
    yield
    cache.clear()
