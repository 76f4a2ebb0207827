import RPCCore
private import Texts

/// Finds the handler of a call by the bytes that name it, without making strings of them.
///
/// Only methods that exist get in, so there are never more entries than methods. The last one found
/// is looked at first: calls come in runs. The entries are its own, and so its loop's.
struct MethodCache {
  private final class Item {
    let service: [UInt8]
    let method: [UInt8]
    let entry: Router.Entry

    init(_ service: [UInt8], _ method: [UInt8], _ entry: Router.Entry) {
      self.service = service
      self.method = method
      self.entry = entry
    }

    func isNamed(_ service: UnsafeRawBufferPointer, _ method: UnsafeRawBufferPointer) -> Bool {
      equal(self.method, method) && equal(self.service, service)
    }

    private func equal(_ name: [UInt8], _ bytes: UnsafeRawBufferPointer) -> Bool {
      name.withUnsafeBufferPointer { $0.isSame(as: bytes.assumingMemoryBound(to: UInt8.self)) }
    }
  }

  /// A name that is longer than this is no method's, and is not put into an answer.
  private static let nameBytesMax = 255

  private var items: [Item] = []
  private var last: Item?

  /// Knows nothing yet.
  init() {}

  /// The entry of a method.
  ///
  /// - Parameters:
  ///   - service: the full name of the service, as it came.
  ///   - method: the short name of the method, as it came.
  ///   - router: is only asked for what is not known yet: a copy of it costs more than to look.
  /// - Throws: `UNIMPLEMENTED` if there is none, `INVALID_ARGUMENT` if a name is not UTF-8 or longer
  ///   than 255 bytes.
  mutating func entry(
    service: UnsafeRawBufferPointer, method: UnsafeRawBufferPointer,
    in router: @autoclosure () -> Router
  ) throws(RPCError) -> Router.Entry {
    if let last, last.isNamed(service, method) { return last.entry }
    if let item = items.first(where: { $0.isNamed(service, method) }) {
      last = item
      return item.entry
    }
    let entry = try router().entry(
      service: Self.name(service, "service"), method: Self.name(method, "method")
    ).copy()
    let item = Item(Array(service), Array(method), entry)
    items.append(item)
    last = item
    return entry
  }

  private static func name(
    _ bytes: UnsafeRawBufferPointer, _ what: String
  ) throws(RPCError) -> String {
    guard bytes.count <= nameBytesMax else {
      throw .invalidParameter(
        what, reason: "a name of \(bytes.count) bytes is longer than any, \(nameBytesMax)")
    }
    guard let name = String(validating: bytes, as: UTF8.self) else {
      throw .invalidParameter(what, reason: "the name is not UTF-8")
    }
    return name
  }
}
