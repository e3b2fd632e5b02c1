"""One small run that the tests of the public functions share."""

from __future__ import annotations

import pytest

import her2lab


@pytest.fixture(scope="session")
def result():
    """CLEOPATRA with 20 patients an arm."""
    return her2lab.run_trial("cleopatra", patients=20, seed=1)


@pytest.fixture(scope="session")
def folder(result, tmp_path_factory):
    """What that run writes."""
    return result.write(tmp_path_factory.mktemp("api") / "cleopatra")


@pytest.fixture(scope="session")
def sweep():
    """DESTINY-Breast03 at two doses of trastuzumab deruxtecan with 3 patients an arm."""
    return her2lab.sweep("destiny_breast03", "tdxd", "T-DXd", doses=[3.2, 5.4], patients=3)


@pytest.fixture
def command(request):
    """The command line (the fixture `her2lab`, beside the package of that name)."""
    return request.getfixturevalue("her2lab")
