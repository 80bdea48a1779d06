"""What a service model has that the tables lack, has otherwise, or no longer has."""

from typing import NamedTuple

from service_model import DEPRECATION, KNOWN_KEYS


class Difference(NamedTuple):
    change: str  # "new", "changed", "removed", or "unknown": what the tables have no way to express
    kind: str  # "service", "operation", "structure", "union", "enumeration", "value", "rules", "member", "waiter"
    name: str  # of the operation, shape or waiter
    part: str = ""  # the member or the value
    what: str = ""

    def __str__(self):
        where = {"member": f"{self.name}.{self.part}", "value": f'{self.name} "{self.part}"'}.get(self.kind, self.name)
        return f"{self.change:<8}{self.kind} {where}" + (f": {self.what}" if self.what else "")


def show(value):
    for constant, text in ((None, "none"), (True, "yes"), (False, "no")):
        if value is constant:
            return text
    return value


def changes(pairs):
    """One line for all of (what, in the tables, in the model) that differ."""
    return "; ".join(f"{what} was {show(ours)}, is {show(theirs)}" for what, ours, theirs in pairs if ours != theirs)


def find_differences(tables, model):
    """All differences, in the order of the model. `tables` and `model` are Models."""
    found = list(service_differences(tables, model))
    for name in model.operations:
        found += operation_differences(tables, model, name)
    found += [Difference("removed", "operation", name) for name in tables.operations if name not in model.operations]
    reached, ours = model.reached_shapes(), tables.reached_shapes()
    for name in reached:
        found += shape_differences(tables, model, name)
    found += [Difference("removed", kind_of(tables, name), name) for name in ours
              if has_declaration(tables, name) and name not in reached and not stands_for_nothing(tables, model, name)]
    if model.waiters is not None:
        found += waiter_differences(tables, model)
    return found + list(unknown_keys(model))


def service_differences(tables, model):
    signing_name = model.metadata.get("signingName", model.metadata.get("endpointPrefix"))
    told = changes([("the target prefix", tables.metadata.get("targetPrefix"), model.metadata.get("targetPrefix")),
                    ("the signing name", tables.metadata.get("signingName"), signing_name),
                    ("the protocol", tables.metadata.get("protocol"), model.metadata.get("protocol")),
                    ("the JSON version", tables.metadata.get("jsonVersion"), model.metadata.get("jsonVersion")),
                    ("awsQueryCompatible", "awsQueryCompatible" in tables.metadata,
                     "awsQueryCompatible" in model.metadata)])
    if told:
        yield Difference("changed", "service", model.metadata.get("serviceId", "?"), what=told)


def operation_differences(tables, model, name):
    if name not in tables.operations:
        return [Difference("new", "operation", name)]
    ours, theirs = tables.operations[name], model.operations[name]
    told = [changes([(key, bool(ours.get(key)), bool(theirs.get(key))) for key in ("readonly", "idempotent")] +
                    [("the host prefix", tables.host_prefix(name) or None, model.host_prefix(name) or None),
                     ("gzip", tables.compresses(name), model.compresses(name)),
                     ("the input", input_of(tables, name), input_of(model, name)),
                     ("the output", output_of(tables, name), output_of(model, name))])]
    ours, theirs = tables.errors(name), model.errors(name)
    told += [f"new error {error}" for error in theirs if error not in ours]
    told += [f"error {error} is removed" for error in ours if error not in theirs]
    told = "; ".join(line for line in told if line)
    return [Difference("changed", "operation", name, what=told)] if told else []


def input_of(model, name):
    """No input is the same as one without members: both are `{}` on the wire."""
    reference = model.operations[name].get("input")
    return reference["shape"] if reference and model.shapes[reference["shape"]].get("members") else None


def output_of(model, name):
    """No output is another thing than one without members: no body."""
    return model.operations[name].get("output", {}).get("shape")


def stands_for_nothing(tables, model, name):
    """Whether the shape is the input in C++ of an operation that has none."""
    return any(name == tables.input(operation) and not model.operations[operation].get("input") and
               not tables.shapes[name].get("members")
               for operation in tables.operations if operation in model.operations)


def has_declaration(model, name):
    return model.is_structure(name) or model.is_enumeration(name) or bool(model.rules(name))


def kind_of(model, name):
    if model.is_structure(name):
        return "union" if model.shapes[name].get("union") else "structure"
    return "enumeration" if model.is_enumeration(name) else "rules"


def shape_differences(tables, model, name):
    if not has_declaration(model, name):
        return []
    kind = kind_of(model, name)
    if name not in tables.shapes or not has_declaration(tables, name):
        return [Difference("new", kind, name)]
    if kind != kind_of(tables, name):
        return [Difference("changed", kind, name, what=f"was of the kind {kind_of(tables, name)}")]
    if kind == "rules":
        return rules_differences(tables, model, name)
    if kind == "enumeration":
        return value_differences(tables, model, name)
    return [*structure_differences(tables, model, name, kind), *member_differences(tables, model, name)]


def rules_differences(tables, model, name):
    ours, theirs = tables.traits(name), model.traits(name)
    pairs = [(key, ours.get(key), theirs.get(key)) for key in ("min", "max", "pattern", "sensitive", "member", "key")]
    told = changes([("type", tables.shapes[name]["type"], model.shapes[name]["type"]), *pairs])
    return [Difference("changed", "rules", name, what=told)] if told else []


def value_differences(tables, model, name):
    ours, theirs = tables.shapes[name]["enum"], model.shapes[name]["enum"]
    found = [Difference("new", "value", name, value) for value in theirs if value not in ours]
    found += [Difference("removed", "value", name, value) for value in ours if value not in theirs]
    told = changes([("sensitive", bool(tables.rules(name)), bool(model.rules(name)))])
    if not found and ours != theirs:
        told = "; ".join(filter(None, [told, "the order of the values"]))
    return found + ([Difference("changed", "enumeration", name, what=told)] if told else [])


def structure_differences(tables, model, name, kind):
    ours, theirs = tables.shapes[name], model.shapes[name]
    pairs = [(key, bool(ours.get(key)), bool(theirs.get(key))) for key in ("sensitive", "exception", "fault")]
    pairs.append(("retryable", ours.get("retryable"), theirs.get("retryable")))
    # Not every model names the statuses of its errors; one that is not named cannot differ.
    pairs += [(what, ours.get("error", {}).get(key), theirs["error"][key])
              for key, what in (("httpStatusCode", "the HTTP status"), ("code", "the query code"))
              if key in theirs.get("error", {})]
    told = changes(pairs)
    if told:
        yield Difference("changed", kind, name, what=told)
    if theirs.get("exception") and name not in tables.error_codes:
        yield Difference("new", "value", "ErrorCode", name)


def signature(model, name, member):
    """What a member's row says of it."""
    row = model.shapes[name]["members"][member]
    return [("type", model.cpp_type(row["shape"]) or model.shapes[row["shape"]]["type"]),
            ("rules", model.rules(row["shape"])),
            ("required", model.is_required(name, member)),
            ("idempotency token", bool(row.get("idempotencyToken")))]


def member_differences(tables, model, name):
    ours, theirs = tables.shapes[name].get("members", {}), model.shapes[name].get("members", {})
    for member in theirs:
        if member not in ours:
            yield Difference("new", "member", name, member)
            continue
        told = changes([(what, before, after) for (what, before), (_, after) in
                        zip(signature(tables, name, member), signature(model, name, member))])
        if told:
            yield Difference("changed", "member", name, member, told)
    for member, row in ours.items():
        if member not in theirs and not row.get("legacy"):
            yield Difference("removed", "member", name, member)


def waiter_differences(tables, model):
    for name, theirs in model.waiters.items():
        ours = (tables.waiters or {}).get(name)
        if ours is None:
            yield Difference("new", "waiter", name)
            continue
        told = changes([(what, ours.get(key), theirs.get(key)) for key, what in
                        (("operation", "the operation"), ("delay", "the delay"), ("maxAttempts", "maxAttempts"))])
        if acceptors(ours) != acceptors(theirs):
            told = "; ".join(filter(None, [told, "the acceptors"]))
        if told:
            yield Difference("changed", "waiter", name, what=told)
    for name in tables.waiters or {}:
        if name not in model.waiters:
            yield Difference("removed", "waiter", name)


def acceptors(waiter):
    keys = ("matcher", "argument", "expected", "state")
    return [tuple(row.get(key, "") for key in keys) for row in waiter["acceptors"]]


def unknown_keys(model):
    """What the model says with keys that this script does not know."""
    def check(kind, name, part, row, known):
        for key in row:
            if key not in KNOWN_KEYS[known] and key not in DEPRECATION:
                yield Difference("unknown", kind, name, part, f'the model has the key "{key}" here')

    for name, operation in model.operations.items():
        yield from check("operation", name, "", operation, "operation")
    for name in model.reached_shapes():
        shape = model.shapes[name]
        kind = kind_of(model, name)
        yield from check(kind, name, "", shape, "shape")
        if not model.is_structure(name) and not model.cpp_type(name) and shape["type"] not in ("list", "map"):
            yield Difference("unknown", kind, name, what=f'there is no C++ type for the type "{shape["type"]}"')
        for member, row in shape.get("members", {}).items():
            yield from check("member", name, member, row, "member")
    for name, row in model.paginators.items():
        if name in model.operations and not (row.get("input_token") == row.get("output_token") == "NextToken" and
                                             model.is_paginated(name)):
            yield Difference("unknown", "operation", name,
                             what="its pages do not follow NextToken, as those of Pager do")
    for name, waiter in (model.waiters or {}).items():
        for row in waiter["acceptors"]:
            if row["matcher"] not in ("path", "error") or not isinstance(row["expected"], str):
                yield Difference("unknown", "waiter", name,
                                 what=f'Acceptor does not have the matcher "{row["matcher"]}" with {row["expected"]!r}')
