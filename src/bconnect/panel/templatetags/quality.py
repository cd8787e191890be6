"""The dashboard's card about the quality of the data."""

from typing import Any

from django import template

from bconnect.panel.quality_trend import trend

register = template.Library()


@register.inclusion_tag("panel/quality.html", takes_context=True)
def quality(context: dict[str, Any]) -> dict[str, Any]:
    """Nothing for those who may not see it."""
    request = context["request"]
    return {"trend": trend() if request.user.has_perm("duplicates.view_profile") else None}
