"""Texts and tokens of conversations, as apply_chat_template of transformers gives them.

usage: python generate.py > expected.json        (transformers 5.18.0)

Each case is a model folder (the tokenizer of ../tokenizers/byte_fallback, which adds <s>, and the
files of the case), a conversation, and the way in which the text ends.
"""

import json
import pathlib
import shutil
import sys
import tempfile

from transformers import AutoTokenizer

TOKENIZER = pathlib.Path(__file__).parent.parent / "tokenizers" / "byte_fallback"

WITH_BOS = """{{ bos_token }}{% for message in messages %}
{% if message['role'] == 'system' %}<<{{ message['content'] }}>>
{% elif message['role'] == 'user' %}[INST] {{ message['content'] | trim }} [/INST]
{%- elif message['role'] == 'assistant' %} {{ message['content'] }} {{ eos_token }}
{%- else %}{{ raise_exception('no role ' ~ message['role']) }}
{%- endif %}
{% endfor %}
"""
CHATML = """{% for message in messages %}
{{ '<|im_start|>' + message.role + '\n' }}
{%- if message.content is string %}{{ message.content }}
{%- else %}{% for part in message.content %}{{ part.text }}{% endfor %}{% endif %}
{{- '<|im_end|>\n' }}
{%- endfor %}
{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}
"""
TRIMS = "{% for m in messages %}{{ m.role }}: {{ m.content.strip() }};{% endfor %}"
DROPS = "{% for m in messages %}{{ m.role }}: {{ m.content[:2] }};{% endfor %}"
NO_CONTENT = "{% for m in messages %}{{ m.role }}{% endfor %}"
TOOL_USE = "{{ tools | tojson }}{% for m in messages %}{{ m.role }}{% endfor %}"
TOKENS = "{{ bos_token }}|{{ eos_token }}|{{ unk_token }}|{{ pad_token is defined }}|{{ messages[0].content }}"

USER = [{"role": "user", "content": " the cat "}]
SYSTEM = [{"role": "system", "content": "the dog"}] + USER
DIALOG = USER + [{"role": "assistant", "content": "sat on"}, {"role": "user", "content": "big?"}]
OPEN = USER + [{"role": "assistant", "content": "the mat "}]
PARTS = USER + [{"role": "assistant", "content": [{"type": "text", "text": "the mat"}]}]
EMPTY = USER + [{"role": "assistant", "content": None}]
OTHER = [{"role": "stranger", "content": "x"}]
TOOLS = [{"type": "function", "function": {"name": "f", "parameters": {"n": 1.0, "é": None}}}]

FILE = "chat_template.jinja"
CONFIG = "tokenizer_config.json"


def in_config(template):
    config = json.loads((TOKENIZER / CONFIG).read_text())
    config["chat_template"] = template
    return {CONFIG: json.dumps(config)}


def named(**templates):
    return in_config([{"name": k, "template": v} for k, v in templates.items()])


CASES = [
    ({FILE: WITH_BOS}, USER, [], "GENERATION_PROMPT"),
    ({FILE: WITH_BOS}, SYSTEM, [], "GENERATION_PROMPT"),
    ({FILE: WITH_BOS}, DIALOG, [], "COMPLETE"),
    ({FILE: WITH_BOS}, OPEN, [], "CONTINUE_FINAL_MESSAGE"),
    ({FILE: WITH_BOS}, OTHER, [], "GENERATION_PROMPT"),
    ({FILE: CHATML}, USER, [], "GENERATION_PROMPT"),
    ({FILE: CHATML}, DIALOG, [], "COMPLETE"),
    ({FILE: CHATML}, OPEN, [], "CONTINUE_FINAL_MESSAGE"),
    ({FILE: CHATML}, PARTS, [], "CONTINUE_FINAL_MESSAGE"),
    ({FILE: CHATML}, EMPTY, [], "CONTINUE_FINAL_MESSAGE"),
    ({FILE: TRIMS}, OPEN, [], "CONTINUE_FINAL_MESSAGE"),
    ({FILE: DROPS}, OPEN, [], "CONTINUE_FINAL_MESSAGE"),
    ({FILE: NO_CONTENT}, OPEN, [], "CONTINUE_FINAL_MESSAGE"),
    ({FILE: TOKENS}, USER, [], "COMPLETE"),
    (in_config(CHATML), USER, [], "GENERATION_PROMPT"),
    (named(default=CHATML, tool_use=TOOL_USE), USER, [], "GENERATION_PROMPT"),
    (named(default=CHATML, tool_use=TOOL_USE), USER, TOOLS, "GENERATION_PROMPT"),
    (named(rag=CHATML), USER, [], "GENERATION_PROMPT"),
    (
        {FILE: CHATML, "additional_chat_templates/tool_use.jinja": TOOL_USE},
        USER,
        TOOLS,
        "GENERATION_PROMPT",
    ),
    (dict(in_config(TOOL_USE), **{FILE: CHATML}), USER, [], "GENERATION_PROMPT"),
]


def expectation(files, messages, tools, end):
    case = {"files": files, "messages": messages, "tools": tools, "end": end}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for file in ("tokenizer.json", CONFIG):
            shutil.copy(TOKENIZER / file, folder / file)
        for file, text in files.items():
            (folder / file).parent.mkdir(exist_ok=True)
            (folder / file).write_text(text)
        tokenizer = AutoTokenizer.from_pretrained(folder)
        arguments = dict(
            tools=tools or None,
            add_generation_prompt=end == "GENERATION_PROMPT",
            continue_final_message=end == "CONTINUE_FINAL_MESSAGE",
        )
        try:
            case["text"] = tokenizer.apply_chat_template(messages, tokenize=False, **arguments)
            case["ids"] = tokenizer.apply_chat_template(
                messages, tokenize=True, return_dict=False, **arguments
            )
        except Exception as e:
            case["error"] = f"{type(e).__name__}: {e}"
    return case


if __name__ == "__main__":
    json.dump([expectation(*case) for case in CASES], sys.stdout, ensure_ascii=False, indent=1)
    print()
