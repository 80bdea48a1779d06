"""A service model in botocore's form, read and checked, and what each of its shapes is in C++.

The tables, as print_tables.cpp prints them, have the same form, so the same code reads both.
"""

import gzip
import json
import re

# What a model may say that the tables either have or have no use for. Anything else is reported, never passed over.
KNOWN_KEYS = {
    "operation": {"name", "http", "input", "output", "errors", "endpoint", "readonly", "idempotent",
                  "requestcompression", "documentation", "documentationUrl", "repeat"},
    "shape": {"type", "members", "required", "union", "exception", "fault", "error", "retryable", "sensitive", "enum",
              "min", "max", "pattern", "box", "member", "key", "value", "sparse", "document", "documentation"},
    "member": {"shape", "idempotencyToken", "hostLabel", "box", "documentation", "legacy"},
}
DEPRECATION = {"deprecated", "deprecatedMessage", "deprecatedSince"}

SIMPLE_TYPES = {
    "string": "std::string", "boolean": "bool", "byte": "std::int8_t", "short": "std::int16_t",
    "integer": "std::int32_t", "long": "std::int64_t", "float": "float", "double": "double",
    "timestamp": "Timestamp", "blob": "Blob",
}


class BadModel(Exception):
    """The input is not a model; the message says what was expected."""


def load(path):
    """The JSON value in a file, which may be compressed, as botocore's own are."""
    try:
        content = path.read_bytes()
        if content.startswith(b"\x1f\x8b"):
            content = gzip.decompress(content)
        return json.loads(content)
    except (OSError, EOFError, ValueError) as error:
        raise BadModel(f"{path}: {error}") from error


def plain_pattern(regex):
    """A pattern without what changes nothing: anchors, since the whole string must match, and an outermost group."""
    if regex.startswith("^"):
        regex = regex[1:]
    if regex.endswith("$") and not regex.endswith("\\$"):
        regex = regex[:-1]
    return regex[1:-1] if encloses_everything(regex) else regex


def encloses_everything(regex):
    if not regex.startswith("(") or regex.startswith("(?"):
        return False
    depth = 0
    # An escape, a class, or one character: parentheses in the first two are ordinary characters.
    for token in re.finditer(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", regex, re.S):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if depth == 0:
            return token.end() == len(regex)
    return False


class Model:
    """The operations, shapes and waiters of a model."""

    def __init__(self, value, name, waiters=None, paginators=None):
        if not isinstance(value, dict) or not all(isinstance(value.get(key), dict) for key in ("operations", "shapes")):
            raise BadModel(f'{name}: expected a service-2.json: an object with "operations" and "shapes"')
        self.name = name
        self.metadata = value.get("metadata", {})
        self.operations = value["operations"]
        self.shapes = value["shapes"]
        self.waiters = value.get("waiters") if waiters is None else self.waiters_in(waiters)
        self.paginators = {} if paginators is None else self.paginators_in(paginators)
        self.patterns = value.get("patterns", {})
        self.error_codes = value.get("errorCodes", [])
        for shape, where in self.references():
            if not isinstance(self.shapes.get(shape), dict) or "type" not in self.shapes[shape]:
                raise BadModel(f"{name}: {where} refers to the shape {shape}, which is not there or has no type")
        self.check_nesting()

    @staticmethod
    def waiters_in(value):
        if not isinstance(value, dict) or not isinstance(value.get("waiters"), dict):
            raise BadModel('expected a waiters-2.json: an object with "waiters"')
        for waiter, row in value["waiters"].items():
            missing = {"operation", "delay", "maxAttempts", "acceptors"} - row.keys()
            if missing:
                raise BadModel(f"the waiter {waiter} has no {', '.join(sorted(missing))}")
        return value["waiters"]

    @staticmethod
    def paginators_in(value):
        if not isinstance(value, dict) or not isinstance(value.get("pagination"), dict):
            raise BadModel('expected a paginators-1.json: an object with "pagination"')
        return value["pagination"]

    def references(self):
        """Every name of a shape that something refers to, and what refers to it."""
        for name, operation in self.operations.items():
            for reference in (operation.get("input"), operation.get("output"), *operation.get("errors", [])):
                if reference:
                    yield reference.get("shape"), name
        for name, shape in self.shapes.items():
            for reference in self.targets(shape):
                yield reference, name

    @staticmethod
    def targets(shape):
        rows = [*shape.get("members", {}).values(), *(shape[key] for key in ("member", "key", "value") if key in shape)]
        return [row.get("shape") for row in rows]

    def check_nesting(self):
        """Lists and maps must come to an end: only a structure may hold itself."""
        def follow(name, path):
            if name in path:
                raise BadModel(f"{self.name}: the shape {name} is a list or map of itself")
            if self.shapes[name]["type"] in ("list", "map"):
                for target in self.targets(self.shapes[name]):
                    follow(target, path + [name])
        for name in self.shapes:
            follow(name, [])

    # What a shape is.

    def members(self, name):
        return self.shapes.get(name, {}).get("members", {})

    def is_structure(self, name):
        return self.shapes[name]["type"] == "structure" and not self.shapes[name].get("document")

    def is_enumeration(self, name):
        return "enum" in self.shapes[name]

    def cpp_type(self, name):
        """The C++ type of a value, or None if there is none for it."""
        shape = self.shapes[name]
        if self.is_structure(name):
            return name
        if self.is_enumeration(name):
            return f"OpenEnum<{name}>"
        if shape.get("document"):
            return "Document"
        if shape["type"] not in ("list", "map"):
            return SIMPLE_TYPES.get(shape["type"])
        inner = self.cpp_type(shape["member" if shape["type"] == "list" else "value"]["shape"])
        if inner and shape.get("sparse"):
            inner = f"std::optional<{inner}>"
        if not inner:
            return None
        return f"std::vector<{inner}>" if shape["type"] == "list" else f"std::map<std::string, {inner}>"

    def traits(self, name):
        """The constraint traits of a shape that is neither a structure nor a union, by their names in Rules."""
        shape = self.shapes[name]
        if self.is_structure(name):
            return {}
        keys = ("sensitive",) if self.is_enumeration(name) else ("min", "max", "pattern", "sensitive")
        traits = {key: shape[key] for key in keys if shape.get(key) is not None and shape[key] is not False}
        if "pattern" in traits:
            traits["pattern"] = plain_pattern(traits["pattern"])
        for key, row in (("member", shape.get("member") or shape.get("value")), ("key", shape.get("key"))):
            rules = self.rules(row["shape"]) if row else None
            if rules:
                traits[key] = rules
        return traits

    def rules(self, name):
        """The name of the shape's row in model/rules.hpp, or None if it needs none."""
        return name if self.traits(name) else None

    def is_required(self, name, member):
        """Whether the member's C++ type is the plain one. What a client fills in may be left out by the caller."""
        shape = self.shapes[name]
        return (member in shape.get("required", []) and not shape.get("union") and
                not shape["members"][member].get("idempotencyToken"))

    def declaration_order(self):
        """(operation, shapes) for each operation: what it reaches that none before it did, each shape after all that it
        refers to (but for itself)."""
        seen = set()

        def visit(name):
            if name in seen:
                return
            seen.add(name)
            for target in self.targets(self.shapes[name]):
                yield from visit(target)
            yield name

        for operation, row in self.operations.items():
            reached = [*row.get("errors", []), *(row[key] for key in ("input", "output") if row.get(key))]
            yield operation, [name for reference in reached for name in visit(reference["shape"])]

    def reached_shapes(self):
        return [name for _, shapes in self.declaration_order() for name in shapes]

    # What an operation is.

    def host_prefix(self, name):
        return self.operations[name].get("endpoint", {}).get("hostPrefix", "")

    def errors(self, name):
        return [error["shape"] for error in self.operations[name].get("errors", [])]

    def compresses(self, name):
        return "gzip" in self.operations[name].get("requestcompression", {}).get("encodings", [])

    def input(self, name):
        return self.shape_of(name, "input", "Request")

    def output(self, name):
        return self.shape_of(name, "output", "Response")

    def shape_of(self, name, key, suffix):
        reference = self.operations[name].get(key)
        return reference["shape"] if reference else name + suffix

    def keep_what_only_the_tables_have(self, tables):
        """Takes over the members of an older service, the HTTP statuses that the model does not name, how operations may be
        repeated, and the acceptors of waiters that are ours, so that a declaration printed anew does not lose them."""
        for ours, theirs, keys in ((tables.operations, self.operations, ("repeat",)),
                                   (tables.waiters or {}, self.waiters or {}, ("ownAcceptors", "notFoundMilliseconds"))):
            for name in ours.keys() & theirs.keys():
                theirs[name].update({key: ours[name][key] for key in keys if key in ours[name]})
        for name, shape in tables.shapes.items():
            if name not in self.shapes:
                continue
            if self.shapes[name].get("exception") and "error" in shape:
                self.shapes[name]["error"] = shape["error"] | self.shapes[name].get("error", {})
            for member, row in shape.get("members", {}).items():
                if row.get("legacy") and member not in self.members(name):
                    self.shapes[name].setdefault("members", {})[member] = row
                    for target in [row["shape"], *tables.targets(tables.shapes[row["shape"]])]:
                        self.shapes.setdefault(target, tables.shapes[target])

    def is_paginated(self, name):
        """What the concept Paginated asks for: a NextToken on both sides."""
        reached = [self.operations[name].get(key) for key in ("input", "output")]
        return all(row and "NextToken" in self.shapes[row["shape"]].get("members", {}) for row in reached)
