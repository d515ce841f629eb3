"""What the operator of these tests trusts."""

import pytest

from signatories.eds.certificates import read_certificate
from signatories.eds.trust import Trust
from tests.signatories.eds.authority import Holder, middle, root, rsa_root


def trusting(*holders: Holder, lists: tuple = ()) -> Trust:
    return Trust(tuple(read_certificate(one.certificate) for one in holders), lists)


@pytest.fixture(scope="session")
def trust() -> Trust:
    return trusting(root(), middle(), rsa_root())
