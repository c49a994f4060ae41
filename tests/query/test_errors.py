"""What people are told whose search cannot be read; a ^ stands below the character it is about."""

import ast
from pathlib import Path

import pytest

from app.model.errors import NotUnderstood
from app.query.parsing import parse
from tests.query.words import NOW

CASES = r"""
"s3://lake
^ This " is not closed: write another " at its end.

-'two words
 ^ This ' is not closed: write another ' at its end.

"a"b
   ^ Write a space after the closing quote.

'C:\data'
   ^ Within quotes a backslash is written twice: \\.

x ''
  ^ Nothing is in the quotes: write a text, or "" for empty texts.

""*
^ Nothing is in the quotes: write a text, or "" for empty texts.

'two words'*
           ^ What others begin with is written with " and *: "two words"*.

x *
  ^ A * alone finds everything: leave it out.

part*.gz
    ^ A * stands only at the end, after what texts begin with; a word without it is found anywhere in a text. For the character itself write 'part*.gz'.

a AND b
  ^ Leave AND out: all terms hold for what is found. For the word itself write 'AND'.

a OR b
  ^ There is no OR: search once for each. For the word itself write 'OR'.

NOT a
^ Write - before a term instead of NOT: -parquet. For the word itself write 'NOT'.

dag:
    ^ Write what to look for right after dag:, as in dag:geo_*.

deployment: x
           ^ Write what to look for right after deployment:, as in deployment:production.

task:
     ^ Write what to look for right after task:, as in task:load.

run:
    ^ Write what to look for right after run:, as in run:manual__2026-11-01*.

state:
      ^ Write what to look for right after state:, as in state:failed.

key:
    ^ Write what to look for right after key:, as in key:return_value.

path:
     ^ Write what to look for right after path:, as in path:result.*.uri.

since:
      ^ Write what to look for right after since:, as in since:7d.

until:
      ^ Write what to look for right after until:, as in until:2026-11-01.

in:
   ^ Write what to look for right after in:, as in in:env.

re:
   ^ Write what to look for right after re:, as in re:/part-\d+/.

dag:''
    ^ Nothing is in the quotes: write what to look for.

dag:"a"b
       ^ Write a space after the closing quote.

x dags:geo
  ^ Did you mean dag:? To look for the text itself write 'dags:geo'.

dgа:geo
^ Did you mean dag:? To look for the text itself write 'dgа:geo'.

-status:failed
 ^ Did you mean state:? To look for the text itself write 'status:failed'.

state:faild
      ^ Did you mean state:failed?

in:values
   ^ There is in:xcom, in:args and in:env.

in:xcoms
   ^ There is in:xcom, in:args and in:env. Did you mean in:xcom?

in:xcom in:env
        ^ Nothing is in two places: leave out one, or write -in:… for those that it should not be in.

since:7
      ^ This is not a time: write 30m, 24h, 7d, 2w, 1y, today, yesterday, 2026-11-01 or 2026-11-01T12:30 (UTC, or with +02:00).

until:2026-02-30
      ^ This is not a time: write 30m, 24h, 7d, 2w, 1y, today, yesterday, 2026-11-01 or 2026-11-01T12:30 (UTC, or with +02:00).

since:99999999d
      ^ That is before the year 1: write a shorter time, such as 7d.

since:2026-11-01 12:30
                 ^ Write since:2026-11-01T12:30 for that time; to look for the text itself write '12:30'.

-UNTIL:2026-11-01  12:30:05Z x
                   ^ Write UNTIL:2026-11-01T12:30:05Z for that time; to look for the text itself write '12:30:05Z'.

day>=2026-11-01 12:30
                ^ Write day>=2026-11-01T12:30 for that time; to look for the text itself write '12:30'.

path:a..b
       ^ A step with . is written in quotes: path:result['a.b'].

path:a.
       ^ The path lacks its next step: write it as in path:result.*.uri.

path:a[x]
       ^ Within [ ] stands a position, *, or a name in quotes: [3], [*], ['a b'].

path:a[-1]
       ^ Within [ ] stands a position, *, or a name in quotes: [3], [*], ['a b'].

path:a['b'.c
      ^ This [ is not closed: write a ] behind the step.

path:'a'b
        ^ Write a dot or a [ before the next step of the path.

path:a['b\d']
         ^ Within quotes a backslash is written twice: \\.

rows>
     ^ Write a value right after >; to look for the text itself write 'rows>'.

rows= 5
     ^ Write a value right after = (an empty text is =""); to look for the text itself write 'rows='.

rows==5
    ^ Write = instead of ==; to look for the text itself write 'rows==5'.

rows=>5
    ^ Write >= instead of =>; to look for the text itself write 'rows=>5'.

rows=<5
    ^ Write <= instead of =<; to look for the text itself write 'rows=<5'.

rows<>5
    ^ Write != instead of <>; to look for the text itself write 'rows<>5'.

rows>many
     ^ Compare with a number or a date, such as rows>1000, rows>=1e3 or day>=2026-11-01; to look for the text itself write 'rows>many'.

rows<1e999
     ^ Compare with a number or a date, such as rows>1000, rows>=1e3 or day>=2026-11-01; to look for the text itself write 'rows<1e999'.

day>=2026-13-01
     ^ Compare with a number or a date, such as rows>1000, rows>=1e3 or day>=2026-11-01; to look for the text itself write 'day>=2026-13-01'.

uri=*
    ^ Write path:**.uri for any value.

uri=*.gz
    ^ A * stands only at the end, after what texts begin with; a word without it is found anywhere in a text. For the character itself write '*.gz'.

-uri=s3://lake/*
    ^ Write != instead of = here, without the - in front.

-uri!='part'
    ^ Write = instead of != here, without the - in front.

re:part
   ^ Write the pattern between slashes: re:/part-\d+/.

re:/part
   ^ This / is not closed: write a / behind the pattern.

re:/TILES/g
          ^ There is no flag g: behind the / that closes a pattern stands i, which ignores case, or nothing.

re:/tiles/im x
           ^ There is no flag m: behind the / that closes a pattern stands i, which ignores case, or nothing.

re://
    ^ The pattern is empty: write it as in re:/part-\d+/.

re:/part(/
        ^ The pattern cannot be read: missing ), unterminated subpattern.

re:/part)/i
        ^ The pattern cannot be read: unbalanced parenthesis.

re:/(?!part)/
    ^ The pattern cannot be read: (?!…) and (?<!…) cannot be used here.

re:/(?=part)/
    ^ The pattern cannot be read: (?=…) and (?<=…) cannot be used here.

re:/(part)\1/
    ^ The pattern cannot be read: a reference to a group cannot be used here.

re:/(part)?(?(1)a|b)/
    ^ The pattern cannot be read: a reference to a group cannot be used here.

re:/(?>part)/
    ^ The pattern cannot be read: (?>…) cannot be used here.

re:/part++/
    ^ The pattern cannot be read: a + after a repetition cannot be used here.

re:/(?:(?:part){100}){100}/
    ^ The pattern is too big: repeat less, or leave alternatives out.

x re:/\d+/
  ^ No text of 3 characters is in every match of this pattern, so that all values would have to be read. Add such a text to it, or say where to look: run:…, or dag:… with since:….

dag:geo re:/ab|cd/
        ^ No text of 3 characters is in every match of this pattern, so that all values would have to be read. Add such a text to it, or say where to look: run:…, or dag:… with since:….

x re:/tiles/i
  ^ Under the flag i, where i, k and s are letters of other scripts too, no text of 3 characters is in every match of this pattern, so that all values would have to be read. Add such a text to it, or say where to look: run:…, or dag:… with since:….

re:/ab/i
^ No text of 3 characters is in every match of this pattern, so that all values would have to be read. Add such a text to it, or say where to look: run:…, or dag:… with since:….

run:* re:/ab|cd/
^ No text of 3 characters is in every match of this pattern. Write the whole name without a * here, so that not all values have to be read.

re:/\d{8}/ -run:x* run:manual*
                   ^ No text of 3 characters is in every match of this pattern. Write the whole name without a * here, so that not all values have to be read.

re:/.*/ dag:geo_* since:7d
        ^ No text of 3 characters is in every match of this pattern. Write the whole name without a * here, so that not all values have to be read.

re:/tiles/i dag:geo_*
            ^ Under the flag i, where i, k and s are letters of other scripts too, no text of 3 characters is in every match of this pattern. Write the whole name without a * here, so that not all values have to be read, and add since:….

-run:x re:/ab|cd/
       ^ No text of 3 characters is in every match of this pattern, so that all values would have to be read. Add such a text to it, or say where to look: run:…, or dag:… with since:….
"""  # noqa: E501, RUF001 # as long as the messages are; one has a Cyrillic letter
QUERY = Path(__file__).parents[2] / "app" / "query"


def _cases() -> list[tuple[str, int, str]]:
    cases = []
    for block in CASES.strip("\n").split("\n\n"):
        text, below = block.split("\n")
        place, _, message = below.partition("^ ")
        cases.append((text, len(place), message))
    return cases


def _refused(text: str) -> NotUnderstood:
    with pytest.raises(NotUnderstood) as caught:
        parse(text, now=NOW)
    return caught.value


@pytest.mark.parametrize(("text", "position", "message"), _cases())
def test_a_message_says_what_to_write_and_where(text: str, position: int, message: str) -> None:
    error = _refused(text)
    assert (str(error), error.position) == (message, position)


def test_a_search_is_not_endless() -> None:
    error = _refused("x" * 2001)
    assert (str(error), error.position) == ("A search has at most 2,000 characters.", 2000)
    error = _refused("a " * 31)
    assert (str(error), error.position) == ("A search has at most 30 terms.", 60)


def test_a_pattern_may_not_be_too_deeply_nested() -> None:
    error = _refused(f"re:/{'(' * 900}abc{')' * 900}/")
    assert str(error) == "The pattern cannot be read: it is too deeply nested."


def _messages() -> list[str]:
    """The longest fixed part of each message in the sources."""
    calls = [
        node
        for path in QUERY.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "refuse"
    ]
    return [max(_fixed(call.args[0]), key=len) for call in calls if _fixed(call.args[0])]


def _fixed(message: ast.expr) -> list[str]:
    return [
        node.value
        for node in ast.walk(message)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def test_every_message_is_here() -> None:
    here = Path(__file__).read_text()
    assert len(_messages()) > 30
    assert [each for each in _messages() if each not in here] == []
