internal import ArgumentParser
private import Foundation
internal import ReportwireClient
internal import ReportwireServer

/// Which server to talk to, for whom and how long.
struct ConnectionOptions: ParsableArguments {
  static let standardAddress = "127.0.0.1:50052"
  static let standardDomain = "default"
  static let standardTimeoutSeconds = 30.0

  @Option(
    help: ArgumentHelp(
      "The server: HOST:PORT or unix:///PATH (default REPORTWIRE_ADDRESS, or \(standardAddress)).",
      valueName: "address"))
  var address: String?

  @Option(
    help: ArgumentHelp(
      "The domain to act for (default REPORTWIRE_DOMAIN, or '\(standardDomain)').",
      valueName: "domain_id"))
  var domain: String?

  @Option(
    help: ArgumentHelp(
      "Seconds a call may take (default REPORTWIRE_TIMEOUT, or 30). Waiting for a report has no "
        + "limit of its own.", valueName: "seconds"))
  var timeout: Double?

  @Option(
    help: ArgumentHelp(
      "Who asks, kept as created_by (default REPORTWIRE_USER).", valueName: "name"))
  var user: String?

  @Option(
    help: ArgumentHelp(
      "The token that shows who asks (default REPORTWIRE_TOKEN, or what 'reportwire login' kept). "
        + "Other users of the machine may read it in the list of processes.", valueName: "token"))
  var token: String?

  @Flag(help: "Speak TLS (also said by REPORTWIRE_TLS=1, --ca, --cert or --key).")
  var tls = false

  @Option(
    help: ArgumentHelp(
      "Certificates, in PEM, of the authorities that count (default REPORTWIRE_CA, or the system's).",
      valueName: "path"))
  var ca: String?

  @Option(
    help: ArgumentHelp(
      "The certificate, in PEM, to show to the server (default REPORTWIRE_CERT).", valueName: "path"
    ))
  var cert: String?

  @Option(
    help: ArgumentHelp("Its private key (default REPORTWIRE_KEY).", valueName: "path"))
  var key: String?

  private static var environment: [String: String] { ProcessInfo.processInfo.environment }

  private static func variable(_ name: String) -> String? {
    environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  var serverAddress: String {
    address ?? Self.variable(ClientEnvironment.address) ?? Self.standardAddress
  }

  var domainID: String {
    domain ?? Self.variable(ClientEnvironment.domain) ?? Self.standardDomain
  }

  var userName: String? { user ?? Self.variable(ClientEnvironment.user) }

  /// What is to be sent; nil: nothing.
  ///
  /// - Throws: `Problems` if there is a file of tokens that cannot be used.
  func tokenToSend() throws(Problems) -> String? {
    if let given = token ?? Self.variable(ClientEnvironment.token) { return given }
    return try SavedTokens(environment: Self.environment).token(for: serverAddress)
  }

  /// nil: the connection is not encrypted.
  var clientTLS: ClientTLS? {
    var tls = ClientTLS()
    tls.authoritiesFile = ca ?? Self.variable(ClientEnvironment.ca)
    tls.certificateFile = cert ?? Self.variable(ClientEnvironment.cert)
    tls.keyFile = key ?? Self.variable(ClientEnvironment.key)
    let isAsked = self.tls || ["1", "true"].contains(Self.variable(ClientEnvironment.tls) ?? "")
    return isAsked || tls != ClientTLS() ? tls : nil
  }

  var timeoutSeconds: Double {
    timeout ?? Self.variable(ClientEnvironment.timeout).flatMap(Double.init)
      ?? Self.standardTimeoutSeconds
  }

  mutating func validate() throws {
    if let text = Self.variable(ClientEnvironment.timeout), timeout == nil, Double(text) == nil {
      throw ValidationError("\(ClientEnvironment.timeout) is '\(text)', which is no number")
    }
    guard timeoutSeconds > 0, timeoutSeconds <= 86_400 else {
      throw ValidationError("the timeout must be more than 0 and at most 86400 seconds")
    }
    if domainID.isEmpty { throw ValidationError("the domain must not be empty") }
  }
}
