"""What pods wrote into return.json that is no JSON, or no XCom.

Only a pod's: other tasks fail over JSON that they read elsewhere.
"""

import re

from app.lineage.explain.remedies.writing import writing_lines
from app.lineage.explain.rules.rule import LogRule, Said
from app.model.findings import ProblemKind


def _is_pods(said: Said) -> bool:
    return said.is_pods


def _written(said: Said) -> str:
    return writing_lines(said.one.rendered)


def _invalid(pattern: str, title: str, remedy: str, source: str, sample: str) -> LogRule:
    """A rule about one message of Python's JSON reader."""
    return LogRule(
        ProblemKind.INVALID_JSON,
        re.compile(rf"JSONDecodeError: {pattern}[^\n]{{0,100}}"),
        title,
        remedy,
        source,
        sample,
        setting=_written,
        applies=_is_pods,
    )


INVALID = (
    _invalid(
        r"(?:Expecting property name enclosed in double quotes|Illegal trailing comma)",
        "wrote no JSON into return.json: likely Python's {'a': 1}, names without quotes, or a comma"
        " too many",
        "write it with a JSON library: json.dump(value, file), not str(value)",
        "K3",
        "JSONDecodeError: Expecting property name enclosed in double quotes: line 1 column 2"
        " (char 1)",
    ),
    _invalid(
        r"Expecting value: line 1 column 1 \(char 0\)",
        "wrote no JSON into return.json: likely plain text, None, True or HTML, or nothing arrived",
        "write texts in quotes, null for None; if other tries gave JSON, the connection broke: try"
        " again",
        "K4 #39267 #32111",
        "JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
    ),
    _invalid(
        r"Expecting value: line (?:[2-9]|\d\d{1,9}) column 1 ",
        "wrote only blank lines into return.json, or a value is missing at a line's start",
        "write one JSON document; a pod without result leaves the file away",
        "K5",
        "JSONDecodeError: Expecting value: line 2 column 1 (char 1)",
    ),
    _invalid(
        "Expecting value",
        "wrote no JSON into return.json: blanks alone, or a word like None, True, nan or undefined"
        " where a value belongs",
        "write null, true and false, and texts in quotes; a JSON library does",
        "K5 airflow-facts 1.4",
        "JSONDecodeError: Expecting value: line 1 column 7 (char 6)",
    ),
    _invalid(
        "Extra data",
        "wrote more than one JSON document into return.json",
        "write one document, a list if there are many, and open the file with mode 'w' (one '>')",
        "K6",
        "JSONDecodeError: Extra data: line 2 column 1 (char 8)",
    ),
    _invalid(
        r"(?:Unterminated string starting at|Expecting ',' delimiter|Expecting ':' delimiter)",
        "wrote a JSON document into return.json that breaks off, or whose texts hold quotes",
        "write it whole with a JSON library, and small: put large data elsewhere, give its address",
        "K7 #39267 #6799 #15761",
        "JSONDecodeError: Unterminated string starting at: line 1 column 7 (char 6)",
    ),
    _invalid(
        r"(?:Invalid control character|Invalid \\{1,2}\w{0,9} ?escape|Unexpected UTF-8 BOM)",
        "wrote JSON by hand into return.json: it holds a line break, a back-slash or a byte order"
        " mark",
        "write it with a JSON library, as UTF-8 without a mark",
        "K8",
        "JSONDecodeError: Invalid control character at: line 1 column 8 (char 7)",
    ),
    LogRule(
        ProblemKind.INVALID_JSON,
        re.compile(r"UnicodeDecodeError: [^\n]{0,200}"),
        "wrote bytes into return.json that are no UTF-8",
        "write JSON as UTF-8; keep XCom pickling off",
        "K30 #12813",
        "UnicodeDecodeError: 'utf-8' codec can't decode byte 0x80 in position 0: invalid start",
        setting=_written,
        applies=_is_pods,
    ),
)
VALUES = (
    LogRule(
        ProblemKind.NOT_SERIALIZABLE,
        re.compile(r"Out of range float values are not JSON compliant[^\n]{0,100}"),
        "gave a number that JSON has no word for: NaN or Infinity",
        "give null in its place",
        "K26 #54952",
        "Out of range float values are not JSON compliant: nan",
        setting=lambda _: "None if isinstance(x, float) and not math.isfinite(x) else x",
    ),
    LogRule(
        ProblemKind.NOT_SERIALIZABLE,
        re.compile(r"reserved key __classname__ or __id__ found"),
        "gave an object with a key that Airflow keeps for itself",
        "name the keys __classname__ and __id__ otherwise",
        "K26",
        "AttributeError: reserved key __classname__ or __id__ found in dict to serialize",
    ),
    LogRule(
        ProblemKind.NOT_SERIALIZABLE,
        re.compile(
            r"Objects of type <class '[^'\n]{1,200}'> are not supported"
            r"|cannot serialize object of type [^\n]{1,200}"
            r"|Object of type (?!(?:Strict|Chainable|Debug)?Undefined)\w{1,100} is not JSON"
            r" serializable"
        ),
        "gave a value that cannot be kept as an XCom",
        "give plain JSON: texts, numbers, lists and objects; turn anything else into a text",
        "K26",
        "TypeError: Object of type Timestamp is not JSON serializable",
        setting=lambda _: "json.loads(json.dumps(value, default=str))",
    ),
    LogRule(
        ProblemKind.RETURN_JSON_TOO_LARGE,
        re.compile(
            r"Data too long for column 'value'[^\n]{0,60}|MaxFrameSizeExceeded|Payload Too Large"
        ),
        "gave more than the database keeps in one XCom",
        "put the data elsewhere and give its address, or set an XCom backend of object storage",
        "K25 #9299 #13812 #19834",
        "(1406, \"Data too long for column 'value' at row 1\")",
    ),
    LogRule(
        ProblemKind.MULTIPLE_OUTPUTS_NOT_A_MAPPING,
        re.compile(
            r"Returned output was type <class '[^'\n]{1,100}'> expected dictionary for"
            r" multiple_outputs"
            r"|Returned dictionary keys must be strings when using multiple_outputs"
        ),
        "has multiple_outputs, but its result is no object with names",
        "write an object into return.json, or leave multiple_outputs away",
        "K24",
        "TypeError: Returned output was type <class 'list'> expected dictionary for"
        " multiple_outputs",
        setting=lambda _: "multiple_outputs=False",
    ),
    LogRule(
        ProblemKind.UNMAPPABLE,
        re.compile(r"unmappable return type '[^'\n]{1,200}'"),
        "gave no list, and another task expands over it",
        "write a JSON list or object; a text or a number cannot be expanded over",
        "P15 #22954",
        "UnmappableXComTypePushed: unmappable return type 'str'",
    ),
    LogRule(
        ProblemKind.UNMAPPABLE,
        re.compile(r"did not push XCom for task mapping"),
        "gave nothing, and another task expands over it",
        "set do_xcom_push=True and write a JSON list into return.json, [] when there is nothing",
        "P15 #22954",
        "XComForMappingNotPushed: did not push XCom for task mapping",
    ),
)
