"""AWS on the loopback that counts: S3 in memory, the other services by moto, each call that arrives with its bytes.

It counts what the real boto3 of the functions sends, retries included, so that no call is missed.
"""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from moto import mock_aws

from support.aws_over_http import Answer, Aws, answer_of_moto, aws_over_http, call_of
from support.plain_s3 import PlainS3

READ, WRITTEN = "bytes read", "bytes written"


@dataclass(kw_only=True)
class CountedAws:
    """Account with the objects of its one bucket, the calls since the last `taken`, and all details put on a bus."""

    s3: PlainS3 = field(default_factory=PlainS3)
    counts: Counter[str] = field(default_factory=Counter)
    events: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, service: str, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """Answer a call, and count it."""
        serve = self.s3.answer if service == "s3" else answer_of_moto
        answer = serve(service, method, path, headers, body)
        call = call_of(method, path, headers, body)
        is_write = service == "s3" and method == "PUT"
        name = {"create": "put", "replace": "put"}.get(call.name, call.name)
        self.counts[f"{service} {name}"] += 1
        if service == "s3":
            self.counts[READ] += 0 if is_write else len(answer.body)
            self.counts[WRITTEN] += len(body) if is_write else 0
        if call.name == "PutEvents":
            self.events += [json.loads(entry["Detail"]) for entry in json.loads(body)["Entries"]]
        return answer

    def taken(self) -> Counter[str]:
        """Return the counts so far, and begin anew."""
        counts, self.counts = self.counts, Counter()
        return counts


@contextmanager
def counted_aws() -> Iterator[tuple[CountedAws, Aws]]:
    """Account until the block ends, and the way to it."""
    counted = CountedAws()
    with mock_aws(), aws_over_http(counted.answer) as aws:
        yield counted, aws
