"""What a search engine may fail with."""


class Unavailable(Exception):
    """The engine cannot be reached or does not answer in time; the page says what is reduced and still answers."""
