"""A list whose count stands once, below it (`panel/pagination.html`). Beside the title the theme would show it again,
and take the limit up to which was counted for the number."""

from typing import Any

from django.http import HttpRequest
from unfold.views import ChangeList  # type: ignore[import-untyped]


class BigChangeList(ChangeList):  # type: ignore[misc]  # Unfold has no types
    full_result_count: Any

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.full_result_count = self.result_count
