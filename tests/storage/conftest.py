"""The two stores, each empty and of its own test."""

import pytest

from alliance.storage.address import open_store


@pytest.fixture
def folder(tmp_path):
    return open_store(f"file://{tmp_path}/files")


@pytest.fixture
def bucket_url(s3_url, request):
    head, question, query = s3_url.partition("?")
    number = abs(hash(request.node.nodeid))
    return f"{head}/{number}{question}{query}"


@pytest.fixture
def bucket(bucket_url):
    return open_store(bucket_url)


@pytest.fixture(params=["folder", "bucket"])
def store(request):
    return request.getfixturevalue(request.param)
