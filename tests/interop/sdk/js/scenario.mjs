// The scenario (see ../README.md) with the AWS SDK for JavaScript, its waiters and its paginators.
//
// node scenario.mjs FOLDER, where FOLDER/node_modules holds the SDK.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import process from "node:process";

const require = createRequire(path.resolve(process.argv[2], "package.json"));
const sdk = require("@aws-sdk/client-healthlake");

const facts = JSON.parse(readFileSync(new URL("../facts.json", import.meta.url), "utf8"));
const { HEALTHLAKE_ENDPOINT, AWS_DEFAULT_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env;
const output = { S3Configuration: { S3Uri: facts.output, KmsKeyId: facts.kms } };

const calls = new Map();
let failures = 0;

function check(name, good, found) {
  if (!good) failures += 1;
  console.log(good ? `ok   ${name}` : `FAIL ${name}: ${found instanceof Error ? found : JSON.stringify(found)}`);
}

function clientOf(secretAccessKey = AWS_SECRET_ACCESS_KEY) {
  const client = new sdk.HealthLake({
    endpoint: HEALTHLAKE_ENDPOINT,
    region: AWS_DEFAULT_REGION,
    credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey },
    maxAttempts: 1,
  });
  const count = (next, context) => (request) => {
    const operation = context.commandName.replace(/Command$/, "");
    calls.set(operation, (calls.get(operation) ?? 0) + 1);
    return next(request);
  };
  client.middlewareStack.add(count, { step: "finalizeRequest", name: "countCalls" });
  return client;
}

const client = clientOf();

async function wait(name, input) {
  const found = await sdk[`waitUntil${name}`]({ client, maxWaitTime: 30, minDelay: 0.05, maxDelay: 0.1 }, input);
  check(`waiter ${name}`, found.state === "SUCCESS", found);
}

async function refused(name, type, status, call) {
  try {
    check(`${name}: ${type}`, false, await call());
  } catch (error) {
    const modelled = sdk[type] === undefined || error instanceof sdk[type];
    const good = error.name === type && modelled && error.$metadata?.httpStatusCode === status && error.message;
    check(`${name}: ${type}`, good, error);
  }
}

async function checkPages(name, pageSize, list, input, key, id, expected) {
  const pages = [];
  for await (const page of sdk[`paginate${list}`]({ client, pageSize }, input)) pages.push(page[key]);
  const ids = pages.flat().map((entry) => entry[id]);
  const full = pages.slice(0, -1).every((page) => page.length === pageSize);
  const last = pages.at(-1).length;
  const all = new Set(ids).size === ids.length && expected.every((one) => ids.includes(one));
  check(name, pages.length > 1 && full && last > 0 && last <= pageSize && all, { ids, expected });
}

const create = (name, more) =>
  client.createFHIRDatastore({ DatastoreName: name, DatastoreTypeVersion: "R4", ...more });

const startImport = async (store, more) =>
  (
    await client.startFHIRImportJob({
      DatastoreId: store,
      DataAccessRoleArn: facts.role,
      InputDataConfig: { S3Uri: facts.input },
      JobOutputDataConfig: output,
      ...more,
    })
  ).JobId;

const startExport = async (store, more) =>
  (
    await client.startFHIRExportJob({
      DatastoreId: store,
      DataAccessRoleArn: facts.role,
      OutputDataConfig: output,
      ...more,
    })
  ).JobId;

async function datastore() {
  const input = { ClientToken: "interop-1", Tags: [{ Key: "team", Value: "interop" }] };
  const made = await create("interop-main", input);
  check("create a data store", made.DatastoreStatus === "CREATING" && made.DatastoreEndpoint, made);
  const again = await create("interop-main", input);
  check("create with the same token gives the same", again.DatastoreId === made.DatastoreId, again);
  await wait("FHIRDatastoreActive", { DatastoreId: made.DatastoreId });
  const found = (await client.describeFHIRDatastore({ DatastoreId: made.DatastoreId })).DatastoreProperties;
  const same = found.DatastoreArn === made.DatastoreArn && found.DatastoreName === "interop-main";
  check("describe it", same && found.DatastoreTypeVersion === "R4" && found.CreatedAt instanceof Date, found);
  return [made.DatastoreId, made.DatastoreArn];
}

async function tags(ResourceARN) {
  const expectTags = async (name, expected) => {
    const { Tags } = await client.listTagsForResource({ ResourceARN });
    const found = Tags.map(({ Key, Value }) => `${Key}=${Value}`).sort();
    check(name, found.join() === expected.join(), found);
  };
  await expectTags("list the tags it was created with", ["team=interop"]);
  const added = [{ Key: "stage", Value: "test" }, { Key: "team", Value: "data" }];
  await client.tagResource({ ResourceARN, Tags: added });
  await expectTags("tag it", ["stage=test", "team=data"]);
  await client.untagResource({ ResourceARN, TagKeys: ["team"] });
  await expectTags("untag it", ["stage=test"]);
}

async function jobs(DatastoreId) {
  let job = await startImport(DatastoreId, { JobName: "import-1" });
  await wait("FHIRImportJobCompleted", { DatastoreId, JobId: job });
  let found = (await client.describeFHIRImportJob({ DatastoreId, JobId: job })).ImportJobProperties;
  check(
    "import",
    found.JobStatus === "COMPLETED" && found.JobName === "import-1" && found.InputDataConfig.S3Uri === facts.input &&
      found.JobOutputDataConfig.S3Configuration.S3Uri === facts.output && found.SubmitTime <= found.EndTime &&
      found.JobProgressReport.TotalNumberOfResourcesImported > 0,
    found,
  );
  const imports = [job, await startImport(DatastoreId), await startImport(DatastoreId)];
  await checkPages("list imports in pages of 2", 2, "ListFHIRImportJobs", { DatastoreId }, "ImportJobPropertiesList",
    "JobId", imports);

  job = await startExport(DatastoreId, { JobName: "export-1" });
  await wait("FHIRExportJobCompleted", { DatastoreId, JobId: job });
  found = (await client.describeFHIRExportJob({ DatastoreId, JobId: job })).ExportJobProperties;
  check(
    "export",
    found.JobStatus === "COMPLETED" && found.OutputDataConfig.S3Configuration.KmsKeyId === facts.kms &&
      found.SubmitTime <= found.EndTime,
    found,
  );
  const exports = [job, await startExport(DatastoreId)];
  await checkPages("list exports in pages of 1", 1, "ListFHIRExportJobs", { DatastoreId }, "ExportJobPropertiesList",
    "JobId", exports);
  const named = (await client.listFHIRExportJobs({ DatastoreId, JobName: "export-1" })).ExportJobPropertiesList;
  check("list exports by name", named.length === 1 && named[0].JobId === job, named);
}

const [store, arn] = await datastore();
await tags(arn);
await jobs(store);

const second = (await create("interop-second")).DatastoreId;
await checkPages("list data stores in pages of 2", 2, "ListFHIRDatastores", {}, "DatastorePropertiesList",
  "DatastoreId", [store, second]);
const filter = { DatastoreName: "interop-second" };
const named = (await client.listFHIRDatastores({ Filter: filter })).DatastorePropertiesList;
check("list data stores by name", named.length === 1 && named[0].DatastoreId === second, named);

await refused("unknown data store", "ResourceNotFoundException", 404, () =>
  client.describeFHIRDatastore({ DatastoreId: facts.unknownDatastore }));
await refused("unknown job", "ResourceNotFoundException", 404, () =>
  client.describeFHIRImportJob({ DatastoreId: store, JobId: facts.unknownDatastore }));
await refused("bad job name", "ValidationException", 400, () => startExport(store, { JobName: facts.badJobName }));
await refused("no data store named", "ValidationException", 400, () => client.describeFHIRDatastore({}));
await refused("wrong secret", "InvalidSignatureException", 403, () =>
  clientOf("not the secret").listFHIRDatastores({}));
await startImport(store);
await refused("delete while a job runs", "ConflictException", 409, () =>
  client.deleteFHIRDatastore({ DatastoreId: store }));

await wait("FHIRDatastoreActive", { DatastoreId: second });
const gone = await client.deleteFHIRDatastore({ DatastoreId: second });
check("delete", gone.DatastoreStatus === "DELETING" && gone.DatastoreId === second, gone);
await wait("FHIRDatastoreDeleted", { DatastoreId: second });

console.log(`operations: ${calls.size}`);
console.log(`calls: ${[...calls.values()].reduce((sum, count) => sum + count, 0)}`);
process.exit(failures === 0 ? 0 : 1);
