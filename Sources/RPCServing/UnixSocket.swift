internal import NIOCore
private import NIOPosix

#if canImport(Glibc)
  private import Glibc
#elseif canImport(Darwin)
  private import Darwin
#endif

/// The file of a Unix socket.
enum UnixSocket {
  /// Whether a program accepts connections there.
  static func isListening(at path: String, group: any EventLoopGroup) async -> Bool {
    do {
      let channel = try await ClientBootstrap(group: group)
        .connect(unixDomainSocketPath: path).get()
      try? await channel.close().get()
      return true
    } catch {
      return false
    }
  }

  /// Removes the file; one that is gone already is no error.
  static func remove(_ path: String) {
    _ = unlink(path)
  }
}
