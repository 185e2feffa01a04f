"""Sends prompts and reads tokens as far as it has given credits: python exchange_with_credits.py [grpc://HOST:PORT]"""

import json
import sys

import pyarrow as pa
import pyarrow.flight as flight

client = flight.connect(sys.argv[1] if len(sys.argv) > 1 else "grpc://127.0.0.1:8815")
command = {"max_tokens": 8, "temperature": 0, "ignore_eos": True, "credits": 4, "batch": {"tokens": 1}}
descriptor = flight.FlightDescriptor.for_command(json.dumps(command))
writer, reader = client.do_exchange(descriptor)
prompts = pa.record_batch([pa.array(["Once upon a time", "The cat"])], names=["prompt"])
with writer:
    writer.begin(prompts.schema)
    writer.write_batch(prompts)
    texts, tokens, ended = {}, 0, 0
    while ended < prompts.num_rows:
        for row in reader.read_chunk().data.to_pylist():
            if row["finish_reason"] is not None:
                ended += 1
            else:
                tokens += 1
                texts[row["request"]] = texts.get(row["request"], "") + row["text"]
        if tokens % 4 == 0 and ended < prompts.num_rows:
            print("tokens so far:", tokens)
            writer.write_metadata(json.dumps({"credits": 4}).encode())
    writer.done_writing()
for request, text in sorted(texts.items()):
    print(request, repr(text))
