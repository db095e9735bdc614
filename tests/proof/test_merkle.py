"""RFC 6962's own vectors, every small tree, and random large ones."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aigc_guard.proof import merkle
from aigc_guard.proof.merkle import node_hash

# Certificate Transparency's reference tests: eight entries and the roots of their logs.
ENTRIES = [
    bytes.fromhex(one)
    for one in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
LEAVES = [merkle.leaf_hash(b"%d" % number) for number in range(65)]
LARGEST = 64


def the_root(leaves: list[bytes]) -> bytes:
    """RFC 6962's definition, word for word."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return node_hash(the_root(leaves[:half]), the_root(leaves[half:]))


@pytest.mark.parametrize("size", ROOTS)
def test_roots_are_the_reference_implementations(size: int) -> None:
    leaves = [merkle.leaf_hash(entry) for entry in ENTRIES[:size]]
    assert merkle.root(size, merkle.over(leaves)).hex() == ROOTS[size]


def test_inclusion_proofs_are_the_reference_implementations() -> None:
    subtree = merkle.over([merkle.leaf_hash(entry) for entry in ENTRIES])
    assert merkle.inclusion_proof(0, 1, subtree) == []
    assert [one.hex() for one in merkle.inclusion_proof(0, 8, subtree)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    assert [one.hex() for one in merkle.inclusion_proof(2, 3, subtree)] == [
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
    ]


def test_consistency_proofs_are_the_reference_implementations() -> None:
    subtree = merkle.over([merkle.leaf_hash(entry) for entry in ENTRIES])
    assert [one.hex() for one in merkle.consistency_proof(6, 8, subtree)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert merkle.consistency_proof(1, 1, subtree) == []


@pytest.mark.parametrize("size", range(1, LARGEST + 1))
def test_every_entry_of_a_small_log_is_proved_and_no_other(size: int) -> None:
    subtree, root = merkle.over(LEAVES), the_root(LEAVES[:size])
    assert merkle.root(size, subtree) == root
    for index in range(size):
        leaf, proof = LEAVES[index], merkle.inclusion_proof(index, size, subtree)
        assert merkle.verify_inclusion(leaf, index, size, proof, root)
        for other in {index - 1, index + 1, size, -1} - {index}:
            assert not merkle.verify_inclusion(leaf, other, size, proof, root)
        assert not merkle.verify_inclusion(LEAVES[index + 1], index, size, proof, root)
        assert not merkle.verify_inclusion(leaf, index, size, [*proof, root], root)
        assert not merkle.verify_inclusion(leaf, index, size, proof, LEAVES[-1])
        assert not merkle.verify_inclusion(leaf, index, 0, proof, root)
        for place in range(len(proof)):
            shorter = proof[:place] + proof[place + 1 :]
            changed = [*proof[:place], LEAVES[-1], *proof[place + 1 :]]
            assert not merkle.verify_inclusion(leaf, index, size, shorter, root)
            assert not merkle.verify_inclusion(leaf, index, size, changed, root)
    for index in (-1, size):
        with pytest.raises(ValueError, match="no such entry"):
            merkle.inclusion_proof(index, size, subtree)


@pytest.mark.parametrize("new", range(LARGEST + 1))
def test_every_beginning_of_a_small_log_is_proved_and_no_other(new: int) -> None:
    subtree, root = merkle.over(LEAVES), the_root(LEAVES[:new])
    for old in range(new + 1):
        before, proof = the_root(LEAVES[:old]), merkle.consistency_proof(old, new, subtree)
        assert merkle.verify_consistency(old, new, proof, before, root)
        assert not merkle.verify_consistency(old, new, [*proof, root], before, root)
        assert not merkle.verify_consistency(old, new, proof, LEAVES[-1], root)
        if old:
            assert not merkle.verify_consistency(old, new, proof, before, LEAVES[-1])
        assert not merkle.verify_consistency(new + 1, new, proof, before, root)
        for place in range(len(proof)):
            shorter = proof[:place] + proof[place + 1 :]
            changed = [*proof[:place], LEAVES[-1], *proof[place + 1 :]]
            assert not merkle.verify_consistency(old, new, shorter, before, root)
            assert not merkle.verify_consistency(old, new, changed, before, root)
    with pytest.raises(ValueError, match="longer"):
        merkle.consistency_proof(new + 1, new, subtree)


@given(st.integers(1, 3_000), st.data())
def test_larger_logs(size: int, data: st.DataObject) -> None:
    leaves = [merkle.leaf_hash(b"%d of %d" % (number, size)) for number in range(size)]
    subtree, root = merkle.over(leaves), the_root(leaves)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    wrong = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, size, subtree)
    assert merkle.verify_inclusion(leaves[index], index, size, proof, root)
    assert merkle.verify_inclusion(leaves[index], wrong, size, proof, root) == (wrong == index)
    proof = merkle.consistency_proof(old, size, subtree)
    before = the_root(leaves[:old])
    assert merkle.verify_consistency(old, size, proof, before, root)
    assert merkle.verify_consistency(wrong + 1, size, proof, before, root) == (wrong + 1 == old)


def test_an_older_log_that_was_rewritten_is_not_the_beginning() -> None:
    forked = [*LEAVES[:8], merkle.leaf_hash(b"another"), *LEAVES[9:20]]
    proof = merkle.consistency_proof(9, 20, merkle.over(forked))
    assert not merkle.verify_consistency(9, 20, proof, the_root(LEAVES[:9]), the_root(forked))
