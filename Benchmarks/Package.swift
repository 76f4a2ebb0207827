// swift-tools-version: 6.2

import PackageDescription

// A package of its own, so that the peers measured here are no dependency of Reportwire's users.
let package = Package(
  name: "reportwire-benchmarks",
  platforms: [.macOS(.v26)],
  dependencies: [
    .package(name: "reportwire", path: ".."),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    // As ../Package.swift has them: two of a package cannot be.
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0", traits: []),
    .package(
      url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
  ],
  targets: [
    // The code of protoc-c and protoc-gen-swift is made by codec.sh.
    .systemLibrary(
      name: "CProtobufC", pkgConfig: "libprotobuf-c",
      providers: [.apt(["libprotobuf-c-dev"])]),
    .target(
      name: "ProtobufCPeer", dependencies: ["CProtobufC"],
      cSettings: [.headerSearchPath("."), .unsafeFlags(["-O2"])]),
    .target(
      name: "SwiftProtobufPeer",
      dependencies: [.product(name: "SwiftProtobuf", package: "swift-protobuf")]),
    .executableTarget(
      name: "codec-benchmark",
      dependencies: [
        "ProtobufCPeer", "SwiftProtobufPeer",
        .product(name: "ProtobufWire", package: "reportwire"),
        .product(name: "ReportAPI", package: "reportwire"),
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      path: "Sources/CodecBenchmark"),
    // A server for rpc.sh. TTRPC comes with the client.
    .executableTarget(
      name: "rpc-stub-server",
      dependencies: [
        .product(name: "ProtobufWire", package: "reportwire"),
        .product(name: "ReportAPI", package: "reportwire"),
        .product(name: "ReportwireClient", package: "reportwire"),
      ],
      path: "Sources/RPCStubServer"),
    // The peer of the REST measurements.
    .executableTarget(
      name: "hummingbird-peer",
      dependencies: [
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      path: "Sources/HummingbirdPeer"),
  ]
)
