#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The name of a file in the temporary folder that does not exist yet.
struct TemporaryPath {
  let path = "/tmp/reportwire-\(getpid())-\(UInt32.random(in: 0 ... .max)).sock"

  var exists: Bool { access(path, F_OK) == 0 }
}
