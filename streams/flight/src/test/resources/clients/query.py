"""Queries an answer with DuckDB and polars: python query.py [grpc://HOST:PORT]"""

import json
import sys

import duckdb
import polars as pl
import pyarrow.flight as flight

client = flight.connect(sys.argv[1] if len(sys.argv) > 1 else "grpc://127.0.0.1:8815")
command = {"prompt": ["Once upon a time", "The cat"], "n": 2, "max_tokens": 20, "temperature": 1, "seed": 7}
info = client.get_flight_info(flight.FlightDescriptor.for_command(json.dumps(command)))
tokens = client.do_get(info.endpoints[0].ticket).read_all().combine_chunks()  # one batch of aligned memory
print(
    duckdb.sql(
        """
        select request, sample, count(token_id) as tokens, round(sum(log_prob), 3) as log_prob,
               string_agg(text, '' order by position) as text, max(finish_reason) as finish_reason
        from tokens group by all order by all
        """
    ).fetchall()
)
print(
    pl.from_arrow(tokens)
    .group_by("request")
    .agg(pl.col("log_prob").mean().round(3), pl.col("policy_version").max())
    .sort("request")
    .rows()
)
