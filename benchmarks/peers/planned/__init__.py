"""The plan's table and mapping in Django, as small as Django gets: what both Django peers share."""
