package import Authentication
package import KafkaAudit
package import RPCCore
package import RPCServing
package import ReportCore

/// What the server is told before it starts, checked; every path is absolute.
package struct ServerConfiguration: Sendable {
  /// The value of each bound.
  package struct Limits: Hashable, Sendable {
    private let values: [Limit: Int]

    /// - Parameter value: asked once for each.
    init(_ value: (Limit) -> Int) {
      values = Dictionary(uniqueKeysWithValues: Limit.allCases.map { ($0, value($0)) })
    }

    package subscript(limit: Limit) -> Int { values[limit, default: 0] }
  }

  /// A database that templates read from.
  package struct Source: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
      case sqlite
    }

    package var name: String
    package var kind: Kind
    package var path: String
    /// Unless a template says otherwise.
    package var invalidText: InvalidText = .fail
    package var origin: SettingOrigin
  }

  /// The files that TLS is made from.
  package struct TLS: Hashable, Sendable {
    package var certificate: String
    package var key: String
    /// nil: clients need no certificate.
    package var clientCA: String?
  }

  /// A client that its certificate names.
  package struct Client: Hashable, Sendable {
    /// The common name, or a DNS name or URI.
    package var name: String
    /// nil: every one.
    package var domainID: String?
    package var role: Permission
  }

  /// How callers show who they are.
  package struct Tokens: Hashable, Sendable {
    /// The file of the keys; nil if there is none.
    package var keys: String?
    /// Where they are published; nil if they are not.
    package var keysURL: KeyURL?
    /// How long the last ones are used that could be fetched.
    package var keysStaleSeconds: Int
    package var secret: String?
    package var rules: TokenRules
  }

  /// Who gets tokens of this server's own.
  package struct OAuth: Hashable, Sendable {
    /// The file of the clients.
    package var clients: String
    package var lifetimes: OAuthTokens.Lifetimes
  }

  /// Where events of the audit go besides the store.
  package struct Kafka: Hashable, Sendable {
    package var settings: KafkaSettings
    /// Has the password in its first line, if that is not among the settings; read at the start.
    package var passwordFile: String?
    package var outbox: OutboxRules
  }

  /// How many calls a caller may make.
  package struct Rates: Hashable, Sendable {
    /// nil: any number.
    package var sailPoint: RateLimit?
    package var calls: RateLimit?
    /// Of single methods, in their order.
    package var methods: [MethodRate]
  }

  /// How many calls of one method a caller may make.
  package struct MethodRate: Hashable, Sendable {
    /// Such as `Report.create`.
    package var name: String
    package var limit: RateLimit
  }

  /// The file that was read; nil if there was none.
  package var file: String?
  package var data: String
  package var templates: String
  /// Whether somebody named the folder: then it must be there.
  package var isTemplatesGiven: Bool
  package var listenTTRPC: ListenAddress
  package var listenTTRPCUnix: String?
  package var listenGRPC: ListenAddress
  package var listenGRPCUnix: String?
  package var listenHTTP: ListenAddress
  /// Without a slash at its end; nil: the HTTP address.
  package var publicURL: String?
  package var isInsecure: Bool
  /// nil: connections are not encrypted.
  package var tls: TLS?
  /// nil: callers are not asked for a token.
  package var tokens: Tokens?
  /// nil: this server gives no tokens.
  package var oauth: OAuth?
  package var rates: Rates
  package var readyFile: String?
  /// Lets scrapers have the metrics, beside an admin's token.
  package var metricsToken: String?
  /// Whether everybody may have them.
  package var isMetricsOpen: Bool
  package var logLevel: String
  package var logFormat: LogFormat
  package var downloadKey: String?
  package var downloadFormerKeys: [String]
  package var downloadExpirySeconds: Int
  /// How many days the audit is kept; 0: for ever.
  package var auditKeepDays: Int
  /// nil: nowhere else.
  package var kafka: Kafka?
  package var limits: Limits
  /// Sorted by name.
  package var sources: [Source]
  /// Whether a domain makes reports of which nobody has said it.
  package var domainState: DomainState
  /// How many days the reports of a domain are kept, by its id.
  package var domainRetentionDays: [ExactText: Int]
  /// Those that are recognised by their certificates.
  package var clients: [Client]
  /// For `--print-config`.
  var printed: [PrintedSetting]
  /// Things that look like mistakes but stop nothing.
  package var warnings: [String]
}

/// A setting as `--print-config` shows it.
struct PrintedSetting: Hashable, Sendable {
  var setting: Setting
  /// nil: off.
  var text: String?
  var origin: SettingOrigin
}
