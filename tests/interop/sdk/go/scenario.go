// The scenario (see ../README.md) with the AWS SDK for Go, version 2, and its paginators. Debian's has no waiters for
// HealthLake yet, so this one asks again and again.
//
// Usage: scenario FACTS, where FACTS is the path of facts.json.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sort"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/healthlake"
	"github.com/aws/aws-sdk-go-v2/service/healthlake/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

var (
	ctx    = context.Background()
	facts  map[string]string
	calls  = map[string]int{}
	failed = 0
	output *types.OutputDataConfigMemberS3Configuration
)

func check(name string, good bool, found any) {
	if good {
		fmt.Println("ok   " + name)
		return
	}
	failed++
	text, _ := json.Marshal(found)
	fmt.Printf("FAIL %s: %s\n", name, text)
}

// must gives the answer of a call that nothing can go on without.
func must[T any](answer T, err error) T {
	if err != nil {
		check("a call that had to succeed", false, err.Error())
		os.Exit(1)
	}
	return answer
}

func countCalls(stack *middleware.Stack) error {
	return stack.Finalize.Add(middleware.FinalizeMiddlewareFunc("CountCalls",
		func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (
			middleware.FinalizeOutput, middleware.Metadata, error) {
			calls[awsmiddleware.GetOperationName(ctx)]++
			return next.HandleFinalize(ctx, in)
		}), middleware.After)
}

func clientOf(secret string) *healthlake.Client {
	return healthlake.New(healthlake.Options{
		Region:           os.Getenv("AWS_DEFAULT_REGION"),
		Credentials:      credentials.NewStaticCredentialsProvider(os.Getenv("AWS_ACCESS_KEY_ID"), secret, ""),
		EndpointResolver: healthlake.EndpointResolverFromURL(os.Getenv("HEALTHLAKE_ENDPOINT")),
		APIOptions:       []func(*middleware.Stack) error{countCalls},
		Retryer:          aws.NopRetryer{},
	})
}

var client = clientOf(os.Getenv("AWS_SECRET_ACCESS_KEY"))

// until asks until it is told the wanted status.
func until[S ~string](name string, wanted S, status func() S) {
	found := status()
	for deadline := time.Now().Add(30 * time.Second); found != wanted && time.Now().Before(deadline); found = status() {
		time.Sleep(50 * time.Millisecond)
	}
	check(name+": "+string(wanted), found == wanted, found)
}

func untilDatastore(id string, wanted types.DatastoreStatus) {
	until("wait for the data store", wanted, func() types.DatastoreStatus { return describe(id).DatastoreStatus })
}

// refused checks the code and status of an error, and that its modelled type, if it has one, was found.
func refused(name, code string, status int, modelled any, err error) {
	var service smithy.APIError
	var response *smithyhttp.ResponseError
	good := errors.As(err, &service) && service.ErrorCode() == code && service.ErrorMessage() != "" &&
		errors.As(err, &response) && response.HTTPStatusCode() == status
	check(name+": "+code, good && (modelled == nil || errors.As(err, modelled)), fmt.Sprint(err))
}

func pagesOf(more func() bool, next func() []string) (pages [][]string) {
	for more() {
		pages = append(pages, next())
	}
	return pages
}

func checkPages(name string, limit int, pages [][]string, expected ...string) {
	good := len(pages) > 1
	seen := map[string]int{}
	for i, page := range pages {
		good = good && len(page) > 0 && (len(page) == limit || (i == len(pages)-1 && len(page) < limit))
		for _, id := range page {
			seen[id]++
			good = good && seen[id] == 1
		}
	}
	for _, id := range expected {
		good = good && seen[id] == 1
	}
	check(name, good, pages)
}

func create(name string, token *string, tags ...types.Tag) *healthlake.CreateFHIRDatastoreOutput {
	return must(client.CreateFHIRDatastore(ctx, &healthlake.CreateFHIRDatastoreInput{
		DatastoreName: &name, DatastoreTypeVersion: types.FHIRVersionR4, ClientToken: token, Tags: tags}))
}

func describe(id string) *types.DatastoreProperties {
	found := must(client.DescribeFHIRDatastore(ctx, &healthlake.DescribeFHIRDatastoreInput{DatastoreId: &id}))
	return found.DatastoreProperties
}

func startImport(store string, name *string) string {
	return *must(client.StartFHIRImportJob(ctx, &healthlake.StartFHIRImportJobInput{
		DatastoreId: &store, DataAccessRoleArn: aws.String(facts["role"]), JobName: name, JobOutputDataConfig: output,
		InputDataConfig: &types.InputDataConfigMemberS3Uri{Value: facts["input"]}})).JobId
}

func startExport(store string, name *string) (*healthlake.StartFHIRExportJobOutput, error) {
	return client.StartFHIRExportJob(ctx, &healthlake.StartFHIRExportJobInput{
		DatastoreId: &store, DataAccessRoleArn: aws.String(facts["role"]), JobName: name, OutputDataConfig: output})
}

func datastore() (id, arn string) {
	token, tag := aws.String("interop-1"), types.Tag{Key: aws.String("team"), Value: aws.String("interop")}
	made := create("interop-main", token, tag)
	check("create a data store", made.DatastoreStatus == types.DatastoreStatusCreating &&
		*made.DatastoreEndpoint != "", made)
	again := create("interop-main", token, tag)
	check("create with the same token gives the same", *again.DatastoreId == *made.DatastoreId, again)
	untilDatastore(*made.DatastoreId, types.DatastoreStatusActive)
	found := describe(*made.DatastoreId)
	check("describe it", *found.DatastoreName == "interop-main" && found.DatastoreTypeVersion == types.FHIRVersionR4 &&
		*found.DatastoreArn == *made.DatastoreArn && !found.CreatedAt.IsZero(), found)
	return *made.DatastoreId, *made.DatastoreArn
}

func tags(arn string) {
	expect := func(name, expected string) {
		var found []string
		list := must(client.ListTagsForResource(ctx, &healthlake.ListTagsForResourceInput{ResourceARN: &arn}))
		for _, tag := range list.Tags {
			found = append(found, *tag.Key+"="+*tag.Value)
		}
		sort.Strings(found)
		check(name, strings.Join(found, ",") == expected, found)
	}
	expect("list the tags it was created with", "team=interop")
	must(client.TagResource(ctx, &healthlake.TagResourceInput{ResourceARN: &arn, Tags: []types.Tag{
		{Key: aws.String("stage"), Value: aws.String("test")}, {Key: aws.String("team"), Value: aws.String("data")}}}))
	expect("tag it", "stage=test,team=data")
	must(client.UntagResource(ctx, &healthlake.UntagResourceInput{ResourceARN: &arn, TagKeys: []string{"team"}}))
	expect("untag it", "stage=test")
}

func imports(store string) {
	job := startImport(store, aws.String("import-1"))
	var found *types.ImportJobProperties
	until("import", types.JobStatusCompleted, func() types.JobStatus {
		found = must(client.DescribeFHIRImportJob(ctx, &healthlake.DescribeFHIRImportJobInput{
			DatastoreId: &store, JobId: &job})).ImportJobProperties
		return found.JobStatus
	})
	input, inputGood := found.InputDataConfig.(*types.InputDataConfigMemberS3Uri)
	log, logGood := found.JobOutputDataConfig.(*types.OutputDataConfigMemberS3Configuration)
	check("describe the import", *found.JobName == "import-1" && inputGood && input.Value == facts["input"] && logGood &&
		*log.Value.S3Uri == facts["output"] && !found.SubmitTime.After(*found.EndTime), found)

	expected := []string{job, startImport(store, nil), startImport(store, nil)}
	pager := healthlake.NewListFHIRImportJobsPaginator(client, &healthlake.ListFHIRImportJobsInput{
		DatastoreId: &store, MaxResults: aws.Int32(2)})
	pages := pagesOf(pager.HasMorePages, func() (page []string) {
		for _, job := range must(pager.NextPage(ctx)).ImportJobPropertiesList {
			page = append(page, *job.JobId)
		}
		return page
	})
	checkPages("list imports in pages of 2", 2, pages, expected...)
}

func exports(store string) {
	job := *must(startExport(store, aws.String("export-1"))).JobId
	var found *types.ExportJobProperties
	until("export", types.JobStatusCompleted, func() types.JobStatus {
		found = must(client.DescribeFHIRExportJob(ctx, &healthlake.DescribeFHIRExportJobInput{
			DatastoreId: &store, JobId: &job})).ExportJobProperties
		return found.JobStatus
	})
	destination, good := found.OutputDataConfig.(*types.OutputDataConfigMemberS3Configuration)
	check("describe the export", *found.JobName == "export-1" && good && *destination.Value.KmsKeyId == facts["kms"] &&
		!found.SubmitTime.After(*found.EndTime), found)

	expected := []string{job, *must(startExport(store, nil)).JobId}
	pager := healthlake.NewListFHIRExportJobsPaginator(client, &healthlake.ListFHIRExportJobsInput{
		DatastoreId: &store, MaxResults: aws.Int32(1)})
	pages := pagesOf(pager.HasMorePages, func() (page []string) {
		for _, job := range must(pager.NextPage(ctx)).ExportJobPropertiesList {
			page = append(page, *job.JobId)
		}
		return page
	})
	checkPages("list exports in pages of 1", 1, pages, expected...)
	named := must(client.ListFHIRExportJobs(ctx, &healthlake.ListFHIRExportJobsInput{
		DatastoreId: &store, JobName: aws.String("export-1")})).ExportJobPropertiesList
	check("list exports by name", len(named) == 1 && *named[0].JobId == job, named)
}

func datastores(main, second string) {
	pager := healthlake.NewListFHIRDatastoresPaginator(client, &healthlake.ListFHIRDatastoresInput{
		MaxResults: aws.Int32(2)})
	pages := pagesOf(pager.HasMorePages, func() (page []string) {
		for _, store := range must(pager.NextPage(ctx)).DatastorePropertiesList {
			page = append(page, *store.DatastoreId)
		}
		return page
	})
	checkPages("list data stores in pages of 2", 2, pages, main, second)
	named := must(client.ListFHIRDatastores(ctx, &healthlake.ListFHIRDatastoresInput{
		Filter: &types.DatastoreFilter{DatastoreName: aws.String("interop-second")}})).DatastorePropertiesList
	check("list data stores by name", len(named) == 1 && *named[0].DatastoreId == second, named)
}

func failures(store string) {
	unknown := facts["unknownDatastore"]
	var notFound *types.ResourceNotFoundException
	var validation *types.ValidationException
	var conflict *types.ConflictException
	_, err := client.DescribeFHIRDatastore(ctx, &healthlake.DescribeFHIRDatastoreInput{DatastoreId: &unknown})
	refused("unknown data store", "ResourceNotFoundException", 404, &notFound, err)
	_, err = client.DescribeFHIRImportJob(ctx, &healthlake.DescribeFHIRImportJobInput{
		DatastoreId: &store, JobId: &unknown})
	refused("unknown job", "ResourceNotFoundException", 404, &notFound, err)
	_, err = startExport(store, aws.String(facts["badJobName"]))
	refused("bad job name", "ValidationException", 400, &validation, err)
	_, err = client.DescribeFHIRDatastore(ctx, &healthlake.DescribeFHIRDatastoreInput{})
	refused("no data store named", "ValidationException", 400, &validation, err)
	_, err = clientOf("not the secret").ListFHIRDatastores(ctx, &healthlake.ListFHIRDatastoresInput{})
	refused("wrong secret", "InvalidSignatureException", 403, nil, err)
	startImport(store, nil)
	_, err = client.DeleteFHIRDatastore(ctx, &healthlake.DeleteFHIRDatastoreInput{DatastoreId: &store})
	refused("delete while a job runs", "ConflictException", 409, &conflict, err)
}

func main() {
	if err := json.Unmarshal(must(os.ReadFile(os.Args[1])), &facts); err != nil {
		panic(err)
	}
	output = &types.OutputDataConfigMemberS3Configuration{
		Value: types.S3Configuration{S3Uri: aws.String(facts["output"]), KmsKeyId: aws.String(facts["kms"])}}

	store, arn := datastore()
	tags(arn)
	imports(store)
	exports(store)
	second := *create("interop-second", nil).DatastoreId
	datastores(store, second)
	failures(store)

	untilDatastore(second, types.DatastoreStatusActive)
	gone := must(client.DeleteFHIRDatastore(ctx, &healthlake.DeleteFHIRDatastoreInput{DatastoreId: &second}))
	check("delete", gone.DatastoreStatus == types.DatastoreStatusDeleting && *gone.DatastoreId == second, gone)
	untilDatastore(second, types.DatastoreStatusDeleted)

	sum := 0
	for _, count := range calls {
		sum += count
	}
	fmt.Printf("operations: %d\ncalls: %d\n", len(calls), sum)
	if failed > 0 {
		os.Exit(1)
	}
}
