"""Writes the expected texts of small templates, rendered by transformers.

Versions: transformers 5.18.0, Jinja2 3.1.6, MarkupSafe 3.0.3, Python 3.11.

    python generate.py constructs.txt > constructs.json
"""

import datetime
import json
import sys

import transformers.utils.chat_template_utils as chat
from jinja2.exceptions import TemplateError


class Clock(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2026, 11, 28, 12, 34, 56)


chat.datetime = Clock

VARIABLES = {
    "bos": "<s>",
    "none": None,
    "yes": True,
    "no": False,
    "zero": 0,
    "n": 7,
    "big": 123456789012345678901234567890,
    "x": 1.5,
    "word": "Hello wörld",
    "html": "<b>&'\"</b>",
    "emoji": "a😀b👩‍👩‍👧c",
    "lines": "one\n two\r\n\nthree ",
    "empty": "",
    "items": [3, 1, 2],
    "words": ["b", "A", "c", "a"],
    "nested": [[1, [2, "x"]], {"k": [None, True]}],
    "d": {"a": 1, "B": "two", "items": 5, "get": 6, "nested": {"k": [1, 2]}},
    "people": [
        {"name": "Ann", "age": 30, "tags": ["x"]},
        {"name": "bob", "age": 25, "tags": []},
        {"name": "Cy", "age": 30},
    ],
    "messages": [
        {"role": "system", "content": " S "},
        {"role": "user", "content": "Hi\n"},
        {"role": "assistant", "content": "Yo", "tool_calls": None},
    ],
}

TEMPLATES = open(sys.argv[1]).read().split("\n=====\n") if len(sys.argv) > 1 else []


def expectation(template):
    try:
        text = chat._compile_jinja_template(template).render(**VARIABLES)
        return {"template": template, "text": text}
    except RecursionError:
        return {"template": template, "error": "RecursionError"}
    except Exception as e:
        kind = type(e).__name__
        if kind in ("TemplateSyntaxError", "TemplateAssertionError", "SyntaxError"):
            return {"template": template, "error": "TemplateSyntaxError"}
        if kind == "FilterArgumentError":
            kind = "TemplateRuntimeError"
        if kind in ("ZeroDivisionError", "OverflowError"):
            return {"template": template, "error": "ArithmeticError: " + str(e)}
        return {"template": template, "error": f"{kind}: {e}"}


if __name__ == "__main__":
    json.dump(
        {"variables": VARIABLES, "cases": [expectation(t) for t in TEMPLATES]},
        sys.stdout,
        ensure_ascii=False,
        indent=1,
    )
    print()
