"""The portal as people meet it: a real server, a real browser, the demo."""

import pytest

pytest.register_assert_rewrite("tests.browser.hands", "tests.browser.people", "tests.browser.steps")
