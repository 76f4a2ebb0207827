// A whole report in Go: create it, ask until it has ended, find it in the list, fetch the link and
// download its file. The transport is containerd's ttrpc, as its users have it.
//
// Ends with 0 if all went well, 1 if a call failed, 2 for wrong arguments, 3 if the report ended in
// another state than FINISHED.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/containerd/ttrpc"
	"github.com/gogo/protobuf/types"

	core "spaceone/api/core/v1"
	report "spaceone/api/report/v1"
)

const (
	exitCallFailed  = 1
	exitUsage       = 2
	exitNotFinished = 3
)

const service = "spaceone.api.report.v1.Report"

// options collects the template's parameters from repeated flags.
type options struct {
	fields map[string]*types.Value
}

func (o *options) String() string { return "" }

// Set adds "key=value": true, false, null and numbers become what they look like, the rest text.
func (o *options) Set(word string) error {
	key, text, found := strings.Cut(word, "=")
	if !found || key == "" {
		return fmt.Errorf("not KEY=VALUE")
	}
	value := &types.Value{Kind: &types.Value_StringValue{StringValue: text}}
	number, err := strconv.ParseFloat(text, 64)
	if err == nil && !math.IsNaN(number) && !math.IsInf(number, 0) {
		value.Kind = &types.Value_NumberValue{NumberValue: number}
	} else if text == "true" || text == "false" {
		value.Kind = &types.Value_BoolValue{BoolValue: text == "true"}
	} else if text == "null" {
		value.Kind = &types.Value_NullValue{}
	}
	o.fields[key] = value
	return nil
}

type arguments struct {
	address, domain, template, name, format, output string
	wait                                            time.Duration
	options                                         options
}

func parse() (*arguments, error) {
	a := &arguments{options: options{fields: map[string]*types.Value{}}}
	flag.StringVar(&a.address, "address", "", "`HOST:PORT` of the server's ttrpc door")
	flag.StringVar(&a.domain, "domain", "", "the tenant's `ID`")
	flag.StringVar(&a.template, "template", "", "the template's `ID`")
	flag.StringVar(&a.name, "name", "made in Go", "what the report is called")
	flag.StringVar(&a.format, "format", "", "the file's `FORMAT`; the template's own if empty")
	flag.StringVar(&a.output, "output", "", "the `FILE` to write")
	flag.DurationVar(&a.wait, "wait", time.Minute, "how long the report may take")
	flag.Var(&a.options, "option", "a parameter, `KEY=VALUE`; may be repeated")
	flag.Parse()
	if a.format != "" {
		format := &types.Value{Kind: &types.Value_StringValue{StringValue: a.format}}
		list := &types.ListValue{Values: []*types.Value{format}}
		a.options.fields["formats"] = &types.Value{Kind: &types.Value_ListValue{ListValue: list}}
	}
	if flag.NArg() > 0 || a.address == "" || a.domain == "" || a.template == "" || a.output == "" {
		return nil, fmt.Errorf("--address, --domain, --template and --output are required")
	}
	return a, nil
}

// call bounds each call by ten seconds; the server learns of it from the request.
func call(client *ttrpc.Client, method string, request, response interface{}) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := client.Call(ctx, service, method, request, response); err != nil {
		return fmt.Errorf("%s/%s: %w", service, method, err)
	}
	return nil
}

// waitForEnd asks until the report is in a terminal state.
func waitForEnd(client *ttrpc.Client, a *arguments, id string) (*report.ReportInfo, error) {
	end := time.Now().Add(a.wait)
	for {
		info := &report.ReportInfo{}
		request := &report.GetReportRequest{DomainId: a.domain, ReportId: id}
		if err := call(client, "get", request, info); err != nil {
			return nil, err
		}
		waits := info.State == report.ReportInfo_CREATED || info.State == report.ReportInfo_IN_PROGRESS
		if !waits || time.Now().After(end) {
			return info, nil
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// checkListed looks for the report in the domain's list, narrowed to FINISHED by a filter.
func checkListed(client *ttrpc.Client, a *arguments, id string) error {
	state := &types.Value{Kind: &types.Value_StringValue{StringValue: "FINISHED"}}
	filter := &core.Filter{
		KeyAlias:      &core.Filter_K{K: "state"},
		ValueAlias:    &core.Filter_V{V: state},
		OperatorAlias: &core.Filter_O{O: "eq"},
	}
	query := &report.ReportQuery{
		DomainId: a.domain, Query: &core.Query{Filter: []*core.Filter{filter}}}
	reports := &report.ReportsInfo{}
	if err := call(client, "list", query, reports); err != nil {
		return err
	}
	for _, result := range reports.Results {
		if result.ReportId == id {
			return nil
		}
	}
	return fmt.Errorf("%s is not among the %d listed", id, reports.TotalCount)
}

func download(url, path string) (int64, error) {
	response, err := http.Get(url)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("%s: HTTP status %s", url, response.Status)
	}
	file, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	count, err := io.Copy(file, response.Body)
	if closing := file.Close(); err == nil {
		err = closing
	}
	return count, err
}

func run(a *arguments) (int, error) {
	connection, err := net.Dial("tcp", a.address)
	if err != nil {
		return exitCallFailed, err
	}
	client := ttrpc.NewClient(connection)
	defer client.Close()
	created := &report.ReportInfo{}
	request := &report.CreateReportRequest{
		DomainId: a.domain, TemplateId: a.template, Name: a.name,
		TemplateOptions: &types.Struct{Fields: a.options.fields},
	}
	if err := call(client, "create", request, created); err != nil {
		return exitCallFailed, err
	}
	info, err := waitForEnd(client, a, created.ReportId)
	if err != nil {
		return exitCallFailed, err
	}
	if info.State != report.ReportInfo_FINISHED {
		return exitNotFinished, fmt.Errorf("%s is %s: %s: %s", info.ReportId, info.State,
			info.GetError().GetCode(), info.GetError().GetMessage())
	}
	if err := checkListed(client, a, info.ReportId); err != nil {
		return exitCallFailed, err
	}
	link := &report.ReportDownloadInfo{}
	address := &report.GetDownloadURLRequest{DomainId: a.domain, ReportId: info.ReportId}
	if err := call(client, "get_download_url", address, link); err != nil {
		return exitCallFailed, err
	}
	count, err := download(link.DownloadUrl, a.output)
	if err != nil {
		return exitCallFailed, err
	}
	fmt.Printf("%s FINISHED %d bytes\n", info.ReportId, count)
	return 0, nil
}

func main() {
	a, err := parse()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		flag.Usage()
		os.Exit(exitUsage)
	}
	status, err := run(a)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(status)
}
