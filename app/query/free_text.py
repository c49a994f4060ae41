"""Words and texts in quotes, alone or as the value of a comparison."""

from app.query.terms import Begins, Contains, Is
from app.query.text import Reader, quoted

_OPERATORS = frozenset({"AND", "OR", "NOT"})


def read_free_text(reader: Reader) -> Contains | Is | Begins:
    """`word`, `'two words'`, `"exactly this"`, `beginning*`, `"this beginning"*`."""
    start = reader.at
    if reader.is_at("'", '"'):
        return read_quoted(reader)
    word = reader.word()
    if word in _OPERATORS:
        reader.refuse(_of_operator(word), start)
    return Begins(_beginning(reader, word, start)) if "*" in word else Contains(word)


def read_quoted(reader: Reader) -> Contains | Is | Begins:
    """What is in quotes here, and goes behind it and its `*`."""
    start, quote = reader.at, reader.next()
    text = reader.quoted()
    is_beginning = quote == '"' and reader.is_at("*")
    reader.at += is_beginning
    if quote == "'" and reader.is_at("*"):
        reader.refuse('What others begin with is written with " and *: "two words"*.', reader.at)
    reader.expect_end()
    if not text and (is_beginning or quote == "'"):
        reader.refuse('Nothing is in the quotes: write a text, or "" for empty texts.', start)
    if is_beginning:
        return Begins(text)
    return Is(text) if quote == '"' else Contains(text)


def _beginning(reader: Reader, word: str, start: int) -> str:
    star = word.index("*")
    if word == "*":
        reader.refuse("A * alone finds everything: leave it out.", start)
    if star != len(word) - 1:
        reader.refuse(
            "A * stands only at the end, after what texts begin with; a word without it is found"
            f" anywhere in a text. For the character itself write {quoted(word)}.",
            start + star,
        )
    return word[:-1]


def _of_operator(word: str) -> str:
    if word == "NOT":
        return "Write - before a term instead of NOT: -parquet. For the word itself write 'NOT'."
    if word == "AND":
        return "Leave AND out: all terms hold for what is found. For the word itself write 'AND'."
    return "There is no OR: search once for each. For the word itself write 'OR'."
