"""The scenario (see README.md) with the AWS command line, one process per call. HEALTHLAKE_AWS_CLI is its path."""
import json
import os
import subprocess

from checks import (ENDPOINT, FACTS, SECRET, WRONG_SECRET, calls, check, check_equal, check_pages, finish, pages_of,
                    until)

OUTPUT = json.dumps({"S3Configuration": {"S3Uri": FACTS["output"], "KmsKeyId": FACTS["kms"]}})


class Failed(Exception):
    """A command that ended with another status than 0; its text is what the command said."""


def aws(command, secret=SECRET, **options):
    """What `aws healthlake COMMAND --OPTION VALUE...` prints, as JSON; `max_results=2` is `--max-results 2`."""
    calls.update([command])
    arguments = ["healthlake", command, "--endpoint-url", ENDPOINT, "--output", "json"]
    for name, value in options.items():
        arguments += ["--" + name.replace("_", "-"), *(value if isinstance(value, list) else [str(value)])]
    ran = subprocess.run([os.environ["HEALTHLAKE_AWS_CLI"], *arguments], capture_output=True, text=True, timeout=60,
                         env={**os.environ, "AWS_SECRET_ACCESS_KEY": secret})
    if ran.returncode != 0:
        raise Failed(ran.stderr.strip())
    return json.loads(ran.stdout or "{}")


def options(token):
    return {"next_token": value for value in token.values()}


def refused(name, code, call):
    try:
        check(f"{name}: {code}", False, call())
    except Failed as error:
        check(f"{name}: {code}", f"({code})" in str(error), error)


def create(name, **more):
    return aws("create-fhir-datastore", datastore_name=name, datastore_type_version="R4", **more)


def describe(store):
    found = aws("describe-fhir-datastore", datastore_id=store)["DatastoreProperties"]
    return found["DatastoreStatus"], found


def start_import(store, **more):
    return aws("start-fhir-import-job", datastore_id=store, data_access_role_arn=FACTS["role"],
               job_output_data_config=OUTPUT, input_data_config=json.dumps({"S3Uri": FACTS["input"]}), **more)["JobId"]


def start_export(store, **more):
    return aws("start-fhir-export-job", datastore_id=store, data_access_role_arn=FACTS["role"],
               output_data_config=OUTPUT, **more)["JobId"]


def datastore():
    tags = {"tags": "Key=team,Value=interop", "client_token": "interop-1"}
    made = create("interop-main", **tags)
    check("create a data store", made["DatastoreStatus"] == "CREATING" and made["DatastoreEndpoint"], made)
    again = create("interop-main", **tags)
    check("create with the same token gives the same", again["DatastoreId"] == made["DatastoreId"], again)
    found = until("wait until active", {"ACTIVE"}, lambda: describe(made["DatastoreId"]))
    check("describe it", found["DatastoreName"] == "interop-main" and found["DatastoreTypeVersion"] == "R4" and
          found["DatastoreArn"] == made["DatastoreArn"] and found["CreatedAt"], found)
    return made["DatastoreId"], made["DatastoreArn"]


def tags(arn):
    def found():
        return {tag["Key"]: tag["Value"] for tag in aws("list-tags-for-resource", resource_arn=arn)["Tags"]}

    check_equal("list the tags it was created with", found(), {"team": "interop"})
    aws("tag-resource", resource_arn=arn, tags=["Key=stage,Value=test", "Key=team,Value=data"])
    check_equal("tag it", found(), {"team": "data", "stage": "test"})
    aws("untag-resource", resource_arn=arn, tag_keys="team")
    check_equal("untag it", found(), {"stage": "test"})


def ended(command, key, store, job):
    def fetch():
        found = aws(command, datastore_id=store, job_id=job)[key]
        return found["JobStatus"], found
    return until(command, {"COMPLETED"}, fetch)


def jobs(store):
    job = start_import(store, job_name="import-1")
    found = ended("describe-fhir-import-job", "ImportJobProperties", store, job)
    check("import", found["JobName"] == "import-1" and found["InputDataConfig"] == {"S3Uri": FACTS["input"]} and
          found["JobOutputDataConfig"] == json.loads(OUTPUT) and found["EndTime"], found)
    imports = [job, start_import(store), start_import(store)]
    check_pages("list imports in pages of 2", pages_of(
        lambda **token: aws("list-fhir-import-jobs", datastore_id=store, max_results=2, **options(token)),
        "ImportJobPropertiesList"), 2, "JobId", imports)

    job = start_export(store, job_name="export-1")
    found = ended("describe-fhir-export-job", "ExportJobProperties", store, job)
    check("export", found["OutputDataConfig"] == json.loads(OUTPUT) and found["EndTime"], found)
    exports = [job, start_export(store)]
    check_pages("list exports in pages of 1", pages_of(
        lambda **token: aws("list-fhir-export-jobs", datastore_id=store, max_results=1, **options(token)),
        "ExportJobPropertiesList"), 1, "JobId", exports)
    named = aws("list-fhir-export-jobs", datastore_id=store, job_name="export-1")["ExportJobPropertiesList"]
    check_equal("list exports by name", [entry["JobId"] for entry in named], [job])


def main():
    store, arn = datastore()
    tags(arn)
    jobs(store)

    second = create("interop-second")["DatastoreId"]
    check_pages("list data stores in pages of 2", pages_of(
        lambda **token: aws("list-fhir-datastores", max_results=2, **options(token)), "DatastorePropertiesList"),
        2, "DatastoreId", [store, second])
    named = aws("list-fhir-datastores", filter="DatastoreName=interop-second")["DatastorePropertiesList"]
    check_equal("list data stores by name", [entry["DatastoreId"] for entry in named], [second])

    refused("unknown data store", "ResourceNotFoundException", lambda: describe(FACTS["unknownDatastore"]))
    refused("unknown job", "ResourceNotFoundException",
            lambda: aws("describe-fhir-import-job", datastore_id=store, job_id=FACTS["unknownDatastore"]))
    refused("bad job name", "ValidationException", lambda: start_export(store, job_name=FACTS["badJobName"]))
    refused("wrong secret", "InvalidSignatureException", lambda: aws("list-fhir-datastores", secret=WRONG_SECRET))
    start_import(store)
    refused("delete while a job runs", "ConflictException", lambda: aws("delete-fhir-datastore", datastore_id=store))

    until("wait until active", {"ACTIVE"}, lambda: describe(second))
    gone = aws("delete-fhir-datastore", datastore_id=second)
    check("delete", gone["DatastoreStatus"] == "DELETING" and gone["DatastoreId"] == second, gone)
    until("wait until deleted", {"DELETED"}, lambda: describe(second))
    finish()


if __name__ == "__main__":
    main()
