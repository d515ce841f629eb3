"""A browser at the desk."""

from typing import Any

import pytest
from django.test import Client

from campaign.base.models import User


@pytest.fixture
def desk(client: Client, aigul: User, settings: Any) -> Client:
    """A browser in which Aigul sits at the desk of a demonstration, where no second factor is asked for."""
    settings.DEMONSTRATION = True
    client.force_login(aigul)
    return client
