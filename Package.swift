// swift-tools-version: 6.2

import PackageDescription

/// Every target of Reportwire is built alike: the language mode and the upcoming features that make
/// dependencies visible in the source (an access level on each import, no leaking members).
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

func layer(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource]? = nil)
  -> Target
{
  .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

func suite(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
  .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

let nio: [Target.Dependency] = [
  .product(name: "NIOCore", package: "swift-nio"),
  .product(name: "NIOPosix", package: "swift-nio"),
]
let http1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let nioHTTPTypes: Target.Dependency = .product(
  name: "NIOHTTPTypes", package: "swift-nio-extras")
let hummingbird: [Target.Dependency] = [
  .product(name: "HummingbirdCore", package: "hummingbird"), httpTypes, nioHTTPTypes,
]
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let asn1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let httpClient: [Target.Dependency] = [
  .product(name: "AsyncHTTPClient", package: "async-http-client"), nioSSL, nioTLS,
]
let jwt: Target.Dependency = .product(name: "JWTKit", package: "jwt-kit")
let metrics: Target.Dependency = .product(name: "CoreMetrics", package: "swift-metrics")
let tracing: Target.Dependency = .product(name: "Tracing", package: "swift-distributed-tracing")
let tracer: Target.Dependency = .product(
  name: "InMemoryTracing", package: "swift-distributed-tracing")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let lifecycle: Target.Dependency = .product(
  name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(
  name: "UnixSignals", package: "swift-service-lifecycle")
let arguments: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "reportwire",
  platforms: [.macOS(.v26)],
  products: [
    .library(name: "ProtobufWire", targets: ["ProtobufWire"]),
    .library(name: "ReportAPI", targets: ["ReportAPI"]),
    .library(name: "ReportwireClient", targets: ["ReportwireClient"]),
    .executable(name: "reportwire", targets: ["reportwire"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.0"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.0"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(
      url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(
      url: "https://github.com/swift-server/async-http-client", from: "1.37.0", traits: []),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    layer("Texts", []),
    layer("ProtobufWire", ["Texts"]),
    layer("RPCCore", ["ProtobufWire", "Texts"]),
    layer("ReportAPI", ["ProtobufWire", "RPCCore"]),
    layer(
      "Authentication",
      ["RPCCore", "ProtobufWire", "Texts", jwt, crypto, cryptoExtras, httpClient[0], http1] + nio),
    layer("ReportCore", ["Texts", logging, heap]),
    layer("IdentitySearch", ["ReportCore", "Texts"]),
    layer("ReportService", ["ReportAPI", "RPCCore", "ProtobufWire", "ReportCore", "Texts"]),
    layer("RPCServing", ["RPCCore", "ProtobufWire", "Texts", "CZlib", logging] + nio),
    layer(
      "TransportSecurity",
      [
        "RPCServing", "RPCCore", nioSSL, nio[0],
        nioTLS, x509, asn1,
      ]),
    layer("TTRPC", ["RPCServing", "RPCCore", "ProtobufWire", "Texts", logging] + nio),
    .systemLibrary(
      name: "CNGHTTP2", pkgConfig: "libnghttp2", providers: [.apt(["libnghttp2-dev"])]),
    layer(
      "GRPCGateway",
      ["CNGHTTP2", "RPCServing", "RPCCore", "ProtobufWire", "Texts", logging] + nio),
    layer(
      "RESTGateway",
      [
        "RPCServing", "RPCCore", "ProtobufWire", "ReportCore", "Texts", logging, crypto,
        http1, lifecycle,
      ]
        + hummingbird
        + nio),
    layer(
      "SailPointGateway",
      [
        "RESTGateway", "ReportService", "RPCCore", "ProtobufWire", "ReportCore", "Texts",
        httpTypes,
      ]),
    layer("PrometheusMetrics", [metrics]),
    .systemLibrary(
      name: "CRdkafka", pkgConfig: "rdkafka", providers: [.apt(["librdkafka-dev"])]),
    layer("KafkaAudit", ["ReportCore", "CRdkafka", logging]),
    layer("SQLiteStore", ["ReportCore", "Texts", grdb, sqlite]),
    .target(name: "CSQLiteSource", linkerSettings: [.linkedLibrary("sqlite3")]),
    layer("DataSources", ["ReportCore", "CSQLiteSource", "Texts", sqlite, crypto]),
    .systemLibrary(name: "CZlib"),
    .systemLibrary(name: "CZstd"),
    .systemLibrary(
      name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
    layer("Renderers", ["ReportCore", "Texts", "CArchive", "CZlib", "CZstd"]),
    .systemLibrary(
      name: "CPangoCairo", pkgConfig: "pangocairo", providers: [.apt(["libpango1.0-dev"])]),
    layer("DocumentRenderer", ["Renderers", "ReportCore", "Texts", "CPangoCairo"]),
    layer("ArtifactStores", ["ReportCore", "Texts", crypto]),
    layer("ManifestSigning", ["ReportCore", "ProtobufWire", "Texts", crypto]),
    layer(
      "ReportwireServer",
      [
        "ProtobufWire", "RPCCore", "RPCServing", "ReportAPI", "ReportCore", "ReportService",
        "TTRPC",
        "GRPCGateway", "RESTGateway", "SailPointGateway", "Authentication", "TransportSecurity",
        "SQLiteStore", "DataSources", "IdentitySearch",
        "Renderers", "DocumentRenderer",
        "ArtifactStores", "ManifestSigning", "KafkaAudit", "Texts", "PrometheusMetrics", metrics,
        tracing, logging, lifecycle,
        unixSignals, yams, crypto,
      ]),
    layer(
      "ReportwireClient",
      ["ProtobufWire", "RPCCore", "ReportAPI", "TTRPC", "Texts", crypto, http1] + nio
        + httpClient),
    layer("ReportwireTestKit", ["ProtobufWire", "RPCCore", "ReportCore", "Texts", "CNGHTTP2"]),
    .executableTarget(
      name: "reportwire",
      dependencies: [
        "ReportwireServer", "ReportwireClient", "ManifestSigning", "ReportAPI", "RPCCore",
        "ProtobufWire", "Texts", arguments,
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "ClientExample",
      dependencies: ["ReportwireClient", "ReportAPI", "RPCCore", "ProtobufWire"],
      path: "Examples/ClientExample",
      swiftSettings: strict),
    .executableTarget(
      name: "InteropPeer",
      dependencies: ["ReportAPI", "ProtobufWire"],
      path: "Tests/Interop/InteropPeer",
      swiftSettings: strict),

    suite("TextsTests", ["Texts"]),
    suite("ProtobufWireTests", ["ProtobufWire"], exclude: ["Golden", "FailCases"]),
    suite("RPCCoreTests", ["RPCCore", "ProtobufWire", "ReportAPI", "Texts"]),
    suite(
      "ReportAPITests", ["ReportAPI", "RPCCore", "ProtobufWire", "ReportwireTestKit"],
      exclude: ["Golden"]),
    suite(
      "AuthenticationTests",
      [
        "Authentication", "RPCCore", "ProtobufWire", "ReportCore", "Texts", "ReportwireTestKit",
        jwt,
      ]),
    suite("ReportCoreTests", ["ReportCore", "ReportwireTestKit", logging]),
    suite(
      "IdentitySearchTests",
      ["IdentitySearch", "DataSources", "ReportCore", grdb]),
    suite(
      "ReportServiceTests",
      [
        "ReportService", "ReportAPI", "RPCCore", "ProtobufWire", "ReportCore", "SQLiteStore",
        "ReportwireTestKit",
      ]),
    suite(
      "RPCServingTests",
      [
        "RPCServing", "RPCCore", "ProtobufWire", "ReportwireTestKit",
        .product(name: "NIOEmbedded", package: "swift-nio"),
      ] + nio),
    suite(
      "TTRPCTests",
      [
        "TTRPC", "RPCServing", "RPCCore", "ProtobufWire", "ReportwireTestKit", logging,
        .product(name: "NIOEmbedded", package: "swift-nio"),
      ] + nio),
    suite(
      "GRPCGatewayTests",
      [
        "GRPCGateway", "RPCServing", "RPCCore", "ProtobufWire", "ReportwireTestKit", "CNGHTTP2",
        logging,
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "NIOCore", package: "swift-nio"),
      ]),
    suite(
      "RESTGatewayTests",
      [
        "RESTGateway", "RPCServing", "RPCCore", "ReportAPI", "ProtobufWire", "ReportCore",
        "ReportwireTestKit", logging, lifecycle, httpTypes, nioHTTPTypes,
        .product(name: "NIOEmbedded", package: "swift-nio"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ]),
    suite("PrometheusMetricsTests", ["PrometheusMetrics", metrics]),
    suite(
      "KafkaAuditTests", ["KafkaAudit", "CRdkafka", "ReportCore", "ReportwireTestKit", logging]),
    suite("SQLiteStoreTests", ["SQLiteStore", "ReportCore", "ReportwireTestKit", grdb, sqlite]),
    suite("DataSourcesTests", ["DataSources", "ReportCore", "ReportwireTestKit", grdb]),
    suite("RenderersTests", ["Renderers", "ReportCore", "ReportwireTestKit"], exclude: ["Golden"]),
    suite(
      "DocumentRendererTests",
      ["DocumentRenderer", "CPangoCairo", "ReportCore", "ReportwireTestKit"]),
    suite(
      "ManifestSigningTests",
      ["ManifestSigning", "ReportCore", "ReportwireTestKit"]),
    suite("ArtifactStoresTests", ["ArtifactStores", "ReportCore", "ReportwireTestKit"]),
    suite(
      "ReportwireServerTests",
      [
        "ReportwireServer", "ReportwireClient", "ManifestSigning", "KafkaAudit", "Authentication",
        "ReportAPI",
        "RPCCore",
        "ProtobufWire", "ReportCore", "ReportService", "RESTGateway", "GRPCGateway", "RPCServing",
        "Renderers", "DocumentRenderer",
        "DataSources", "IdentitySearch",
        "SQLiteStore",
        "TTRPC",
        "Texts",
        "PrometheusMetrics",
        "ReportwireTestKit",
        logging, grdb, crypto, x509, asn1, tracing, tracer,
      ] + nio),
    suite(
      "ReportwireClientTests",
      [
        "ReportwireClient", "TTRPC", "ReportAPI", "RPCCore", "ProtobufWire", "ReportwireTestKit",
        crypto, http1, .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ] + nio),
    suite(
      "CommandTests",
      [
        "ReportwireServer", "ReportwireClient", "ReportAPI", "RPCCore", "ProtobufWire", "TTRPC",
        "Texts", "ReportwireTestKit", grdb,
      ]),
  ]
)
