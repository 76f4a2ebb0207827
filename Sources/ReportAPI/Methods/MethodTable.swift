internal import ProtobufWire
public import RPCCore

/// Every method that the report API has: what the server can be asked, by whatever door.
///
/// A method that is in the table need not have a handler; a server without one answers
/// `UNIMPLEMENTED`.
public enum MethodTable {
  /// The services, those of the published API first.
  public static let services: [ServiceDescriptor] = [
    ReportMethods.service,
    StorageMethods.service,
    StorageTypeMethods.service,
    TemplateMethods.service,
    ScheduleMethods.service,
    DomainMethods.service,
    ServerInfoMethods.service,
    ReportControlMethods.service,
    AuditMethods.service,
  ]

  /// The methods of all services.
  public static let methods: [MethodDescriptor] = services.flatMap(\.methods)

  private static let byName = Dictionary(
    uniqueKeysWithValues: methods.map { (UTF8Key($0.fullName), $0) })

  /// The method of a full name, `service/method`; nil if there is none.
  public static func method(named fullName: String) -> MethodDescriptor? {
    byName[UTF8Key(fullName)]
  }
}
