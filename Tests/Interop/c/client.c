// A whole report in C: create it, ask until it has ended, fetch the link, find it in the list and
// download its file. Nothing but libprotobuf-c and sockets.
//
// Ends with 0 if all went well, 1 if a call failed, 2 for wrong arguments, 3 if the report ended in
// another state than FINISHED.

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "http.h"
#include "messages.h"
#include "options.h"
#include "ttrpc.h"

typedef Spaceone__Api__Report__V1__ReportInfo ReportInfo;
typedef Spaceone__Api__Report__V1__ReportsInfo ReportsInfo;
typedef Spaceone__Api__Report__V1__ReportDownloadInfo ReportDownloadInfo;

enum { DONE = 0, CALL_FAILED = 1, USAGE = 2, NOT_FINISHED = 3 };

static const char service[] = "spaceone.api.report.v1.Report";

static const char usage[] =
    "usage: client --address HOST:PORT --domain ID --template ID --output FILE\n"
    "              [--name NAME] [--option KEY=VALUE]... [--format FORMAT] [--seconds N]\n";

typedef struct {
  char *address, *domain, *template, *name, *output;
  long seconds;
  Google__Protobuf__Struct options;
} Arguments;

static bool parse(int count, char **words, Arguments *arguments) {
  static const struct option known[] = {
      {"address", required_argument, NULL, 'a'}, {"domain", required_argument, NULL, 'd'},
      {"template", required_argument, NULL, 't'}, {"name", required_argument, NULL, 'n'},
      {"option", required_argument, NULL, 'o'}, {"format", required_argument, NULL, 'f'},
      {"output", required_argument, NULL, 'w'}, {"seconds", required_argument, NULL, 's'},
      {NULL, 0, NULL, 0}};
  int letter;
  while ((letter = getopt_long(count, words, "", known, NULL)) != -1) {
    switch (letter) {
      case 'a': arguments->address = optarg; break;
      case 'd': arguments->domain = optarg; break;
      case 't': arguments->template = optarg; break;
      case 'n': arguments->name = optarg; break;
      case 'w': arguments->output = optarg; break;
      case 's': arguments->seconds = strtol(optarg, NULL, 10); break;
      case 'f':
        if (!options_add_list(&arguments->options, "formats", optarg)) return false;
        break;
      case 'o':
        if (!options_add(&arguments->options, optarg)) {
          fprintf(stderr, "--option %s: not KEY=VALUE\n", optarg);
          return false;
        }
        break;
      default: return false;
    }
  }
  return optind == count && arguments->address != NULL && arguments->domain != NULL &&
         arguments->template != NULL && arguments->output != NULL && arguments->seconds > 0;
}

static ReportInfo *create(TTRPC *connection, Arguments *arguments) {
  Spaceone__Api__Report__V1__CreateReportRequest request =
      SPACEONE__API__REPORT__V1__CREATE_REPORT_REQUEST__INIT;
  request.domain_id = arguments->domain;
  request.template_id = arguments->template;
  request.name = arguments->name;
  request.template_options = &arguments->options;
  return (ReportInfo *)ttrpc_call(
      connection, service, "create", &request.base,
      &spaceone__api__report__v1__report_info__descriptor);
}

static ReportInfo *get(TTRPC *connection, char *domain, char *report) {
  Spaceone__Api__Report__V1__GetReportRequest request =
      SPACEONE__API__REPORT__V1__GET_REPORT_REQUEST__INIT;
  request.domain_id = domain;
  request.report_id = report;
  return (ReportInfo *)ttrpc_call(
      connection, service, "get", &request.base,
      &spaceone__api__report__v1__report_info__descriptor);
}

static bool is_terminal(const ReportInfo *report) {
  return report->state != SPACEONE__API__REPORT__V1__REPORT_INFO__STATE__CREATED &&
         report->state != SPACEONE__API__REPORT__V1__REPORT_INFO__STATE__IN_PROGRESS;
}

// Asks until the report has ended. Returns an exit code.
static int wait_for_end(TTRPC *connection, char *domain, char *id, long seconds) {
  const time_t end = time(NULL) + seconds;
  const struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};
  for (;;) {
    ReportInfo *report = get(connection, domain, id);
    if (report == NULL) return CALL_FAILED;
    bool has_ended = is_terminal(report);
    bool is_finished = report->state == SPACEONE__API__REPORT__V1__REPORT_INFO__STATE__FINISHED;
    if (has_ended && !is_finished) {
      fprintf(
          stderr, "%s ended in state %d: %s: %s\n", id, report->state,
          report->error == NULL ? "?" : report->error->code,
          report->error == NULL ? "?" : report->error->message);
    }
    spaceone__api__report__v1__report_info__free_unpacked(report, NULL);
    if (has_ended) return is_finished ? DONE : NOT_FINISHED;
    if (time(NULL) > end) {
      fprintf(stderr, "%s has not ended after %ld s\n", id, seconds);
      return NOT_FINISHED;
    }
    nanosleep(&pause, NULL);
  }
}

// Whether the domain's list, narrowed to FINISHED by a filter, has the report.
static bool is_listed(TTRPC *connection, char *domain, const char *id) {
  Google__Protobuf__Value state = GOOGLE__PROTOBUF__VALUE__INIT;
  state.kind_case = GOOGLE__PROTOBUF__VALUE__KIND_STRING_VALUE;
  state.string_value = "FINISHED";
  Spaceone__Api__Core__V1__Filter filter = SPACEONE__API__CORE__V1__FILTER__INIT;
  filter.key_alias_case = SPACEONE__API__CORE__V1__FILTER__KEY_ALIAS_K;
  filter.k = "state";
  filter.value_alias_case = SPACEONE__API__CORE__V1__FILTER__VALUE_ALIAS_V;
  filter.v = &state;
  filter.operator_alias_case = SPACEONE__API__CORE__V1__FILTER__OPERATOR_ALIAS_O;
  filter.o = "eq";
  Spaceone__Api__Core__V1__Filter *filters[] = {&filter};
  Spaceone__Api__Core__V1__Query query = SPACEONE__API__CORE__V1__QUERY__INIT;
  query.n_filter = 1;
  query.filter = filters;
  Spaceone__Api__Report__V1__ReportQuery request = SPACEONE__API__REPORT__V1__REPORT_QUERY__INIT;
  request.domain_id = domain;
  request.query = &query;
  ReportsInfo *reports = (ReportsInfo *)ttrpc_call(
      connection, service, "list", &request.base,
      &spaceone__api__report__v1__reports_info__descriptor);
  if (reports == NULL) return false;
  bool is_found = false;
  for (size_t i = 0; i < reports->n_results; i++) {
    is_found = is_found || strcmp(reports->results[i]->report_id, id) == 0;
  }
  if (!is_found) fprintf(stderr, "%s is not among the %d listed\n", id, reports->total_count);
  spaceone__api__report__v1__reports_info__free_unpacked(reports, NULL);
  return is_found;
}

static bool download(TTRPC *connection, char *domain, char *id, const char *output) {
  Spaceone__Api__Report__V1__GetDownloadURLRequest request =
      SPACEONE__API__REPORT__V1__GET_DOWNLOAD_URLREQUEST__INIT;
  request.domain_id = domain;
  request.report_id = id;
  ReportDownloadInfo *info = (ReportDownloadInfo *)ttrpc_call(
      connection, service, "get_download_url", &request.base,
      &spaceone__api__report__v1__report_download_info__descriptor);
  if (info == NULL) return false;
  long long bytes = http_download(info->download_url, output);
  spaceone__api__report__v1__report_download_info__free_unpacked(info, NULL);
  if (bytes >= 0) printf("%s FINISHED %lld bytes\n", id, bytes);
  return bytes >= 0;
}

static int run(TTRPC *connection, Arguments *arguments) {
  ReportInfo *report = create(connection, arguments);
  if (report == NULL) return CALL_FAILED;
  int status = wait_for_end(connection, arguments->domain, report->report_id, arguments->seconds);
  if (status == DONE &&
      !(is_listed(connection, arguments->domain, report->report_id) &&
        download(connection, arguments->domain, report->report_id, arguments->output))) {
    status = CALL_FAILED;
  }
  spaceone__api__report__v1__report_info__free_unpacked(report, NULL);
  return status;
}

int main(int count, char **words) {
  Arguments arguments = {
      .name = "made in C", .seconds = 60, .options = GOOGLE__PROTOBUF__STRUCT__INIT};
  int status = USAGE;
  TTRPC connection;
  if (!parse(count, words, &arguments)) {
    fputs(usage, stderr);
  } else if (!ttrpc_open(&connection, arguments.address)) {
    status = CALL_FAILED;
  } else {
    status = run(&connection, &arguments);
    ttrpc_close(&connection);
  }
  options_free(&arguments.options);
  return status;
}
