// The AWS SDK for JavaScript as one of the peers that measure.py compares; see there for what a peer reads and answers.
//
// node js_peer.mjs FOLDER MODULES: FOLDER holds the bodies of the responses, MODULES/node_modules the SDK.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import process from "node:process";
import readline from "node:readline";

const [folder, modules] = process.argv.slice(2);
const require = createRequire(path.resolve(modules, "package.json"));
const sdk = require("@aws-sdk/client-healthlake");

const region = "us-east-1";
const credentials = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};
const DatastoreId = "c0ffee00c0ffee00c0ffee00c0ffee00";
const JobId = "0123456789abcdef0123456789abcdef";

function fail(what) {
  console.error(`js: ${what}`);
  process.exit(1);
}

function mustBe(good, what) {
  if (!good) fail(`the answer is not the one expected: ${what}`);
}

const network = {
  body: new Uint8Array(),
  keep: false,
  last: "",
  async handle(request) {
    if (this.keep) this.note(request);
    return { response: { statusCode: 200, headers: {}, body: this.body } };
  },
  note({ headers, body }) {
    const all = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    const text = typeof body === "string" ? body : new TextDecoder().decode(body);
    this.last = [all["x-amz-target"], all.authorization, text].join("\t");
  },
};

const client = new sdk.HealthLake({ region, credentials, maxAttempts: 1, requestHandler: network });

let signer;
function signerOf() {
  const { SignatureV4 } = require("@smithy/signature-v4");
  return new SignatureV4({ credentials, region, service: "healthlake", sha256: client.config.sha256 });
}
const onePost = {
  method: "POST",
  protocol: "https:",
  hostname: `healthlake.${region}.amazonaws.com`,
  path: "/",
  headers: {
    host: `healthlake.${region}.amazonaws.com`,
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": "HealthLake.DescribeFHIRExportJob",
  },
  body: JSON.stringify({ DatastoreId, JobId }),
};

const cases = {
  async describe() {
    const answer = await client.describeFHIRExportJob({ DatastoreId, JobId });
    mustBe(answer.ExportJobProperties.JobStatus === "COMPLETED", "describe");
  },
  async start() {
    const answer = await client.startFHIRExportJob({
      JobName: "nightly-export-of-ward-7",
      DatastoreId,
      DataAccessRoleArn: "arn:aws:iam::123456789012:role/HealthLakeExportRole",
      OutputDataConfig: {
        S3Configuration: {
          S3Uri: "s3://my-export-bucket/exports/nightly",
          KmsKeyId: "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef",
        },
      },
    });
    mustBe(answer.JobStatus === "SUBMITTED", "start");
  },
  async list() {
    const jobs = (await client.listFHIRExportJobs({ DatastoreId })).ExportJobPropertiesList;
    mustBe(jobs.length === 100 && jobs[99].JobStatus === "COMPLETED", "list");
  },
  async sign() {
    signer ??= signerOf();
    const signed = await signer.sign(onePost, { signingDate: new Date() });
    if (network.keep) network.note(signed);
  },
};

async function measure(work, iterations) {
  const begun = process.cpuUsage();
  for (let i = 0; i < iterations; i += 1) await work();
  const { user, system } = process.cpuUsage(begun);
  return ((user + system) * 1000) / iterations;
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const [verb, argument] = line.split(" ");
  if (verb === "version") {
    const { version } = JSON.parse(
      readFileSync(path.resolve(modules, "node_modules/@aws-sdk/client-healthlake/package.json"), "utf8"),
    );
    console.log(`${version}, Node.js ${process.versions.node}`);
    continue;
  }
  network.keep = verb === "check";
  const name = network.keep ? argument : verb;
  if (!Object.hasOwn(cases, name)) fail(`there is no case ${name}`);
  if (name !== "sign") network.body = readFileSync(path.join(folder, `${name}.json`));
  if (network.keep) {
    await cases[name]();
    console.log(network.last);
  } else {
    console.log(`${await measure(cases[name], Number(argument))} -`);
  }
}
