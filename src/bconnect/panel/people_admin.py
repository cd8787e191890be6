"""Users and groups, in the look of the rest. Nobody gives rights that they do not hold themselves."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest
from unfold.admin import ModelAdmin  # type: ignore[import-untyped]
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm  # type: ignore[import-untyped]

admin.site.unregister(User)
admin.site.unregister(Group)

ONLY_SUPERUSERS = ("is_superuser", "user_permissions")


@admin.register(User)
class PersonAdmin(UserAdmin, ModelAdmin):  # type: ignore[type-arg,misc]  # Unfold has no types
    """An administrator puts people into groups; superusers, and what lies beyond the groups, are for superusers."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if isinstance(obj, User) and obj.is_superuser and not request.user.is_superuser:
            return False
        return bool(super().has_change_permission(request, obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else (*fields, *ONLY_SUPERUSERS)


@admin.register(Group)
class PeopleAdmin(GroupAdmin, ModelAdmin):  # type: ignore[misc]
    pass
