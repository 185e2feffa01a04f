"""Actions, and the errors of wrong calls: python actions_and_errors.py [grpc://HOST:PORT]"""

import json
import sys

import pyarrow.flight as flight

client = flight.connect(sys.argv[1] if len(sys.argv) > 1 else "grpc://127.0.0.1:8815")
print("actions:", [action.type for action in client.list_actions()])
for action in ("models", "health"):
    (result,) = client.do_action(action)
    print(action + ":", json.loads(result.body.to_pybytes()))

for wrong in ({"prompt": "a", "max_tokns": 3}, {"prompt": "a", "temperature": -1}, {"prompt": [99999]}):
    try:
        client.get_flight_info(flight.FlightDescriptor.for_command(json.dumps(wrong)))
    except Exception as error:  # pyarrow maps INVALID_ARGUMENT to its own ArrowInvalid
        print(type(error).__name__ + ":", str(error).split(". gRPC")[0].split(". Detail")[0])

command = {"prompt": "Once", "max_tokens": 400, "ignore_eos": True, "seed": 1, "batch": {"tokens": 1}}
info = client.get_flight_info(flight.FlightDescriptor.for_command(json.dumps(command)))
reader = client.do_get(info.endpoints[0].ticket)
reader.read_chunk()
request_id = json.loads(info.app_metadata)["request_id"]
(result,) = client.do_action(flight.Action("cancel", json.dumps({"request_id": request_id}).encode()))
print("cancel:", json.loads(result.body.to_pybytes()))
try:
    for _ in reader:
        pass
except flight.FlightCancelledError as error:
    print("FlightCancelledError:", str(error).split(". gRPC")[0].split(". Detail")[0])
try:
    client.do_get(flight.Ticket(b"x" * 100)).read_all()
except flight.FlightUnauthorizedError as error:
    print("FlightUnauthorizedError:", str(error).split(". gRPC")[0].split(". Detail")[0])
