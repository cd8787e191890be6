"""What a helper asserts tells as much when it fails as what a test asserts."""

import pytest

pytest.register_assert_rewrite("tests.integration.merging_rig", "tests.integration.push_rig")
