"""A client that knows nothing of HealthLake but its service model, as botocore publishes it (`service-2.json`).

It checks what it sends and what comes back by the model alone: members that exist, required ones present, JSON types,
lengths, ranges, patterns, enumerations, unions with one member. So it serves operations that no packaged SDK has.
"""
import functools
import http.client
import json
import re
import sys
import unicodedata
import urllib.parse
import uuid

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

CONTENT_TYPE = "application/x-amz-json-1.0"
# Errors that are the protocol's or the signature's and so are in no operation's list. All of them are the caller's.
PROTOCOL_ERRORS = {"IncompleteSignatureException", "InvalidSignatureException", "MissingAuthenticationTokenException",
                   "SerializationException", "UnknownOperationException", "UnrecognizedClientException"}
# What a number, text or container of the model is in JSON. A bool is an int in Python, but not here.
JSON_TYPES = {"structure": (dict,), "map": (dict,), "list": (list,), "string": (str,), "boolean": (bool,),
              "integer": (int,), "long": (int,), "double": (int, float), "timestamp": (int, float)}


class Refused(Exception):
    """An error that the service answered with."""

    def __init__(self, operation, code, status, message):
        super().__init__(f"{operation}: {code} ({status}): {message}")
        self.code, self.status, self.message = code, status, message


class BrokenModel(Exception):
    """A request or a response that is not what the model says."""


@functools.cache
def category(name):
    """The characters of a Unicode category, or of ASCII, as the inside of a character class."""
    if name == "ASCII":
        return r"\x00-\x7f"
    spans, start = [], None
    for code in range(sys.maxunicode + 2):
        inside = code <= sys.maxunicode and unicodedata.category(chr(code)).startswith(name)
        if inside and start is None:
            start = code
        elif not inside and start is not None:
            spans.append(rf"\U{start:08x}-\U{code - 1:08x}")
            start = None
    return "".join(spans)


@functools.cache
def compiled(pattern):
    """A pattern of the model for `re`, which has no \\p{L}. Everything is either \\P{M} or \\p{M}."""
    pattern = pattern.replace(r"\P{M}\p{M}", r"\s\S")
    outside = re.sub(r"\\p\{ASCII\}(?=\{)", "[\\\\x00-\\\\x7f]", pattern)
    return re.compile(re.sub(r"\\p\{(\w+)\}", lambda match: category(match[1]), outside))


class Model:
    def __init__(self, path):
        with open(path, encoding="utf-8") as text:
            model = json.load(text)
        self.operations, self.shapes = model["operations"], model["shapes"]
        self.target_prefix = model["metadata"]["targetPrefix"]
        self.signing_name = model["metadata"]["signingName"]

    def problems(self, shape_name, value, path=""):
        """Everything in which a JSON value is not of a shape, each with its path."""
        shape = self.shapes[shape_name]
        kind = shape["type"]
        if type(value) not in JSON_TYPES[kind]:
            return [f"{path or 'the body'}: {type(value).__name__} is no {kind}"]
        if kind == "structure":
            return self._of_structure(shape, value, path)
        found = self._of_limits(shape, value, path)
        if kind == "list":
            for index, element in enumerate(value):
                found += self.problems(shape["member"]["shape"], element, f"{path}[{index}]")
        elif kind == "map":
            for key, element in value.items():
                found += self.problems(shape["key"]["shape"], key, f"{path} key {key!r}")
                found += self.problems(shape["value"]["shape"], element, f"{path}[{key!r}]")
        elif kind == "timestamp" and round(value, 3) != value:
            found.append(f"{path}: {value!r} is finer than a millisecond")
        return found

    def _of_structure(self, shape, value, path):
        found = [f"{path}.{name} is required" for name in shape.get("required", []) if name not in value]
        if shape.get("union") and len(value) != 1:
            found.append(f"{path}: a union has one member, not {len(value)}")
        for name, element in value.items():
            if name in shape["members"]:
                found += self.problems(shape["members"][name]["shape"], element, f"{path}.{name}")
            else:
                found.append(f"{path}.{name} is not in the model")
        return found

    @staticmethod
    def _of_limits(shape, value, path):
        found = []
        size = value if shape["type"] in ("integer", "long", "double") else (
            len(value) if shape["type"] in ("string", "list", "map") else None)
        if size is not None and not shape.get("min", size) <= size <= shape.get("max", size):
            found.append(f"{path}: {size} is not in {shape.get('min')}..{shape.get('max')}")
        if "enum" in shape and value not in shape["enum"]:
            found.append(f"{path}: {value!r} is none of {shape['enum']}")
        if "pattern" in shape and not compiled(shape["pattern"]).fullmatch(value):
            found.append(f"{path}: {value!r} does not match {shape['pattern']}")
        return found


class ModelClient:
    """`called` counts the requests by operation, `answered` holds the operations that were answered with success.

    A host prefix goes in front of the Host, as `<prefix>localhost`.
    """

    def __init__(self, model, endpoint, region, key, secret, called):
        self.model, self.called = model, called
        self.answered = set()
        self.address = urllib.parse.urlsplit(endpoint)
        self.signer = SigV4Auth(Credentials(key, secret), model.signing_name, region)

    def call(self, operation, **members):
        """Sends what the model allows and gives the response's members."""
        declared = self.model.operations[operation]
        shape = self.model.shapes[declared["input"]["shape"]]
        for name, member in shape["members"].items():
            if member.get("idempotencyToken"):
                members.setdefault(name, str(uuid.uuid4()))
        self._insist(f"{operation}, request", self.model.problems(declared["input"]["shape"], members))
        return self.send(operation, json.dumps(members))

    def send(self, operation, body):
        """Sends any body, so that the service may refuse it."""
        status, headers, text = self._exchange(operation, body)
        self._insist(f"{operation}, response", [
            f"the header {name} is {headers.get(name)!r}" for name, good in (
                ("Content-Type", headers.get("Content-Type") == CONTENT_TYPE),
                ("x-amzn-RequestId", headers.get("x-amzn-RequestId"))) if not good])
        answer = json.loads(text)
        if status != 200:
            raise self._refusal(operation, status, answer)
        output = self.model.operations[operation]["output"]["shape"]
        self._insist(f"{operation}, response", self.model.problems(output, answer))
        self.answered.add(operation)
        return answer

    def _exchange(self, operation, body):
        if operation in self.model.operations:
            self.called[operation] += 1
        prefix = self.model.operations.get(operation, {}).get("endpoint", {}).get("hostPrefix", "")
        host = f"{prefix}localhost:{self.address.port}"
        request = AWSRequest("POST", f"http://{host}/", data=body.encode(), headers={
            "Content-Type": CONTENT_TYPE, "Host": host, "X-Amz-Target": f"{self.model.target_prefix}.{operation}"})
        self.signer.add_auth(request)
        connection = http.client.HTTPConnection(self.address.hostname, self.address.port, timeout=20)
        try:
            connection.request("POST", "/", body=request.data, headers=dict(request.headers.items()))
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def _refusal(self, operation, status, answer):
        code = answer.pop("__type", "").rpartition("#")[2]
        declared = [error["shape"] for error in self.model.operations.get(operation, {}).get("errors", [])]
        found = []
        if code in declared:
            found = self.model.problems(code, answer)
            server_fault = self.model.shapes[code].get("fault", False)
        else:
            server_fault = False
            if code not in PROTOCOL_ERRORS:
                found = [f"{code!r} is neither an error of the operation nor of the protocol"]
        if not (500 if server_fault else 400) <= status < (600 if server_fault else 500):
            found.append(f"{code} came with the status {status}")
        self._insist(f"{operation}, error", found)
        return Refused(operation, code, status, answer.get("Message", answer.get("message", "")))

    @staticmethod
    def _insist(where, problems):
        if problems:
            raise BrokenModel(f"{where}: " + "; ".join(problems))
