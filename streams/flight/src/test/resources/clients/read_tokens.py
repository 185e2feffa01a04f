"""Reads one request as columns: python read_tokens.py [grpc://HOST:PORT]"""

import json
import sys

import pyarrow.flight as flight

client = flight.connect(sys.argv[1] if len(sys.argv) > 1 else "grpc://127.0.0.1:8815")
command = {"prompt": "Once upon a time", "max_tokens": 12, "temperature": 0, "batch": {"tokens": 4}}
info = client.get_flight_info(flight.FlightDescriptor.for_command(json.dumps(command)))
reader = client.do_get(info.endpoints[0].ticket)
print("columns:", {field.name: str(field.type) for field in reader.schema})
print("metadata:", {k.decode(): v.decode()[:12] for k, v in reader.schema.metadata.items() if k != b"request_id"})
batches = [chunk.data for chunk in reader]
rows = [row for batch in batches for row in batch.to_pylist()]
for row in rows[:3] + rows[-1:]:
    print(row)
print("batches of at least 4 rows:", all(batch.num_rows >= 4 for batch in batches[:-1]))
print("text:", "".join(row["text"] or "" for row in rows))
