internal import ProtobufWire
public import RPCCore

/// Tells who did what.
public enum AuditMethods {
  private static let name = "reportwire.v1.Audit"

  /// Reads what callers did in a domain, the newest first: creates, cancels, downloads and changes.
  public static let list = Method<AuditQuery, AuditEventsInfo>(
    service: name, name: "list", permission: .admin, needsDomain: false, isIdempotent: true,
    isBulk: true, isAudited: false,
    httpRules: [HTTPRule(.get, "/reportwire/v1/audit")])

  /// The service with all its methods, in the order of the proto file.
  public static let service = ServiceDescriptor(name: name, methods: [list.descriptor])
}
