public import ProtobufWire

/// A request that says which domain it is about. The router looks at that once for every method, so
/// that no handler has to: it refuses what the caller does not reach, and hands the domain on in
/// `CallContext.domainID`.
public protocol DomainRequest: Message {
  /// The tenant; empty if the caller named none.
  var domainID: String { get }
}
