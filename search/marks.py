"""Where the words of a query stand in a text as it was written."""

from functools import lru_cache

from search import forms
from search.plan import Phrase, read, relax

Span = tuple[int, int]
Token = tuple[str, int, int]
LONGEST_TEXT = 20_000  # no more of a text is looked through


def mark(original: str, words: str) -> tuple[Span, ...]:
    """Spans (start, end) of the original to highlight, in order and apart; near misses when nothing else fits."""
    tokens = Tokens(original[:LONGEST_TEXT])
    return merged(tokens.spans(read(words).marks)) or merged(tokens.spans(relax(words).marks))


def merged(spans: list[Span]) -> tuple[Span, ...]:
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


@lru_cache(maxsize=4096)
def normal(character: str) -> str:
    return forms.normalise(character)


class Tokens:
    """A text's characters, Latin words and syllables, each with its place in the original."""

    def __init__(self, original: str) -> None:
        self.plain: list[Token] = []
        text, places = aligned(original)
        for match in forms.RUN.finditer(text):
            start, end = match.span()
            if match.lastgroup == "han":
                self.plain += [(text[i], places[i], places[i] + 1) for i in range(start, end)]
            else:
                self.plain.append((forms.stem(match.group()), places[start], places[end - 1] + 1))

    def spans(self, phrases: tuple[Phrase, ...]) -> list[Span]:
        return [span for phrase in phrases for span in self.of(phrase)]

    def of(self, phrase: Phrase) -> list[Span]:
        if phrase.where == "pinyin":
            return find(self.sounds(), phrase.tokens)
        if phrase.where == "initials":
            return find([(token[:1], start, end) for token, start, end in self.sounds()], phrase.tokens)
        if phrase.beside:
            return [
                (start, later)
                for start, end in find(self.plain, phrase.tokens)
                for first, later in find(self.plain, phrase.beside)
                if 0 <= first - end <= 1
            ]
        return find(self.plain, unpaired(phrase.tokens))

    def sounds(self) -> list[Token]:
        read = forms.syllables("".join(token if len(token) == 1 else forms.GAP for token, _, _ in self.plain))
        if len(read) != len(self.plain):
            return []
        return [(sound, start, end) for sound, (_, start, end) in zip(read, self.plain, strict=True)]


def aligned(original: str) -> tuple[str, list[int]]:
    """The normalised text with the place in the original of each of its characters."""
    pieces = [(normal(character), at) for at, character in enumerate(original)]
    joined = "".join(piece for piece, _ in pieces)
    whole = forms.normalise(joined)
    places = [at for piece, at in pieces for _ in piece]
    return (whole if len(whole) == len(joined) else joined), places


def unpaired(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Characters again from overlapping pairs; Latin words stay."""
    found: list[str] = []
    for token in tokens:
        if not forms.is_han(token):
            found.append(token)
        elif found and len(token) == 2 and found[-1] == token[0]:
            found.append(token[1])
        else:
            found += token
    return tuple(found)


def find(tokens: list[Token], wanted: tuple[str, ...]) -> list[Span]:
    """Spans of the neighbouring tokens that are these."""
    count = len(wanted)
    return [
        (tokens[at][1], tokens[at + count - 1][2])
        for at in range(len(tokens) - count + 1)
        if count and tokens[at][0] == wanted[0] and all(tokens[at + i][0] == wanted[i] for i in range(count))
    ]
