internal import ArgumentParser
internal import ReportwireServer

/// A flag for every setting of the server.
struct ServerFlags: ParsableArguments {
  @Option(help: help(.data)) var data: String?
  @Option(help: help(.templates)) var templates: String?
  @Option(help: help(.listenTTRPC)) var listenTtrpc: String?
  @Option(help: help(.listenTTRPCUnix)) var listenTtrpcUnix: String?
  @Option(help: help(.listenHTTP)) var listenHttp: String?
  @Option(help: help(.publicURL)) var publicUrl: String?
  @Flag(help: "\(Setting.insecure.help)") var insecure = false
  @Option(help: help(.readyFile)) var readyFile: String?
  @Option(help: help(.logLevel)) var logLevel: String?
  @Option(help: help(.logFormat)) var logFormat: String?
  @Option(help: help(.downloadKey)) var downloadKey: String?
  @Option(help: help(.downloadExpirySeconds)) var downloadExpirySeconds: String?
  @Option(help: help(.messageBytes)) var limitsMessageBytes: String?
  @Option(help: help(.connections)) var limitsConnections: String?
  @Option(help: help(.callsPerConnection)) var limitsCallsPerConnection: String?
  @Option(help: help(.idleSeconds)) var limitsIdleSeconds: String?
  @Option(help: help(.listRows)) var limitsListRows: String?
  @Option(help: help(.cacheBytes)) var limitsCacheBytes: String?
  @Option(help: help(.downloadURLWaitSeconds)) var limitsDownloadUrlWaitSeconds: String?
  @Option(help: help(.parallelRuns)) var limitsParallelRuns: String?
  @Option(help: help(.runsPerDomain)) var limitsRunsPerDomain: String?
  @Option(help: help(.leaseSeconds)) var limitsLeaseSeconds: String?
  @Option(help: help(.attempts)) var limitsAttempts: String?
  @Option(help: help(.sweepSeconds)) var limitsSweepSeconds: String?
  @Option(help: help(.drainSeconds)) var limitsDrainSeconds: String?

  /// What was given, by the path of the setting.
  var values: [String: String] {
    let pairs: [(Setting, String?)] = [
      (.data, data), (.templates, templates), (.listenTTRPC, listenTtrpc),
      (.listenTTRPCUnix, listenTtrpcUnix), (.listenHTTP, listenHttp), (.publicURL, publicUrl),
      (.insecure, insecure ? "true" : nil), (.readyFile, readyFile), (.logLevel, logLevel),
      (.logFormat, logFormat), (.downloadKey, downloadKey),
      (.downloadExpirySeconds, downloadExpirySeconds), (.messageBytes, limitsMessageBytes),
      (.connections, limitsConnections), (.callsPerConnection, limitsCallsPerConnection),
      (.idleSeconds, limitsIdleSeconds), (.listRows, limitsListRows),
      (.cacheBytes, limitsCacheBytes), (.downloadURLWaitSeconds, limitsDownloadUrlWaitSeconds),
      (.parallelRuns, limitsParallelRuns),
      (.runsPerDomain, limitsRunsPerDomain), (.leaseSeconds, limitsLeaseSeconds),
      (.attempts, limitsAttempts), (.sweepSeconds, limitsSweepSeconds),
      (.drainSeconds, limitsDrainSeconds),
    ]
    return Dictionary(
      uniqueKeysWithValues: pairs.compactMap { (setting, text) in
        text.map { (setting.path, $0) }
      })
  }

  private static func help(_ setting: Setting) -> ArgumentHelp {
    var text = setting.help
    if let standard = setting.defaultText { text += " (default \(standard))" }
    return ArgumentHelp("\(text)", valueName: valueName(setting.kind))
  }

  private static func valueName(_ kind: Setting.Kind) -> String {
    switch kind {
    case .text: "text"
    case .path: "path"
    case .address: "host:port"
    case .integer: "number"
    case .boolean: "true|false"
    case .choice(let words): words.joined(separator: "|")
    }
  }
}
