"""All 26 operations, in depth, with a client that knows the service model only (model_client.py).

Where the model leaves open what happens, it is as include/healthlake/local/ documents.
"""
import json
import os
import pathlib
import time
import uuid

from checks import (ENDPOINT, FACTS, KEY, REGION, SECRET, WRONG_SECRET, calls, check, check_equal, check_pages, finish,
                    pages_of)
from model_client import BrokenModel, Model, ModelClient, Refused

CONFORMANCE = pathlib.Path(os.environ["HEALTHLAKE_CONFORMANCE"]) / "model"
ROOT = pathlib.Path(os.environ["HEALTHLAKE_S3_ROOT"])
WAITERS = json.loads((CONFORMANCE / "waiters.json").read_text(encoding="utf-8"))["waiters"]
OUTPUT = {"S3Configuration": {"S3Uri": FACTS["output"], "KmsKeyId": FACTS["kms"]}}
# The statuses of all errors; one without Smithy's httpError trait has the default of a client error.
STATUSES = {name: status or 400 for name, status in json.loads(
    (CONFORMANCE / "smithy-facts-2026-11.json").read_text(encoding="utf-8"))["errors"].items()}
STATUSES |= {"InvalidSignatureException": 403, "UnknownOperationException": 404, "SerializationException": 400}
SECRET_TEXT = "zzz-said-in-confidence"
codes = set()  # of the errors that were seen

MODEL = Model(CONFORMANCE / "healthlake-2017-07-01.json")
CLIENT = ModelClient(MODEL, ENDPOINT, REGION, KEY, SECRET, calls)
call = CLIENT.call


def refused(name, code, request, client=CLIENT):
    """`request` is (operation, members); the members may break the model's rules, or be a text that is no JSON."""
    operation, members = request
    try:
        found = client.send(operation, members if isinstance(members, str) else json.dumps(members))
    except Refused as error:
        codes.add(error.code)
        check(f"{name}: {code}", error.code == code and error.message and SECRET_TEXT not in error.message and
              error.status == STATUSES[code], error)
    else:
        check(f"{name}: {code}", False, found)


def wait(name, **members):
    """Asks until an acceptor of the published waiter has its way; gives the answer."""
    waiter = WAITERS[name]
    for _ in range(600):
        answer = call(waiter["operation"], **members)
        for acceptor in waiter["acceptors"]:
            first, _, second = acceptor.get("argument", "").partition(".")
            if acceptor["matcher"] == "path" and answer[first][second] == acceptor["expected"]:
                check(f"waiter {name}", acceptor["state"] == "success", answer)
                return answer[first]
        time.sleep(0.05)
    check(f"waiter {name}", False, "it went on for too long")
    return answer[first]


def holds(found, expected):
    """Whether members have the expected values; others may be there as well."""
    return all(found.get(name) == value for name, value in expected.items())


def list_all(operation, key, limit, **members):
    return pages_of(lambda **token: call(operation, MaxResults=limit, **members, **token), key)


def checker():
    """That the model client lets good values through and stops bad ones: all else rests on it."""
    job = {"JobId": "a", "JobStatus": "COMPLETED", "SubmitTime": 1.5}
    for shape, good, bad in (
            ("TransformationJobSummary", [job, {**job, "JobName": "größe 1"}],
             [{**job, "Extra": 1}, {"JobId": "a"}, {**job, "JobStatus": "DONE"}, {**job, "SubmitTime": "2021-01-01"},
              {**job, "SubmitTime": 1.0005}, {**job, "JobName": "what?"}, {**job, "JobId": ""},
              {**job, "EndTime": None}]),
            ("InputDataConfig", [{"S3Uri": "s3://bucket/a"}], [{}, {"S3Uri": "s3://b"}, {"S3Uri": 1}, [], "s3://abc"]),
            ("MaxResults", [1, 100], [0, 101, 1.0, True, "1"]),
            ("TagList", [[], [{"Key": "a", "Value": ""}]], [[{"Key": "a"}], 201 * [{"Key": "a", "Value": ""}], {}]),
            ("ProfileMapping", [{"a": ""}], [{}, {"": "a"}, {"a": 1}, {"a": "a" * 102_401}])):
        let_through = [value for value in bad if not MODEL.problems(shape, value)]
        check(f"the model client knows bad values of {shape}", not let_through, let_through)
        stopped = [found for value in good for found in MODEL.problems(shape, value)]
        check_equal(f"the model client knows good values of {shape}", stopped, [])
    try:
        check("a request that the model forbids is not sent", False, call("DescribeFHIRDatastore"))
    except BrokenModel as error:
        check_equal("a request that the model forbids is not sent", sum(calls.values()), 0)
        check("it says what is missing", ".DatastoreId is required" in str(error), error)


def datastores():
    plain = call("CreateFHIRDatastore", DatastoreTypeVersion="R4", DatastoreName="plain")
    wait("FHIRDatastoreActive", DatastoreId=plain["DatastoreId"])

    settings = {
        "DatastoreName": "rich", "DatastoreTypeVersion": "R4", "PreloadDataConfig": {"PreloadDataType": "SYNTHEA"},
        "SseConfiguration": {"KmsEncryptionConfig": {"CmkType": "CUSTOMER_MANAGED_KMS_KEY", "KmsKeyId": FACTS["kms"]}},
        "IdentityProviderConfiguration": {
            "AuthorizationStrategy": "SMART_ON_FHIR", "FineGrainedAuthorizationEnabled": True,
            "Metadata": "{\"issuer\":\"https://example.org\"}",
            "IdpLambdaArn": "arn:aws:lambda:us-east-1:123456789012:function:authorize"},
        "AnalyticsConfiguration": {"Status": "ENABLED"}, "NlpConfiguration": {"Status": "ENABLED"},
        "ProfileConfiguration": {"DefaultProfiles": ["http://hl7.org/fhir/us/core"]}}
    token = str(uuid.uuid4())
    made = call("CreateFHIRDatastore", **settings, ClientToken=token, Tags=[{"Key": "größe", "Value": "groß"}])
    rich = made["DatastoreId"]
    refused("the same token for another data store", "ValidationException", (
        "CreateFHIRDatastore", {"DatastoreTypeVersion": "R4", "ClientToken": token}))
    refused("update while it is created", "ConflictException", (
        "UpdateFHIRDatastore", {"DatastoreId": rich, "DatastoreName": "too early"}))
    found = wait("FHIRDatastoreActive", DatastoreId=rich)
    check("describe: all settings come back", holds(found, settings), found)

    changes = {"DatastoreName": "richer", "NlpConfiguration": {"Status": "DISABLED"},
               "AnalyticsConfiguration": {"Status": "PAUSED"}, "ProfileConfiguration": {"DefaultProfiles": []}}
    found = call("UpdateFHIRDatastore", DatastoreId=rich, **changes)["DatastoreProperties"]
    check("update", found["DatastoreStatus"] == "UPDATING" and holds(found, changes), found)
    refused("update while it is updated", "ConflictException", (
        "UpdateFHIRDatastore", {"DatastoreId": rich, "DatastoreName": "again"}))
    found = wait("FHIRDatastoreActive", DatastoreId=rich)
    check("describe: changed, and the rest as it was", holds(found, {**settings, **changes}), found)
    refused("update of nothing", "ValidationException", ("UpdateFHIRDatastore", {"DatastoreId": rich}))

    check_pages("list data stores in pages of 2", list_all("ListFHIRDatastores", "DatastorePropertiesList", 2), 2,
                "DatastoreId", [plain["DatastoreId"], rich])
    filters = {"DatastoreName": "richer", "DatastoreStatus": "ACTIVE", "CreatedAfter": found["CreatedAt"] - 1,
               "CreatedBefore": found["CreatedAt"] + 1}
    named = call("ListFHIRDatastores", Filter=filters)["DatastorePropertiesList"]
    check_equal("list data stores with every filter", [one["DatastoreId"] for one in named], [rich])
    return plain["DatastoreId"], rich, made["DatastoreArn"], {**settings, **changes}


def backups(rich, settings):
    """Enables and restores the backup of `rich`, and restores another data store after its deletion."""
    backup = {"Status": "ENABLED", "BackupType": "CONTINUOUS", "RetentionPeriodInDays": 3, "BackupTagsEnabled": True}
    made = call("CreateFHIRDatastore", DatastoreTypeVersion="R4", BackupConfiguration=backup,
                Tags=[{"Key": "owner", "Value": "clinic"}])
    source = made["DatastoreId"]
    found = wait("FHIRDatastoreActive", DatastoreId=source)
    check("create: the backup is enabled", holds(found["BackupStatusInfo"], {
        "Configuration": backup, "BackupEnabledAt": found["CreatedAt"], "EarliestRestorePoint": found["CreatedAt"]}),
        found)
    restore = {"RestoreConfiguration": {"ContinuousBackupRestoreConfiguration": {}}}

    refused("restore without a backup", "ValidationException", (
        "RestoreFHIRDatastore", {"SourceDatastoreId": rich, **restore}))
    found = call("UpdateFHIRDatastore", DatastoreId=rich, BackupConfiguration={"RetentionPeriodInDays": 30})
    window = found["DatastoreProperties"]["BackupStatusInfo"]
    check("update: the backup is enabled, with defaults", window["Configuration"] == {
        "Status": "ENABLED", "BackupType": "CONTINUOUS", "RetentionPeriodInDays": 30, "BackupTagsEnabled": False} and
        window["EarliestRestorePoint"] == window["BackupEnabledAt"] == window["LatestRestorePoint"], window)
    for days in (0, 31):
        refused(f"a retention period of {days} days", "ValidationException", (
            "UpdateFHIRDatastore", {"DatastoreId": rich, "BackupConfiguration": {"RetentionPeriodInDays": days}}))
    for name, time_ in (("before", window["EarliestRestorePoint"] - 1), ("after", window["LatestRestorePoint"] + 9e8)):
        refused(f"restore to a time {name} the window", "ValidationException", ("RestoreFHIRDatastore", {
            "SourceDatastoreId": rich, "RestoreConfiguration": {
                "ContinuousBackupRestoreConfiguration": {"RestorePointTime": time_}}}))
    refused("restore without a RestoreConfiguration", "ValidationException", (
        "RestoreFHIRDatastore", {"SourceDatastoreId": rich}))
    refused("restore from nowhere", "ResourceNotFoundException", (
        "RestoreFHIRDatastore", {"SourceDatastoreId": FACTS["unknownDatastore"], **restore}))

    request = {"SourceDatastoreId": rich, "DatastoreName": "restored", "ClientToken": str(uuid.uuid4()),
               "RestoreConfiguration": {"ContinuousBackupRestoreConfiguration": {
                   "RestorePointTime": window["LatestRestorePoint"]}}}
    made = call("RestoreFHIRDatastore", **request)
    again = call("RestoreFHIRDatastore", **request)
    check("restore: the same token gives the same data store", again["DatastoreId"] == made["DatastoreId"] != rich,
          made)
    refused("restore while a restore is in progress", "ConflictException", (
        "RestoreFHIRDatastore", {"SourceDatastoreId": rich, **restore}))
    found = wait("FHIRDatastoreActive", DatastoreId=made["DatastoreId"])
    check("restore: the configuration of the request, and no other", found["DatastoreName"] == "restored" and not any(
        found.get(name) == value for name, value in settings.items() if name != "DatastoreTypeVersion"), found)
    check("restore: a new data store has no backup", "BackupStatusInfo" not in found, found)
    wait("FHIRDatastoreActive", DatastoreId=rich)

    call("DeleteFHIRDatastore", DatastoreId=source)
    found = wait("FHIRDatastoreDeleted", DatastoreId=source)["BackupStatusInfo"]
    check("delete: the backup is retained", found["ScheduledPermanentDeletionTime"] ==
          round(found["LatestRestorePoint"] + 3 * 86_400, 3), found)
    made = call("RestoreFHIRDatastore", SourceDatastoreId=source, **restore)
    wait("FHIRDatastoreActive", DatastoreId=made["DatastoreId"])
    found = call("ListTagsForResource", ResourceARN=made["DatastoreArn"])["Tags"]
    check_equal("restore: the tags of the source", found, [{"Key": "owner", "Value": "clinic"}])


def tags(what, arn, expected):
    def found():
        return {tag["Key"]: tag["Value"] for tag in call("ListTagsForResource", ResourceARN=arn)["Tags"]}

    check_equal(f"{what}: the tags it was created with", found(), expected)
    call("TagResource", ResourceARN=arn, Tags=[{"Key": "stage", "Value": ""}, {"Key": "team", "Value": "data"}])
    check_equal(f"{what}: tagged", found(), {**expected, "stage": "", "team": "data"})
    call("UntagResource", ResourceARN=arn, TagKeys=[*expected, "team", "never there"])
    check_equal(f"{what}: untagged", found(), {"stage": ""})


def imports(store, rich, profile):
    common = {"DataAccessRoleArn": FACTS["role"], "JobOutputDataConfig": OUTPUT}
    input_config = {"S3Uri": FACTS["input"]}
    job = call("StartFHIRImportJob", DatastoreId=store, InputDataConfig=input_config, JobName="plain",
               ValidationLevel="structure-only", **common)["JobId"]
    more = [call("StartFHIRImportJob", DatastoreId=store, InputDataConfig=input_config, **common)["JobId"]
            for _ in range(2)]
    refused("delete while jobs wait", "ConflictException", ("DeleteFHIRDatastore", {"DatastoreId": store}))
    found = wait("FHIRImportJobCompleted", DatastoreId=store, JobId=job)
    report = found["JobProgressReport"]
    files = list((ROOT / "clinic-bucket/incoming").glob("*.ndjson"))
    check("import: what was sent comes back", holds(found, {
        "JobStatus": "COMPLETED", "JobName": "plain", "InputDataConfig": input_config, "DatastoreId": store,
        "ValidationLevel": "structure-only", **common}) and found["SubmitTime"] <= found["EndTime"], found)
    check("import: the report counts files and resources", holds(report, {
        "TotalNumberOfScannedFiles": len(files), "TotalNumberOfImportedFiles": len(files),
        "TotalNumberOfResourcesImported": sum(len(file.read_text("utf-8").splitlines()) for file in files),
        "TotalNumberOfResourcesWithCustomerError": 0}), report)
    check_pages("list imports in pages of 2", list_all(
        "ListFHIRImportJobs", "ImportJobPropertiesList", 2, DatastoreId=store), 2, "JobId", [job, *more])
    filters = {"JobName": "plain", "JobStatus": "COMPLETED", "SubmittedAfter": found["SubmitTime"] - 1,
               "SubmittedBefore": found["SubmitTime"] + 1}
    named = call("ListFHIRImportJobs", DatastoreId=store, **filters)["ImportJobPropertiesList"]
    check_equal("list imports with every filter", [one["JobId"] for one in named], [job])

    job = call("StartFHIRImportJob", DatastoreId=rich, InputDataConfig={"S3Uri": FACTS["documents"]},
               ProfileId=profile, InputFormat="CCDA", ProvenanceEnabled=True, DriftDetectionEnabled=True,
               ValidationLevel="minimal", **common)["JobId"]
    found = wait("FHIRImportJobCompleted", DatastoreId=rich, JobId=job)
    check("import through a profile", found["JobStatus"] == "COMPLETED" and holds(found["JobProgressReport"], {
        "TotalNumberOfScannedNonFhirFiles": 3, "TotalFilesConverted": 3, "TotalResourcesGenerated": 6}), found)


def exports(store):
    common = {"DatastoreId": store, "DataAccessRoleArn": FACTS["role"], "OutputDataConfig": OUTPUT}
    token = str(uuid.uuid4())
    job = call("StartFHIRExportJob", JobName="export", ClientToken=token, **common)["JobId"]
    again = call("StartFHIRExportJob", JobName="export", ClientToken=token, **common)
    check("export: the same token gives the same job", again["JobId"] == job, again)
    refused("export: the same token for another job", "ValidationException", (
        "StartFHIRExportJob", {**common, "ClientToken": token, "JobName": "other"}))
    other = call("StartFHIRExportJob", **common)["JobId"]
    found = wait("FHIRExportJobCompleted", DatastoreId=store, JobId=job)
    check("export", holds(found, {"JobStatus": "COMPLETED", "JobName": "export", **common}), found)
    check_pages("list exports in pages of 1", list_all(
        "ListFHIRExportJobs", "ExportJobPropertiesList", 1, DatastoreId=store), 1, "JobId", [job, other])
    wait("FHIRExportJobCompleted", DatastoreId=store, JobId=other)


def profiles():
    mapping = {"ClinicalDocument.map": f"Composition <- {SECRET_TEXT}"}
    request = {"SourceFormat": "CCDA", "ProfileName": "letters", "ProfileDescription": "Letters of discharge",
               "Source": {"ProfileMapping": {"ProfileMapping": mapping}}, "KmsKeyId": FACTS["kms"],
               "Tags": {"owner": "clinic"}, "ClientToken": str(uuid.uuid4())}
    made = call("CreateDataTransformationProfile", **request)
    profile = made["ProfileId"]
    check("create a profile", holds(made, {
        "Version": 0, "SourceFormat": "CCDA", "TargetFormat": "FHIR_R4", "ProfileName": "letters"}), made)
    again = call("CreateDataTransformationProfile", **request)
    check("create with the same token gives the same", again["ProfileId"] == profile, again)
    refused("the same token for another profile", "ConflictException", (
        "CreateDataTransformationProfile", {**request, "ProfileName": "others"}))

    call("PublishDataTransformationProfile", ProfileId=profile, SourceFormat="CCDA", ChangeDescription="the first")
    changed = {**mapping, "Patient.map": "Patient"}
    found = call("UpdateDataTransformationProfile", ProfileId=profile, ProfileMapping=changed,
                 ChangeDescription="with patients")
    check("update a profile", found["LastUpdatedAt"] >= made["LastUpdatedAt"], found)
    found = call("PublishDataTransformationProfile", ProfileId=profile, SourceFormat="CCDA")
    check("publish it", found["Version"] == 2, found)
    found = call("PublishDataTransformationProfile", ProfileId=profile, SourceFormat="CCDA", FromExistingVersion=1)
    check("publish an older version again", found["Version"] == 3, found)
    for number, expected in ((0, changed), (1, mapping), (2, changed), (3, mapping)):
        found = call("GetDataTransformationProfile", ProfileId=profile, ProfileVersion=number)
        check(f"get version {number}", found["Version"] == number and found["ProfileMapping"] == expected, found)
    found = call("GetDataTransformationProfile", ProfileId=profile)
    check("get the draft", holds(found, {
        "Version": 0, "ProfileDescription": "Letters of discharge", "ChangeDescription": "with patients"}), found)
    check_pages("list versions in pages of 3", list_all(
        "ListDataTransformationProfileVersions", "Items", 3, ProfileId=profile), 3, "Version", range(4))
    return profile


def more_profiles(profile):
    def create(name, **source):
        return call("CreateDataTransformationProfile", SourceFormat="CCDA", ProfileName=name,
                    Source=source)["ProfileId"]

    others = [create("copy", ExistingVersionedProfileId={"ProfileId": profile, "Version": 2}),
              create("sampled", SampleData={"S3Uri": FACTS["documents"]})]
    found = call("GetDataTransformationProfile", ProfileId=others[0])["ProfileMapping"]
    check("a copy has the mapping of its source", len(found) == 2, found)
    found = call("GetDataTransformationProfile", ProfileId=others[1])["ProfileMapping"]
    check("a mapping from samples has an entry for each", len(found) == 3, found)
    csv = call("CreateDataTransformationProfile", SourceFormat="CSV", ProfileName="tables", Source={
        "ProfileMapping": {"ProfileMapping": {"a.map": "Patient"}}})["ProfileId"]
    check_pages("list profiles in pages of 2", list_all(
        "ListDataTransformationProfiles", "Items", 2, SourceFormat="CCDA"), 2, "ProfileId", [profile, *others])
    found = call("ListDataTransformationProfiles", SourceFormat="CSV")["Items"]
    check_equal("list the profiles of the other format", [one["ProfileId"] for one in found], [csv])

    refused("an unknown starter profile", "ResourceNotFoundException", ("CreateDataTransformationProfile", {
        "SourceFormat": "CCDA", "ProfileName": "x", "Source": {"StarterProfile": {"StarterProfileName": "none"}}}))
    refused("publish with another format", "ValidationException", (
        "PublishDataTransformationProfile", {"ProfileId": profile, "SourceFormat": "CSV"}))
    refused("a version that is not there", "ResourceNotFoundException", (
        "GetDataTransformationProfile", {"ProfileId": profile, "ProfileVersion": 42}))
    for _ in range(99):
        call("PublishDataTransformationProfile", ProfileId=csv, SourceFormat="CSV")
    refused("the hundredth version", "ServiceQuotaExceededException", (
        "PublishDataTransformationProfile", {"ProfileId": csv, "SourceFormat": "CSV"}))
    refused("an empty mapping", "ValidationException", (
        "UpdateDataTransformationProfile", {"ProfileId": profile, "ProfileMapping": {}}))
    refused("a mapping with a long value", "ValidationException", ("UpdateDataTransformationProfile", {
        "ProfileId": profile, "ProfileMapping": {"a": SECRET_TEXT + "a" * 102_400}}))
    return others[0]


def agent(profile):
    conversation = {}

    def say(body, kind="normal"):
        found = call("UpdateProfileWithAgent", ProfileId=profile, SourceFormat="CCDA", **conversation,
                     InputMessage={"Body": body, "Type": kind})
        conversation["ConversationId"] = found["ConversationId"]
        return found["AgentResponse"]

    for said, kind, expected in (
            ("Hello", "normal", "INITIAL_GREETING"), (SECRET_TEXT, "normal", "confirmation"),
            ("perhaps", "confirmation_response", "choices"), ("no", "confirmation_response", "normal"),
            ("Map the address", "normal", "confirmation"), ("yes", "confirmation_response", "complete")):
        found = say(said, kind)
        check(f"the agent answers {said!r} with {expected}", found["Type"] == expected, found)
    mapping = call("GetDataTransformationProfile", ProfileId=profile)["ProfileMapping"]
    check("the agent changed the draft", "Map the address" in mapping.values(), mapping)

    request = {"ProfileId": profile, "SourceFormat": "CCDA", **conversation}
    message = {"Body": SECRET_TEXT, "Type": "normal"}
    refused("a confirmation that nobody asked for", "AgentMessageOutOfContextException", (
        "UpdateProfileWithAgent", {**request, "InputMessage": {"Body": "yes", "Type": "confirmation_response"}}))
    refused("an unknown conversation", "ConversationNotFoundException", (
        "UpdateProfileWithAgent", {**request, "ConversationId": str(uuid.uuid4()), "InputMessage": message}))
    refused("another format than the profile's", "ValidationException", (
        "UpdateProfileWithAgent", {**request, "SourceFormat": "CSV", "InputMessage": message}))
    refused("a message of an unknown type", "ValidationException", (
        "UpdateProfileWithAgent", {**request, "InputMessage": {"Body": SECRET_TEXT, "Type": "shouted"}}))


def transformations(profile, unpublished):
    request = {"InputDataConfig": {"S3Uri": FACTS["documents"], "SourceFormat": "CCDA"}, "OutputDataConfig": OUTPUT,
               "DataAccessRoleArn": FACTS["role"], "ProfileId": profile, "JobName": "letters",
               "ProvenanceEnabled": True, "DriftDetectionEnabled": False}
    token = str(uuid.uuid4())
    job = call("StartDataTransformationJob", **request, ClientToken=token)["JobId"]
    again = call("StartDataTransformationJob", **request, ClientToken=token)
    check("transformation: the same token gives the same job", again["JobId"] == job, again)
    more = [call("StartDataTransformationJob", **{**request, "JobName": "more"}, ClientToken=str(uuid.uuid4()))["JobId"]
            for _ in range(2)]
    found = wait("DataTransformationJobCompleted", JobId=job)
    check("transformation: what was sent comes back", holds(found, {
        **request, "JobStatus": "COMPLETED", "ProfileName": "letters", "ProfileVersion": 3}), found)
    check("transformation: the report", found["JobProgressReport"] == {
        "TotalFilesScanned": 3, "TotalFilesConverted": 3, "TotalFilesFailed": 0, "TotalResourcesGenerated": 6}, found)
    written = list((ROOT / "results-bucket/out").glob(f"DATA_TRANSFORMATION-{job}/*.ndjson"))
    kinds = [json.loads(line)["resourceType"] for file in written for line in file.read_text("utf-8").splitlines()]
    check("transformation: its resources are there", sorted(kinds) == 3 * ["DocumentReference"] + 3 * ["Provenance"],
          kinds)
    check_pages("list transformations in pages of 2", list_all("ListDataTransformationJobs", "Items", 2), 2, "JobId",
                [job, *more])
    filters = {"JobName": "letters", "JobStatus": "COMPLETED", "SubmittedAfter": found["SubmitTime"] - 1,
               "SubmittedBefore": found["SubmitTime"] + 1}
    named = call("ListDataTransformationJobs", **filters)["Items"]
    check_equal("list transformations with every filter", [one["JobId"] for one in named], [job])

    refused("a profile that was never published", "ValidationException", (
        "StartDataTransformationJob", {**request, "ProfileId": unpublished, "ClientToken": "a"}))
    refused("no token where one is required", "ValidationException", ("StartDataTransformationJob", request))
    refused("an unknown transformation", "ResourceNotFoundException", (
        "DescribeDataTransformationJob", {"JobId": FACTS["unknownDatastore"]}))


def protocol(store):
    wrong = ModelClient(MODEL, ENDPOINT, REGION, KEY, WRONG_SECRET, calls)
    for operation in ("ListFHIRDatastores", "ListDataTransformationJobs"):
        refused(f"wrong secret, {operation}", "InvalidSignatureException", (operation, {}), wrong)
    refused("no such operation", "UnknownOperationException", ("ListFHIRSecrets", {}))
    refused("no JSON", "SerializationException", ("ListFHIRDatastores", "{\"MaxResults\":"))
    refused("a text for a number", "SerializationException", ("ListFHIRDatastores", {"MaxResults": "1"}))
    refused("too small a number", "ValidationException", ("ListFHIRDatastores", {"MaxResults": 0}))
    refused("too large a number", "ValidationException", ("ListDataTransformationJobs", {"MaxResults": 101}))
    refused("a bad name", "ValidationException", (
        "UpdateFHIRDatastore", {"DatastoreId": store, "DatastoreName": FACTS["badJobName"]}))
    refused("a made-up page token", "ValidationException", ("ListDataTransformationJobs", {"NextToken": "1-a"}))
    refused("two members of a union", "SerializationException", ("CreateDataTransformationProfile", {
        "SourceFormat": "CCDA", "ProfileName": "x", "Source": {
            "StarterProfile": {"StarterProfileName": "a"}, "SampleData": {"S3Uri": FACTS["documents"]}}}))


def delete(rich, arn, profile):
    call("DeleteFHIRDatastore", DatastoreId=rich)
    refused("delete again, while it is deleted", "ConflictException", ("DeleteFHIRDatastore", {"DatastoreId": rich}))
    wait("FHIRDatastoreDeleted", DatastoreId=rich)
    refused("tags of a data store that is gone", "ResourceNotFoundException", (
        "ListTagsForResource", {"ResourceARN": arn}))
    refused("an update of one that is gone", "ResourceNotFoundException", (
        "UpdateFHIRDatastore", {"DatastoreId": rich, "DatastoreName": "late"}))
    found = call("DeleteDataTransformationProfile", ProfileId=profile)
    check("delete a profile", found["ProfileName"] == "letters" and found["DeletionTime"] > 0, found)
    refused("a profile that is gone", "ResourceNotFoundException", (
        "GetDataTransformationProfile", {"ProfileId": profile}))


def main():
    checker()
    plain, rich, arn, settings = datastores()
    backups(rich, settings)
    tags("a data store", arn, {"größe": "groß"})
    profile = profiles()
    copy = more_profiles(profile)
    tags("a profile", arn.partition("datastore/")[0] + "dataTransformationProfile/" + profile, {"owner": "clinic"})
    agent(profile)
    imports(plain, rich, profile)
    exports(plain)
    transformations(profile, copy)
    protocol(plain)
    delete(rich, arn, profile)
    left = sorted(set(MODEL.operations) - CLIENT.answered)
    check_equal("operations of the model that did not answer", left, [])
    print(f"errors seen: {', '.join(sorted(codes))}")
    finish()


if __name__ == "__main__":
    main()
