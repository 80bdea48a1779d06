#!/usr/bin/env python3
"""Tests missing_declarations.py. Invariants:

- A model that says what the tables say has no difference; every kind of difference is found, and no other with it.
- The script's declaration of everything that the tables have is the tree's own, apart from `///` lines and line breaks;
  if clang-format-16 is there, line breaks too. So what is printed for something new has the tree's form.
- An operation that is removed from tables and headers is printed, whole, for the header it was in.
- The declarations of made-up additions are those in missing_declarations_expected.txt.
- What is no model is refused with exit status 2 and a message that says what is wrong.
- With HEALTHLAKE_CONFORMANCE set: the service's model, waiters and paginators have no difference to the tables.

  missing_declarations_test.py PRINT_TABLES    the program made from print_tables.cpp
  --write                                      write missing_declarations_expected.txt anew, to be read before a commit
"""

import contextlib
import copy
import gzip
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import missing_declarations
from declarations import Declarations, Formatter
from differences import find_differences
from edits import Edits
from service_model import Model, encloses_everything, plain_pattern
from wording import first_sentence, snake, words

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
MODEL_HEADERS = ROOT / "include/healthlake/model"
EXPECTED = HERE / "missing_declarations_expected.txt"

failures = []
checks = 0


def check(what, found, expected=True):
    global checks
    checks += 1
    if found != expected:
        failures.append(f"{what}:\n  expected {expected}\n  found    {found}")


def without_docs(code):
    return re.sub(r"^ *///.*\n", "", code, flags=re.M)


def squeezed(code):
    """Without what clang-format decides, and without the comma that some enumerations end with."""
    return re.sub(r",(?=\})", "", re.sub(r"\s+", "", without_docs(code)))


def formatted_like(formatter, code):
    return code if formatter.program else squeezed(code)


def run(tables, model, *options, root=ROOT):
    """The script as it is run: exit status, output, messages."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for name, value in (("tables.json", tables), ("model.json", model)):
            path = pathlib.Path(folder) / name
            path.write_bytes(value if isinstance(value, bytes) else json.dumps(value).encode())
            files.append(str(path))
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            status = missing_declarations.main([files[1], "--tables", files[0], "--root", str(root), *options])
    return status, out.getvalue(), err.getvalue()


def differences(tables, model):
    """The differences as lines, the spaces in them single."""
    found = find_differences(Model(copy.deepcopy(tables), "the tables"), Model(copy.deepcopy(model), "the model"))
    return [re.sub(r" +", " ", str(difference)) for difference in found]


# Every kind of difference


def members(model, name):
    return model["shapes"][name]["members"]


def set_at(model, path, value):
    *front, last = path.split("/")
    for step in front:
        model = model[step]
    model[last] = value


def drop_at(model, path):
    *front, last = path.split("/")
    for step in front:
        model = model[step]
    del model[int(last) if isinstance(model, list) else last]


def setting(path, value):
    return lambda model: set_at(model, path, value)


def dropping(path):
    return lambda model: drop_at(model, path)


def both(*changes):
    return lambda model: [change(model) for change in changes]


def new_error(model):
    model["shapes"]["TeapotException"] = {"type": "structure", "members": {}, "exception": True}
    model["operations"]["TagResource"]["errors"].append({"shape": "TeapotException"})


def new_operation(model):
    model["operations"]["TagTeapot"] = {"name": "TagTeapot", "input": {"shape": "TagResourceRequest"},
                                        "output": {"shape": "TagResourceResponse"}, "errors": []}


# (what is done to a copy of the tables, the differences of the result to the tables)
CHANGES = [
    (new_operation, ["new operation TagTeapot"]),
    (dropping("operations/TagResource/errors/0"),
     ["changed operation TagResource: error ResourceNotFoundException is removed"]),
    (new_error, ["changed operation TagResource: new error TeapotException", "new structure TeapotException"]),
    (setting("operations/TagResource/readonly", True), ["changed operation TagResource: readonly was no, is yes"]),
    (dropping("operations/StartDataTransformationJob/idempotent"),
     ["changed operation StartDataTransformationJob: idempotent was yes, is no"]),
    (setting("operations/TagResource/endpoint", {"hostPrefix": "a."}),
     ["changed operation TagResource: the host prefix was none, is a."]),
    (setting("operations/TagResource/requestcompression", {"encodings": ["gzip"]}),
     ["changed operation TagResource: gzip was no, is yes"]),
    (dropping("operations/TagResource/output"),
     ["changed operation TagResource: the output was TagResourceResponse, is none",
      "removed structure TagResourceResponse"]),
    (setting("operations/TagResource/input", {"shape": "UntagResourceRequest"}),
     ["changed operation TagResource: the input was TagResourceRequest, is UntagResourceRequest",
      "removed structure TagResourceRequest"]),
    (dropping("operations/ListTagsForResource"),
     ["removed operation ListTagsForResource", "removed structure ListTagsForResourceRequest",
      "removed structure ListTagsForResourceResponse"]),
    (setting("shapes/Tag/members/Colour", {"shape": "TagKey"}), ["new member Tag.Colour"]),
    (dropping("shapes/Tag/members/Value"), ["removed rules TagValue", "removed member Tag.Value"]),
    (setting("shapes/Tag/required", ["Key"]), ["changed member Tag.Value: required was yes, is no"]),
    (setting("shapes/Tag/members/Value/shape", "TagKey"),
     ["changed member Tag.Value: rules was TagValue, is TagKey", "removed rules TagValue"]),
    (setting("shapes/Tag/members/Value/shape", "(integer)"),
     ["changed member Tag.Value: type was std::string, is std::int32_t; rules was TagValue, is none",
      "removed rules TagValue"]),
    (setting("shapes/Tag/members/Value/idempotencyToken", True),
     ["changed member Tag.Value: required was yes, is no; idempotency token was no, is yes"]),
    (setting("shapes/Tag/sensitive", True), ["changed structure Tag: sensitive was no, is yes"]),
    (setting("shapes/Tag/union", True),
     ["changed union Tag: was of the kind structure"]),
    (setting("shapes/ThrottlingException/fault", True),
     ["changed structure ThrottlingException: fault was no, is yes"]),
    (setting("shapes/ThrottlingException/error", {"httpStatusCode": 418, "code": "Slow"}),
     ["changed structure ThrottlingException: the HTTP status was 429, is 418; the query code was none, is Slow"]),
    (setting("shapes/ThrottlingException/retryable", {"throttling": True}),
     ["changed structure ThrottlingException: retryable was none, is {'throttling': True}"]),
    (setting("shapes/JobStatus/enum", ["SUBMITTED", "QUEUED", "IN_PROGRESS", "COMPLETED_WITH_ERRORS", "COMPLETED",
                                       "FAILED", "CANCEL_SUBMITTED", "CANCEL_IN_PROGRESS", "CANCEL_COMPLETED",
                                       "CANCEL_FAILED", "PAUSED"]), ['new value JobStatus "PAUSED"']),
    (setting("shapes/CmkType/enum", ["AWS_OWNED_KMS_KEY"]), ['removed value CmkType "CUSTOMER_MANAGED_KMS_KEY"']),
    (setting("shapes/CmkType/enum", ["AWS_OWNED_KMS_KEY", "CUSTOMER_MANAGED_KMS_KEY"]),
     ["changed enumeration CmkType: the order of the values"]),
    (setting("shapes/CmkType/sensitive", True),
     ["changed enumeration CmkType: sensitive was no, is yes",
      "changed member KmsEncryptionConfig.CmkType: rules was none, is CmkType"]),
    (setting("shapes/TagKey/max", 256), ["changed rules TagKey: max was 128, is 256"]),
    (dropping("shapes/TagValue/min"), ["changed rules TagValue: min was 0, is none"]),
    (setting("shapes/TagValue/pattern", "[a-z]*"),
     [r"changed rules TagValue: pattern was [\p{L}\p{Z}\p{N}_.:/=+\-@]*, is [a-z]*"]),
    (setting("shapes/TagValue/sensitive", True), ["changed rules TagValue: sensitive was none, is yes"]),
    (setting("shapes/TagKeyList/member/shape", "TagValue"),
     ["changed rules TagKeyList: member was TagKey, is TagValue"]),
    (setting("shapes/TagMap/key/shape", "TagKey"),
     ["changed rules TagMap: key was DataTransformationTagKey, is TagKey", "removed rules DataTransformationTagKey"]),
    (setting("shapes/TagMap/sparse", True),
     ["changed member CreateDataTransformationProfileRequest.Tags: type was std::map<std::string, std::string>, is "
      "std::map<std::string, std::optional<std::string>>"]),
    (dropping("waiters/FHIRDatastoreDeleted"), ["removed waiter FHIRDatastoreDeleted"]),
    (setting("waiters/FHIRDatastoreActive/delay", 61),
     ["changed waiter FHIRDatastoreActive: the delay was 60, is 61"]),
    (setting("waiters/FHIRDatastoreActive/maxAttempts", 6),
     ["changed waiter FHIRDatastoreActive: maxAttempts was 5, is 6"]),
    (setting("waiters/FHIRDatastoreActive/operation", "TagResource"),
     ["changed waiter FHIRDatastoreActive: the operation was DescribeFHIRDatastore, is TagResource"]),
    (dropping("waiters/FHIRDatastoreActive/acceptors/0"),
     ["changed waiter FHIRDatastoreActive: the acceptors"]),
    (lambda model: set_at(model, "waiters/Tea", model["waiters"]["FHIRDatastoreActive"]), ["new waiter Tea"]),
    (setting("metadata/targetPrefix", "Lake"),
     ["changed service ?: the target prefix was HealthLake, is Lake"]),
    (setting("metadata/jsonVersion", "1.1"), ["changed service ?: the JSON version was 1.0, is 1.1"]),
    (setting("metadata/awsQueryCompatible", {}), ["changed service ?: awsQueryCompatible was no, is yes"]),
    (setting("operations/TagResource/streaming", True),
     ['unknown operation TagResource: the model has the key "streaming" here']),
    (setting("shapes/TagKey/timestampFormat", "x"),
     ['unknown rules TagKey: the model has the key "timestampFormat" here']),
    (setting("shapes/Tag/members/Key/locationName", "k"),
     ['unknown member Tag.Key: the model has the key "locationName" here']),
    (both(setting("shapes/Character", {"type": "character", "max": 1}),
          setting("shapes/Tag/members/Letter", {"shape": "Character"})),
     ["new rules Character", "new member Tag.Letter",
      'unknown rules Character: there is no C++ type for the type "character"']),
]

# What says the same in other words.
SAME = [
    setting("shapes/ClientTokenString/pattern", "^[a-zA-Z0-9-]+$"),
    setting("shapes/ClientTokenString/pattern", "([a-zA-Z0-9-]+)"),
    setting("shapes/ClientTokenString/documentation", "<p>Other words.</p>"),
    setting("shapes/Unreached", {"type": "structure", "members": {}}),
    setting("operations/TagResource/http", {"method": "POST", "requestUri": "/"}),
    setting("operations/TagResource/deprecated", True),
    dropping("shapes/OutputDataConfig/members/S3Uri"),  # the tables have it for the preview only
    dropping("shapes/ThrottlingException/error"),  # most models name no status
    lambda model: model["operations"]["TagResource"]["errors"].reverse(),
]


def test_differences(tables):
    check("the tables and themselves", differences(tables, tables), [])
    status, out, _ = run(tables, tables)
    check("the tables and themselves: exit status", status, 0)
    check("the tables and themselves: output", re.sub(r"/\S*/", "", out), "The tables say what model.json says.\n")
    for index, change in enumerate(SAME):
        model = copy.deepcopy(tables)
        change(model)
        check(f"same in other words, number {index}", differences(tables, model), [])
    for change, expected in CHANGES:
        model = copy.deepcopy(tables)
        change(model)
        found = differences(tables, model)
        check(f"a change that is {expected[0]}", sorted(found), sorted(expected))
        status, out, err = run(tables, model)
        check(f"{expected[0]}: exit status", (status, err), (1, ""))
        check(f"{expected[0]}: something is printed for it", "\n=== " in out)


def test_every_operation_removed(tables):
    """Against tables without an operation and what it alone reaches, all of that is new, and nothing else differs."""
    for operation in tables["operations"]:
        old, gone = without_operation(tables, operation)
        found = differences(old, tables)
        names = {re.split(r"[ .]", line)[2] for line in found if line.startswith("new ")}
        check(f"without {operation}: what is new", names - {"ErrorCode"}, gone)
        check(f"without {operation}: only new", [line for line in found if not line.startswith("new ")], [])


def without_operation(tables, operation):
    """Tables without an operation and what it alone reaches, and the names of what has a declaration of that."""
    old = copy.deepcopy(tables)
    del old["operations"][operation]
    old["waiters"] = {name: row for name, row in old["waiters"].items() if row["operation"] != operation}
    reached = set(Model(old, "").reached_shapes())
    old["shapes"] = {name: shape for name, shape in old["shapes"].items() if name in reached}
    old["errorCodes"] = [code for code in old["errorCodes"] if code in reached]
    whole = Model(copy.deepcopy(tables), "")
    gone = {name for name in whole.reached_shapes() if name not in reached and
            (whole.is_structure(name) or whole.is_enumeration(name) or whole.rules(name))}
    return old, gone | {operation} | (tables["waiters"].keys() - old["waiters"].keys())


# The tree's form


def headers():
    return {path.stem: path.read_text(encoding="utf-8") for path in MODEL_HEADERS.glob("*.hpp")
            if path.stem != "preview"}


def test_own_declarations(tables, formatter):
    """Whatever the tables have is declared in the headers as the script would declare it."""
    model = Model(copy.deepcopy(tables), "the tables")
    declare = Declarations(model, model, Formatter(ROOT, ""))
    code = "\n".join(headers().values())
    # Written by hand, and fine as they are: an initializer that is not needed, a comma that forces one line per value.
    code = code.replace("> value;", "> value{};")
    code = re.sub(r",(\n\};\nconsteval auto enumeration)", r"\1", code)
    exact, loose = without_docs(code), squeezed(code)

    ours = {"ErrorCode": declare.error_codes(model.error_codes),
            "AllOperations": declare.list_of_types("AllOperations", "Operations", model.operations),
            "AllWaiters": declare.list_of_types("AllWaiters", "Waiters", model.waiters)}
    for name in model.reached_shapes():
        if model.is_structure(name):
            ours[name] = declare.structure(name)
        elif model.is_enumeration(name):
            ours[name] = declare.enumeration(name)
        elif model.rules(name):
            ours[name] = declare.rules(name)
    ours |= {name: declare.operation(name) for name in model.operations}
    ours |= {name: declare.waiter(name) for name in model.waiters}
    # All at once, since a program is started for it.
    mark = "\n// next\n\n"
    formatted = formatter(mark.join(ours.values())).split(mark)
    check("as many declarations after formatting", len(formatted), len(ours))
    for name, declaration in zip(ours, formatted):
        found = without_docs(declaration) in exact if formatter.program else squeezed(declaration) in loose
        check(f"{name} is declared as the tree has it, which is not\n{declaration}\n", found)

    client = squeezed((ROOT / "include/healthlake/client.hpp").read_text(encoding="utf-8"))
    for name in model.operations:
        check(f"the client has the method of {name}", squeezed(declare.client_method(name)) in client)


def tree_without(folder, names):
    """A copy of the model's headers without the declarations of these names; a header left with none goes too."""
    target = pathlib.Path(folder) / "include/healthlake/model"
    shutil.copytree(MODEL_HEADERS, target)
    shutil.copy(ROOT / ".clang-format", folder)
    for path in target.glob("*.hpp"):
        text = old = path.read_text(encoding="utf-8")
        for name in names:
            text = re.sub(rf"^(?:///.*\n)*(?:struct|enum class) {name} [^;]*?(?:\{{\n(?:.*\n)*?\}};|\}};)\n"
                          rf"(?:consteval auto enumeration\({name}\) \{{(?: .*\n|\n(?:.*\n)*?\}}\n))?\n?", "", text,
                          flags=re.M)
        if text != old and not re.search(r"^(?:struct|enum class) ", text, re.M):
            path.unlink()
        else:
            path.write_text(text, encoding="utf-8")
    return pathlib.Path(folder)


# Headers whose names are not made of an operation's, or that took more than their operations need.
OTHER_HEADERS = {
    "profile_agent": "profile_with_agent",
    # With the operation that alone reaches them gone, there is nothing that needs a header below it.
    "transformation_source": "transformation_profile",
}


def test_placement(tables):
    """What is removed from the headers is printed for the header it was in."""
    where = {name: stem for stem, text in headers().items() for name in
             re.findall(r"^(?:struct|enum class) (\w+)", text, re.M)}
    for operation in tables["operations"]:
        old, gone = without_operation(tables, operation)
        gone = {name for name in gone if name in where}
        with tempfile.TemporaryDirectory() as folder:
            root = tree_without(folder, gone)
            left = "".join(path.read_text(encoding="utf-8") for path in root.rglob("*.hpp") if path.stem != "preview")
            check(f"{operation}: removed", [name for name in gone if re.search(rf"^struct {name} ", left, re.M)], [])
            ours, theirs = Model(old, "the tables"), Model(copy.deepcopy(tables), "the model")
            edits = Edits(ours, theirs, root, Declarations(ours, theirs, Formatter(root, "")),
                          find_differences(ours, theirs))
            printed = {path[len("include/healthlake/model/"):-4]: "".join(code for _, code in parts)
                       for path, parts in edits.files.items() if path.startswith("include/healthlake/model/")}
        for name in gone:
            found = [header for header, code in printed.items() if
                     re.search(rf"^(?:struct|enum class) {name} ", code, re.M)]
            check(f"without {operation}: the header of {name}", found in
                  ([where[name]], [OTHER_HEADERS.get(where[name])]), True)


# Additions


def add_widgets(model):
    """Made-up additions that use all that a declaration can have."""
    token = "^" + model["shapes"]["ClientTokenString"]["pattern"] + "$"
    # Documented, since the tree's own sentence for such a member may change.
    next_token = {"shape": "NextToken", "documentation": "<b>The page token</b>."}
    model["metadata"]["apiVersion"] = "2031-01-01"
    model["shapes"].update({
        "WidgetId": {"type": "string", "min": 1, "max": 8, "pattern": token},
        "WidgetReason": {"type": "string", "min": 1, "pattern": 'a"[^)]+', "sensitive": True},
        "WidgetReasonList": {"type": "list", "max": 5, "member": {"shape": "WidgetReason"}},
        "WidgetLabels": {"type": "map", "key": {"shape": "WidgetId"}, "value": {"shape": "Tag"}, "sparse": True},
        "WidgetLevel": {"type": "string", "enum": ["LOW", "2FAST", "default", "low"]},
        "WidgetRatio": {"type": "double"},
        "WidgetBytes": {"type": "blob", "max": 20000},
        "WidgetSource": {"type": "structure", "union": True, "members": {
            "Job": {"shape": "S3Configuration"}, "Reason": {"shape": "WidgetReason"}}},
        "WidgetNode": {"type": "structure", "sensitive": True, "members": {
            "Children": {"shape": "WidgetNodeList",
                         "documentation": "<p>The nodes <i>below</i> this one.</p><p>More.</p>"},
            "Shape": {"shape": "WidgetReason"}, "PausedAt": {"shape": "(timestamp)"}}},
        "WidgetNodeList": {"type": "list", "member": {"shape": "WidgetNode"}},
        "PauseWidgetRequest": {"type": "structure", "required": ["WidgetId", "Source"], "members": {
            "WidgetId": {"shape": "WidgetId", "hostLabel": True}, "Source": {"shape": "WidgetSource"},
            "Reasons": {"shape": "WidgetReasonList"}, "Labels": {"shape": "WidgetLabels"},
            "Level": {"shape": "WidgetLevel"}, "Ratio": {"shape": "WidgetRatio"}, "Bytes": {"shape": "WidgetBytes"},
            "ClientToken": {"shape": "ClientTokenString", "idempotencyToken": True, "documentation": "A token."},
            "Root": {"shape": "WidgetNode"}}},
        "WidgetBusyException": {"type": "structure", "exception": True, "fault": True, "required": ["Message"],
                                "retryable": {"throttling": True}, "error": {"httpStatusCode": 503},
                                "members": {"Message": {"shape": "(string)"}}},
        "WidgetLostException": {"type": "structure", "exception": True,
                                "members": {"Message": {"shape": "(string)"}}},
        "ListWidgetsResponse": {"type": "structure", "required": ["Widgets"], "members": {
            "Widgets": {"shape": "WidgetNodeList"}, "NextToken": next_token}},
        "ListWidgetsRequest": {"type": "structure", "members": {"NextToken": next_token}},
    })
    model["operations"]["PauseWidget"] = {
        "name": "PauseWidget", "input": {"shape": "PauseWidgetRequest"}, "idempotent": True,
        "errors": [{"shape": f"{error}Exception"} for error in ("Throttling", "WidgetBusy", "WidgetLost")],
        "endpoint": {"hostPrefix": "{WidgetId}."}, "requestcompression": {"encodings": ["gzip"]},
        "documentation": "<p>Pauses a widget, e.g. one that <code>spins</code>. It resumes by itself.</p>"}
    model["operations"]["ListWidgets"] = {
        "name": "ListWidgets", "input": {"shape": "ListWidgetsRequest"}, "output": {"shape": "ListWidgetsResponse"},
        "errors": [], "readonly": True}
    model["waiters"]["WidgetPaused"] = {
        "operation": "ListWidgets", "delay": 15, "maxAttempts": 20, "acceptors": [
            {"matcher": "path", "argument": "Widgets.State", "expected": "PAUSED", "state": "success"},
            {"matcher": "error", "expected": "WidgetLostException", "state": "failure"}]}
    # Existing declarations that change.
    members(model, "Tag")["Level"] = {"shape": "WidgetLevel"}
    members(model, "Tag")["LastUsedAt"] = {"shape": "(timestamp)"}
    model["shapes"]["Tag"]["required"] = ["Key"]
    model["shapes"]["TagKey"]["max"] = 12800
    model["shapes"]["SourceFormat"]["enum"].append("HL7V2")
    members(model, "OutputDataConfig")["Widget"] = {"shape": "WidgetId"}
    drop_at(model, "shapes/OutputDataConfig/members/S3Uri")
    model["operations"]["TagResource"]["errors"].append({"shape": "ThrottlingException"})
    model["waiters"]["FHIRDatastoreDeleted"]["delay"] = 1
    drop_at(model, "shapes/ErrorCause/members/ErrorCategory")
    model["shapes"]["NlpConfiguration"]["members"]["Status"]["eventpayload"] = True


def sections(text):
    """The output by file, without the lists of all.hpp, which change whenever an operation comes."""
    parts = re.split(r"^=== ", text, flags=re.M)
    return [part for part in parts[1:] if not part.startswith("include/healthlake/model/all.hpp")]


def test_additions(tables, formatter, write):
    model = copy.deepcopy(tables)
    add_widgets(model)
    status, out, err = run(tables, model)
    check("the additions: exit status", (status, err), (1, ""))
    for name in ("PauseWidget", "ListWidgets", "WidgetPaused"):
        check(f"all.hpp gets {name}", len(re.findall(rf"\b{name}\b[,>]", out[out.index("model/all.hpp"):])) >= 1)
    check("all.hpp includes the new header", '#include "healthlake/model/widget.hpp"' in out)
    found = "".join("=== " + part for part in sections(out))
    if write:
        EXPECTED.write_text(found, encoding="utf-8")
    expected = EXPECTED.read_text(encoding="utf-8")
    check("the declarations of the additions (if they are right all the same, --write them)",
          formatted_like(formatter, found), formatted_like(formatter, expected))


def test_whole_declarations(tables):
    """What is declared anew keeps what only the tables know, has all its changes, and is printed once."""
    def change(model):
        drop_at(model, "shapes/ThrottlingException/error")
        set_at(model, "shapes/ThrottlingException/fault", True)
        set_at(model, "shapes/Tag/sensitive", True)
        members(model, "Tag")["Colour"] = {"shape": "TagKey"}
        set_at(model, "shapes/CmkType/sensitive", True)
        set_at(model, "operations/TagResource/readonly", True)
        drop_at(model, "operations/TagResource/repeat")
        set_at(model, "waiters/FHIRDatastoreActive/delay", 30)
        drop_at(model, "waiters/FHIRDatastoreActive/ownAcceptors")
        drop_at(model, "waiters/FHIRDatastoreActive/notFoundMilliseconds")

    model = copy.deepcopy(tables)
    change(model)
    _, out, _ = run(tables, model)
    for part in ("ErrorTraits error{.http_status = 429, .server_fault = true};", ").marked_sensitive();",
                 'field<&Self::colour>("Colour", rules::TagKey)',
                 'Rules CmkType{.shape = "CmkType", .kind = Kind::enumeration, .sensitive = true};',
                 'field<&Self::cmk_type>("CmkType", rules::CmkType, required)',
                 "OperationTraits traits{.readonly = true, .repeat = Repeat::with_note};",
                 '.expected = "UPDATE_FAILED", .state = WaiterState::failure}', "Milliseconds not_found{60'000};"):
        check(f"{part} is printed once", squeezed(out).count(squeezed(part)), 1)


def test_house_sentence(tables):
    """A member without documentation gets the tree's sentence for such a member, if it has the same type and rules."""
    model = copy.deepcopy(tables)
    members(model, "Tag")["ClientToken"] = {"shape": "ClientTokenString", "idempotencyToken": True}
    members(model, "Tag")["JobName"] = {"shape": "TagKey"}
    _, out, _ = run(tables, model)
    above = re.compile(r"((?:^  /// .*\n)+)  std::optional<std::string> client_token\{\};", re.M)
    check("the sentence of a ClientToken is the tree's", above.search(out)[1] in above.findall(headers()["datastore"]))
    check("another shape of the same name has a sentence of its own",
          "  /// The name of the job; 1 to 128 characters.\n  std::optional<std::string> job_name{};\n" in out)


def test_notes(tables):
    """What would not compile as it is printed is said."""
    def embrace(model):
        members(model, "Tag")["Parent"] = {"shape": "Hug"}
        model["shapes"]["Hug"] = {"type": "structure", "members": {"Hug": {"shape": "Hug"}}}

    def take_a_name(model):
        members(model, "Tag")["Error"] = {"shape": "Endpoint"}
        model["shapes"]["Endpoint"] = {"type": "structure", "members": {}}

    def half_a_bound(model):
        members(model, "Tag")["Half"] = {"shape": "Half"}
        model["shapes"]["Half"] = {"type": "double", "min": 0.5}

    for change, expected in (
            (embrace, "Hug contains itself, which only a std::vector in between makes possible."),
            (take_a_name, "Endpoint is declared in include/healthlake/http/endpoint.hpp already"),
            (half_a_bound, "rules::Half: the model has a bound that is not an integer"),
            (setting("shapes/KmsEncryptionConfig/members/Nlp", {"shape": "NlpConfiguration"}),
             "datastore_properties.hpp: `NlpConfiguration` must move before `KmsEncryptionConfig`"),
            (setting("shapes/DatastoreProperties/members/Filter", {"shape": "DatastoreFilter"}),
             "model/datastore_properties.hpp and model/datastore.hpp would include each other")):
        model = copy.deepcopy(tables)
        change(model)
        _, out, _ = run(tables, model)
        check(f"the note {expected!r} is in\n{out}\n", expected in out)


def test_words():
    for name, expected in (("FHIRDatastoreId", "fhir_datastore_id"), ("S3Uri", "s3_uri"),
                           ("ResourceARN", "resource_arn"),
                           ("TotalSizeOfScannedFilesInMB", "total_size_of_scanned_files_in_mb"), ("R4", "r4"),
                           ("structure-only", "structure_only"), ("COMPLETED_WITH_ERRORS", "completed_with_errors"),
                           ("default", "default_"), ("2FAST", "value_2_fast"),
                           ("UnsupportedMIMEType", "unsupported_mime_type"), ("", "empty")):
        check(f"snake case of {name}", snake(name), expected)
    check("words", words("RestoreFHIRDatastore"), ["Restore", "FHIR", "Datastore"])
    for text, expected in (("", ""), (None, ""), ("<p>The name.</p>", "The name."),
                           ("the name of it", "The name of it."),
                           ("<p>A &lt;b&gt; of\n x, e.g. this one. And more.</p>", "A <b> of x, e.g. this one."),
                           ("<p>One</p><p>Two</p>", "One."), ("<important/>", ""), ("ends in \\", "Ends in.")):
        check(f"the first sentence of {text!r}", first_sentence(text), expected)
    for regex, expected in (("^a$", "a"), ("(a)", "a"), ("(a)(b)", "(a)(b)"), ("(a\\))", "a\\)"), ("([)]a)", "[)]a"),
                            ("a\\$", "a\\$"), ("(?:a)", "(?:a)"), ("(a", "(a")):
        check(f"the plain form of {regex}", plain_pattern(regex), expected)
    check("a group that ends early", encloses_everything("(a)b)"), False)


def test_bad_input(tables):
    dangling = copy.deepcopy(tables)
    members(dangling, "Tag")["Key"]["shape"] = "Nothing"
    endless = copy.deepcopy(tables)
    endless["shapes"]["Loop"] = {"type": "list", "member": {"shape": "Loop"}}
    for what, tables_file, model, expected in (
            ("not JSON", tables, b"{", "model.json: Expecting"),
            ("an array", tables, [], 'expected a service-2.json: an object with "operations" and "shapes"'),
            ("no shapes", tables, {"operations": {}}, 'expected a service-2.json'),
            ("a reference to nothing", tables, dangling, "Tag refers to the shape Nothing"),
            ("a list of itself", tables, endless, "the shape Loop is a list or map of itself"),
            ("half a gzip file", tables, gzip.compress(b"{}")[:-9], "model.json: "),
            ("tables that are none", {}, tables, "the tables: expected a service-2.json")):
        status, out, err = run(tables_file, model)
        check(f"{what}: exit status and output", (status, out), (2, ""))
        check(f"{what}: the message {err!r} has {expected!r}", expected in err)
    check("gzip is read", run(tables, gzip.compress(json.dumps(tables).encode()))[0], 0)
    with tempfile.TemporaryDirectory() as folder:
        for name, content, expected in (("waiters", {}, 'expected a waiters-2.json'),
                                        ("waiters", {"waiters": {"W": {}}}, "the waiter W has no acceptors"),
                                        ("paginators", [], "expected a paginators-1.json")):
            path = pathlib.Path(folder) / "x.json"
            path.write_text(json.dumps(content), encoding="utf-8")
            status, _, err = run(tables, tables, f"--{name}", str(path))
            check(f"bad {name}: {err!r}", (status, expected in err), (2, True))
        pathlib.Path(folder, "pages.json").write_text(json.dumps({"pagination": {"ListFHIRDatastores": {
            "input_token": "Marker", "output_token": "Marker"}}}), encoding="utf-8")
        status, out, _ = run(tables, tables, "--paginators", f"{folder}/pages.json")
        check("another page token", (status, "its pages do not follow NextToken" in out), (1, True))


def test_service(tables, folder):
    """The model of the service, as files and as a folder of botocore."""
    model = folder / "model"
    files = {"service-2.json.gz": model / "healthlake-2017-07-01.json", "waiters-2.json": model / "waiters.json",
             "paginators-1.json": model / "paginators.json"}
    with tempfile.TemporaryDirectory() as work:
        for name, path in files.items():
            content = path.read_bytes()
            pathlib.Path(work, name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        pathlib.Path(work, "tables").write_text(json.dumps(tables), encoding="utf-8")
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            status = missing_declarations.main([work, "--tables", f"{work}/tables"])
    check(f"the service's model has no difference:\n{out.getvalue()}", status, 0)


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--write"]
    tables = json.loads(subprocess.run([arguments[0]], check=True, stdout=subprocess.PIPE).stdout)
    formatter = Formatter(ROOT)
    test_words()
    test_differences(tables)
    test_every_operation_removed(tables)
    test_own_declarations(tables, formatter)
    test_placement(tables)
    test_additions(tables, formatter, "--write" in sys.argv)
    test_whole_declarations(tables)
    test_house_sentence(tables)
    test_notes(tables)
    test_bad_input(tables)
    conformance = os.environ.get("HEALTHLAKE_CONFORMANCE")
    if conformance:
        test_service(tables, pathlib.Path(conformance))
    for failure in failures:
        print("FAILED", failure)
    print(f"{checks} checks, {len(failures)} failures" +
          ("" if conformance else "; HEALTHLAKE_CONFORMANCE is not set") +
          ("" if formatter.program else "; clang-format-16 was not found, so line breaks were not compared"))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
