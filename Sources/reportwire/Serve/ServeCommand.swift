internal import ArgumentParser
private import Foundation
internal import ReportwireServer

/// `reportwire serve`.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Run the server until SIGTERM or SIGINT.",
    discussion: """
      Settings come from flags, over environment variables, over the file reportwire.yaml, over \
      defaults. The variable of a setting is REPORTWIRE_ and its name in capitals \
      (REPORTWIRE_LISTEN_TTRPC); REPORTWIRE_SOURCES is a list of NAME=PATH with commas. In the file:

        data: ./reportwire-data
        listen: {ttrpc: 127.0.0.1:50052, http: 127.0.0.1:8080}
        templates: ./templates
        sources:
          sales: {sqlite: ./sales.db}

      Examples:
        reportwire serve
        reportwire serve --config /etc/reportwire/reportwire.yaml --log-format json
        reportwire serve --source sales=./sales.db --listen-ttrpc 127.0.0.1:0 \\
          --ready-file /run/reportwire.json
        reportwire serve --print-config

      SIGHUP reads templates and sources again; a broken set is reported and the old one stays. \
      SIGTERM and SIGINT stop taking calls, let those under way end, hand running reports back to \
      the queue, and exit with 0.
      """)

  @Option(
    help: ArgumentHelp(
      "The configuration file (default ./reportwire.yaml if it is there).", valueName: "path"))
  var config: String?

  @Option(
    help: ArgumentHelp(
      "A SQLite database that templates may read, as NAME=PATH. May be repeated.",
      valueName: "name=path"))
  var source: [String] = []

  @Flag(help: "Print the configuration in force, and where each value comes from; then end.")
  var printConfig = false

  @OptionGroup(title: "Settings") var flags: ServerFlags

  func run() async throws {
    let input: ConfigurationInput
    let configuration: ServerConfiguration
    do throws(Problems) {
      input = ConfigurationInput(
        flags: try flags.values(), sourceFlags: source, configFlag: config,
        environment: ProcessInfo.processInfo.environment,
        workingDirectory: FileManager.default.currentDirectoryPath)
      configuration = try ConfigurationReader.read(input)
    } catch {
      throw UsageProblems(problems: error)
    }
    if printConfig {
      try StandardOutput.write(configuration.yaml)
      return
    }
    try await ServerProgram.run(configuration, reread: input)
  }
}

/// A flag for every setting of the server.
struct ServerFlags: ParsableArguments {
  @Option(help: help(.data)) var data: String?
  @Option(help: help(.templates)) var templates: String?
  @Option(help: help(.listenTTRPC)) var listenTtrpc: String?
  @Option(help: help(.listenTTRPCUnix)) var listenTtrpcUnix: String?
  @Option(help: help(.listenGRPC)) var listenGrpc: String?
  @Option(help: help(.listenGRPCUnix)) var listenGrpcUnix: String?
  @Option(help: help(.listenHTTP)) var listenHttp: String?
  @Option(help: help(.publicURL)) var publicUrl: String?
  @Flag(help: "\(Setting.insecure.help)") var insecure = false
  @Option(help: help(.readyFile)) var readyFile: String?
  @Option(help: help(.logLevel)) var logLevel: String?
  @Option(help: help(.logFormat)) var logFormat: String?
  @Option(help: help(.downloadKey)) var downloadKey: String?
  @Option(help: help(.downloadFormerKeys)) var downloadFormerKeys: String?
  @Option(help: help(.downloadExpirySeconds)) var downloadExpirySeconds: String?
  @Option(help: help(.tlsCertificate)) var tlsCertificate: String?
  @Option(help: help(.tlsKey)) var tlsKey: String?
  @Option(help: help(.tlsClientCA)) var tlsClientCa: String?
  @Option(help: help(.authKeys)) var authKeys: String?
  @Option(help: help(.authKeysStaleSeconds)) var authKeysStaleSeconds: String?
  @Option(help: help(.authSecret)) var authSecret: String?
  @Option(help: help(.authIssuer)) var authIssuer: String?
  @Option(help: help(.authAudience)) var authAudience: String?
  @Option(help: help(.authLeewaySeconds)) var authLeewaySeconds: String?
  @Option(help: help(.authDomainClaim)) var authDomainClaim: String?
  @Option(help: help(.authSubjectClaim)) var authSubjectClaim: String?
  @Option(help: help(.authRolesClaim)) var authRolesClaim: String?
  @Option(help: help(.authDefaultRole)) var authDefaultRole: String?
  @Option(help: help(.oauthClients)) var oauthClients: String?
  @Option(help: help(.oauthTokenSeconds)) var oauthTokenSeconds: String?
  @Option(help: help(.oauthRefreshSeconds)) var oauthRefreshSeconds: String?
  @Option(help: help(.rateSailPoint)) var rateSailpoint: String?
  @Option(help: help(.rateCalls)) var rateCalls: String?
  @Option(help: help(.rateMethods)) var rateMethods: String?
  @Option(help: help(.domainsDefault)) var domainsDefault: String?
  @Option(help: help(.auditKeepDays)) var auditKeepDays: String?
  @OptionGroup var kafka: KafkaFlags
  @Option(help: help(.metricsToken)) var metricsToken: String?
  @Option(help: help(.metricsOpen)) var metricsOpen: String?
  @Option(
    name: .customLong("limit"),
    help: ArgumentHelp(
      """
      A bound, as NAME=NUMBER; may be repeated. Each has a flag of its own, too:
      \(limitsHelp)
      """, valueName: "name=number"))
  var limits: [String] = []

  /// What was given, by the path of the setting.
  ///
  /// - Throws: a bound that does not exist.
  func values() throws(Problems) -> [String: String] {
    let pairs: [(Setting, String?)] = [
      (.data, data), (.templates, templates), (.listenTTRPC, listenTtrpc),
      (.listenTTRPCUnix, listenTtrpcUnix), (.listenGRPC, listenGrpc),
      (.listenGRPCUnix, listenGrpcUnix), (.listenHTTP, listenHttp), (.publicURL, publicUrl),
      (.insecure, insecure ? "true" : nil), (.readyFile, readyFile), (.logLevel, logLevel),
      (.logFormat, logFormat), (.downloadKey, downloadKey),
      (.downloadFormerKeys, downloadFormerKeys),
      (.downloadExpirySeconds, downloadExpirySeconds),
      (.tlsCertificate, tlsCertificate), (.tlsKey, tlsKey), (.tlsClientCA, tlsClientCa),
      (.authKeys, authKeys), (.authKeysStaleSeconds, authKeysStaleSeconds),
      (.authSecret, authSecret), (.authIssuer, authIssuer),
      (.authAudience, authAudience), (.authLeewaySeconds, authLeewaySeconds),
      (.authDomainClaim, authDomainClaim), (.authSubjectClaim, authSubjectClaim),
      (.authRolesClaim, authRolesClaim), (.authDefaultRole, authDefaultRole),
      (.oauthClients, oauthClients), (.oauthTokenSeconds, oauthTokenSeconds),
      (.oauthRefreshSeconds, oauthRefreshSeconds), (.rateSailPoint, rateSailpoint),
      (.rateCalls, rateCalls), (.rateMethods, rateMethods), (.domainsDefault, domainsDefault),
      (.auditKeepDays, auditKeepDays), (.metricsToken, metricsToken), (.metricsOpen, metricsOpen),
    ]
    var values = Dictionary(
      uniqueKeysWithValues: (pairs + kafka.pairs).compactMap { (setting, text) in
        text.map { (setting.path, $0) }
      })
    for argument in limits {
      let (limit, text) = try Limit.assignment(argument)
      values[limit.setting.path] = text
    }
    return values
  }

  /// `--limits-connections 5` as `--limit connections=5`: the flag that follows from a setting's
  /// path, which the argument parser would want declared once more for each.
  static func spellingOutLimits(_ arguments: [String]) -> [String] {
    var result: [String] = []
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard
        let limit = parts.first.flatMap({ flag in
          Limit.allCases.first { $0.setting.flag == flag }
        })
      else {
        result.append(argument)
        continue
      }
      let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() ?? ""
      result += ["--limit", "\(limit.rawValue)=\(value)"]
    }
    return result
  }

  private static var limitsHelp: String {
    Limit.allCases.map { limit in
      "\(limit.setting.flag) <number> \(limit.setting.help) "
        + "(default \(limit.setting.defaultText ?? "none"))"
    }.joined(separator: "\n")
  }

  fileprivate static func help(_ setting: Setting) -> ArgumentHelp {
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

/// Those of Kafka.
struct KafkaFlags: ParsableArguments {
  @Option(help: ServerFlags.help(.kafkaBrokers)) var auditKafkaBrokers: String?
  @Option(help: ServerFlags.help(.kafkaTopic)) var auditKafkaTopic: String?
  @Option(help: ServerFlags.help(.kafkaEvents)) var auditKafkaEvents: String?
  @Option(help: ServerFlags.help(.kafkaSecurity)) var auditKafkaSecurityProtocol: String?
  @Option(help: ServerFlags.help(.kafkaCA)) var auditKafkaCa: String?
  @Option(help: ServerFlags.help(.kafkaCertificate)) var auditKafkaCertificate: String?
  @Option(help: ServerFlags.help(.kafkaKey)) var auditKafkaKey: String?
  @Option(help: ServerFlags.help(.kafkaMechanism)) var auditKafkaSaslMechanism: String?
  @Option(help: ServerFlags.help(.kafkaUsername)) var auditKafkaSaslUsername: String?
  @Option(help: ServerFlags.help(.kafkaPassword)) var auditKafkaSaslPassword: String?
  @Option(help: ServerFlags.help(.kafkaPasswordFile)) var auditKafkaSaslPasswordFile: String?
  @Option(help: ServerFlags.help(.kafkaClientID)) var auditKafkaClientId: String?
  @Option(help: ServerFlags.help(.kafkaBacklog)) var auditKafkaBacklog: String?
  @Option(help: ServerFlags.help(.kafkaDeliverySeconds)) var auditKafkaDeliverySeconds: String?

  /// What was given.
  fileprivate var pairs: [(Setting, String?)] {
    [
      (.kafkaBrokers, auditKafkaBrokers),
      (.kafkaTopic, auditKafkaTopic),
      (.kafkaEvents, auditKafkaEvents),
      (.kafkaSecurity, auditKafkaSecurityProtocol),
      (.kafkaCA, auditKafkaCa),
      (.kafkaCertificate, auditKafkaCertificate),
      (.kafkaKey, auditKafkaKey),
      (.kafkaMechanism, auditKafkaSaslMechanism),
      (.kafkaUsername, auditKafkaSaslUsername),
      (.kafkaPassword, auditKafkaSaslPassword),
      (.kafkaPasswordFile, auditKafkaSaslPasswordFile),
      (.kafkaClientID, auditKafkaClientId),
      (.kafkaBacklog, auditKafkaBacklog),
      (.kafkaDeliverySeconds, auditKafkaDeliverySeconds),
    ]
  }
}
