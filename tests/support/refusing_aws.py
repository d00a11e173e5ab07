"""Account that answers every call with one refusal, in the form of the called service."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from support.aws_over_http import Answer, Aws, aws_over_http

OF_XML = ("sts", "cloudformation", "iam", "sns", "s3")
MESSAGE = "User: x is not authorized to perform: {service}:Something on resource: y"


def refusal(service: str, code: str, status: int) -> Answer:
    """Refusal of a service with a code."""
    message = MESSAGE.format(service=service)
    if service == "s3":
        body = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    elif service in OF_XML:
        body = f"<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
    else:
        body = json.dumps({"__type": code, "message": message})
    return Answer(status=status, headers={"x-amzn-errortype": code}, body=body.encode())


@contextmanager
def refusing_aws(code: str, status: int = 400) -> Iterator[Aws]:
    """Account on the loopback that refuses everything with this code, until the block ends."""

    def serve(service: str, _method: str, _path: str, _headers: Mapping[str, str], _body: bytes) -> Answer:
        return refusal(service, code, status)

    with aws_over_http(serve) as aws:
        yield aws
