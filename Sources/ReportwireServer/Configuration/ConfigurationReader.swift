private import Authentication
private import KafkaAudit
private import RESTGateway
private import RPCCore
private import RPCServing
internal import ReportCore
private import Texts

/// Puts the layers of a configuration together: flags over environment over file over defaults.
package struct ConfigurationReader {
  private let input: ConfigurationInput
  private let file: ConfigurationFile?
  private var problems: [Problem]
  private var printed: [PrintedSetting] = []

  /// - Throws: every problem found in any layer.
  package static func read(_ input: ConfigurationInput) throws(Problems) -> ServerConfiguration {
    var reader = ConfigurationReader(input)
    let configuration = reader.configuration()
    guard reader.problems.isEmpty, let configuration else { throw Problems(reader.problems) }
    return configuration
  }

  private init(_ input: ConfigurationInput) {
    self.input = input
    let named = input.configFlag ?? input.environment["REPORTWIRE_CONFIG"]
    let path = TextFile.absolute(
      named ?? ConfigurationFile.standardName, in: input.workingDirectory)
    file = named != nil || TextFile.exists(path) ? ConfigurationFile(path: path) : nil
    problems = file?.log.problems ?? []
  }

  private mutating func configuration() -> ServerConfiguration? {
    let isTemplatesGiven = given(.templates) != nil
    let listen = (
      ttrpc: address(.listenTTRPC), grpc: address(.listenGRPC), http: address(.listenHTTP)
    )
    let format = LogFormat(rawValue: choice(.logFormat)) ?? .logfmt
    let configuration = ServerConfiguration(
      file: file?.path, data: path(.data) ?? "", templates: path(.templates) ?? "",
      isTemplatesGiven: isTemplatesGiven, listenTTRPC: listen.ttrpc,
      listenTTRPCUnix: path(.listenTTRPCUnix), listenGRPC: listen.grpc,
      listenGRPCUnix: path(.listenGRPCUnix), listenHTTP: listen.http,
      publicURL: url(.publicURL), isInsecure: boolean(.insecure), tls: tls(), tokens: tokens(),
      oauth: oauth(), rates: rates(),
      readyFile: path(.readyFile), metricsToken: secret(.metricsToken),
      isMetricsOpen: boolean(.metricsOpen),
      logLevel: choice(.logLevel), logFormat: format, downloadKey: keys(.downloadKey).first,
      downloadFormerKeys: keys(.downloadFormerKeys),
      downloadExpirySeconds: integer(.downloadExpirySeconds),
      auditKeepDays: integer(.auditKeepDays), kafka: kafka(),
      limits: ServerConfiguration.Limits { integer($0.setting) },
      sources: sources(),
      domainState: choice(.domainsDefault) == "disabled" ? .disabled : .enabled,
      domainRetentionDays: file?.domainRetentionDays ?? [:],
      clients: file?.clients ?? [], printed: [],
      warnings: unknownVariables() + exposedSecrets())
    checkReach(configuration)
    guard problems.isEmpty else { return nil }
    var result = configuration
    let order = Dictionary(uniqueKeysWithValues: Setting.all.enumerated().map { ($1, $0) })
    result.printed = printed.sorted {
      order[$0.setting, default: 0] < order[$1.setting, default: 0]
    }
    return result
  }

  /// Without authentication whoever reaches a listener reads every domain's reports.
  private mutating func checkReach(_ configuration: ServerConfiguration) {
    guard !configuration.isInsecure, configuration.tokens == nil else { return }
    var listeners = [(Setting.listenHTTP, configuration.listenHTTP)]
    // HTTP asks nobody for a certificate: browsers have none.
    if configuration.tls?.clientCA == nil {
      listeners.insert((.listenTTRPC, configuration.listenTTRPC), at: 0)
      listeners.insert((.listenGRPC, configuration.listenGRPC), at: 1)
    }
    for (setting, address) in listeners where !address.isLoopback {
      problems.append(
        origin(setting).problem(
          "listening on \(address) would let other machines in, and this server does not "
            + "authenticate callers; use 127.0.0.1, set auth.keys, or add --insecure if the network "
            + "is trusted"))
    }
  }

  private mutating func tls() -> ServerConfiguration.TLS? {
    let (certificate, key) = (path(.tlsCertificate), path(.tlsKey))
    let clientCA = path(.tlsClientCA)
    if let certificate, let key {
      return ServerConfiguration.TLS(certificate: certificate, key: key, clientCA: clientCA)
    }
    let missing = certificate == nil ? Setting.tlsCertificate : .tlsKey
    if let given = [Setting.tlsCertificate, .tlsKey, .tlsClientCA].first(where: { given($0) != nil }
    ) {
      refuse(given, without: missing)
    }
    return nil
  }

  private mutating func refuse(_ setting: Setting, without other: Setting) {
    problems.append(
      origin(setting).problem("\(setting.path) is of no use without \(other.path)"))
  }

  /// Secrets that other users of the machine may read where they are written. They stop nothing:
  /// in a container there may be no other user.
  private func exposedSecrets() -> [String] {
    Setting.all.filter(\.isSecret).compactMap { setting in
      switch origin(setting) {
      case .flag(let flag):
        "other users may read \(flag) in the list of processes; set \(setting.environmentName) or "
          + "\(setting.path) in the configuration file instead"
      case .file(let path, _) where TextFile.isReadableByOthers(path):
        "others may read \(path), and \(setting.path) in it: chmod 600 \(path)"
      case .file, .environment, .standard: nil
      }
    }
  }

  private func unknownVariables() -> [String] {
    let others = ["REPORTWIRE_CONFIG", "REPORTWIRE_SOURCES"] + ClientEnvironment.all
    let known = Setting.all.map(\.environmentName) + others
    return input.environment.keys.sorted()
      .filter { $0.hasPrefix("REPORTWIRE_") && !known.contains($0) }
      .map { name in
        let meant = known.nearest(to: name).map { "; did you mean \($0)?" } ?? ""
        return "the environment variable \(name) means nothing to this server\(meant)"
      }
  }
}

// MARK: - One setting

extension ConfigurationReader {
  /// What somebody wrote for a setting; nil if nobody did.
  private func given(_ setting: Setting) -> SettingText? {
    if let text = input.flags[setting.path] {
      return SettingText(text: text, origin: .flag(setting.flag))
    }
    if let text = input.environment[setting.environmentName], !text.isEmpty {
      return SettingText(text: text, origin: .environment(setting.environmentName))
    }
    return file?.values[setting.path]
  }

  private func origin(_ setting: Setting) -> SettingOrigin { given(setting)?.origin ?? .standard }

  /// The text that counts, noted for `--print-config`; nil if the setting is off.
  private mutating func text(
    _ setting: Setting, shown: (String) -> String = { $0 }
  ) -> SettingText? {
    let value =
      given(setting) ?? setting.defaultText.map { SettingText(text: $0, origin: .standard) }
    printed.append(
      PrintedSetting(
        setting: setting, text: value.map { shown($0.text) }, origin: value?.origin ?? .standard))
    return value
  }

  private mutating func path(_ setting: Setting) -> String? {
    let folder: String =
      switch origin(setting) {
      case .flag, .environment: input.workingDirectory
      case .file, .standard: file?.folder ?? input.workingDirectory
      }
    let resolve = { (text: String) in TextFile.absolute(text, in: folder) }
    guard let value = text(setting, shown: resolve) else { return nil }
    if value.text.isEmpty { problems.append(value.origin.problem("a path must not be empty")) }
    return resolve(value.text)
  }

  private mutating func address(_ setting: Setting) -> ListenAddress {
    guard let value = text(setting) else { return ListenAddress(host: "127.0.0.1", port: 0) }
    if let address = ListenAddress(value.text) { return address }
    problems.append(
      value.origin.problem(
        "\(value.text.quoted) is no address; write HOST:PORT such as "
          + "\(setting.defaultText ?? "127.0.0.1:0")"))
    return ListenAddress(host: "127.0.0.1", port: 0)
  }

  private mutating func integer(_ setting: Setting) -> Int {
    guard let value = text(setting), case .integer(let range) = setting.kind else { return 0 }
    if let number = Int(value.text), range.contains(number) { return number }
    problems.append(
      value.origin.problem(
        "\(value.text.quoted) is no whole number from \(range.lowerBound) to "
          + "\(range.upperBound)"))
    return range.lowerBound
  }

  private mutating func boolean(_ setting: Setting) -> Bool {
    guard let value = text(setting) else { return false }
    switch value.text.lowercased() {
    case "true", "yes", "on", "1": return true
    case "false", "no", "off", "0": return false
    default:
      problems.append(value.origin.problem("\(value.text.quoted) is neither true nor false"))
      return false
    }
  }

  private mutating func choice(_ setting: Setting) -> String {
    guard let value = text(setting), case .choice(let words) = setting.kind else { return "" }
    if words.contains(value.text) { return value.text }
    problems.append(value.origin.problem("\(value.text.quoted) is not \(words.oneOf)"))
    return words[0]
  }

  private mutating func url(_ setting: Setting) -> String? {
    guard let value = text(setting) else { return nil }
    var url = value.text
    while url.hasSuffix("/") { url.removeLast() }
    let isURL =
      ["http://", "https://"].contains { url.hasPrefix($0) && url.count > $0.count }
      && url.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f } && !url.contains { "?#".contains($0) }
    if !isURL {
      problems.append(
        value.origin.problem(
          "\(value.text.quoted) is no URL such as https://reports.example.com"))
    }
    return url
  }

  /// How callers show who they are; nil if there is nothing to check it with.
  private mutating func tokens() -> ServerConfiguration.Tokens? {
    let (keysPath, keysURL) = keys()
    let staleSeconds = integer(.authKeysStaleSeconds)
    let secret = secret(.authSecret)
    let audience = text(.authAudience)?.text
    var rules = TokenRules(
      issuer: text(.authIssuer)?.text, audience: audience,
      leewaySeconds: integer(.authLeewaySeconds))
    rules.domainClaim = word(.authDomainClaim)
    rules.subjectClaim = word(.authSubjectClaim)
    rules.rolesClaim = word(.authRolesClaim)
    rules.defaultRoles = Permission(name: choice(.authDefaultRole)).map { Roles($0) } ?? []
    if audience != nil, rules.subjectClaim == "aud" {
      problems.append(
        origin(.authAudience).problem(
          "where tokens are for an audience, aud does not name their bearer; set auth.subject_claim "
            + "too, to sub perhaps"))
    }
    guard keysPath != nil || keysURL != nil || secret != nil || given(.oauthClients) != nil else {
      let asked = [Setting.authIssuer, .authAudience].first { given($0) != nil }
      if let asked {
        problems.append(
          origin(asked).problem(
            "\(asked.path) asks for tokens, but there is nothing to check them with; set auth.keys, "
              + "auth.secret or oauth.clients"))
      }
      return nil
    }
    return ServerConfiguration.Tokens(
      keys: keysPath, keysURL: keysURL, keysStaleSeconds: staleSeconds, secret: secret,
      rules: rules)
  }

  private mutating func oauth() -> ServerConfiguration.OAuth? {
    let lifetimes = OAuthTokens.Lifetimes(
      accessSeconds: integer(.oauthTokenSeconds), refreshSeconds: integer(.oauthRefreshSeconds))
    return path(.oauthClients).map {
      ServerConfiguration.OAuth(clients: $0, lifetimes: lifetimes)
    }
  }

  private mutating func rates() -> ServerConfiguration.Rates {
    let rates = (sailPoint: rate(.rateSailPoint), calls: rate(.rateCalls))
    var methods: [ServerConfiguration.MethodRate] = []
    if let value = text(.rateMethods) {
      for item in value.text.split(separator: ",") {
        let parts = item.split(separator: "=", maxSplits: 1)
        if parts.count == 2, let limit = RateLimit(parts[1]) {
          methods.append(ServerConfiguration.MethodRate(name: String(parts[0]), limit: limit))
        } else {
          problems.append(
            value.origin.problem(
              "\(String(item).quoted) is no rate of a method; write one such as Report.create=10/1")
          )
        }
      }
    }
    return ServerConfiguration.Rates(
      sailPoint: rates.sailPoint, calls: rates.calls, methods: methods)
  }

  /// nil: off.
  private mutating func rate(_ setting: Setting) -> RateLimit? {
    guard let value = text(setting), !value.text.isExactly("off") else { return nil }
    if let limit = RateLimit(value.text) { return limit }
    problems.append(
      value.origin.problem(
        "\(value.text.quoted) is no rate; write CALLS/SECONDS such as 100/10, or off"))
    return nil
  }

  /// Where the keys are: a file, or a URL.
  private mutating func keys() -> (path: String?, url: KeyURL?) {
    guard let value = given(.authKeys), KeyURL.isMeant(value.text) else {
      return (path(.authKeys), nil)
    }
    _ = text(.authKeys)
    do throws(KeyProblem) {
      return (nil, try KeyURL(value.text))
    } catch {
      problems.append(value.origin.problem("\(value.text.quoted): \(error)"))
      return (nil, nil)
    }
  }

  /// Where events of the audit go; nil: nowhere.
  private mutating func kafka() -> ServerConfiguration.Kafka? {
    let brokers = text(.kafkaBrokers)
    var settings = KafkaSettings(brokers: brokers?.text ?? "", topic: word(.kafkaTopic))
    let selection = OutboxRules.Selection(rawValue: choice(.kafkaEvents)) ?? .all
    settings.security = KafkaSettings.Security(rawValue: choice(.kafkaSecurity)) ?? .plaintext
    settings.authority = path(.kafkaCA)
    settings.certificate = path(.kafkaCertificate)
    settings.key = path(.kafkaKey)
    let passwordFile = path(.kafkaPasswordFile)
    settings.credentials = kafkaCredentials()
    settings.clientID = word(.kafkaClientID)
    let messagesMax = Int64(integer(.kafkaBacklog))
    settings.deliverySeconds = integer(.kafkaDeliverySeconds)
    guard let brokers else {
      // Those that are as they would be anyway may be written out, as `--print-config` does.
      let lonely = Setting.kafka.first { setting in
        guard let text = given(setting)?.text else { return false }
        return setting.defaultText?.isExactly(text) != true
      }
      if let lonely { refuse(lonely, without: .kafkaBrokers) }
      return nil
    }
    for broker in brokers.text.split(separator: ",", omittingEmptySubsequences: false)
    where (try? HostPort(broker)) == nil {
      problems.append(
        brokers.origin.problem(
          "\(String(broker).quoted) is no broker; write HOST:PORT such as kafka-1:9092"))
    }
    // As Kafka has it; it would refuse each event, and the backlog would fill.
    let isTopic =
      settings.topic.utf8.allSatisfy {
        $0.isAlphanumeric || "-_.".utf8.contains($0)
      } && (1...249).contains(settings.topic.utf8.count) && ![".", ".."].contains(settings.topic)
    if !isTopic {
      problems.append(
        origin(.kafkaTopic).problem(
          "\(settings.topic.quoted) is no topic; it has up to 249 letters, digits, '.', '_' and '-'"
        ))
    }
    checkKafkaSecurity(settings)
    return ServerConfiguration.Kafka(
      settings: settings, passwordFile: passwordFile,
      outbox: OutboxRules(selection: selection, messagesMax: messagesMax))
  }

  /// Settings that nobody would look at are taken for a mistake: what was meant to be secret would not be.
  private mutating func checkKafkaSecurity(_ settings: KafkaSettings) {
    let isEncrypted = settings.security == .ssl || settings.security == .saslSSL
    let isNamed = settings.security == .saslSSL || settings.security == .saslPlaintext
    let files = [Setting.kafkaCA, .kafkaCertificate, .kafkaKey].first { given($0) != nil }
    if !isEncrypted, let file = files {
      problems.append(
        origin(file).problem(
          "\(file.path) is of no use with \(Setting.kafkaSecurity.path) "
            + "\(settings.security.rawValue); set that to ssl or sasl_ssl"))
    }
    if (settings.certificate == nil) != (settings.key == nil) {
      let missing = settings.key == nil ? Setting.kafkaKey : .kafkaCertificate
      let there = settings.key == nil ? Setting.kafkaCertificate : .kafkaKey
      refuse(there, without: missing)
    }
    if isNamed != (settings.credentials != nil) {
      problems.append(
        origin(isNamed ? .kafkaSecurity : .kafkaMechanism).problem(
          isNamed
            ? "\(settings.security.rawValue) needs \(Setting.kafkaMechanism.path)"
            : "\(Setting.kafkaMechanism.path) is of no use with \(Setting.kafkaSecurity.path) "
              + "\(settings.security.rawValue)"))
    }
  }

  private mutating func kafkaCredentials() -> KafkaSettings.Credentials? {
    let mechanism = KafkaSettings.Mechanism(rawValue: choice(.kafkaMechanism))
    let username = text(.kafkaUsername)?.text
    let password = text(.kafkaPassword, shown: { _ in "********" })?.text
    let hasFile = given(.kafkaPasswordFile) != nil
    guard let mechanism else {
      let lonely = [Setting.kafkaUsername, .kafkaPassword, .kafkaPasswordFile].first {
        given($0) != nil
      }
      if let lonely { refuse(lonely, without: .kafkaMechanism) }
      return nil
    }
    if hasFile, password != nil {
      problems.append(
        origin(.kafkaPasswordFile).problem(
          "\(Setting.kafkaPassword.path) is given too; leave one of them out"))
    }
    if username == nil || password == nil && !hasFile {
      problems.append(
        origin(.kafkaMechanism).problem(
          "\(mechanism.rawValue) needs \(Setting.kafkaUsername.path), and "
            + "\(Setting.kafkaPassword.path) or \(Setting.kafkaPasswordFile.path)"))
    }
    return KafkaSettings.Credentials(
      mechanism: mechanism, username: username ?? "", password: password ?? "")
  }

  private mutating func word(_ setting: Setting) -> String {
    guard let value = text(setting) else { return "" }
    if value.text.isEmpty { problems.append(value.origin.problem("a name must not be empty")) }
    return value.text
  }

  private mutating func secret(_ setting: Setting) -> String? {
    guard let value = text(setting, shown: { _ in "********" }) else { return nil }
    if value.text.utf8.count < TokenKey.secretBytesMin {
      problems.append(
        value.origin.problem(
          "the secret has \(value.text.utf8.count) bytes; it needs \(TokenKey.secretBytesMin)"))
    }
    return value.text
  }

  /// The secrets of a setting: one, or several where its name is a plural.
  private mutating func keys(_ setting: Setting) -> [String] {
    guard let value = text(setting, shown: { _ in "********" }) else { return [] }
    let keys =
      setting == .downloadKey ? [value.text] : value.text.split(separator: ",").map(String.init)
    for key in keys where key.utf8.count < SigningKey.bytesMin {
      problems.append(
        value.origin.problem(
          "the key has \(key.utf8.count) bytes; it needs \(SigningKey.bytesMin)"))
    }
    return keys
  }
}

// MARK: - Sources

extension ConfigurationReader {
  /// The sources of all layers; a name given twice counts where it is given last.
  private mutating func sources() -> [ServerConfiguration.Source] {
    var byName: [String: ServerConfiguration.Source] = [:]
    // Two spellings of one name would be one source to some and two to others.
    func add(_ source: ServerConfiguration.Source) {
      if let other = byName[source.name], !other.name.isExactly(source.name) {
        problems.append(
          source.origin.problem(
            "the source \(source.name.quoted) looks like another that is written with other "
              + "characters; write both alike, or rename one"))
      }
      byName[source.name] = source
    }
    for source in file?.sources ?? [] { add(source) }
    let variable = "REPORTWIRE_SOURCES"
    for text in (input.environment[variable] ?? "").split(separator: ",") {
      if let source = source(String(text), .environment(variable)) { add(source) }
    }
    for text in input.sourceFlags {
      if let source = source(text, .flag("--source")) { add(source) }
    }
    return byName.values.sorted { $0.name < $1.name }
  }

  private mutating func source(
    _ text: String, _ origin: SettingOrigin
  ) -> ServerConfiguration.Source? {
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex,
      text.index(after: equals) != text.endIndex
    else {
      problems.append(
        origin.problem("\(text.quoted) is no source; write NAME=PATH of a SQLite file"))
      return nil
    }
    return ServerConfiguration.Source(
      name: String(text[..<equals]), kind: .sqlite,
      path: TextFile.absolute(
        String(text[text.index(after: equals)...]), in: input.workingDirectory),
      origin: origin)
  }
}
