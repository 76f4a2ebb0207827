package import PrometheusMetrics

extension MetricFamily {
  private static let callBounds = [
    0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1,
    2.5, 5, 10, 30,
  ]
  private static let runBounds = [
    0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600,
  ]

  // MARK: Calls

  static let calls = MetricFamily(
    "reportwire_calls", .counter, labels: ["method", "door", "code"], isSparse: true,
    help: "Calls that have ended, refused ones too; of methods that there are not as (unknown).")
  static let callDuration = MetricFamily(
    "reportwire_call_duration_seconds", .histogram(bounds: callBounds), unit: "seconds",
    labels: ["method", "door"], isSparse: true,
    help: "How long calls took that came to their method, streams until their end.")
  static let callsRunning = MetricFamily(
    "reportwire_calls_running", .gauge, labels: ["door"],
    help: "Calls that have come to their method and have not ended.")
  static let connections = MetricFamily(
    "reportwire_connections", .gauge, labels: ["door"], help: "Open connections.")
  static let keptBytes = MetricFamily(
    "reportwire_kept_bytes", .gauge, unit: "bytes",
    help: "What is kept of requests and unread answers, which limits.server_bytes bounds.")
  static let limitsReached = MetricFamily(
    "reportwire_limits_reached", .counter, labels: ["limit"],
    help: "How often a limit was in the way of a call or a connection, by the name of its setting.")

  // MARK: Reports

  static let queueReports = MetricFamily(
    "reportwire_queue_reports", .gauge, labels: ["domain"],
    help: "Reports that wait to be run; those of domains with few of them as (other).")
  static let queueAge = MetricFamily(
    "reportwire_queue_age_seconds", .gauge, unit: "seconds", labels: ["domain"],
    help: "How long the oldest of them has waited since it was created.")
  static let runs = MetricFamily(
    "reportwire_runs", .counter, labels: ["outcome"],
    help:
      "Attempts that have ended, by the report's state or, where it was lost or given back, LOST.")
  static let runDuration = MetricFamily(
    "reportwire_run_duration_seconds", .histogram(bounds: runBounds), unit: "seconds",
    labels: ["outcome"], help: "How long attempts took from their claim.")
  static let runsRunning = MetricFamily(
    "reportwire_runs_running", .gauge, help: "Attempts that have not ended.")
  static let rows = MetricFamily(
    "reportwire_report_rows", .counter, help: "Rows that attempts read from their sources.")
  static let bytes = MetricFamily(
    "reportwire_report_bytes", .counter, unit: "bytes",
    help: "Bytes that attempts wrote, of all formats.")
  static let downloads = MetricFamily(
    "reportwire_downloads", .counter, labels: ["status"],
    help: "Answers to requests for files, by their HTTP status.")
  static let downloadBytes = MetricFamily(
    "reportwire_download_bytes", .counter, unit: "bytes",
    help: "Bytes of files that connections took.")

  // MARK: Kafka

  static let auditBacklog = MetricFamily(
    "reportwire_audit_backlog", .gauge,
    help: "Events of the audit that wait for Kafka, those on their way among them.")
  static let auditBacklogAge = MetricFamily(
    "reportwire_audit_backlog_age_seconds", .gauge, unit: "seconds",
    help: "How long ago what the oldest of them tells of began.")
  static let auditDelivered = MetricFamily(
    "reportwire_audit_delivered", .counter, help: "Events that Kafka has acknowledged.")
  static let auditFailures = MetricFamily(
    "reportwire_audit_failures", .counter,
    help: "How often sending was given up, to begin again after a pause.")
  static let auditDropped = MetricFamily(
    "reportwire_audit_dropped", .counter,
    help: "Events that found no room in the backlog, since the store was made.")

  // MARK: What it stands on

  static let storeDuration = MetricFamily(
    "reportwire_store_duration_seconds", .histogram(bounds: callBounds), unit: "seconds",
    labels: ["operation"], help: "How long the report store took, with its waits for turn and disk."
  )
  static let storeErrors = MetricFamily(
    "reportwire_store_errors", .counter, labels: ["operation"],
    help: "Operations of the report store that failed, but for refused and withdrawn ones.")
  static let build = MetricFamily(
    "reportwire_build", .info, labels: ["version"], help: "What runs.")
  static let processCPU = MetricFamily(
    "process_cpu_seconds", .counter, unit: "seconds", help: "Processor time, user and system.")
  static let processMemory = MetricFamily(
    "process_resident_memory_bytes", .gauge, unit: "bytes", help: "Resident memory.")
  static let processVirtualMemory = MetricFamily(
    "process_virtual_memory_bytes", .gauge, unit: "bytes", help: "Virtual memory.")
  static let processOpenFiles = MetricFamily(
    "process_open_fds", .gauge, help: "Open files, connections among them.")
  static let processOpenFilesMax = MetricFamily(
    "process_max_fds", .gauge, help: "Files that may be open.")
  static let processStart = MetricFamily(
    "process_start_time_seconds", .gauge, unit: "seconds",
    help: "When the process started, in seconds since 1970.")

  /// All that a server writes, in that order.
  package static let all = [
    calls, callDuration, callsRunning, connections, keptBytes, limitsReached, queueReports,
    queueAge,
    runs, runDuration, runsRunning, rows, bytes, downloads, downloadBytes,
    auditBacklog, auditBacklogAge, auditDelivered, auditFailures, auditDropped, storeDuration,
    storeErrors, build, processCPU, processMemory, processVirtualMemory, processOpenFiles,
    processOpenFilesMax, processStart,
  ]
}
