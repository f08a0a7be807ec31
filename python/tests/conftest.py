"""What the tests share."""

import pytest

import engraph


@pytest.fixture(scope="session")
def worm():
    """Cook's hermaphrodite with the signs of `gaba26`."""
    return engraph.connectome("cook2019_herm").with_signs("gaba26")


@pytest.fixture(scope="session")
def xor5(worm):
    """Its numbers of XOR5, which `tests/library/golden_motifs.rs` has from elsewhere."""
    counts = engraph.count_motifs(worm, motif="xor5")["count"]
    assert counts == [3117, 24]
    return counts
