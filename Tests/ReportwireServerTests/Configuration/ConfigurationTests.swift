import Authentication
import Foundation
import KafkaAudit
import ReportCore
import Testing

@testable import ReportwireServer

@Suite struct ConfigurationTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func input(
    file: String? = nil, environment: [String: String] = [:], flags: [String: String] = [:],
    sources: [String] = []
  ) throws -> ConfigurationInput {
    if let file { try folder.write("reportwire.yaml", file) }
    return ConfigurationInput(
      flags: flags, sourceFlags: sources, environment: environment,
      workingDirectory: folder.path)
  }

  private func problems(_ input: ConfigurationInput) -> [String] {
    do throws(Problems) {
      _ = try ConfigurationReader.read(input)
      return []
    } catch {
      return error.all.map(\.description)
    }
  }

  @Test func defaultsHoldWhereNothingIsSaid() throws {
    let configuration = try ConfigurationReader.read(try input())
    #expect(configuration.file == nil)
    #expect(configuration.data == folder.path + "/reportwire-data")
    #expect(configuration.templates == folder.path + "/templates")
    #expect(!configuration.isTemplatesGiven)
    #expect(configuration.listenTTRPC == ListenAddress(host: "127.0.0.1", port: 50_052))
    #expect(configuration.listenHTTP == ListenAddress(host: "127.0.0.1", port: 8080))
    #expect(configuration.listenTTRPCUnix == nil)
    #expect(configuration.publicURL == nil)
    #expect(configuration.downloadExpirySeconds == 900)
    #expect(configuration.logFormat == .logfmt)
    #expect(configuration.limits[.messageBytes] == 4_194_304)
    #expect(configuration.sources.isEmpty)
    #expect(configuration.warnings.isEmpty)
  }

  /// Which layers speak, and which is heard.
  @Test(arguments: [
    (file: true, environment: true, flag: true, port: 3),
    (file: true, environment: true, flag: false, port: 2),
    (file: true, environment: false, flag: true, port: 3),
    (file: true, environment: false, flag: false, port: 1),
    (file: false, environment: true, flag: true, port: 3),
    (file: false, environment: true, flag: false, port: 2),
    (file: false, environment: false, flag: true, port: 3),
    (file: false, environment: false, flag: false, port: 50_052),
  ])
  func flagsGoOverEnvironmentOverFileOverDefaults(
    file: Bool, environment: Bool, flag: Bool, port: Int
  ) throws {
    let input = try input(
      file: file ? "listen: {ttrpc: 127.0.0.1:1}\n" : nil,
      environment: environment ? ["REPORTWIRE_LISTEN_TTRPC": "127.0.0.1:2"] : [:],
      flags: flag ? ["listen.ttrpc": "127.0.0.1:3"] : [:])
    #expect(try ConfigurationReader.read(input).listenTTRPC.port == port)
  }

  @Test func everySettingCanBeGivenInEveryLayer() throws {
    for setting in Setting.all {
      let text = Self.sample(setting)
      let keys = setting.path.split(separator: ".")
      let yaml = keys.dropLast().reversed().reduce("\(keys[keys.count - 1]): \"\(text)\"") {
        "\($1): {\($0)}"
      }
      let wanted = setting.isSecret ? "********" : text
      for layer in ["file", "environment", "flag"] {
        let input = try input(
          file: layer == "file" ? yaml : "{}",
          environment: layer == "environment" ? [setting.environmentName: text] : [:],
          flags: layer == "flag" ? [setting.path: text] : [:]
        )
        .completed(for: setting)
        let shown = try ConfigurationReader.read(input).yaml
        #expect(shown.contains(wanted), "\(setting.path) by \(layer) in:\n\(shown)")
      }
    }
  }

  private static func sample(_ setting: Setting) -> String {
    switch setting.kind {
    case .text where setting.path.hasPrefix("rate."):
      setting == .rateMethods ? "Report.create=10/1" : "7/3"
    case .text where setting == .kafkaBrokers: "kafka-1:9092,kafka-2:9092"
    case .text where setting == .kafkaTopic: "some.topic-1"
    case .text: setting.isSecret ? String(repeating: "k", count: 40) : "http://example.com/x"
    case .path: "/somewhere/else"
    case .address: "127.0.0.1:12345"
    case .integer(let range): "\(range.upperBound)"
    case .boolean: "true"
    case .choice(let words): words.last ?? ""
    }
  }

  @Test(arguments: [
    (
      "auth: {issuer: x}",
      ":1: auth.issuer asks for tokens, but there is nothing to check them with; set auth.keys"
    ),
    ("auth: {keys: k, audience: x}", ":1: where tokens are for an audience, aud does not name"),
    ("auth: {secret: short}", ":1: the secret has 5 bytes; it needs 32"),
    ("auth: {keys: k, domain_claim: ''}", ":1: a name must not be empty"),
    ("auth: {default_role: owner}", ":1: 'owner' is not none, read, run, manage or admin"),
  ])
  func whatCannotBeMeantByTokensIsRefused(yaml: String, reason: String) throws {
    let problems = problems(try input(file: yaml))
    #expect(problems.contains { $0.contains(reason) }, "\(problems)")
  }

  @Test(arguments: [
    ("topic: t", "audit.kafka.topic is of no use without audit.kafka.brokers"),
    ("brokers: kafka-1", "'kafka-1' is no broker; write HOST:PORT"),
    ("brokers: 'kafka-1:9092,'", "'' is no broker; write HOST:PORT"),
    ("brokers: 'k:1', topic: a b", "'a b' is no topic"),
    ("brokers: 'k:1', topic: ..", "'..' is no topic"),
    ("brokers: 'k:1', ca: /ca", "audit.kafka.ca is of no use with audit.kafka.security_protocol"),
    (
      "brokers: 'k:1', security_protocol: ssl, key: /k",
      "audit.kafka.key is of no use without audit.kafka.certificate"
    ),
    ("brokers: 'k:1', security_protocol: sasl_ssl", "sasl_ssl needs audit.kafka.sasl_mechanism"),
    (
      "brokers: 'k:1', sasl_mechanism: PLAIN, sasl_username: a, sasl_password: p",
      "audit.kafka.sasl_mechanism is of no use with audit.kafka.security_protocol plaintext"
    ),
    (
      "brokers: 'k:1', security_protocol: sasl_ssl, sasl_mechanism: PLAIN, sasl_username: a",
      "PLAIN needs audit.kafka.sasl_username, and audit.kafka.sasl_password or"
    ),
    (
      "brokers: 'k:1', sasl_username: a",
      "audit.kafka.sasl_username is of no use without audit.kafka.sasl_mechanism"
    ),
    (
      "brokers: 'k:1', security_protocol: sasl_ssl, sasl_mechanism: PLAIN, sasl_username: a, "
        + "sasl_password: p, sasl_password_file: /p",
      "audit.kafka.sasl_password is given too; leave one of them out"
    ),
    ("brokers: 'k:1', backlog: 9", "'9' is no whole number from 10"),
  ])
  func whatCannotBeMeantForKafkaIsRefused(kafka: String, reason: String) throws {
    let problems = problems(try input(file: "audit: {kafka: {\(kafka)}}"))
    #expect(problems.count == 1, "\(problems)")
    #expect(problems.first?.contains(reason) == true, "\(problems)")
  }

  @Test func aPasswordForKafkaComesFromAFileThatOthersCannotRead() throws {
    try folder.write("password", "s3cret\n")
    let file = folder.path + "/password"
    chmod(file, 0o600)
    let kafka = try ConfigurationReader.read(
      try input(
        file: "audit: {kafka: {brokers: 'k:1', security_protocol: sasl_ssl, sasl_mechanism: PLAIN, "
          + "sasl_username: a, sasl_password_file: \(file)}}")
    ).kafka
    #expect(try kafka?.completed().credentials?.password == "s3cret")
    #expect(kafka?.outbox == OutboxRules(selection: .all, messagesMax: 1_000_000))
    chmod(file, 0o644)
    let problems = #expect(throws: Problems.self) { try kafka?.completed() }
    #expect(problems?.all.first?.reason.contains("others may read it") == true)
  }

  @Test func tokensOpenTheListenersToOtherMachines() throws {
    let open = ["listen.ttrpc": "0.0.0.0:0", "listen.http": "0.0.0.0:0"]
    let secret = String(repeating: "k", count: 32)
    #expect(problems(try input(flags: open)).count == 2)
    let configuration = try ConfigurationReader.read(
      input(flags: open.merging(["auth.secret": secret]) { $1 }))
    #expect(configuration.tokens?.secret == secret)
    #expect(configuration.tokens?.rules == TokenRules())
    #expect(try ConfigurationReader.read(input()).tokens == nil)
  }

  @Test func aByteOrderMarkIsNoPartOfTheFile() throws {
    let input = try input(file: "\u{FEFF}listen: {ttrpc: 127.0.0.1:4}\n")
    #expect(try ConfigurationReader.read(input).listenTTRPC.port == 4)
  }

  @Test func pathsAreRelativeToWhoeverNamesThem() throws {
    try folder.write(
      "conf/reportwire.yaml",
      "data: ./d\ntemplates: ../t\nsources: {a: {sqlite: a.db}, b: {sqlite: /abs/b.db}}\n")
    var input = try input(flags: ["ready_file": "ready.json"], sources: ["c=c.db"])
    input.configFlag = "conf/reportwire.yaml"
    let configuration = try ConfigurationReader.read(input)
    #expect(configuration.data == folder.path + "/conf/d")
    #expect(configuration.templates == folder.path + "/t")
    #expect(configuration.readyFile == folder.path + "/ready.json")
    #expect(
      configuration.sources.map { "\($0.name)=\($0.path)" } == [
        "a=\(folder.path)/conf/a.db", "b=/abs/b.db", "c=\(folder.path)/c.db",
      ])
  }

  @Test func newDomainsMakeReportsUnlessTheServerSaysOtherwise() throws {
    #expect(try ConfigurationReader.read(input()).domainState == .enabled)
    let file = "domains: {default: disabled, domain-a: {retention_days: 30}}"
    let configuration = try ConfigurationReader.read(input(file: file))
    #expect(configuration.domainState == .disabled)
    #expect(configuration.store.domainState == .disabled)
    #expect(configuration.domainRetentionDays == ["domain-a": 30])
    // What is printed can be given back.
    let again = try ConfigurationReader.read(input(file: configuration.yaml))
    #expect(again.domainState == .disabled)
    #expect(again.domainRetentionDays == ["domain-a": 30])
    #expect(
      try ConfigurationReader.read(input(file: "domains: {default: }")).domainState == .enabled)
    // A domain may have that name.
    let named = try ConfigurationReader.read(
      input(file: "domains: {default: {retention_days: 3}}", flags: ["domains.default": "disabled"])
    )
    #expect(named.domainState == .disabled)
    #expect(named.domainRetentionDays == ["default": 3])
    #expect(
      try ConfigurationReader.read(input(file: named.yaml)).domainRetentionDays == ["default": 3])
    #expect(
      problems(try input(file: "domains: {default: off}")).contains {
        $0.contains(":1: 'off' is not enabled or disabled")
      })
  }

  @Test func domainsAndTheServerSayHowLongReportsAreKept() throws {
    let file =
      "domains: {domain-a: {retention_days: 30}, domain-b: {}}\nlimits: {retention_days: 365}"
    let configuration = try ConfigurationReader.read(input(file: file))
    var template = Template(
      templateID: "t", name: "t", title: "t", source: "s", isShared: true, sql: "", formats: [])
    template.retentionDays = 7
    let retention = configuration.retention([template])
    #expect(retention == Retention(templateDays: ["t": 7], domainDays: ["domain-a": 30], days: 365))
    #expect(configuration.yaml.contains("domains:\n  domain-a: {retention_days: 30}  # file\n"))
    #expect(try ConfigurationReader.read(input(file: "{}")).retention([]).isEmpty)
  }

  @Test(arguments: [
    ("domains: 3", "'domains' must be a mapping"), ("domains: {d: 3}", "domain 'd'"),
    ("domains: {d: {retention_days: 0}}", "retention_days"),
    ("domains: {d: {days: 3}}", "days"),
  ])
  func whatIsWrongWithADomainIsSaid(_ file: String, _ reason: String) throws {
    let error = #expect(throws: Problems.self) { try ConfigurationReader.read(input(file: file)) }
    #expect(
      error?.all.contains { $0.reason.contains(reason) } == true, "\(String(describing: error))")
  }

  @Test func aSourceSaysWhatBecomesOfInvalidText() throws {
    let file =
      "sources: {a: {sqlite: /a, invalid_text: latin1}, b: {sqlite: /b}, "
      + "c: {sqlite: /c, invalid_text: replace}}"
    let configuration = try ConfigurationReader.read(input(file: file))
    #expect(configuration.sources.map(\.invalidText) == [.latin1, .fail, .replace])
    #expect(configuration.yaml.contains("  a: {sqlite: /a, invalid_text: latin1}  # file, line 1"))
    #expect(configuration.yaml.contains("  b: {sqlite: /b}  # file, line 1"))
  }

  @Test(arguments: [
    ("sources: {\u{E9}: {sqlite: /a}, e\u{301}: {sqlite: /b}}", []),
    ("sources: {K: {sqlite: /a}}", ["\u{212A}=/b"]), ("", ["\u{E9}=/a", "e\u{301}=/b"]),
  ])
  func sourcesWhoseNamesLookAlikeAreRefused(file: String, sources: [String]) throws {
    let input = try input(file: file, sources: sources)
    #expect(throws: Problems.self) { try ConfigurationReader.read(input) }
  }

  @Test func sourcesOfAllLayersAreJoinedByName() throws {
    let input = try input(
      file: "sources: {a: {sqlite: /file/a}, b: {sqlite: /file/b}, c: {sqlite: /file/c}}",
      environment: ["REPORTWIRE_SOURCES": "b=/env/b,c=/env/c"], sources: ["c=/flag/c"])
    #expect(
      try ConfigurationReader.read(input).sources.map(\.path) == ["/file/a", "/env/b", "/flag/c"])
  }

  @Test(arguments: [
    (
      "dat: ./x",
      ":1: the configuration has no key 'dat' (did you mean 'data'?); it may have audit, auth, clients, data, "
    ),
    ("listen:\n  tttrpc: 127.0.0.1:1", ":2: 'listen' has no key 'tttrpc'"),
    ("listen: 127.0.0.1:1", ":1: 'listen' must be a mapping, but is text"),
    ("data:\n  - a", ":2: 'data' must be one value, but is a list"),
    (
      "listen:\n  http: nowhere",
      ":2: 'nowhere' is no address; write HOST:PORT such as 127.0.0.1:8080"
    ),
    ("limits: {attempts: 0}", ":1: '0' is no whole number from 1 to 100"),
    ("limits: {attempts: many}", ":1: 'many' is no whole number from 1 to 100"),
    ("log: {format: xml}", ":1: 'xml' is not logfmt or json"),
    (
      "auth: {keys: http://issuer.example.com/k}",
      ":1: 'http://issuer.example.com/k': keys are fetched by https"
    ),
    ("auth: {keys: https://a:b@issuer.example.com/k}", "must hold no user and no password"),
    ("auth: {keys_stale_seconds: 59}", ":1: '59' is no whole number from 60 to 2592000"),
    ("insecure: maybe", ":1: 'maybe' is neither true nor false"),
    ("public_url: reports.example.com", ":1: 'reports.example.com' is no URL"),
    ("download: {key: short}", ":1: the key has 5 bytes; it needs 32"),
    ("sources: [a]", ":1: 'sources' must be a mapping"),
    ("sources:\n  a: {postgres: x}", ":2: source 'a' has no key 'postgres'"),
    (
      "sources:\n  a: {sqlite: /a, invalid_text: utf8}",
      ":2: 'invalid_text' of source 'a' must be fail, replace, latin1 or windows1252"
    ),
    ("sources:\n  a: {}", ":2: source 'a' names no database; write {sqlite: PATH}"),
    ("data: a\ndata: b", ":1: 'data' stands there more than once"),
    ("data: [", ": it is no YAML: "),
    ("{a: 1}: b", ":1: a key must be a plain word"),
  ])
  func mistakesInTheFileAreNamedWithTheirLine(yaml: String, reason: String) throws {
    let problems = problems(try input(file: yaml))
    #expect(
      problems.contains { $0.hasPrefix(folder.path + "/reportwire.yaml") && $0.contains(reason) },
      "\(problems)")
  }

  @Test func everyMistakeIsReportedAtOnce() throws {
    let problems = problems(
      try input(
        file: "dat: x\nlimits: {attempts: 0}",
        environment: ["REPORTWIRE_LIMITS_LEASE_SECONDS": "soon"],
        flags: ["listen.http": "x"], sources: ["nothing"]))
    #expect(problems.count == 5)
    #expect(
      problems.contains { $0.hasPrefix("REPORTWIRE_LIMITS_LEASE_SECONDS: 'soon' is no whole") })
    #expect(problems.contains { $0.hasPrefix("--listen-http: 'x' is no address") })
    #expect(problems.contains { $0.hasPrefix("--source: 'nothing' is no source") })
  }

  @Test func aNamedFileMustBeThere() throws {
    var input = try input()
    input.configFlag = "missing.yaml"
    #expect(
      problems(input).first?.hasPrefix(
        "\(folder.path)/missing.yaml: the file cannot be opened: No such file") == true)
  }

  @Test func aFileThatIsTooLongIsNotRead() throws {
    let text = "# " + String(repeating: "x", count: YAMLNode.fileBytesMax)
    #expect(problems(try input(file: text)).first?.contains("more than 1048576 bytes") == true)
  }

  @Test(
    arguments: ["listen.ttrpc", "listen.grpc", "listen.http"],
    ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"])
  func listeningBeyondThisMachineNeedsInsecure(setting: String, address: String) throws {
    let refused = problems(try input(flags: [setting: address]))
    #expect(refused.count == 1)
    #expect(refused.first?.contains("--insecure") == true)
    let allowed = try input(flags: [setting: address, "insecure": "true"])
    #expect(problems(allowed).isEmpty)
  }

  @Test func unknownVariablesAreMentionedButStopNothing() throws {
    let configuration = try ConfigurationReader.read(
      try input(environment: [
        "REPORTWIRE_LISTN_TTRPC": "x", "REPORTWIRE_ADDRESS": "y", "OTHER": "z",
      ]))
    #expect(
      configuration.warnings == [
        "the environment variable REPORTWIRE_LISTN_TTRPC means nothing to this server; "
          + "did you mean REPORTWIRE_LISTEN_TTRPC?"
      ])
  }

  @Test func whatIsPrintedCanBeReadBack() throws {
    let first = try ConfigurationReader.read(
      try input(
        file: "log: {format: json}\nsources: {'a b': {sqlite: \"/x/ü\\\"y\"}}",
        flags: ["public_url": "https://x.example/", "limits.attempts": "7"]))
    let file = try folder.write("again.yaml", first.yaml)
    var again = try input()
    again.configFlag = file
    let second = try ConfigurationReader.read(again)
    #expect(second.sources.map(\.name) == first.sources.map(\.name))
    #expect(second.sources.map(\.path) == first.sources.map(\.path))
    #expect(second.limits == first.limits)
    #expect(second.publicURL == "https://x.example")
    #expect(second.logFormat == .json)
    #expect(first.yaml.contains("attempts: 7  # --limits-attempts"))
    #expect(first.yaml.contains("format: json  # file, line 1"))
  }

  @Test func secretsAreNotPrinted() throws {
    let secret = String(repeating: "s3cret-", count: 6)
    let configuration = try ConfigurationReader.read(
      try input(environment: ["REPORTWIRE_DOWNLOAD_KEY": secret]))
    #expect(configuration.downloadKey == secret)
    #expect(!configuration.yaml.contains("s3cret"))
    #expect(configuration.yaml.contains("key: \"********\"  # REPORTWIRE_DOWNLOAD_KEY"))
  }

  @Test func formerKeysAreAListOfSecrets() throws {
    let keys = ["a", "b"].map { String(repeating: $0, count: 32) }
    let configuration = try ConfigurationReader.read(
      try input(environment: ["REPORTWIRE_DOWNLOAD_FORMER_KEYS": keys.joined(separator: ",")]))
    #expect(configuration.downloadFormerKeys == keys)
    #expect(configuration.downloadKey == nil)
    #expect(!configuration.yaml.contains(keys[1]))
    let short = try input(environment: ["REPORTWIRE_DOWNLOAD_FORMER_KEYS": keys[0] + ",b"])
    #expect(
      problems(short) == ["REPORTWIRE_DOWNLOAD_FORMER_KEYS: the key has 1 bytes; it needs 32"])
  }

  @Test func secretsThatOthersMayReadAreMentionedButStopNothing() throws {
    let secret = String(repeating: "k", count: 32)
    let inFile = try input(file: "download: {key: \(secret)}")
    let path = folder.path + "/reportwire.yaml"
    chmod(path, 0o640)
    #expect(
      try ConfigurationReader.read(inFile).warnings == [
        "others may read \(path), and download.key in it: chmod 600 \(path)"
      ])
    chmod(path, 0o600)
    #expect(try ConfigurationReader.read(inFile).warnings.isEmpty)
    let flag = try ConfigurationReader.read(try input(flags: ["download.key": secret]))
    #expect(flag.warnings.count == 1)
    #expect(flag.warnings.first?.contains("REPORTWIRE_DOWNLOAD_KEY") == true)
  }
}

extension ConfigurationInput {
  /// With what a setting asks for to be of any use.
  fileprivate func completed(for setting: Setting) -> ConfigurationInput {
    let tls = [Setting.tlsCertificate.path: "/certificate", Setting.tlsKey.path: "/key"]
    let brokers = [Setting.kafkaBrokers.path: "kafka-1:9092"]
    let tlsOfKafka = brokers.merging([
      Setting.kafkaSecurity.path: "ssl", Setting.kafkaCertificate.path: "/certificate",
      Setting.kafkaKey.path: "/key",
    ]) { $1 }
    var named = brokers.merging([
      Setting.kafkaSecurity.path: "sasl_ssl", Setting.kafkaMechanism.path: "PLAIN",
      Setting.kafkaUsername.path: "ada",
    ]) { $1 }
    let byFile = named
    named[Setting.kafkaPassword.path] = "p"
    let needed: [Setting: [String: String]] = [
      .kafkaTopic: brokers, .kafkaEvents: brokers, .kafkaClientID: brokers, .kafkaBacklog: brokers,
      .kafkaDeliverySeconds: brokers, .kafkaCA: tlsOfKafka, .kafkaCertificate: tlsOfKafka,
      .kafkaKey: tlsOfKafka, .kafkaSecurity: named, .kafkaMechanism: named,
      .kafkaUsername: named, .kafkaPassword: named, .kafkaPasswordFile: byFile,
      .tlsCertificate: tls, .tlsKey: tls, .tlsClientCA: tls,
      .authIssuer: [Setting.authKeys.path: "/keys"],
      .authAudience: [Setting.authKeys.path: "/keys", Setting.authSubjectClaim.path: "sub"],
    ]
    var input = self
    for (path, text) in needed[setting] ?? [:] where path != setting.path {
      input.flags[path] = text
    }
    return input
  }
}
