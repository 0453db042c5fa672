"""ALLIANCE_STORAGE_URL says which store, or is refused with a sentence."""

import pytest

from alliance.storage.address import open_store
from alliance.storage.bucket import Bucket
from alliance.storage.folder import Folder


def test_a_folder():
    store = open_store("file:///var/lib/%E6%96%87%E4%BB%B6")
    assert isinstance(store, Folder)
    assert str(store.root) == "/var/lib/文件"


def test_a_bucket_with_everything():
    store = open_store(
        "s3://key:se%2Fcret@files/a/b?region=cn-north-1&endpoint=https://s3.example.org&public=https://f.example.org&style=virtual"
    )
    assert isinstance(store, Bucket)
    assert (store.name, store.prefix) == ("files", "a/b/")
    assert store.url("x", seconds=5).startswith("https://files.f.example.org/a/b/x?")


@pytest.mark.parametrize(
    "url",
    ["", "files", "file://host/path", "file:", "s3://", "s3://b?colour=red", "s3://b?region=", "http://b", "s3:///b"],
)
def test_what_names_no_store_is_refused(url):
    with pytest.raises(ValueError, match="file:///"):
        open_store(url)
