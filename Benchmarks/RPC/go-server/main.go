// The peer of the ttrpc measurements: containerd's own ttrpc server, answering Report.get with the
// reports of a file, encoded beforehand, as the Swift stub does.
//
//	go-server REPORTS-FILE: 4 bytes of length (big-endian) and a ReportInfo each
package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"os"

	"github.com/containerd/ttrpc"
	"github.com/gogo/protobuf/proto"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// getRequest is GetReportRequest, generated code's shape written by hand.
type getRequest struct {
	DomainID string   `protobuf:"bytes,1,opt,name=domain_id"`
	ReportID string   `protobuf:"bytes,2,opt,name=report_id"`
	Only     []string `protobuf:"bytes,3,rep,name=only"`
}

func (r *getRequest) Reset()         { *r = getRequest{} }
func (r *getRequest) String() string { return proto.CompactTextString(r) }
func (*getRequest) ProtoMessage()    {}

// encoded is a message that is bytes already.
type encoded struct{ bytes []byte }

func (e *encoded) Reset()                   { e.bytes = nil }
func (e *encoded) String() string           { return fmt.Sprint(len(e.bytes)) }
func (*encoded) ProtoMessage()              {}
func (e *encoded) Marshal() ([]byte, error) { return e.bytes, nil }

// reportID reads field 2 of a ReportInfo, which follows field 1; both are short strings.
func reportID(report []byte) string {
	rest := report[2+report[1]:]
	return string(rest[2 : 2+rest[1]])
}

func main() {
	data, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	reports := map[string]*encoded{}
	for len(data) > 0 {
		length := binary.BigEndian.Uint32(data)
		report := data[4 : 4+length]
		reports[reportID(report)] = &encoded{report}
		data = data[4+length:]
	}
	server, err := ttrpc.NewServer()
	if err != nil {
		panic(err)
	}
	server.Register("spaceone.api.report.v1.Report", map[string]ttrpc.Method{
		"get": func(_ context.Context, unmarshal func(interface{}) error) (interface{}, error) {
			var request getRequest
			if err := unmarshal(&request); err != nil {
				return nil, err
			}
			report, ok := reports[request.ReportID]
			if !ok {
				return nil, status.Error(codes.NotFound, request.ReportID)
			}
			return report, nil
		},
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	panic(server.Serve(context.Background(), listener))
}
