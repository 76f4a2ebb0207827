package import ProtobufWire
package import RPCCore
private import Synchronization

/// Asks whether a service serves.
package struct HealthCheckRequest: Message {
  /// The full name of the service; the whole server if empty.
  package var service = ""
  /// Fields that are not known here, kept as they came.
  package var unknownFields = UnknownFields()

  /// Every field at its default.
  package init() {}

  /// The names, numbers and types of the fields.
  package static let descriptor = MessageDescriptor(
    "grpc.health.v1.HealthCheckRequest", [FieldDescriptor(1, "service", .string)])

  /// Hands every field to a sink, in the order of their numbers.
  package func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, .string, service)
  }

  /// Takes one field from a source.
  package mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(.string, into: &service)
    default: source.unknown()
    }
  }
}

/// Says whether it serves.
package struct HealthCheckResponse: Message {
  /// Whether calls are answered.
  package struct ServingStatus: ProtoEnum {
    /// The number on the wire; one that has no name here is kept.
    package let rawValue: Int32

    /// Takes any number.
    package init(rawValue: Int32) { self.rawValue = rawValue }

    /// They are.
    package static let serving = ServingStatus(rawValue: 1)
    /// They are not.
    package static let notServing = ServingStatus(rawValue: 2)
    /// There is no such service.
    package static let serviceUnknown = ServingStatus(rawValue: 3)

    /// The names and numbers, as in the proto file.
    package static let descriptor = EnumDescriptor(
      "grpc.health.v1.HealthCheckResponse.ServingStatus",
      ["UNKNOWN": 0, "SERVING": 1, "NOT_SERVING": 2, "SERVICE_UNKNOWN": 3])
  }

  /// What is asked for.
  package var status = ServingStatus(rawValue: 0)
  /// Fields that are not known here, kept as they came.
  package var unknownFields = UnknownFields()

  /// Every field at its default.
  package init() {}

  init(_ status: ServingStatus) {
    self.status = status
  }

  /// The names, numbers and types of the fields.
  package static let descriptor = MessageDescriptor(
    "grpc.health.v1.HealthCheckResponse",
    [FieldDescriptor(1, "status", .enum(ServingStatus.descriptor))])

  /// Hands every field to a sink, in the order of their numbers.
  package func traverse<Sink: FieldSink & ~Copyable>(_ sink: inout Sink) throws(WireError) {
    try sink.scalar(1, EnumKind<ServingStatus>(), status)
  }

  /// Takes one field from a source.
  package mutating func decodeField<Source: FieldSource & ~Copyable>(
    _ number: Int, from source: inout Source
  ) throws(WireError) {
    switch number {
    case 1: try source.scalar(EnumKind<ServingStatus>(), into: &status)
    default: source.unknown()
    }
  }
}

/// gRPC's health checking, version 1: whether the server serves, as a whole and by service. Needs no
/// permission.
package final class HealthService: Sendable {
  private static let name = "grpc.health.v1.Health"

  /// `Check`: says it once.
  package static let check = Method<HealthCheckRequest, HealthCheckResponse>(
    service: name, name: "Check", permission: nil, isIdempotent: true)
  /// `Watch`: says it now and with every change.
  package static let watch = Method<HealthCheckRequest, HealthCheckResponse>(
    service: name, name: "Watch", permission: nil, isServerStreaming: true, isIdempotent: true)

  /// How often those who watch are looked at.
  private static let pause = Duration.seconds(1)

  private let services: [String]
  private let isServing: @Sendable () async -> Bool
  private let isStopping = Atomic(false)

  /// - Parameters:
  ///   - services: the names of those that the server has.
  ///   - isServing: whether it can answer calls now.
  package init(services: [String], isServing: @escaping @Sendable () async -> Bool) {
    self.services = services + [Self.name] + Reflection.services
    self.isServing = isServing
  }

  /// From now on nothing serves: no new calls should come.
  package func stop() {
    isStopping.store(true, ordering: .relaxed)
  }

  /// Serves by a router that has the services.
  package func register(into router: inout Router) {
    router.register(Self.check) { [self] request, _ in
      guard knows(request.service) else { throw RPCError.notFound("service", request.service) }
      return HealthCheckResponse(await status())
    }
    router.register(
      Self.watch,
      streaming: { [self] request, _, stream in
        guard knows(request.service) else {
          try await stream.send(HealthCheckResponse(.serviceUnknown))
          // It may come to be known; here it does not, and who watches wants to go on watching.
          return try await Suspension<Void>().wait(start: {})
        }
        var last: HealthCheckResponse.ServingStatus?
        while true {
          let now = await status()
          if now != last { try await stream.send(HealthCheckResponse(now)) }
          last = now
          try await Task.sleep(for: Self.pause)
        }
      })
  }

  private func knows(_ service: String) -> Bool {
    service.isEmpty || services.contains { $0.isByteEqual(to: service) }
  }

  private func status() async -> HealthCheckResponse.ServingStatus {
    if isStopping.load(ordering: .relaxed) { return .notServing }
    return await isServing() ? .serving : .notServing
  }
}
