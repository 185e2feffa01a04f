"""The openai package (2.x) against `troupe serve`: python openai_client.py http://127.0.0.1:8000 [KEY]

Start the endpoint with a model that has a chat template, for example a copy of stories260K, called stories260K-chat, with the
chat_template.jinja that is beside this file. Its context of 512 tokens is too short for most other templates with tools.
Prints what it received; every line begins with the name of the check. Fails at the first check that does not hold.
Recorded output: openai_client.txt.
"""

import json
import sys

import openai

URL = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
client = openai.OpenAI(base_url=URL + "/v1", api_key=sys.argv[2] if len(sys.argv) > 2 else "none", max_retries=0)
model = client.models.list().data[0].id
print("models:", model)

greedy = dict(model=model, prompt="Once upon a time", max_tokens=12, temperature=0)
whole = client.completions.create(**greedy)
print("completion:", repr(whole.choices[0].text), whole.choices[0].finish_reason, whole.usage.completion_tokens)
streamed = list(client.completions.create(**greedy, stream=True, stream_options={"include_usage": True}))
text = "".join(chunk.choices[0].text for chunk in streamed if chunk.choices)
assert text == whole.choices[0].text, text
assert streamed[-1].usage == whole.usage.model_copy(update={"prompt_tokens_details": streamed[-1].usage.prompt_tokens_details})
print("completion, streamed: equal")

scored = client.completions.create(**{**greedy, "max_tokens": 3}, logprobs=2, echo=True)
logprobs = scored.choices[0].logprobs
print("logprobs:", logprobs.tokens, [x and round(x, 4) for x in logprobs.token_logprobs], logprobs.text_offset)
assert logprobs.token_logprobs[0] is None and logprobs.top_logprobs[0] is None

sampled = dict(model=model, prompt="Once upon a time", max_tokens=8, temperature=0.8, seed=7)
first, second = client.completions.create(**sampled, n=2), client.completions.create(**sampled, n=2)
assert [c.text for c in first.choices] == [c.text for c in second.choices]
assert first.system_fingerprint == second.system_fingerprint
print("n and seed:", [c.text for c in first.choices])

stopped = client.completions.create(**greedy, stop=["girl"])
print("stop:", repr(stopped.choices[0].text), stopped.choices[0].finish_reason, stopped.choices[0].model_extra["stop_reason"])
assert "girl" not in stopped.choices[0].text

the = client.post("/../tokenize", body={"prompt": "x"}, cast_to=object)["tokens"][-1]
biased = client.completions.create(**{**greedy, "max_tokens": 3}, logit_bias={str(the): 100})
print("logit_bias:", repr(biased.choices[0].text))

messages = [{"role": "user", "content": "Tell me a story."}]
chat = client.chat.completions.create(model=model, messages=messages, max_tokens=10, temperature=0, logprobs=True, top_logprobs=2)
entry = chat.choices[0].logprobs.content[0]
print("chat:", repr(chat.choices[0].message.content), chat.choices[0].finish_reason)
print("chat logprobs:", repr(entry.token), entry.bytes, [t.token for t in entry.top_logprobs])
chunks = list(client.chat.completions.create(model=model, messages=messages, max_tokens=10, temperature=0, stream=True))
assert chunks[0].choices[0].delta.role == "assistant"
assert "".join(c.choices[0].delta.content or "" for c in chunks) == chat.choices[0].message.content
print("chat, streamed: equal")

schema = {"type": "object", "properties": {"age": {"type": "integer", "minimum": 0, "maximum": 99}}, "required": ["age"], "additionalProperties": False}
answer = client.chat.completions.create(
    model=model, messages=messages, max_tokens=60, seed=1, response_format={"type": "json_schema", "json_schema": {"name": "age", "schema": schema}})
print("json_schema:", answer.choices[0].message.content, answer.choices[0].finish_reason)
assert 0 <= json.loads(answer.choices[0].message.content)["age"] <= 99

regex = client.completions.create(**{**greedy, "max_tokens": 20}, extra_body={"structured_outputs": {"regex": "(red|green|blue)( (red|green|blue)){2}"}})
print("regex:", regex.choices[0].text)

tools = [{"type": "function", "function": {"name": "set_age", "parameters": schema}}]
call = client.chat.completions.create(
    model=model, messages=messages, max_tokens=60, seed=1, tools=tools, tool_choice={"type": "function", "function": {"name": "set_age"}})
function = call.choices[0].message.tool_calls[0].function
print("tool_choice:", function.name, function.arguments)
assert 0 <= json.loads(function.arguments)["age"] <= 99

for name, wrong in [("unknown field", dict(extra_body={"frobnicate": 1})), ("wrong value", dict(extra_body={"top_p": 7})), ("other model", dict(model="gpt-4"))]:
    try:
        client.completions.create(**{**greedy, **wrong})
        raise AssertionError(name)
    except (openai.BadRequestError, openai.NotFoundError) as e:
        print(name + ":", e.status_code, e.body["param"], e.body["message"])
