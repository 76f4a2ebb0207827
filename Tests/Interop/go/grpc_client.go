// The services over gRPC as Go's own library calls them: every method of Report and of ReportControl,
// errors with details, deadlines, cancellation, metadata, gzip, streams, pings of a quiet connection,
// and a thousand calls at once.
//
// Prints what goes wrong, and last the line "go: N passed, N failed". Ends with 1 if something failed.
package main

import (
	"context"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/golang/protobuf/proto"
	"github.com/golang/protobuf/ptypes/empty"
	"github.com/golang/protobuf/ptypes/struct"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding/gzip"
	health "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/stats"
	"google.golang.org/grpc/status"

	control "reportwire/v1"
	core "spaceone/api/core/v1"
	report "spaceone/api/report/v1"
)

const (
	callsAtOnce = 1000
	patience    = time.Minute
	// The shortest that Go's library allows.
	pingSeconds = 10
	answerBytes = 64 << 20
)

// checks counts; what goes wrong in one does not keep the others from being made.
type checks struct{ passed, failed int }

func (c *checks) expect(condition bool, format string, arguments ...interface{}) bool {
	if condition {
		c.passed++
	} else {
		c.failed++
		fmt.Fprintf(os.Stderr, "go: "+format+"\n", arguments...)
	}
	return condition
}

// wire tells how long the last message was on the wire, and how long it is.
type wire struct{ wireBytes, bytes int64 }

func (w *wire) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context   { return ctx }
func (w *wire) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }
func (w *wire) HandleConn(context.Context, stats.ConnStats)                       {}
func (w *wire) HandleRPC(_ context.Context, event stats.RPCStats) {
	if payload, isPayload := event.(*stats.InPayload); isPayload {
		atomic.StoreInt64(&w.wireBytes, int64(payload.WireLength))
		atomic.StoreInt64(&w.bytes, int64(payload.Length))
	}
}

type peer struct {
	checks
	domain, template string
	wire             wire
	reports          report.ReportClient
	control          control.ReportControlClient
	templates        report.TemplateClient
	storages         report.StorageClient
	storageTypes     report.StorageTypeClient
	domains          report.DomainClient
	audit            control.AuditClient
	server           core.ServerInfoClient
	health           health.HealthClient
	raw              *grpc.ClientConn
}

func newPeer(address, domain, template string) (*peer, error) {
	p := &peer{domain: domain, template: template}
	connection, err := grpc.Dial(address, grpc.WithInsecure(), grpc.WithStatsHandler(&p.wire),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(answerBytes)))
	if err != nil {
		return nil, err
	}
	p.raw = connection
	p.reports = report.NewReportClient(connection)
	p.control = control.NewReportControlClient(connection)
	p.templates = report.NewTemplateClient(connection)
	p.storages = report.NewStorageClient(connection)
	p.storageTypes = report.NewStorageTypeClient(connection)
	p.domains = report.NewDomainClient(connection)
	p.audit = control.NewAuditClient(connection)
	p.server = core.NewServerInfoClient(connection)
	p.health = health.NewHealthClient(connection)
	return p, nil
}

func soon() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), patience)
}

func text(value string) *structpb.Value {
	return &structpb.Value{Kind: &structpb.Value_StringValue{StringValue: value}}
}

func (p *peer) request(name, carrier string) *report.CreateReportRequest {
	return &report.CreateReportRequest{
		DomainId: p.domain, TemplateId: p.template, Name: name,
		TemplateOptions: &structpb.Struct{
			Fields: map[string]*structpb.Value{"carrier": text(carrier)}},
	}
}

func (p *peer) get(id string) *report.GetReportRequest {
	return &report.GetReportRequest{DomainId: p.domain, ReportId: id}
}

// checkReport goes the way of a report through all methods that it has.
func (p *peer) checkReport() string {
	ctx, cancel := soon()
	defer cancel()
	made, err := p.reports.Create(ctx, p.request("made in Go", "KE"))
	if !p.expect(err == nil && made.GetReportId() != "", "create: %v, %v", made, err) {
		return ""
	}
	id := made.ReportId
	watch, err := p.control.Watch(ctx, &control.WatchReportRequest{DomainId: p.domain, ReportId: id})
	p.expect(err == nil, "watch: %v", err)
	last := &control.ReportProgress{}
	for err == nil {
		var next *control.ReportProgress
		if next, err = watch.Recv(); err == nil {
			last = next
		}
	}
	p.expect(err == io.EOF && last.State == report.ReportInfo_FINISHED && last.Rows == 6666,
		"watch: ended with %v after %v", err, last)
	info, err := p.reports.Get(ctx, p.get(id))
	p.expect(err == nil && info.GetState() == report.ReportInfo_FINISHED &&
		info.GetTemplateOptions().GetFields()["carrier"].GetStringValue() == "KE", "get: %v, %v", info, err)
	listed, err := p.reports.List(ctx, &report.ReportQuery{DomainId: p.domain, Query: &core.Query{
		Filter: []*core.Filter{{
			KeyAlias: &core.Filter_K{K: "report_id"}, ValueAlias: &core.Filter_V{V: text(id)},
			OperatorAlias: &core.Filter_O{O: "eq"}}}}})
	p.expect(err == nil && listed.GetTotalCount() == 1 && len(listed.GetResults()) == 1 &&
		listed.GetResults()[0].ReportId == id, "list: %v, %v", listed, err)
	link, err := p.reports.GetDownloadUrl(
		ctx, &report.GetDownloadURLRequest{DomainId: p.domain, ReportId: id})
	if p.expect(err == nil, "get_download_url: %v", err) {
		p.checkFile(id, link.DownloadUrl)
	}
	return id
}

// checkFile compares the file with what `inspect` says of it.
func (p *peer) checkFile(id, url string) {
	ctx, cancel := soon()
	defer cancel()
	inspected, err := p.control.Inspect(
		ctx, &control.InspectReportRequest{DomainId: p.domain, ReportId: id})
	p.expect(err == nil && inspected.GetName() == "made in Go", "inspect: %v, %v", inspected, err)
	response, err := http.Get(url)
	if !p.expect(err == nil, "%s: %v", url, err) {
		return
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	p.expect(err == nil && response.StatusCode == 200 && len(inspected.GetArtifacts()) > 0 &&
		int64(len(body)) == inspected.GetArtifacts()[0].Bytes,
		"%s: %s, %d bytes, %v", url, response.Status, len(body), err)
}

// checkControl uses the methods that change a report, and last removes it.
func (p *peer) checkControl() {
	ctx, cancel := soon()
	defer cancel()
	made, err := p.reports.Create(ctx, p.request("steered by Go", "UA"))
	if !p.expect(err == nil, "create: %v", err) {
		return
	}
	id := made.ReportId
	_, err = p.control.Cancel(ctx, &control.CancelReportRequest{DomainId: p.domain, ReportId: id})
	p.expect(err == nil, "cancel: %v", err)
	_, err = p.control.Pin(ctx, &control.PinReportRequest{DomainId: p.domain, ReportId: id})
	p.expect(err == nil, "pin: %v", err)
	inspected, err := p.control.Inspect(
		ctx, &control.InspectReportRequest{DomainId: p.domain, ReportId: id})
	p.expect(err == nil && inspected.GetIsPinned(), "inspect: %v, %v", inspected, err)
	_, err = p.control.Unpin(ctx, &control.UnpinReportRequest{DomainId: p.domain, ReportId: id})
	p.expect(err == nil, "unpin: %v", err)
	watch, err := p.control.Watch(ctx, &control.WatchReportRequest{DomainId: p.domain, ReportId: id})
	for err == nil {
		_, err = watch.Recv()
	}
	p.expect(err == io.EOF, "watch of a report that was called off: %v", err)
	_, err = p.control.Delete(ctx, &control.DeleteReportRequest{DomainId: p.domain, ReportId: id})
	p.expect(err == nil, "delete: %v", err)
	_, err = p.reports.Get(ctx, p.get(id))
	p.expect(status.Code(err) == codes.NotFound, "a report that was removed: %v", err)
}

// checkCatalog calls what is neither a report nor changes one.
func (p *peer) checkCatalog() {
	ctx, cancel := soon()
	defer cancel()
	version, err := p.server.GetVersion(ctx, &empty.Empty{})
	p.expect(err == nil && version.GetVersion() != "", "get_version: %v, %v", version, err)
	template, err := p.templates.Get(ctx, &report.GetTemplateRequest{TemplateId: p.template})
	p.expect(err == nil && template.GetName() == "delayed-flights", "a template: %v, %v", template, err)
	templates, err := p.templates.List(ctx, &report.TemplateQuery{})
	p.expect(err == nil && templates.GetTotalCount() == 1, "the templates: %v, %v", templates, err)
	types, err := p.storageTypes.List(ctx, &report.StorageTypeQuery{})
	if p.expect(err == nil && len(types.GetResults()) > 0, "the types of storages: %v, %v", types, err) {
		id := types.Results[0].StorageTypeId
		kind, err := p.storageTypes.Get(ctx, &report.GetStorageTypeRequest{StorageTypeId: id})
		p.expect(err == nil && kind.GetStorageTypeId() == id, "a type of storages: %v, %v", kind, err)
	}
	preview, err := p.control.Preview(ctx, &control.PreviewTemplateRequest{
		DomainId: p.domain, TemplateId: p.template,
		TemplateOptions: &structpb.Struct{
			Fields: map[string]*structpb.Value{"carrier": text("KE")}}})
	p.expect(err == nil && len(preview.GetColumns()) > 0 && len(preview.GetPlan()) > 0,
		"a preview: %v, %v", preview, err)
	_, err = p.storages.List(ctx, &report.StorageQuery{DomainId: p.domain})
	p.expect(err == nil, "the storages: %v", err)
	domain, err := p.domains.Get(ctx, &report.GetDomainRequest{DomainId: p.domain})
	p.expect(err == nil && len(domain.GetRegisterTemplates()) == 1 && domain.RegisterTemplates[0] == p.template,
		"the domain: %v, %v", domain, err)
	events, err := p.audit.List(ctx, &control.AuditQuery{DomainId: p.domain, Limit: 1})
	p.expect(err == nil && len(events.GetResults()) == 1, "the audit: %v, %v", events, err)
	answer, err := p.health.Check(ctx, &health.HealthCheckRequest{})
	p.expect(err == nil && answer.GetStatus() == health.HealthCheckResponse_SERVING,
		"health: %v, %v", answer, err)
}

// checkErrors looks at the code, at the text and at the reason among the details.
func (p *peer) checkErrors(id string) {
	ctx, cancel := soon()
	defer cancel()
	long := strings.Repeat("x", 5_000_000)
	for _, c := range []struct {
		what    string
		call    func() error
		code    codes.Code
		reason  string
		message string
	}{
		{"an unknown report", func() error { _, err := p.reports.Get(ctx, p.get("nöne\n100%")); return err },
			codes.NotFound, "ERROR_NOT_FOUND",
			"ERROR_NOT_FOUND: Resource cannot be found or access is denied. (report_id = nöne\n100%)"},
		{"no domain", func() error { _, err := p.reports.Get(ctx, &report.GetReportRequest{ReportId: id}); return err },
			codes.InvalidArgument, "ERROR_REQUIRED_PARAMETER",
			"ERROR_REQUIRED_PARAMETER: Required parameter. (key = domain_id)"},
		{"an option that is missing", func() error {
			_, err := p.reports.Create(ctx, &report.CreateReportRequest{
				DomainId: p.domain, TemplateId: p.template, Name: "n"})
			return err
		}, codes.InvalidArgument, "ERROR_REQUIRED_PARAMETER", ""},
		{"a request that is too long", func() error { _, err := p.reports.Create(ctx, p.request(long, "KE")); return err },
			codes.ResourceExhausted, "", ""},
		{"a method that there is not", func() error {
			return p.raw.Invoke(ctx, "/spaceone.api.report.v1.Report/none", &empty.Empty{}, &empty.Empty{})
		}, codes.Unimplemented, "ERROR_NOT_IMPLEMENTED", ""},
		{"a service that there is not", func() error {
			return p.raw.Invoke(ctx, "/no.Such/get", &empty.Empty{}, &empty.Empty{})
		}, codes.Unimplemented, "ERROR_NOT_IMPLEMENTED", ""},
	} {
		got, _ := status.FromError(c.call())
		p.expect(got.Code() == c.code, "%s: %v", c.what, got.Err())
		p.expect(c.message == "" || got.Message() == c.message, "%s: the text %q", c.what, got.Message())
		if c.reason == "" {
			continue
		}
		reason := ""
		for _, detail := range got.Details() {
			if info, isInfo := detail.(*errdetails.ErrorInfo); isInfo && info.Domain == "reportwire" {
				reason = info.Reason
			}
		}
		p.expect(reason == c.reason, "%s: the details %v", c.what, got.Details())
	}
}

// checkEnds has calls end before their answer does.
func (p *peer) checkEnds(id string) {
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	stream, err := p.health.Watch(ctx, &health.HealthCheckRequest{})
	for err == nil {
		_, err = stream.Recv()
	}
	p.expect(status.Code(err) == codes.DeadlineExceeded, "a stream that takes too long: %v", err)
	ctx, cancel = soon()
	stream, err = p.health.Watch(ctx, &health.HealthCheckRequest{})
	if p.expect(err == nil, "a stream: %v", err) {
		_, err = stream.Recv()
		p.expect(err == nil, "a stream: %v", err)
	}
	cancel()
	_, err = stream.Recv()
	p.expect(status.Code(err) == codes.Canceled, "a stream that is withdrawn: %v", err)
	// The other side learns of it: many more than it runs at a time do not stand in anybody's way.
	for count := 0; count < 1000; count++ {
		ctx, cancel := soon()
		if stream, err = p.health.Watch(ctx, &health.HealthCheckRequest{}); err == nil {
			_, err = stream.Recv()
		}
		cancel()
		if err != nil {
			break
		}
	}
	p.expect(err == nil, "a thousand streams that are withdrawn: %v", err)
	ctx, cancel = soon()
	defer cancel()
	_, err = p.reports.Get(ctx, p.get(id))
	p.expect(err == nil, "after streams that were withdrawn: %v", err)
}

// checkMetadata sends what callers send, bytes among it.
func (p *peer) checkMetadata() {
	ctx, cancel := soon()
	defer cancel()
	ctx = metadata.AppendToOutgoingContext(ctx, "idempotency-key", "go-1", "transaction_id", "t-1",
		"trace-bin", "\x00\xff\x80", "x_workspace_id", "w")
	var header, trailer metadata.MD
	first, err := p.reports.Create(ctx, p.request("once", "AA"), grpc.Header(&header), grpc.Trailer(&trailer))
	p.expect(err == nil && strings.HasPrefix(strings.Join(header["content-type"], ""), "application/grpc"),
		"metadata: %v, %v, %v", header, trailer, err)
	second, err := p.reports.Create(ctx, p.request("once", "AA"))
	p.expect(err == nil && first.GetReportId() == second.GetReportId(),
		"a create with a key was made twice: %v, %v, %v", first, second, err)
	_, err = p.reports.Create(ctx, p.request("another", "AA"))
	p.expect(status.Code(err) == codes.AlreadyExists, "a key with another request: %v", err)
	large := metadata.AppendToOutgoingContext(ctx, "large", strings.Repeat("x", 20_000))
	_, err = p.server.GetVersion(large, &empty.Empty{})
	p.expect(status.Code(err) == codes.ResourceExhausted, "20 kB of metadata: %v", err)
}

func (p *peer) checkGzip() {
	ctx, cancel := soon()
	defer cancel()
	made, err := p.reports.Create(
		ctx, p.request("compressed", strings.Repeat("z", 100_000)), grpc.UseCompressor(gzip.Name))
	if !p.expect(err == nil, "a compressed create: %v", err) {
		return
	}
	info, err := p.reports.Get(ctx, p.get(made.ReportId), grpc.UseCompressor(gzip.Name))
	p.expect(err == nil && len(info.GetTemplateOptions().GetFields()["carrier"].GetStringValue()) == 100_000,
		"a compressed get: %v", err)
	p.expect(p.wire.bytes > 100_000 && p.wire.wireBytes < 10_000,
		"the answer has %d bytes on the wire for %d", p.wire.wireBytes, p.wire.bytes)
	info, err = p.reports.Get(ctx, p.get(made.ReportId))
	p.expect(err == nil && p.wire.wireBytes > int64(proto.Size(info)),
		"who does not compress has got %d bytes compressed to %d", p.wire.bytes, p.wire.wireBytes)
}

// checkMany has a thousand calls under way at the same time, of two kinds.
func (p *peer) checkMany(id string) {
	ctx, cancel := soon()
	defer cancel()
	var group sync.WaitGroup
	wrong := make(chan string, callsAtOnce)
	for count := 0; count < callsAtOnce; count++ {
		group.Add(1)
		go func(isFound bool) {
			defer group.Done()
			asked, code := "none", codes.NotFound
			if isFound {
				asked, code = id, codes.OK
			}
			info, err := p.reports.Get(ctx, p.get(asked))
			if status.Code(err) != code || isFound && info.ReportId != id {
				wrong <- fmt.Sprintf("%s: %v, %v", asked, info, err)
			}
		}(count%2 == 0)
	}
	group.Wait()
	if count := len(wrong); !p.expect(count == 0, "%d of %d calls at once", count, callsAtOnce) {
		fmt.Fprintln(os.Stderr, "go: one of them:", <-wrong)
	}
}

// frames counts the PING frames of a connection, as it goes by: those sent, and those that answer one.
type frames struct {
	net.Conn
	reader            scanner
	writer            scanner
	asked, answeredBy int64
}

// scanner finds frames in a stream of bytes.
type scanner struct {
	header []byte
	left   int
}

const (
	helloBytes  = 24
	headerBytes = 9
	typePing    = 6
	flagAck     = 1
)

func (s *scanner) scan(bytes []byte, ping func(isAnswer bool)) {
	for len(bytes) > 0 {
		if s.left > 0 {
			count := s.left
			if count > len(bytes) {
				count = len(bytes)
			}
			s.left -= count
			bytes = bytes[count:]
			continue
		}
		count := headerBytes - len(s.header)
		if count > len(bytes) {
			count = len(bytes)
		}
		s.header = append(s.header, bytes[:count]...)
		bytes = bytes[count:]
		if len(s.header) == headerBytes {
			s.left = int(binary.BigEndian.Uint32(s.header) >> 8)
			if s.header[3] == typePing {
				ping(s.header[4]&flagAck != 0)
			}
			s.header = s.header[:0]
		}
	}
}

func (f *frames) Read(bytes []byte) (int, error) {
	count, err := f.Conn.Read(bytes)
	f.reader.scan(bytes[:count], func(isAnswer bool) {
		if isAnswer {
			atomic.AddInt64(&f.answeredBy, 1)
		}
	})
	return count, err
}

func (f *frames) Write(bytes []byte) (int, error) {
	f.writer.scan(bytes, func(isAnswer bool) {
		if !isAnswer {
			atomic.AddInt64(&f.asked, 1)
		}
	})
	return f.Conn.Write(bytes)
}

// quiet is a connection that pings while nothing happens on it.
type quiet struct {
	frames *frames
	client health.HealthClient
	stream health.Health_WatchClient
	raw    *grpc.ClientConn
	since  time.Time
}

func newQuiet(address string) (*quiet, error) {
	q := &quiet{since: time.Now()}
	dial := func(ctx context.Context, address string) (net.Conn, error) {
		connection, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		q.frames = &frames{Conn: connection, writer: scanner{left: helloBytes}}
		return q.frames, err
	}
	connection, err := grpc.Dial(address, grpc.WithInsecure(), grpc.WithContextDialer(dial),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{
			Time: pingSeconds * time.Second, Timeout: 5 * time.Second, PermitWithoutStream: true}))
	if err != nil {
		return nil, err
	}
	q.raw, q.client = connection, health.NewHealthClient(connection)
	if q.stream, err = q.client.Watch(context.Background(), &health.HealthCheckRequest{}); err != nil {
		return nil, err
	}
	_, err = q.stream.Recv()
	return q, err
}

// checkQuiet waits until a ping was due, and looks whether it was answered.
func (p *peer) checkQuiet(q *quiet) {
	time.Sleep(time.Until(q.since.Add((pingSeconds + 1) * time.Second)))
	asked, answered := atomic.LoadInt64(&q.frames.asked), atomic.LoadInt64(&q.frames.answeredBy)
	p.expect(asked > 0 && answered == asked, "%d pings, of which %d were answered", asked, answered)
	ctx, cancel := soon()
	defer cancel()
	_, err := q.client.Check(ctx, &health.HealthCheckRequest{})
	p.expect(err == nil, "after pings: %v", err)
	p.expect(q.stream.CloseSend() == nil && q.raw.Close() == nil, "the quiet connection does not close")
}

func main() {
	address := flag.String("address", "", "`HOST:PORT` of the server's gRPC door")
	domain := flag.String("domain", "", "the tenant's `ID`")
	template := flag.String("template", "", "the template's `ID`")
	flag.Parse()
	p, err := newPeer(*address, *domain, *template)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	q, err := newQuiet(*address)
	p.expect(err == nil, "the quiet connection: %v", err)
	if id := p.checkReport(); id != "" {
		p.checkControl()
		p.checkCatalog()
		p.checkErrors(id)
		p.checkEnds(id)
		p.checkMetadata()
		p.checkGzip()
		p.checkMany(id)
	}
	if err == nil {
		p.checkQuiet(q)
	}
	fmt.Printf("go: %d passed, %d failed\n", p.passed, p.failed)
	if p.failed > 0 {
		os.Exit(1)
	}
}
