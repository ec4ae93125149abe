"""Write the confirmed failures of labelled responses to failures.jsonl, ready to be imported."""

import json
import sys
from collections import Counter

FIELDS = (
    "run_id", "model", "category", "prompt", "response", "expected", "failure_type", "severity",
    "evidence", "reviewer", "second_reviewer", "notes",
)

seen: Counter[str] = Counter()
with open("failures.jsonl", "w", encoding="utf-8") as out:
    for path in sys.argv[1:] or ["responses.jsonl"]:
        with open(path, encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        for row in rows:
            if row["failure_type"] in (None, "", "none"):
                continue
            seen[row["id"]] += 1
            log = {"id": f"{row['id']}-{seen[row['id']]}"}
            log |= {field: row.get(field) or "" for field in FIELDS}
            out.write(json.dumps(log, ensure_ascii=False) + "\n")
print(f"{sum(seen.values())} failures written; add the evidence where it is empty, and redact")
