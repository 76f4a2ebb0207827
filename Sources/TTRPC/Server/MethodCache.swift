package import RPCCore

/// Finds the handler of a call by the bytes that name it, without making strings of them.
///
/// Only methods that exist get in, so there are never more entries than methods. The last one found
/// is looked at first: calls come in runs.
package struct MethodCache {
  private final class Item {
    let service: [UInt8]
    let method: [UInt8]
    let entry: Router.Entry

    init(_ service: [UInt8], _ method: [UInt8], _ entry: Router.Entry) {
      self.service = service
      self.method = method
      self.entry = entry
    }

    func isNamed(_ request: RequestView) -> Bool {
      equal(method, request.method) && equal(service, request.service)
    }

    private func equal(_ name: [UInt8], _ bytes: UnsafeRawBufferPointer) -> Bool {
      name.count == bytes.count && name.withUnsafeBytes { $0.elementsEqual(bytes) }
    }
  }

  private var items: [Item] = []
  private var last: Item?

  /// Knows nothing yet.
  package init() {}

  /// The entry of the method that a request names.
  ///
  /// - Throws: `UNIMPLEMENTED` if there is none, `INVALID_ARGUMENT` if a name is not UTF-8.
  package mutating func entry(
    of request: RequestView, in router: Router
  ) throws(RPCError) -> Router.Entry {
    if let last, last.isNamed(request) { return last.entry }
    if let item = items.first(where: { $0.isNamed(request) }) {
      last = item
      return item.entry
    }
    let service = try RequestView.string(request.service, "the service")
    let method = try RequestView.string(request.method, "the method")
    let entry = try router.entry(service: service, method: method)
    let item = Item(Array(service.utf8), Array(method.utf8), entry)
    items.append(item)
    last = item
    return entry
  }
}
