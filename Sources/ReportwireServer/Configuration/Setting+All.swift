private import KafkaAudit
private import RPCCore
private import ReportCore

extension Setting {
  package static let data = Setting(
    "data", .path, default: "./reportwire-data",
    help: "Folder of the database, the finished files and the signing key.")
  package static let templates = Setting(
    "templates", .path, default: "./templates", help: "Folder of the template files.")
  package static let listenTTRPC = Setting(
    "listen.ttrpc", .address, default: "127.0.0.1:50052",
    help: "Address of the ttrpc server; port 0 picks a free one.")
  package static let listenTTRPCUnix = Setting(
    "listen.ttrpc_unix", .path, default: nil,
    help: "Path of a Unix socket that speaks ttrpc too.")
  package static let listenGRPC = Setting(
    "listen.grpc", .address, default: "127.0.0.1:50051",
    help: "Address of the gRPC server; port 0 picks a free one.")
  package static let listenGRPCUnix = Setting(
    "listen.grpc_unix", .path, default: nil, help: "Path of a Unix socket that speaks gRPC too.")
  package static let listenHTTP = Setting(
    "listen.http", .address, default: "127.0.0.1:8080",
    help: "Address of the HTTP server for downloads; port 0 picks a free one.")
  package static let publicURL = Setting(
    "public_url", .text, default: nil,
    help: "What download URLs begin with, if not with the HTTP address.")
  package static let insecure = Setting(
    "insecure", .boolean, default: "false",
    help: "Allow listening beyond this machine although callers are not authenticated.")
  package static let readyFile = Setting(
    "ready_file", .path, default: nil,
    help: "File that gets the real addresses as JSON once all listeners accept.")
  package static let logLevel = Setting(
    "log.level",
    .choice(["trace", "debug", "info", "notice", "warning", "error", "critical"]),
    default: "info", help: "What is logged at least; info has a line per call.")
  package static let logFormat = Setting(
    "log.format", .choice(["logfmt", "json"]), default: "logfmt",
    help: "How log lines are written.")
  package static let downloadKey = Setting(
    "download.key", .text, default: nil, isSecret: true,
    help: "Secret that signs download URLs, at least 32 bytes; made and kept in the data folder if "
      + "not given.")
  package static let downloadFormerKeys = Setting(
    "download.former_keys", .text, default: nil, isSecret: true,
    help: "Secrets that signed before, with commas between; their URLs stay good until they expire."
  )
  package static let downloadExpirySeconds = Setting(
    "download.expiry_seconds", .integer(1...604_800), default: "900",
    help: "How long a download URL is good for.")

  package static let tlsCertificate = Setting(
    "tls.certificate", .path, default: nil,
    help: "Certificate of the server in PEM, those that vouch for it behind: TLS on TCP and HTTP.")
  package static let tlsKey = Setting(
    "tls.key", .path, default: nil, help: "Private key of the certificate, in PEM.")
  package static let tlsClientCA = Setting(
    "tls.client_ca", .path, default: nil,
    help: "Certificates in PEM of those who vouch for protobuf clients, which need one then.")
  package static let authKeys = Setting(
    "auth.keys", .path, default: nil,
    help:
      "Keys that callers' tokens are checked with: a file (JSON Web Key Set, or PEM) or an https URL."
  )
  package static let authKeysStaleSeconds = Setting(
    "auth.keys_stale_seconds", .integer(60...2_592_000), default: "86400",
    help: "How long the last keys are used while no newer ones can be fetched.")
  package static let authSecret = Setting(
    "auth.secret", .text, default: nil, isSecret: true,
    help: "Secret of tokens signed with HS256, at least 32 bytes.")
  package static let authIssuer = Setting(
    "auth.issuer", .text, default: nil, help: "What iss of a token must be.")
  package static let authAudience = Setting(
    "auth.audience", .text, default: nil, help: "What aud of a token must be or hold.")
  package static let authLeewaySeconds = Setting(
    "auth.leeway_seconds", .integer(0...3600), default: "30",
    help: "How far the clocks of issuer and server may be apart.")
  package static let authDomainClaim = Setting(
    "auth.domain_claim", .text, default: "did",
    help: "Claim with the domain that the bearer reaches.")
  package static let authSubjectClaim = Setting(
    "auth.subject_claim", .text, default: "aud", help: "Claim with the name of the bearer.")
  package static let authRolesClaim = Setting(
    "auth.roles_claim", .text, default: "roles",
    help: "Claim with the bearer's roles: read, run, manage, admin.")
  package static let authDefaultRole = Setting(
    "auth.default_role", .choice(["none"] + Permission.allCases.map(\.name)), default: "run",
    help: "Role of a bearer whose token has no such claim.")

  package static let oauthClients = Setting(
    "oauth.clients", .path, default: nil,
    help:
      "File of the clients that get tokens at /oauth/token, as 'reportwire client add' makes it.")
  package static let oauthTokenSeconds = Setting(
    "oauth.token_seconds", .integer(60...86_400), default: "750",
    help: "How long such a token is good for.")
  package static let oauthRefreshSeconds = Setting(
    "oauth.refresh_seconds", .integer(60...31_536_000), default: "2592000",
    help: "How long a refresh token is good for, which clients get that stand for a user.")

  package static let rateSailPoint = Setting(
    "rate.sailpoint", .text, default: "100/10",
    help: "Calls of one caller by SailPoint's API, and in how many seconds; off: any number.")
  package static let rateCalls = Setting(
    "rate.calls", .text, default: "off",
    help: "The same for the calls by ttrpc, gRPC and REST.")
  package static let rateMethods = Setting(
    "rate.methods", .text, default: nil,
    help: "Of single methods instead, with commas between: Report.create=10/1.")

  package static let domainsDefault = Setting(
    "domains.default", .choice(["enabled", "disabled"]), default: "enabled",
    help: "Whether a domain makes reports that nobody has enabled or disabled.")

  package static let auditKeepDays = Setting(
    "audit.keep_days", .integer(0...36_500), default: "365",
    help: "Days that it is kept who did what; 0: for ever.")

  package static let kafkaBrokers = Setting(
    "audit.kafka.brokers", .text, default: nil,
    help: "HOST:PORT of Kafka's brokers, with commas between: events of the audit go there.")
  package static let kafkaTopic = Setting(
    "audit.kafka.topic", .text, default: "reportwire-audit", help: "The topic that gets them.")
  package static let kafkaEvents = Setting(
    "audit.kafka.events", .choice(OutboxRules.Selection.allCases.map(\.rawValue)), default: "all",
    help: "Every line of the audit, or one event for each download with auditable=true.")
  package static let kafkaSecurity = Setting(
    "audit.kafka.security_protocol", .choice(KafkaSettings.Security.allCases.map(\.rawValue)),
    default: "plaintext", help: "How brokers are spoken to.")
  package static let kafkaCA = Setting(
    "audit.kafka.ca", .path, default: nil,
    help: "Certificates in PEM of those who vouch for the brokers; the system's if not given.")
  package static let kafkaCertificate = Setting(
    "audit.kafka.certificate", .path, default: nil,
    help: "Certificate in PEM that the brokers are shown.")
  package static let kafkaKey = Setting(
    "audit.kafka.key", .path, default: nil, help: "Private key of that certificate, in PEM.")
  package static let kafkaMechanism = Setting(
    "audit.kafka.sasl_mechanism",
    .choice(["off"] + KafkaSettings.Mechanism.allCases.map(\.rawValue)), default: "off",
    help: "How the server shows brokers who it is.")
  package static let kafkaUsername = Setting(
    "audit.kafka.sasl_username", .text, default: nil, help: "The name that it shows.")
  package static let kafkaPassword = Setting(
    "audit.kafka.sasl_password", .text, default: nil, isSecret: true, help: "Its password.")
  package static let kafkaPasswordFile = Setting(
    "audit.kafka.sasl_password_file", .path, default: nil,
    help: "File with the password in its first line, instead.")
  package static let kafkaClientID = Setting(
    "audit.kafka.client_id", .text, default: "reportwire",
    help: "What brokers call the server in their logs and quotas.")
  package static let kafkaBacklog = Setting(
    "audit.kafka.backlog", .integer(10...1_000_000_000), default: "1000000",
    help: "Events that may wait while Kafka is away; further ones are counted and left out.")
  package static let kafkaDeliverySeconds = Setting(
    "audit.kafka.delivery_seconds", .integer(5...3600), default: "60",
    help: "How long an event may be on its way before all are sent again.")

  /// Those of Kafka, which mean something only with `audit.kafka.brokers`.
  package static let kafka: [Setting] = [
    kafkaBrokers, kafkaTopic, kafkaEvents, kafkaSecurity, kafkaCA, kafkaCertificate, kafkaKey,
    kafkaMechanism, kafkaUsername, kafkaPassword, kafkaPasswordFile, kafkaClientID, kafkaBacklog,
    kafkaDeliverySeconds,
  ]

  package static let metricsToken = Setting(
    "metrics.token", .text, default: nil, isSecret: true,
    help: "Secret that lets scrapers read /metrics as a bearer token, at least 32 bytes.")
  package static let metricsOpen = Setting(
    "metrics.open", .boolean, default: "false",
    help: "Let everybody who reaches HTTP read /metrics.")

  /// Every setting but the sources, in the order that the file is printed in.
  package static let all: [Setting] =
    [
      data, templates, listenTTRPC, listenTTRPCUnix, listenGRPC, listenGRPCUnix, listenHTTP,
      publicURL, insecure, readyFile,
      logLevel, logFormat, downloadKey, downloadFormerKeys, downloadExpirySeconds,
      tlsCertificate, tlsKey, tlsClientCA, authKeys, authKeysStaleSeconds, authSecret, authIssuer,
      authAudience,
      authLeewaySeconds, authDomainClaim,
      authSubjectClaim, authRolesClaim, authDefaultRole, oauthClients, oauthTokenSeconds,
      oauthRefreshSeconds, rateSailPoint, rateCalls, rateMethods, domainsDefault, auditKeepDays,
    ] + kafka + [metricsToken, metricsOpen] + Limit.allCases.map(\.setting)
}
