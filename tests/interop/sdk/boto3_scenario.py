"""The scenario (see README.md) with boto3, and with botocore's own waiters and their published acceptors."""
import json
import os
import pathlib

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.waiter import WaiterModel, create_waiter_with_client

from checks import (ENDPOINT, FACTS, KEY, REGION, SECRET, WRONG_SECRET, calls, check, check_equal, check_pages, finish,
                    pages_of)

OUTPUT = {"S3Configuration": {"S3Uri": FACTS["output"], "KmsKeyId": FACTS["kms"]}}
# Debian's botocore is older than HealthLake's waiters.
WAITERS = WaiterModel(json.loads((pathlib.Path(os.environ["HEALTHLAKE_CONFORMANCE"]) / "model/waiters.json").read_text(
    encoding="utf-8")))


def client_of(secret=SECRET):
    client = boto3.client("healthlake", endpoint_url=ENDPOINT, aws_access_key_id=KEY, aws_secret_access_key=secret,
                          config=Config(region_name=REGION, retries={"total_max_attempts": 1}))
    client.meta.events.register("request-created.healthlake",
                                lambda operation_name, **_: calls.update([operation_name]))
    return client


CLIENT = client_of()


def wait(name, **arguments):
    waiter = create_waiter_with_client(name, WAITERS, CLIENT)
    waiter.wait(**arguments, WaiterConfig={"Delay": 0.05, "MaxAttempts": 600})
    check(f"waiter {name}", True)


def refused(name, code, status, call):
    try:
        check(f"{name}: {code}", False, call())
    except ClientError as error:
        got = error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
        check(f"{name}: {code}", got == (code, status) and error.response["Error"]["Message"], error.response)


def create(name, **more):
    return CLIENT.create_fhir_datastore(DatastoreName=name, DatastoreTypeVersion="R4", **more)


def start_import(store, **more):
    return CLIENT.start_fhir_import_job(DatastoreId=store, DataAccessRoleArn=FACTS["role"], JobOutputDataConfig=OUTPUT,
                                        InputDataConfig={"S3Uri": FACTS["input"]}, **more)["JobId"]


def start_export(store, **more):
    return CLIENT.start_fhir_export_job(DatastoreId=store, DataAccessRoleArn=FACTS["role"], OutputDataConfig=OUTPUT,
                                        **more)["JobId"]


def datastore():
    tags = [{"Key": "team", "Value": "interop"}]
    made = create("interop-main", ClientToken="interop-1", Tags=tags)
    check("create a data store", made["DatastoreStatus"] == "CREATING" and made["DatastoreEndpoint"], made)
    again = create("interop-main", ClientToken="interop-1", Tags=tags)
    check("create with the same token gives the same", again["DatastoreId"] == made["DatastoreId"], again)
    wait("FHIRDatastoreActive", DatastoreId=made["DatastoreId"])
    found = CLIENT.describe_fhir_datastore(DatastoreId=made["DatastoreId"])["DatastoreProperties"]
    check("describe it", found["DatastoreName"] == "interop-main" and found["DatastoreTypeVersion"] == "R4" and
          found["DatastoreArn"] == made["DatastoreArn"] and found["CreatedAt"], found)
    return made["DatastoreId"], made["DatastoreArn"]


def tags(arn):
    def found():
        return {tag["Key"]: tag["Value"] for tag in CLIENT.list_tags_for_resource(ResourceARN=arn)["Tags"]}

    check_equal("list the tags it was created with", found(), {"team": "interop"})
    CLIENT.tag_resource(ResourceARN=arn, Tags=[{"Key": "stage", "Value": "test"}, {"Key": "team", "Value": "data"}])
    check_equal("tag it", found(), {"team": "data", "stage": "test"})
    CLIENT.untag_resource(ResourceARN=arn, TagKeys=["team"])
    check_equal("untag it", found(), {"stage": "test"})


def jobs(store):
    job = start_import(store, JobName="import-1")
    wait("FHIRImportJobCompleted", DatastoreId=store, JobId=job)
    found = CLIENT.describe_fhir_import_job(DatastoreId=store, JobId=job)["ImportJobProperties"]
    check("import", found["JobStatus"] == "COMPLETED" and found["JobName"] == "import-1" and
          found["InputDataConfig"] == {"S3Uri": FACTS["input"]} and found["JobOutputDataConfig"] == OUTPUT and
          found["SubmitTime"] <= found["EndTime"], found)
    imports = [job, start_import(store), start_import(store)]
    check_pages("list imports in pages of 2", pages_of(
        lambda **token: CLIENT.list_fhir_import_jobs(DatastoreId=store, MaxResults=2, **token),
        "ImportJobPropertiesList"), 2, "JobId", imports)

    job = start_export(store, JobName="export-1")
    wait("FHIRExportJobCompleted", DatastoreId=store, JobId=job)
    found = CLIENT.describe_fhir_export_job(DatastoreId=store, JobId=job)["ExportJobProperties"]
    check("export", found["JobStatus"] == "COMPLETED" and found["OutputDataConfig"] == OUTPUT and
          found["SubmitTime"] <= found["EndTime"], found)
    exports = [job, start_export(store)]
    check_pages("list exports in pages of 1", pages_of(
        lambda **token: CLIENT.list_fhir_export_jobs(DatastoreId=store, MaxResults=1, **token),
        "ExportJobPropertiesList"), 1, "JobId", exports)
    named = CLIENT.list_fhir_export_jobs(DatastoreId=store, JobName="export-1")["ExportJobPropertiesList"]
    check_equal("list exports by name", [entry["JobId"] for entry in named], [job])


def main():
    store, arn = datastore()
    tags(arn)
    jobs(store)

    second = create("interop-second")["DatastoreId"]
    check_pages("list data stores in pages of 2", pages_of(
        lambda **token: CLIENT.list_fhir_datastores(MaxResults=2, **token), "DatastorePropertiesList"),
        2, "DatastoreId", [store, second])
    named = CLIENT.list_fhir_datastores(Filter={"DatastoreName": "interop-second"})["DatastorePropertiesList"]
    check_equal("list data stores by name", [entry["DatastoreId"] for entry in named], [second])

    refused("unknown data store", "ResourceNotFoundException", 404,
            lambda: CLIENT.describe_fhir_datastore(DatastoreId=FACTS["unknownDatastore"]))
    refused("unknown job", "ResourceNotFoundException", 404,
            lambda: CLIENT.describe_fhir_import_job(DatastoreId=store, JobId=FACTS["unknownDatastore"]))
    refused("bad job name", "ValidationException", 400, lambda: start_export(store, JobName=FACTS["badJobName"]))
    refused("wrong secret", "InvalidSignatureException", 403, client_of(WRONG_SECRET).list_fhir_datastores)
    start_import(store)
    refused("delete while a job runs", "ConflictException", 409,
            lambda: CLIENT.delete_fhir_datastore(DatastoreId=store))

    wait("FHIRDatastoreActive", DatastoreId=second)
    gone = CLIENT.delete_fhir_datastore(DatastoreId=second)
    check("delete", gone["DatastoreStatus"] == "DELETING" and gone["DatastoreId"] == second, gone)
    wait("FHIRDatastoreDeleted", DatastoreId=second)
    finish()


if __name__ == "__main__":
    main()
