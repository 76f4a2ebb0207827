extension Setting {
  package static let messageBytes = Setting(
    "limits.message_bytes", .integer(1024...4_194_304), default: "4194304",
    help: "Bytes of one request or response.")
  package static let connections = Setting(
    "limits.connections", .integer(1...1_000_000), default: "4096",
    help: "Open ttrpc connections.")
  package static let callsPerConnection = Setting(
    "limits.calls_per_connection", .integer(1...1_000_000), default: "1024",
    help: "Unfinished calls of one connection.")
  package static let idleSeconds = Setting(
    "limits.idle_seconds", .integer(1...2_592_000), default: "3600",
    help: "Seconds after which a silent connection is closed.")
  package static let listRows = Setting(
    "limits.list_rows", .integer(1...1_000_000), default: "20000",
    help: "Entities in one response of a list.")
  package static let cacheBytes = Setting(
    "limits.cache_bytes", .integer(0...68_719_476_736), default: "67108864",
    help: "Bytes of memory for finished reports that get answers from.")
  package static let downloadURLWaitSeconds = Setting(
    "limits.download_url_wait_seconds", .integer(0...3600), default: "25",
    help: "Seconds that get_download_url waits for a report that has not ended.")
  package static let parallelRuns = Setting(
    "limits.parallel_runs", .integer(1...256), default: "4",
    help: "Reports that run at the same time.")
  package static let runsPerDomain = Setting(
    "limits.runs_per_domain", .integer(1...256), default: "4",
    help: "Reports of one domain that run at the same time.")
  package static let leaseSeconds = Setting(
    "limits.lease_seconds", .integer(3...3600), default: "30",
    help: "Seconds after which a report whose worker is silent goes to another.")
  package static let attempts = Setting(
    "limits.attempts", .integer(1...100), default: "3",
    help: "Times a report is started whose workers get lost.")
  package static let sweepSeconds = Setting(
    "limits.sweep_seconds", .integer(1...604_800), default: "3600",
    help: "Seconds between two searches for files that belong to no report.")
  package static let drainSeconds = Setting(
    "limits.drain_seconds", .integer(0...3600), default: "20",
    help: "Seconds that calls and running reports get to end when the server stops.")

  /// The settings below `limits`.
  package static let limits: [Setting] = [
    messageBytes, connections, callsPerConnection, idleSeconds, listRows, cacheBytes,
    downloadURLWaitSeconds, parallelRuns, runsPerDomain, leaseSeconds, attempts, sweepSeconds,
    drainSeconds,
  ]
}
