import Foundation

/// A port of 127.0.0.1 that nobody listens on, and that the system gives to nobody else while this
/// lives. Who names the port and allows reuse of addresses, as the servers do, may listen on it.
package final class ReservedPort: Sendable {
  package let number: Int
  private let descriptor: Int32

  package init() throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw POSIXError(.EMFILE) }
    var yes: Int32 = 1
    setsockopt(
      descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout.size(ofValue: yes)))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
      }
    }
    self.descriptor = descriptor
    number = Int(in_port_t(bigEndian: address.sin_port))
    // With every property set, `deinit` runs and closes it.
    guard isBound else { throw POSIXError(.EADDRINUSE) }
  }

  deinit {
    close(descriptor)
  }

  package var address: String { "127.0.0.1:\(number)" }
}
