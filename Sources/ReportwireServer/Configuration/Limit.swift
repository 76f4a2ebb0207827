internal import ReportCore

/// A bound that can be set, below `limits` in the configuration. Declared here and nowhere else:
/// reading, printing, environment variables, flags and help follow from it, and whoever is bound by
/// it asks `ServerConfiguration.limits` for it.
package enum Limit: String, CaseIterable, Sendable {
  case messageBytes = "message_bytes"
  case grpcAnswerBytes = "grpc_answer_bytes"
  case connections
  case connectionsPerPeer = "connections_per_peer"
  case connectionBytes = "connection_bytes"
  case serverBytes = "server_bytes"
  case callsPerConnection = "calls_per_connection"
  case halfFrameSeconds = "half_frame_seconds"
  case idleSeconds = "idle_seconds"
  case keepaliveSeconds = "keepalive_seconds"
  case connectionAgeSeconds = "connection_age_seconds"
  case listRows = "list_rows"
  case idBytes = "id_bytes"
  case metadataBytes = "metadata_bytes"
  case optionsBytes = "options_bytes"
  case optionItems = "option_items"
  case cacheBytes = "cache_bytes"
  case downloadURLWaitSeconds = "download_url_wait_seconds"
  case previewRows = "preview_rows"
  case previewBytes = "preview_bytes"
  case previewSeconds = "preview_seconds"
  case previews
  case parallelRuns = "parallel_runs"
  case runsPerDomain = "runs_per_domain"
  case leaseSeconds = "lease_seconds"
  case attempts
  case cellBytes = "cell_bytes"
  case runBytes = "run_bytes"
  case sweepSeconds = "sweep_seconds"
  case drainSeconds = "drain_seconds"
  case querySeconds = "query_seconds"
  case querySteps = "query_steps"
  case queries
  case waitingPerDomain = "waiting_per_domain"
  case passwordReports = "password_reports"
  case unwrittenPerDomain = "unwritten_per_domain"
  case unwrittenBytesPerDomain = "unwritten_bytes_per_domain"
  case keptReportsPerDomain = "kept_reports_per_domain"
  case keptBytesPerDomain = "kept_bytes_per_domain"
  case retentionDays = "retention_days"

  /// What may be set, and what it means.
  package var setting: Setting {
    switch self {
    case .messageBytes:
      number(1024...4_194_304, default: 4_194_304, "Bytes of one request or response.")
    case .grpcAnswerBytes:
      number(
        1024...1_073_741_824, default: 67_108_864,
        "Bytes of one response over gRPC, whose clients list without paging.")
    case .connections:
      number(1...1_000_000, default: 4096, "Open connections for ttrpc calls, and for gRPC calls.")
    case .connectionsPerPeer:
      number(
        0...1_000_000, default: 0,
        "Open connections of one peer address; 0: a quarter of connections.")
    case .connectionBytes:
      number(
        65_536...1_073_741_824, default: 16_777_216,
        "Bytes of requests and unread answers that are kept for one connection.")
    case .serverBytes:
      number(
        16_777_216...1_099_511_627_776, default: 402_653_184,
        "The same for all connections together.")
    case .callsPerConnection:
      number(1...1_000_000, default: 1024, "Unfinished calls of one connection.")
    case .halfFrameSeconds:
      number(
        1...3600, default: 30,
        "Seconds that a frame or an HTTP request may take from its first byte to its last.")
    case .idleSeconds:
      number(1...2_592_000, default: 3600, "Seconds after which a silent connection is closed.")
    case .keepaliveSeconds:
      number(
        1...32_767, default: 300,
        "Seconds of silence after which a peer is asked whether it is still there.")
    case .connectionAgeSeconds:
      number(
        0...31_536_000, default: 0,
        "Seconds after which gRPC clients are asked to connect anew; 0: never.")
    case .listRows:
      number(1...1_000_000, default: 20_000, "Entities in one response of a list.")
    case .idBytes:
      number(32...1024, default: 255, "Bytes of an id, a name or a key that callers give.")
    case .metadataBytes:
      number(256...1_048_576, default: 16_384, "Bytes of the metadata of one call.")
    case .optionsBytes:
      number(
        1024...4_194_304, default: 262_144, "Bytes of a report's options, written as JSON.")
    case .optionItems:
      number(1...1_000_000, default: 10_000, "Items of a list in a report's options.")
    case .cacheBytes:
      number(
        0...68_719_476_736, default: 67_108_864,
        "Bytes of memory for finished reports that get answers from.")
    case .downloadURLWaitSeconds:
      number(
        0...3600, default: 25,
        "Seconds that get_download_url waits for a report that has not ended.")
    case .previewRows:
      number(1...1000, default: 50, "Rows of a preview.")
    case .previewBytes:
      number(
        1024...67_108_864, default: 1_048_576, "Bytes of the values that a preview shows.")
    case .previewSeconds:
      number(
        1...3600, default: 10, "Seconds that a preview may take, its wait for its turn included.")
    case .previews:
      number(
        1...64, default: 2,
        "Previews at the same time, beside the runs; of one domain half of them.")
    case .parallelRuns:
      number(1...256, default: 4, "Reports that run at the same time.")
    case .runsPerDomain:
      number(
        0...256, default: 0,
        "Reports of one domain that run at the same time; 0: half of parallel_runs.")
    case .leaseSeconds:
      number(
        3...3600, default: 30,
        "Seconds after which a report whose worker is silent goes to another.")
    case .attempts:
      number(1...100, default: 3, "Times a report is started whose workers get lost.")
    case .cellBytes:
      number(
        1...1_073_741_824, default: 16_777_216,
        "Bytes of one value of a report; a template may say less.")
    case .runBytes:
      number(
        8_388_608...17_179_869_184, default: 67_108_864,
        "Bytes of memory of a running report, but for its largest value; half of it bounds a row.")
    case .sweepSeconds:
      number(
        1...604_800, default: 3600,
        "Seconds between two searches for files that belong to no report.")
    case .drainSeconds:
      number(
        0...3600, default: 20,
        "Seconds that calls and running reports get to end when the server stops.")
    case .querySeconds:
      number(
        1...3600, default: 10, "Seconds that a query may take, its wait for its turn included.")
    case .querySteps:
      number(
        1000...1_000_000_000_000, default: 500_000_000,
        "Steps that a query may take in patterns and text searches, about one for each character.")
    case .queries:
      number(2...64, default: 4, "Lists at the same time; of one domain half of them.")
    case .waitingPerDomain:
      number(1...10_000_000, default: 10_000, "Reports of one domain that wait to be run.")
    case .passwordReports:
      number(
        1...1_000_000, default: 10_000,
        "Reports that have not ended and whose files get a password; of one domain half of them.")
    case .unwrittenPerDomain:
      number(
        1...1_000_000, default: 10_000,
        "Creates of one domain that are not on disk yet; of all domains together twice as many.")
    case .unwrittenBytesPerDomain:
      number(
        1_048_576...1_099_511_627_776, default: 33_554_432,
        "Their bytes; of all domains together twice as many.")
    case .keptReportsPerDomain:
      number(1...1_000_000_000, default: 1_000_000, "Reports of one domain, whatever their state.")
    case .keptBytesPerDomain:
      number(
        1...1_000_000_000_000_000, default: 107_374_182_400,
        "Bytes of the files and options of one domain's reports.")
    case .retentionDays:
      number(
        0...36_500, default: 0,
        "Days that reports are kept after their end, unless template or domain say otherwise; "
          + "0: for ever.")
    }
  }

  /// Reads `NAME=NUMBER`, the argument of `--limit`.
  package static func assignment(_ argument: String) throws(Problems) -> (Limit, text: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      throw Problems(
        "--limit", "\(argument.quoted) is no bound; write NAME=NUMBER such as connections=100")
    }
    let name = String(parts[0])
    if let limit = Limit(rawValue: name) { return (limit, String(parts[1])) }
    let nearest = allCases.map(\.rawValue).nearest(to: name)
    throw Problems(
      "--limit",
      "there is no bound \(name.quoted)" + (nearest.map { "; did you mean \($0.quoted)?" } ?? ""))
  }

  private func number(
    _ range: ClosedRange<Int>, default defaultValue: Int, _ help: String
  ) -> Setting {
    Setting("limits.\(rawValue)", .integer(range), default: "\(defaultValue)", help: help)
  }
}
