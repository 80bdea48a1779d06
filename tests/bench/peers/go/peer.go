// The AWS SDK for Go, version 2, as one of the peers that ../measure.py compares; see there for what a peer reads and
// answers.
//
// Usage: peer FOLDER, where FOLDER holds the bodies of the responses.
package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/healthlake"
	"github.com/aws/aws-sdk-go-v2/service/healthlake/types"
)

const region = "us-east-1"

var (
	ctx     = context.Background()
	secret  = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	keys    = credentials.NewStaticCredentialsProvider("AKIAIOSFODNN7EXAMPLE", secret, "")
	store   = aws.String("c0ffee00c0ffee00c0ffee00c0ffee00")
	job     = aws.String("0123456789abcdef0123456789abcdef")
	network = &canned{}
	client  = healthlake.New(healthlake.Options{
		Region: region, Credentials: keys, Retryer: aws.NopRetryer{}, HTTPClient: network})
	signer      = v4.NewSigner()
	onePostBody = []byte(`{"DatastoreId":"` + *store + `","JobId":"` + *job + `"}`)
	onePost     = postOf(onePostBody)
)

type canned struct {
	body []byte
	keep bool
	last string
}

func (c *canned) Do(request *http.Request) (*http.Response, error) {
	if c.keep {
		c.note(request, must(io.ReadAll(request.Body)))
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, ContentLength: int64(len(c.body)),
		Body: io.NopCloser(bytes.NewReader(c.body))}, nil
}

func (c *canned) note(request *http.Request, body []byte) {
	c.last = request.Header.Get("X-Amz-Target") + "\t" + request.Header.Get("Authorization") + "\t" + string(body)
}

func fail(what ...any) {
	fmt.Fprintln(os.Stderr, append([]any{"go:"}, what...)...)
	os.Exit(1)
}

func must[T any](answer T, err error) T {
	if err != nil {
		fail(err)
	}
	return answer
}

func mustBe(good bool, what string) {
	if !good {
		fail("the answer is not the one expected:", what)
	}
}

func postOf(body []byte) *http.Request {
	url := "https://healthlake." + region + ".amazonaws.com/"
	request := must(http.NewRequest(http.MethodPost, url, bytes.NewReader(body)))
	request.Header.Set("Content-Type", "application/x-amz-json-1.0")
	request.Header.Set("X-Amz-Target", "HealthLake.DescribeFHIRExportJob")
	return request
}

var cases = map[string]func(){
	"describe": func() {
		answer := must(client.DescribeFHIRExportJob(ctx, &healthlake.DescribeFHIRExportJobInput{
			DatastoreId: store, JobId: job}))
		mustBe(answer.ExportJobProperties.JobStatus == types.JobStatusCompleted, "describe")
	},
	"start": func() {
		answer := must(client.StartFHIRExportJob(ctx, &healthlake.StartFHIRExportJobInput{
			JobName: aws.String("nightly-export-of-ward-7"), DatastoreId: store,
			DataAccessRoleArn: aws.String("arn:aws:iam::123456789012:role/HealthLakeExportRole"),
			OutputDataConfig: &types.OutputDataConfigMemberS3Configuration{Value: types.S3Configuration{
				S3Uri:    aws.String("s3://my-export-bucket/exports/nightly"),
				KmsKeyId: aws.String("arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef")}}}))
		mustBe(answer.JobStatus == types.JobStatusSubmitted, "start")
	},
	"list": func() {
		jobs := must(client.ListFHIRExportJobs(ctx, &healthlake.ListFHIRExportJobsInput{
			DatastoreId: store})).ExportJobPropertiesList
		mustBe(len(jobs) == 100 && jobs[99].JobStatus == types.JobStatusCompleted, "list")
	},
	"sign": func() {
		hash := sha256.Sum256(onePostBody)
		if err := signer.SignHTTP(ctx, keys.Value, onePost, hex.EncodeToString(hash[:]), "healthlake", region,
			time.Now()); err != nil {
			fail(err)
		}
		if network.keep {
			network.note(onePost, onePostBody)
		}
	},
}

func cpuNanoseconds() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		fail(err)
	}
	return usage.Utime.Nano() + usage.Stime.Nano()
}

func mallocs() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.Mallocs
}

func measure(work func(), iterations int) {
	allocated, begun := mallocs(), cpuNanoseconds()
	for i := 0; i < iterations; i++ {
		work()
	}
	spent := cpuNanoseconds() - begun
	count := float64(iterations)
	fmt.Printf("%.1f %.1f\n", float64(spent)/count, float64(mallocs()-allocated)/count)
}

func main() {
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		verb, argument, _ := strings.Cut(lines.Text(), " ")
		if verb == "version" {
			fmt.Println(aws.SDKVersion + ", " + runtime.Version())
			continue
		}
		network.keep = verb == "check"
		name := verb
		if network.keep {
			name = argument
		}
		work, known := cases[name]
		if !known {
			fail("there is no case", name)
		}
		if name != "sign" {
			network.body = must(os.ReadFile(filepath.Join(os.Args[1], name+".json")))
		}
		if network.keep {
			work()
			fmt.Println(network.last)
		} else {
			measure(work, must(strconv.Atoi(argument)))
		}
	}
}
