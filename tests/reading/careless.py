"""The site as it would be without asking whether a stored page is still true: the control of `test_two_processes`."""

from campaign.wsgi import application

__all__ = ["application"]

from campaign.base import freshness  # after Django is set up

freshness.version = lambda: 1
