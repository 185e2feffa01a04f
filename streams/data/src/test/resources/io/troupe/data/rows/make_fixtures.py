"""Writes rows.parquet, trl.parquet, verl.parquet and trl.jsonl: pyarrow 25.0.1, datasets 5.0.1, pandas 3.0.6.

python make_fixtures.py
"""

import decimal

import datasets
import pyarrow as pa
import pyarrow.parquet as pq

# numbers of every type, with Python's text for each
doubles = [12345678.0, 1e-7, 0.1, 1e22, -0.0, 123456789012345680.0, float("nan"), None]
pq.write_table(
    pa.table(
        {
            "double": pa.array(doubles, pa.float64()),
            "float": pa.array([0.1, 16777216.0, 1e-7, 3.4e38, -1.5, 1e16, 0.0, None], pa.float32()),
            "decimal": pa.array(
                [decimal.Decimal(x) for x in ("12345678.00", "0.10", "-1.00")] + [None] * 5, pa.decimal128(20, 2)
            ),
            "wide": pa.array([decimal.Decimal("12345678901234567890123456789012345678")] + [None] * 7, pa.decimal128(38, 0)),
            "int64": pa.array([9007199254740993, -1, 0, 1, 2, 3, 4, None], pa.int64()),
            "uint64": pa.array([18446744073709551615, 1, 0, 1, 2, 3, 4, None], pa.uint64()),
            "text": pa.array(["12345678.0", "1e-7", "007", "a", "b", "c", "d", None], pa.string()),
            "bytes": pa.array([b"\x89PNG", None, None, None, None, None, None, None], pa.binary()),
            "expected": pa.array([None if x is None else "NaN" if x != x else repr(x) for x in doubles], pa.string()),
        }
    ),
    "rows.parquet",
)

# TRL's conversational prompt-only format, as datasets writes it; one row has tools
trl = datasets.Dataset.from_list(
    [
        {
            "prompt": [
                {"role": "system", "content": "Answer with a number."},
                {"role": "user", "content": "What is 1+1?"},
            ],
            "solution": "2",
        },
        {"prompt": [{"role": "user", "content": "What is 2+2?"}], "solution": "4"},
    ]
)
trl.to_parquet("trl.parquet")
trl.to_json("trl.jsonl")

# verl's format, as examples/data_preprocess/gsm8k.py writes it
datasets.Dataset.from_list(
    [
        {
            "data_source": "openai/gsm8k",
            "prompt": [{"role": "user", "content": f"What is {i}+{i}? Output the answer after \"####\"."}],
            "ability": "math",
            "reward_model": {"style": "rule", "ground_truth": str(2 * i)},
            "extra_info": {"split": "train", "index": i, "score": i + 0.5, "answer": f"{i}+{i}=#### {2 * i}"},
        }
        for i in range(3)
    ]
).to_parquet("verl.parquet")
