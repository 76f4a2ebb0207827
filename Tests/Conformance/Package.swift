// swift-tools-version: 6.2

import PackageDescription

// A package of its own, because half of its sources are made by messages.py and are not committed:
// the project itself must build without them. scripts/conformance lays it out in .build/conformance,
// with links to the sources of ProtobufWire and of Texts, which is all that it depends on, so that
// nothing else is built.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
  name: "reportwire-conformance",
  platforms: [.macOS(.v26)],
  targets: [
    .target(name: "Texts", path: "Texts", swiftSettings: settings),
    .target(
      name: "ProtobufWire", dependencies: ["Texts"], path: "ProtobufWire",
      swiftSettings: settings),
    .executableTarget(
      name: "ConformanceTestee", dependencies: ["ProtobufWire"], path: "ConformanceTestee",
      swiftSettings: settings),
  ]
)
