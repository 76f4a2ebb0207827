// The peer of the gRPC measurements: gRPC C++'s callback server, answering Report.get with the
// reports of a file, which it keeps as messages and encodes for each call. Prints its port.
//
//   grpc-cpp-server REPORTS-FILE: 4 bytes of length (big-endian) and a ReportInfo each

#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <unordered_map>

#include "spaceone/api/report/v1/report.grpc.pb.h"

namespace api = spaceone::api::report::v1;

class Service final : public api::Report::CallbackService {
 public:
  explicit Service(std::unordered_map<std::string, api::ReportInfo> reports)
      : reports_(std::move(reports)) {}

  grpc::ServerUnaryReactor* get(grpc::CallbackServerContext* context,
                                const api::GetReportRequest* request,
                                api::ReportInfo* response) override {
    auto* reactor = context->DefaultReactor();
    auto found = reports_.find(request->report_id());
    if (found == reports_.end() || found->second.domain_id() != request->domain_id()) {
      reactor->Finish({grpc::StatusCode::NOT_FOUND, request->report_id()});
    } else {
      *response = found->second;
      reactor->Finish(grpc::Status::OK);
    }
    return reactor;
  }

 private:
  const std::unordered_map<std::string, api::ReportInfo> reports_;
};

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "usage: grpc-cpp-server REPORTS-FILE\n");
    return 2;
  }
  std::ifstream file(arguments[1], std::ios::binary);
  const std::string data((std::istreambuf_iterator<char>(file)), {});
  std::unordered_map<std::string, api::ReportInfo> reports;
  for (size_t at = 0; at + 4 <= data.size();) {
    uint32_t length = 0;
    for (int index = 0; index < 4; index++) length = length << 8 | uint8_t(data[at++]);
    api::ReportInfo report;
    if (length > data.size() - at || !report.ParseFromArray(data.data() + at, int(length))) {
      std::fprintf(stderr, "%s holds no reports\n", arguments[1]);
      return 1;
    }
    at += length;
    const std::string id = report.report_id();
    reports.emplace(id, std::move(report));
  }
  Service service(std::move(reports));
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (!server) return 1;
  std::printf("%d\n", port);
  std::fflush(stdout);
  server->Wait();
}
